//! The provider: its hours, teams, people and addresses, and the packs it keeps.
//!
//! - [`Organisation`] is what every decision needs to know about the provider. It is read from an
//!   [`OrganisationFile`] by [`Organisation::parse`].
//! - [`Team`], [`Person`] and [`Role`] say who answers for contacts, and who may do what.
//! - [`AddressOwner`] tells whose mailbox an address is.
//! - [`CategoryChoice`] is a category as the form offers it.
//!
//! ```
//! use domain::calendar::BankHolidays;
//! use domain::organisation::Organisation;
//!
//! let file = "
//!     id = 'acorn'
//!     name = 'Acorn Homes'
//!     reference_prefix = 'AH'
//!     packs = ['acorn']
//!     nation = 'england-and-wales'
//!     phone = '01632 960 301'
//!     emergency_phone = '01632 960 302'
//!     opening_hours = 'Monday to Friday 9am to 5pm'
//!
//!     [office_hours]
//!     monday = '09:00-17:00'
//!     friday = '09:00-16:00'
//!
//!     [[team]]
//!     id = 'customer-services'
//!     name = 'Customer services'
//!     mailboxes = ['help@acorn.example']
//!     duty_person = 'jo.bell'
//!     lead = 'amir.aziz'
//!     manager = 'amir.aziz'
//!
//!     [[person]]
//!     id = 'jo.bell'
//!     name = 'Jo Bell'
//!     email = 'jo.bell@acorn.example'
//!     team = 'customer-services'
//!
//!     [[person]]
//!     id = 'amir.aziz'
//!     name = 'Amir Aziz'
//!     email = 'amir.aziz@acorn.example'
//!     team = 'customer-services'
//! ";
//! let pack = "
//!     [pack]
//!     id = 'acorn'
//!     title = 'Our promises'
//!     publisher = 'Acorn Homes'
//!     version = '2026-11'
//!     examples_for = 'acorn'
//!
//!     [[standard]]
//!     id = 'acorn-letter'
//!     title = 'Answer to a letter'
//!     promise = 'We answer letters within five working days.'
//!     place = 'Letters'
//!     starts = 'received'
//!     within = '5 working days'
//!     kept_by = ['responded']
//! ";
//! let holidays = BankHolidays::parse(
//!     "bank-holidays.toml",
//!     "version = '2026-11'\nfirst_year = 2026\nlast_year = 2027\n\
//!      [england-and-wales]\n[scotland]\n[northern-ireland]",
//! )?;
//! let find_pack = |id: &str| (id == "acorn").then(|| ("acorn.toml".into(), pack.into()));
//!
//! let acorn = Organisation::parse("organisation.toml", file, holidays, find_pack)?;
//!
//! assert_eq!(acorn.standard(&"acorn-letter".into()).unwrap().title, "Answer to a letter");
//! assert_eq!(acorn.person("amir.aziz").unwrap().role.as_str(), "manager");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod addresses;
mod calendars;
mod file;
mod parse;
mod people;
mod promises;
mod validator;

pub use addresses::AddressOwner;
pub use file::OrganisationFile;
pub use people::{Person, PersonId, Role, Team, TeamId};

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono_tz::Tz;

use self::calendars::Calendars;
use crate::calendar::{BankHolidays, Calendar, Nation, Observed};
use crate::standards::{Category, Channel, Milestone, OwnWords, Pack, Standard, UnknownWord};
use crate::toml_file::Problems;

/// A provider with everything that decisions need: people, calendars and standards.
#[derive(Debug)]
pub struct Organisation {
    /// The id, for the command line and for the worked examples of packs.
    pub id: String,
    /// The name, as messages to customers give it.
    pub name: String,
    /// The letters that every reference begins with: `WK`.
    pub prefix: String,
    /// The sentence that tells customers when the office is open.
    pub opening_hours: String,
    /// The telephone number for emergencies, answered at any hour.
    pub emergency_phone: String,
    /// The telephone number for everything else.
    pub phone: String,
    /// The website on which customers can read more. Empty if there is none.
    pub website: String,
    /// The nation whose bank holidays apply.
    pub nation: Nation,
    /// The things in packs that the organisation has confirmed, such as `awaab-2025/phase-2`.
    pub confirmed: Vec<String>,
    /// The categories that a customer can choose on the form.
    pub categories: Vec<CategoryChoice>,
    /// The limit on acknowledgements sent to one address in a day, against loops between machines.
    pub acknowledgements_per_sender_per_day: u32,
    words: OwnWords,
    on_call: Option<PersonId>,
    teams: Vec<Team>,
    people: BTreeMap<PersonId, Person>,
    packs: Vec<Pack>,
    /// The standard of the dates that customers were told.
    told_date: Standard,
    calendars: Calendars,
}

/// A category as the form offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryChoice {
    /// The category.
    pub id: Category,
    /// The words that a customer chooses: "A repair".
    pub label: String,
    /// The team that gets such contacts from the form. `None` stands for the first team.
    pub team: Option<TeamId>,
}

impl Organisation {
    /// Reads an organisation's file. `file` is the file's name in problems. `find_pack` returns the
    /// file name and the text of a pack by its id, or `None` if there is no such pack.
    ///
    /// # Errors
    /// Returns every problem of the file and of the packs that it names.
    pub fn parse<'a>(
        file: &str,
        text: &str,
        holidays: BankHolidays,
        find_pack: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
    ) -> Result<Self, Problems> {
        parse::parse(file, text, holidays, None, find_pack)
    }

    /// Reads an organisation's file as [`Organisation::parse`] does, with `packs` in place of the
    /// packs that the file names.
    ///
    /// # Errors
    /// Returns every problem of the file and of the packs.
    pub fn parse_with_packs<'a>(
        file: &str,
        text: &str,
        holidays: BankHolidays,
        packs: &[String],
        find_pack: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
    ) -> Result<Self, Problems> {
        parse::parse(file, text, holidays, Some(packs), find_pack)
    }

    /// Returns the time zone of the organisation's local time.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.calendars.zone
    }

    /// Returns the calendar for one way of observing bank holidays.
    #[must_use]
    pub fn calendar(&self, observed: Observed) -> &Calendar {
        self.calendars.get(observed)
    }

    /// Returns the organisation's own calendar, in whose office hours reminders are sent.
    #[must_use]
    pub fn own_calendar(&self) -> &Calendar {
        self.calendar(Observed::Provider)
    }

    /// Returns the bank holidays in use, with those that the file adds.
    #[must_use]
    pub fn bank_holidays(&self) -> &BankHolidays {
        &self.calendars.holidays
    }

    /// Returns the channels and milestones that the file and its packs name.
    #[must_use]
    pub fn own_words(&self) -> &OwnWords {
        &self.words
    }

    /// Reads a channel that Kept knows, or that the file or one of its packs names.
    ///
    /// # Errors
    /// Returns an error with the channels to choose from.
    pub fn channel(&self, word: &str) -> Result<Channel, UnknownWord> {
        let read = word.parse().ok().filter(|channel| self.words.knows_channel(*channel));
        read.ok_or_else(|| {
            let known = Channel::ALL.iter().chain(self.words.channels.iter().map(|(own, _)| own));
            let known: Vec<&str> = known.map(Channel::as_str).collect();
            UnknownWord {
                kind: "channel",
                word: word.to_owned(),
                instead: format!("Choose from: {}", known.join(", ")),
            }
        })
    }

    /// Reads a milestone that Kept knows, or that the file or one of its packs names.
    ///
    /// # Errors
    /// Returns an error with the milestones to choose from.
    pub fn milestone(&self, word: &str) -> Result<Milestone, UnknownWord> {
        let read = word.parse().ok().filter(|milestone| self.words.knows_milestone(*milestone));
        read.ok_or_else(|| {
            let own = self.words.milestones.iter().map(|(own, _)| own);
            let known: Vec<&str> =
                Milestone::ALL.iter().chain(own).map(Milestone::as_str).collect();
            UnknownWord {
                kind: "milestone",
                word: word.to_owned(),
                instead: format!("Choose from: {}", known.join(", ")),
            }
        })
    }

    /// Returns the teams, in the order of the file. The first has every contact that no other team has.
    #[must_use]
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// Returns a team by its id.
    #[must_use]
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id.as_str() == id)
    }

    /// Returns the person on call for the whole organisation: the one that the file names, or else the
    /// lead of the first team.
    #[must_use]
    pub fn on_call(&self) -> Option<&PersonId> {
        self.on_call.as_ref().or_else(|| self.teams.first().map(|team| &team.lead))
    }

    /// Returns a person by their id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    /// Returns everyone, in the order of their ids.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Returns a category of the form by its id.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<&CategoryChoice> {
        self.categories.iter().find(|choice| choice.id.as_str() == id)
    }
}
