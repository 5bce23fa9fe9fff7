//! Scenario files: what customers and staff do, and when.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::organisation::{Organisation, PersonId, TeamId};
use domain::standards::{Category, Milestone, Priority};
use domain::time::instant;
use domain::toml_file::{Date, LocalTime, read_toml};
use serde::Deserialize;

use crate::failure::Failure;

/// A scenario that can be played.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) title: String,
    /// A paragraph about what to watch for.
    pub(super) about: String,
    /// The first step's time, at which the play starts.
    pub(super) start: DateTime<Utc>,
    /// The end of the play.
    pub(super) end: DateTime<Utc>,
    /// The steps in order of time.
    pub(super) steps: Vec<Step>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: DateTime<Utc>,
    pub(super) action: Action,
}

/// The action of a step.
#[derive(Debug)]
pub(super) enum Action {
    /// A customer, or a machine, sends an email.
    Email(Email),
    /// A customer replies to the last email that they were sent.
    CustomerReply(CustomerReply),
    /// A member of staff replies to the last notification that they were sent.
    StaffReply(StaffWords),
    /// A member of staff records a call with the customer of the first open contact.
    StaffCall(StaffWords),
    /// A member of staff uses the page of the first open contact.
    StaffPage(PersonId, StaffAction),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Email {
    pub(super) from: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    /// Further header fields.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// How often the email is delivered. A mail system delivers again if it is not sure of the first
    /// time.
    #[serde(default = "once")]
    pub(super) deliveries: u32,
}

fn once() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerReply {
    pub(super) from: String,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffWords {
    pub(super) person: String,
    pub(super) text: String,
}

/// An action on the page of a contact.
#[derive(Debug)]
pub(super) enum StaffAction {
    Triage {
        category: Category,
        priority: Priority,
    },
    /// Records a milestone, at the time of the step.
    Milestone(Milestone),
    /// Tells the customer that the answer takes longer.
    Delay {
        until: NaiveDate,
        text: String,
    },
    HandOver(TeamId),
    /// Records that the customer asks for the next stage of the complaints procedure.
    Escalate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioFile {
    title: String,
    about: String,
    /// Local time.
    until: LocalTime,
    step: Vec<StepTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    /// Local time.
    at: LocalTime,
    email: Option<Email>,
    customer_reply: Option<CustomerReply>,
    staff_reply: Option<StaffWords>,
    staff_call: Option<StaffWords>,
    staff_action: Option<StaffActionTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffActionTable {
    person: String,
    triage: Option<TriageTable>,
    milestone: Option<Milestone>,
    delay: Option<DelayTable>,
    hand_over: Option<String>,
    #[serde(default)]
    escalate: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TriageTable {
    category: Category,
    #[serde(default = "normal")]
    priority: Priority,
}

fn normal() -> Priority {
    Priority::Normal
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DelayTable {
    until: Date,
    text: String,
}

impl Scenario {
    /// Reads a scenario. `file` is its name in errors; `organisation` has the time zone.
    ///
    /// # Errors
    /// Returns an error that names the file and what has to be corrected.
    pub(super) fn parse(
        file: &str,
        text: &str,
        organisation: &Organisation,
    ) -> Result<Self, Failure> {
        let scenario: ScenarioFile = read_toml(file, text).map_err(Failure::failed)?;
        scenario
            .check(organisation)
            .map_err(|message| Failure::failed(format!("{file}: {message}")))
    }
}

impl ScenarioFile {
    fn check(self, organisation: &Organisation) -> Result<Scenario, String> {
        let utc = |LocalTime(local)| instant(organisation.zone(), local);
        let mut steps = Vec::new();
        for step in self.step {
            steps.push(Step { at: utc(step.at), action: step.action()? });
        }
        if !steps.is_sorted_by_key(|step| step.at) {
            return Err("the steps must be in order of time".into());
        }
        let start = steps.first().map(|step| step.at).ok_or("there are no steps")?;
        let end = utc(self.until);
        Ok(Scenario { title: self.title, about: self.about, start, end, steps })
    }
}

impl StepTable {
    fn action(self) -> Result<Action, String> {
        let actions = [
            self.email.map(Action::Email),
            self.customer_reply.map(Action::CustomerReply),
            self.staff_reply.map(Action::StaffReply),
            self.staff_call.map(Action::StaffCall),
            self.staff_action.map(StaffActionTable::action).transpose()?,
        ];
        only(actions).ok_or_else(|| {
            format!(
                "the step at {} must have exactly one of email, customer_reply, staff_reply, \
                 staff_call and staff_action",
                self.at.0
            )
        })
    }
}

impl StaffActionTable {
    fn action(self) -> Result<Action, String> {
        let actions = [
            self.triage.map(|TriageTable { category, priority }| StaffAction::Triage {
                category,
                priority,
            }),
            self.milestone.map(StaffAction::Milestone),
            self.delay
                .map(|DelayTable { until: Date(until), text }| StaffAction::Delay { until, text }),
            self.hand_over.map(|team| StaffAction::HandOver(TeamId(team))),
            self.escalate.then_some(StaffAction::Escalate),
        ];
        let action = only(actions).ok_or_else(|| {
            format!(
                "the staff_action of {} must have exactly one of triage, milestone, delay, hand_over \
                 and escalate",
                self.person
            )
        })?;
        Ok(Action::StaffPage(PersonId(self.person), action))
    }
}

/// The only value that is there; `None` if there are several or none.
fn only<T, const N: usize>(values: [Option<T>; N]) -> Option<T> {
    let mut values = values.into_iter().flatten();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
