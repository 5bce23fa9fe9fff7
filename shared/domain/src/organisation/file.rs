//! The organisation's file: what a provider writes about itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use super::{Calendars, CategoryChoice, Organisation, Person, PersonId, Role, Team, TeamId};
use crate::calendar::{BankHolidays, Closure, Nation, OfficeHours};
use crate::email_address::is_email_address;
use crate::standards::{Category, Pack, Problem, Problems, Source, read_file};

/// An organisation as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrganisationFile {
    /// Names it on the command line.
    pub id: String,
    /// What its letters call it.
    pub name: String,
    /// What its references begin with.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub reference_prefix: Spanned<String>,
    /// The packs of standards it keeps.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub packs: Vec<Spanned<String>>,
    /// The clocks' zone, by its name in the time-zone database.
    #[serde(default = "london")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub time_zone: Spanned<String>,
    /// The nation whose bank holidays it keeps.
    pub nation: Nation,
    /// The number to ring otherwise.
    pub phone: String,
    /// The number to ring in an emergency, at any hour.
    pub emergency_phone: String,
    /// Who is told of emergencies at any hour; the lead of the first team where it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub on_call: Option<Spanned<String>>,
    /// Where customers read more.
    #[serde(default)]
    pub website: String,
    /// The sentence that tells a customer when the office is open.
    pub opening_hours: String,
    /// Opening hours by day of the week.
    #[cfg_attr(feature = "schema", schemars(with = "HoursFile"))]
    pub office_hours: Spanned<HoursFile>,
    /// Announced closures.
    #[serde(default)]
    pub closure: Vec<ClosureFile>,
    /// Bank holidays proclaimed after the list that comes with Kept was made.
    #[serde(default)]
    pub bank_holiday: Vec<BankHolidayFile>,
    /// How many acknowledgements one sender may be sent in a day.
    #[serde(default = "ten")]
    pub acknowledgements_per_sender_per_day: u32,
    /// What a contact can be about.
    #[serde(default)]
    pub category: Vec<CategoryFile>,
    /// Teams; the first has what nobody else does.
    pub team: Vec<TeamFile>,
    /// People.
    pub person: Vec<PersonFile>,
}

/// Opening hours by day of the week.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HoursFile {
    #[serde(default = "closed")]
    pub monday: String,
    #[serde(default = "closed")]
    pub tuesday: String,
    #[serde(default = "closed")]
    pub wednesday: String,
    #[serde(default = "closed")]
    pub thursday: String,
    #[serde(default = "closed")]
    pub friday: String,
    #[serde(default = "closed")]
    pub saturday: String,
    #[serde(default = "closed")]
    pub sunday: String,
}

/// An announced closure.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClosureFile {
    /// First day.
    #[cfg_attr(feature = "schema", schemars(with = "crate::standards::schema::Date"))]
    pub from: Spanned<toml::value::Datetime>,
    /// Last day, itself closed.
    #[cfg_attr(feature = "schema", schemars(with = "crate::standards::schema::Date"))]
    pub to: Spanned<toml::value::Datetime>,
    /// What people call it.
    pub name: String,
}

/// A bank holiday proclaimed late.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BankHolidayFile {
    /// The day.
    #[cfg_attr(feature = "schema", schemars(with = "crate::standards::schema::Date"))]
    pub date: Spanned<toml::value::Datetime>,
    /// What it is called.
    pub name: String,
    /// The nation; the provider's own where it is left out.
    pub nation: Option<Nation>,
}

/// What a contact can be about.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoryFile {
    /// Names the category, as packs do.
    pub id: Category,
    /// What a customer chooses on the form.
    pub label: String,
    /// The team that gets such contacts from the form.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub team: Option<Spanned<String>>,
}

/// A team.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamFile {
    /// Names the team.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// What it is called.
    pub name: String,
    /// The addresses that customers write to; answers come from the first.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub mailboxes: Vec<Spanned<String>>,
    /// Who is told about a contact while nobody has taken it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub duty_person: Spanned<String>,
    /// Who is told when something is due and not done.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub lead: Spanned<String>,
    /// Who is told when it still is not.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub manager: Spanned<String>,
    /// Whether new contacts are notified by email.
    #[serde(default = "yes")]
    pub notify_new_contacts: bool,
}

/// A person.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonFile {
    /// Names the person.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// What they are called.
    pub name: String,
    /// Their own mailbox.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub email: Spanned<String>,
    /// The team that gets what is written to them directly.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub team: Spanned<String>,
    /// What they may do on the pages of staff; left out, a team's lead or manager is a `manager`
    /// and everybody else is `staff`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Role>"))]
    pub role: Option<Spanned<Role>>,
}

fn london() -> Spanned<String> {
    Spanned::new(0..0, "Europe/London".to_owned())
}

fn ten() -> u32 {
    10
}

fn yes() -> bool {
    true
}

fn closed() -> String {
    "closed".to_owned()
}

pub(super) fn read<'a>(
    file: &str,
    text: &str,
    mut holidays: BankHolidays,
    packs: Option<&[String]>,
    pack: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
) -> Result<Organisation, Problems> {
    let source = Source { file, text };
    let mut written: OrganisationFile = read_file(source)?;
    if let Some(packs) = packs {
        let at = written.packs.first().map(Spanned::span).unwrap_or_default();
        written.packs = packs.iter().map(|id| Spanned::new(at.clone(), id.clone())).collect();
    }
    let mut check = Validator { source, problems: Vec::new() };

    let zone = written.time_zone.get_ref().parse::<Tz>().unwrap_or_else(|_| {
        let message = format!(
            "`{}` is not a time zone; write its name, such as Europe/London",
            written.time_zone.get_ref()
        );
        check.report(&written.time_zone.span(), "time_zone", message);
        Tz::Europe__London
    });
    let hours = check.hours(&written.office_hours);
    let closures = check.closures(&written.closure);
    for day in &written.bank_holiday {
        if let Some(date) = check.date(&day.date, "bank_holiday.date") {
            let years = holidays.first_year..=holidays.last_year;
            if years.contains(&chrono::Datelike::year(&date)) {
                holidays.add(day.nation.unwrap_or(written.nation), date, &day.name);
            } else {
                let message = format!(
                    "{date} is outside the years that the list covers, {} to {}",
                    years.start(),
                    years.end()
                );
                check.report(&day.date.span(), "bank_holiday.date", message);
            }
        }
    }
    check.people(&written);
    let packs = check.packs(&written.packs, pack);
    check.prefix(&written.reference_prefix);
    if !check.problems.is_empty() {
        check.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        return Err(Problems(check.problems));
    }
    let id = |name: &Spanned<String>| PersonId(name.get_ref().clone());
    let teams = written.team.iter().map(|team| Team {
        id: TeamId(team.id.get_ref().clone()),
        name: team.name.clone(),
        mailboxes: team.mailboxes.iter().map(|m| m.get_ref().clone()).collect(),
        duty: id(&team.duty_person),
        lead: id(&team.lead),
        manager: id(&team.manager),
        notify_new: team.notify_new_contacts,
    });
    let people = written.person.iter().map(|person| {
        let person = Person {
            id: id(&person.id),
            name: person.name.clone(),
            email: person.email.get_ref().clone(),
            team: TeamId(person.team.get_ref().clone()),
            role: role(&written.team, person),
        };
        (person.id.clone(), person)
    });
    let categories = written.category.iter().map(|category| CategoryChoice {
        id: category.id.clone(),
        label: category.label.clone(),
        team: category.team.as_ref().map(|team| TeamId(team.get_ref().clone())),
    });
    Ok(Organisation {
        id: written.id,
        name: written.name,
        prefix: written.reference_prefix.into_inner(),
        opening_hours: written.opening_hours,
        emergency_phone: written.emergency_phone,
        phone: written.phone,
        website: written.website,
        nation: written.nation,
        categories: categories.collect(),
        acknowledgements_per_sender_per_day: written.acknowledgements_per_sender_per_day,
        on_call: written.on_call.as_ref().map(id),
        teams: teams.collect(),
        people: people.collect(),
        packs,
        calendars: Calendars {
            zone,
            nation: written.nation,
            // Without hours there was a problem, and this is not reached.
            hours: hours.unwrap_or_default(),
            closures,
            holidays,
            made: Default::default(),
        },
    })
}

/// What a person may do, where their team's entry or their own says so.
fn role(teams: &[TeamFile], person: &PersonFile) -> Role {
    let answers_for = |team: &TeamFile| {
        [&team.lead, &team.manager].map(Spanned::get_ref).contains(&person.id.get_ref())
    };
    match &person.role {
        Some(role) => *role.get_ref(),
        None if teams.iter().any(answers_for) => Role::Manager,
        None => Role::Staff,
    }
}

struct Validator<'a> {
    source: Source<'a>,
    problems: Vec<Problem>,
}

impl Validator<'_> {
    fn report(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
        self.problems.push(self.source.problem(at, key, message));
    }

    fn hours(&mut self, written: &Spanned<HoursFile>) -> Option<OfficeHours> {
        let h = written.get_ref();
        let week =
            [&h.monday, &h.tuesday, &h.wednesday, &h.thursday, &h.friday, &h.saturday, &h.sunday];
        OfficeHours::new(week.map(String::as_str))
            .map_err(|error| self.report(&written.span(), "office_hours", error.to_string()))
            .ok()
    }

    fn date(&mut self, written: &Spanned<toml::value::Datetime>, key: &str) -> Option<NaiveDate> {
        let text = written.get_ref().to_string();
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if date.is_none() {
            self.report(
                &written.span(),
                key,
                format!("`{text}` is not a date; write 2026-12-24, without quotes"),
            );
        }
        date
    }

    fn closures(&mut self, written: &[ClosureFile]) -> Vec<Closure> {
        let mut closures = Vec::new();
        for closure in written {
            let from = self.date(&closure.from, "closure.from");
            let to = self.date(&closure.to, "closure.to");
            if let (Some(from), Some(to)) = (from, to) {
                if to < from || (to - from).num_days() > 366 {
                    let message =
                        format!("a closure from {from} to {to} is empty or longer than a year");
                    self.report(&closure.to.span(), "closure.to", message);
                }
                closures.push(Closure { from, to, name: closure.name.clone() });
            }
        }
        closures
    }

    /// Every name that is used must be one that there is, and every address must be somebody's alone.
    fn people(&mut self, written: &OrganisationFile) {
        let teams: Vec<&str> = written.team.iter().map(|t| t.id.get_ref().as_str()).collect();
        let people: Vec<&str> = written.person.iter().map(|p| p.id.get_ref().as_str()).collect();
        if teams.is_empty() {
            self.report(
                &(0..0),
                "team",
                "is empty; a provider has at least one team, under [[team]]",
            );
        }
        for team in &written.team {
            for (key, id) in [
                ("duty_person", &team.duty_person),
                ("lead", &team.lead),
                ("manager", &team.manager),
            ] {
                self.known(id, &format!("team.{key}"), "person", &people);
            }
            if team.mailboxes.is_empty() {
                self.report(
                    &team.id.span(),
                    "team.mailboxes",
                    "is empty; give at least the address that answers come from",
                );
            }
        }
        if let Some(on_call) = &written.on_call {
            self.known(on_call, "on_call", "person", &people);
        }
        for person in &written.person {
            self.known(&person.team, "person.team", "team", &teams);
            self.reader(person, &written.team);
        }
        for category in &written.category {
            if let Some(team) = &category.team {
                self.known(team, "category.team", "team", &teams);
            }
        }
        self.unique(written.team.iter().map(|t| &t.id), "team.id", "id");
        self.unique(written.person.iter().map(|p| &p.id), "person.id", "id");
        let mailboxes = written.team.iter().flat_map(|t| &t.mailboxes);
        for address in mailboxes.clone().chain(written.person.iter().map(|p| &p.email)) {
            // A `+` begins the tag that says to which contact a reply belongs.
            if !is_email_address(address.get_ref()) || address.get_ref().contains('+') {
                let message =
                    format!("`{}` is not an email address without a `+` tag", address.get_ref());
                self.report(&address.span(), "address", message);
            }
        }
        self.unique(mailboxes.chain(written.person.iter().map(|p| &p.email)), "address", "address");
    }

    /// Whoever is told about contacts has to be able to do something about them.
    fn reader(&mut self, person: &PersonFile, teams: &[TeamFile]) {
        let Some(role) = person.role.as_ref().filter(|role| *role.get_ref() == Role::Reader) else {
            return;
        };
        let id = person.id.get_ref();
        let told = |team: &&TeamFile| {
            [&team.duty_person, &team.lead, &team.manager].iter().any(|who| who.get_ref() == id)
        };
        if let Some(team) = teams.iter().find(told) {
            let message = format!(
                "`{id}` is a reader, who cannot act, and duty, lead or manager of `{}`; give one of the two to somebody else",
                team.id.get_ref()
            );
            self.report(&role.span(), "person.role", message);
        }
    }

    fn known(&mut self, name: &Spanned<String>, key: &str, kind: &str, known: &[&str]) {
        if !known.contains(&name.get_ref().as_str()) {
            let message =
                format!("`{}` is not a {kind}; there are: {}", name.get_ref(), known.join(", "));
            self.report(&name.span(), key, message);
        }
    }

    fn unique<'n>(
        &mut self,
        names: impl Iterator<Item = &'n Spanned<String>>,
        key: &str,
        kind: &str,
    ) {
        let mut seen: BTreeMap<String, ()> = BTreeMap::new();
        for name in names {
            if seen.insert(name.get_ref().to_lowercase(), ()).is_some() {
                let message = format!(
                    "the {kind} `{}` is used twice; each belongs to one alone",
                    name.get_ref()
                );
                self.report(&name.span(), key, message);
            }
        }
    }

    fn packs<'a>(
        &mut self,
        written: &[Spanned<String>],
        pack: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
    ) -> Vec<Pack> {
        let mut packs: Vec<Pack> = Vec::new();
        for id in written {
            let Some((file, text)) = pack(id.get_ref()) else {
                let message = format!("there is no pack `{}`", id.get_ref());
                self.report(&id.span(), "packs", message);
                continue;
            };
            match Pack::parse(&file, &text) {
                Ok(pack) => packs.push(pack),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
        let ids =
            packs.iter().flat_map(|pack| pack.standards.iter().map(move |s| (&s.id, &pack.id)));
        let mut seen: BTreeMap<&String, &String> = BTreeMap::new();
        let mut twice = Vec::new();
        for (id, pack) in ids {
            if let Some(other) = seen.insert(id, pack) {
                twice.push(format!("the standard `{id}` is in two packs, `{other}` and `{pack}`"));
            }
        }
        for message in twice {
            let at = written.first().map(Spanned::span).unwrap_or_default();
            self.report(&at, "packs", message);
        }
        packs
    }

    fn prefix(&mut self, prefix: &Spanned<String>) {
        let text = prefix.get_ref();
        if !(1..=6).contains(&text.len()) || !text.chars().all(|c| c.is_ascii_uppercase()) {
            let message =
                format!("`{text}` is not a prefix; use one to six capital letters, such as WK");
            self.report(&prefix.span(), "reference_prefix", message);
        }
    }
}
