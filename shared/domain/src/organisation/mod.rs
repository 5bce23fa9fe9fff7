//! The provider: its hours, teams, people and addresses, and the packs it keeps.

mod file;
mod people;

pub use file::OrganisationFile;
pub use people::{AddressOwner, Person, PersonId, Role, Team, TeamId};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::calendar::{BankHolidays, Calendar, Closure, Nation, Observed, OfficeHours};
use crate::standards::{
    ActionPrompt, AppearsIn, Applies, Category, Facts, Pack, Problems, RequiredWording, Standard,
};

/// A provider with everything that deciding needs: people, calendars and standards.
#[derive(Debug)]
pub struct Organisation {
    /// Names it on the command line and in worked examples.
    pub id: String,
    /// What its letters call it.
    pub name: String,
    /// What its references begin with: `WK`.
    pub prefix: String,
    /// The sentence that tells a customer when the office is open.
    pub opening_hours: String,
    /// The number to ring in an emergency, at any hour.
    pub emergency_phone: String,
    /// The number to ring otherwise.
    pub phone: String,
    /// Where the complaints procedure is explained.
    pub website: String,
    /// The nation whose bank holidays it keeps.
    pub nation: Nation,
    /// What a contact can be about, with the words a customer chooses from.
    pub categories: Vec<CategoryChoice>,
    /// How many acknowledgements one sender may be sent in a day, against loops of machines.
    pub acknowledgements_per_sender_per_day: u32,
    on_call: Option<PersonId>,
    teams: Vec<Team>,
    people: BTreeMap<PersonId, Person>,
    packs: Vec<Pack>,
    calendars: Calendars,
}

/// A category with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryChoice {
    /// The category.
    pub id: Category,
    /// What a customer chooses: "A repair".
    pub label: String,
    /// The team that gets contacts of this category from the form; the first team otherwise.
    pub team: Option<TeamId>,
}

/// One calendar for each way of observing holidays, made when first asked for.
#[derive(Debug)]
struct Calendars {
    zone: Tz,
    nation: Nation,
    hours: OfficeHours,
    closures: Vec<Closure>,
    holidays: BankHolidays,
    made: [OnceLock<Calendar>; 4],
}

impl Organisation {
    /// Reads an organisation's file. `pack` finds the text of a pack by its id; a pack that the
    /// file names and `pack` does not know is a problem of the file.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or with the packs that it names.
    pub fn parse<'a>(
        file: &str,
        text: &str,
        holidays: BankHolidays,
        pack: impl Fn(&str) -> Option<(String, std::borrow::Cow<'a, str>)>,
    ) -> Result<Self, Problems> {
        file::read(file, text, holidays, None, pack)
    }

    /// As [`Organisation::parse`], with other packs than the file's.
    ///
    /// # Errors
    /// As [`Organisation::parse`].
    pub fn parse_with_packs<'a>(
        file: &str,
        text: &str,
        holidays: BankHolidays,
        packs: &[String],
        pack: impl Fn(&str) -> Option<(String, std::borrow::Cow<'a, str>)>,
    ) -> Result<Self, Problems> {
        file::read(file, text, holidays, Some(packs), pack)
    }

    /// The clocks' zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.calendars.zone
    }

    /// The calendar that a counting convention asks for.
    #[must_use]
    pub fn calendar(&self, observed: Observed) -> &Calendar {
        let c = &self.calendars;
        let index = match observed {
            Observed::Provider => 0,
            Observed::BankHolidays => 1,
            Observed::EnglandAndWales => 2,
            Observed::AnyPartOfTheUk => 3,
        };
        let make = || {
            // Law does not know a provider's closures; a provider's own promises do.
            let closures = if observed == Observed::Provider { c.closures.as_slice() } else { &[] };
            let years = (c.holidays.first_year, c.holidays.last_year);
            Calendar::new(
                c.zone,
                years,
                &c.hours,
                &c.holidays.observed(observed, c.nation),
                closures,
            )
        };
        match c.made.get(index) {
            Some(made) => made.get_or_init(make),
            // Unreachable by construction; the provider's own calendar is made either way.
            None => c.made[0].get_or_init(make),
        }
    }

    /// The provider's own calendar, in which reminders land.
    #[must_use]
    pub fn own_calendar(&self) -> &Calendar {
        self.calendar(Observed::Provider)
    }

    /// The list of bank holidays in use.
    #[must_use]
    pub fn bank_holidays(&self) -> &BankHolidays {
        &self.calendars.holidays
    }

    /// The packs it keeps, in the order of its file.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// All standards of all its packs.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.packs.iter().flat_map(|pack| &pack.standards)
    }

    /// How many stages its complaints procedure has: as many as a code that binds it says, whatever
    /// its own procedure says; none where no pack says.
    #[must_use]
    pub fn complaint_stages(&self) -> u8 {
        let stages = |statutory: bool| {
            let packs = self.packs.iter().filter(move |pack| pack.statutory == statutory);
            packs.filter_map(|pack| pack.complaint_stages).max()
        };
        stages(true).or_else(|| stages(false)).unwrap_or(0)
    }

    /// All prompts of all its packs.
    pub fn action_prompts(&self) -> impl Iterator<Item = &ActionPrompt> {
        self.packs.iter().flat_map(|pack| &pack.action_prompts)
    }

    /// What has to be said where, of all its packs, to a contact with these facts.
    pub fn required_wording<'o, 'f>(
        &'o self,
        appears_in: AppearsIn,
        facts: &'f Facts<'f>,
    ) -> impl Iterator<Item = &'o RequiredWording> + use<'o, 'f> {
        self.packs.iter().flat_map(|pack| &pack.required_wording).filter(move |content| {
            content.appears_in.contains(&appears_in) && Applies::any(&content.applies_to.0, facts)
        })
    }

    /// A standard by its id.
    #[must_use]
    pub fn standard(&self, id: &str) -> Option<&Standard> {
        self.standards().find(|standard| standard.id == id)
    }

    /// The standards that bind a contact with these facts whose clock starts at `at`.
    pub fn standards_for<'o, 'f>(
        &'o self,
        facts: &'f Facts<'f>,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'o Standard> + use<'o, 'f> {
        let calendar = self.own_calendar();
        self.standards().filter(move |standard| standard.binds(facts, at, calendar))
    }

    /// The teams, in the order of the file; the first has what nobody else does.
    #[must_use]
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// A team by its id.
    #[must_use]
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id.as_str() == id)
    }

    /// Who is on call for the whole provider.
    #[must_use]
    pub fn on_call(&self) -> Option<&PersonId> {
        self.on_call.as_ref().or_else(|| self.teams.first().map(|team| &team.lead))
    }

    /// A person by their id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    /// Everyone, by id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The person whose mailbox this is, however it is written.
    #[must_use]
    pub fn person_at(&self, email: &str) -> Option<&Person> {
        self.people.values().find(|person| person.email.eq_ignore_ascii_case(email))
    }

    /// Who at the provider an address belongs to; `None` for an address that is not the
    /// provider's. What follows a `+` in the local part does not matter here.
    #[must_use]
    pub fn address_owner(&self, address: &str) -> Option<AddressOwner<'_>> {
        let plain = without_tag(address);
        let team = |mailbox: &str| mailbox.eq_ignore_ascii_case(&plain);
        if let Some(team) = self.teams.iter().find(|t| t.mailboxes.iter().any(|m| team(m))) {
            return Some(AddressOwner::Team(team));
        }
        self.person_at(&plain).map(AddressOwner::Person)
    }

    /// The categories that it offers and those that its standards name, in alphabetical order.
    #[must_use]
    pub fn known_categories(&self) -> Vec<Category> {
        let offered = self.categories.iter().map(|choice| choice.id.clone());
        let named = self
            .standards()
            .flat_map(|standard| &standard.applies)
            .flat_map(|applies| applies.category.iter().chain(&applies.category_not).cloned());
        let all: BTreeSet<Category> =
            std::iter::once(Category::default()).chain(offered).chain(named).collect();
        all.into_iter().collect()
    }

    /// A category's words.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<&CategoryChoice> {
        self.categories.iter().find(|choice| choice.id.as_str() == id)
    }
}

/// An address without the tag that follows `+` in its local part.
fn without_tag(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or(local);
            format!("{local}@{domain}")
        }
        None => address.to_owned(),
    }
}
