//! An organisation's file as it is written.

use serde::Deserialize;

use super::Role;
use crate::calendar::Nation;
use crate::standards::{Category, NamedFile};
use crate::toml_file::{Date, Located};

/// An organisation's file as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrganisationFile {
    /// The organisation's id, for the command line and for the worked examples of packs.
    pub id: String,
    /// The organisation's name, as messages to customers give it.
    pub name: String,
    /// The letters that every reference begins with: one to six capitals, such as `WK`.
    pub reference_prefix: Located<String>,
    /// The ids of the packs that the organisation keeps.
    pub packs: Vec<Located<String>>,
    /// The things in packs that were not confirmed against the source and that the organisation has
    /// confirmed, each as the pack's id and its own, such as `awaab-2025/phase-2`.
    #[serde(default)]
    pub confirmed: Vec<Located<String>>,
    /// The time zone of all its times, by its name in the time-zone database.
    #[serde(default = "london")]
    pub time_zone: Located<String>,
    /// The nation whose bank holidays apply.
    pub nation: Nation,
    /// The telephone number for everything but emergencies.
    pub phone: String,
    /// The telephone number for emergencies, answered at any hour.
    pub emergency_phone: String,
    /// The person who is notified of emergencies at any hour. If left out, it is the lead of the first team.
    pub on_call: Option<Located<String>>,
    /// The website on which customers can read more.
    #[serde(default)]
    pub website: String,
    /// The sentence that tells customers when the office is open.
    pub opening_hours: String,
    /// The office hours of each day, from which deadlines are worked out.
    pub office_hours: Located<OfficeHoursFile>,
    /// Published closures.
    #[serde(default)]
    pub closure: Vec<ClosureFile>,
    /// Bank holidays that were proclaimed after the list that comes with Kept was made.
    #[serde(default)]
    pub bank_holiday: Vec<BankHolidayFile>,
    /// The limit on acknowledgements that are sent to one address in a day.
    #[serde(default = "ten")]
    pub acknowledgements_per_sender_per_day: u32,
    /// The categories that a customer can choose on the form.
    #[serde(default)]
    pub category: Vec<CategoryFile>,
    /// The channels that the organisation names, beside those that Kept knows.
    #[serde(default)]
    pub channel: Vec<NamedFile>,
    /// The milestones that the organisation names, beside those that Kept knows. One whose id ends in
    /// `-agreed` carries the time agreed.
    #[serde(default)]
    pub milestone: Vec<NamedFile>,
    /// The teams. The first one has every contact that no other team has.
    pub team: Vec<TeamFile>,
    /// The people.
    pub person: Vec<PersonFile>,
}

/// Office hours by day of the week, in local time: `"09:00-17:00"`, or `"09:00-12:30, 13:30-17:00"`
/// for a split day. A day that is left out is closed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OfficeHoursFile {
    /// Office hours on Mondays.
    #[serde(default = "closed")]
    pub monday: String,
    /// Office hours on Tuesdays.
    #[serde(default = "closed")]
    pub tuesday: String,
    /// Office hours on Wednesdays.
    #[serde(default = "closed")]
    pub wednesday: String,
    /// Office hours on Thursdays.
    #[serde(default = "closed")]
    pub thursday: String,
    /// Office hours on Fridays.
    #[serde(default = "closed")]
    pub friday: String,
    /// Office hours on Saturdays. They do not make Saturday a working day.
    #[serde(default = "closed")]
    pub saturday: String,
    /// Office hours on Sundays. They do not make Sunday a working day.
    #[serde(default = "closed")]
    pub sunday: String,
}

/// A published closure.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClosureFile {
    /// The first closed day.
    pub from: Date,
    /// The last closed day.
    pub to: Located<Date>,
    /// The closure's name, as people know it.
    pub name: String,
}

/// A bank holiday that was proclaimed late.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BankHolidayFile {
    /// The day.
    pub date: Located<Date>,
    /// The bank holiday's name.
    pub name: String,
    /// The nation that has the bank holiday. If left out, it is the organisation's own.
    pub nation: Option<Nation>,
}

/// A category that a customer can choose on the form.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoryFile {
    /// The category's id, as in `applies_to` of packs.
    pub id: Category,
    /// The words that a customer chooses, such as "A repair".
    pub label: String,
    /// The team that gets such contacts. If left out, it is the first team.
    pub team: Option<Located<String>>,
}

/// A team.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamFile {
    /// The team's id.
    pub id: Located<String>,
    /// The team's name, as people see it.
    pub name: String,
    /// The addresses that customers write to. Messages to customers come from the first.
    pub mailboxes: Vec<Located<String>>,
    /// The id of the person who is notified about contacts that are not assigned.
    pub duty_person: Located<String>,
    /// The id of the person who is notified when a deadline is missed.
    pub lead: Located<String>,
    /// The id of the person who is notified when a deadline stays missed.
    pub manager: Located<String>,
    /// True if the team is notified of each new contact by email.
    #[serde(default = "yes")]
    pub notify_new_contacts: bool,
}

/// A person who works for the organisation.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonFile {
    /// The person's id.
    pub id: Located<String>,
    /// The person's name, as people see it.
    pub name: String,
    /// The person's own email address.
    pub email: Located<String>,
    /// The id of the team that gets messages written to this person directly.
    pub team: Located<String>,
    /// The person's role on the staff pages. If left out, a team's lead or manager is a `manager` and
    /// everybody else is `staff`.
    pub role: Option<Located<Role>>,
}

fn london() -> Located<String> {
    Located::new(0..0, "Europe/London".to_owned())
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
