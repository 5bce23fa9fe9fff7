//! Scenario files: what customers and staff do, and when.
//!
//! [`ScenarioFile`] is the file as people write it; [`Scenario`] is one that can be played.

mod file;
mod staff_action;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::organisation::{Organisation, PersonId};
use domain::time::instant;
use domain::toml_file::{LocalTime, read_toml};

use crate::failure::Failure;
use file::StepTable;
pub(super) use file::{CustomerReply, Email, Form, MailServer, Record, StaffReply};
pub(crate) use file::{Expectation, ScenarioFile};
pub(super) use staff_action::{PageCommand, StaffAction};

/// A scenario that can be played.
#[derive(Debug)]
pub(super) struct Scenario {
    /// The first step's time, at which the play starts.
    pub(super) start: DateTime<Utc>,
    /// The end of the play.
    pub(super) end: DateTime<Utc>,
    /// The steps in order of time.
    pub(super) steps: Vec<Step>,
    pub(super) expectations: Vec<Expectation>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: DateTime<Utc>,
    /// The name for the contact that the step makes.
    pub(super) name: Option<String>,
    /// The name of the contact that the step is about.
    pub(super) contact: Option<String>,
    pub(super) action: Action,
}

/// The action of a step.
#[derive(Debug)]
pub(super) enum Action {
    Email(Email),
    Form(Form),
    Record(Record),
    CustomerReply(CustomerReply),
    StaffReply(StaffReply),
    StaffPage(PersonId, StaffAction),
    MailServer(MailServer),
}

impl Action {
    /// Returns true if the action makes a contact, which can have a name.
    fn makes_contact(&self) -> bool {
        matches!(self, Self::Email(_) | Self::Form(_) | Self::Record(_))
    }
}

impl ScenarioFile {
    /// Reads a scenario. `file` is its name in errors.
    ///
    /// # Errors
    /// Returns an error that names the file, the lines and what has to be corrected.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, Failure> {
        read_toml(file, text).map_err(Failure::failed)
    }

    /// The title and the paragraph about the scenario.
    pub(super) fn introduction(&self) -> String {
        format!("{}\n\n{}", self.title, self.about.trim()).trim().to_owned()
    }

    /// The organisation that the scenario names.
    pub(super) fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// Checks what the form of the file does not ensure. `organisation` has the time zone.
    ///
    /// # Errors
    /// Returns an error that names the file and the step.
    pub(super) fn check(
        self,
        file: &str,
        organisation: &Organisation,
    ) -> Result<Scenario, Failure> {
        let Self { until, step, expect: expectations, .. } = self;
        let steps = steps(step, organisation).and_then(|steps| {
            let utc = |LocalTime(local)| instant(organisation.zone(), local);
            let (start, end) = (steps.first().map(|step| step.at), utc(until));
            let start =
                start.ok_or("there are no steps; write [[step]] with a time and an action")?;
            if steps.last().is_some_and(|step| step.at > end) {
                return Err(format!("the play ends at {}, before the last step", until.0));
            }
            let named = |name: &String| steps.iter().any(|step| step.name.as_ref() == Some(name));
            let contacts = expectations.iter().filter_map(|expected| expected.contact.as_ref());
            if let Some(name) = contacts.into_iter().find(|name| !named(name)) {
                return Err(format!(
                    "a fact is expected of the contact `{name}`, but no step has as = \"{name}\""
                ));
            }
            Ok(Scenario { start, end, steps, expectations })
        });
        steps.map_err(|message| Failure::failed(format!("{file}: {message}")))
    }
}

fn steps(tables: Vec<StepTable>, organisation: &Organisation) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut names = BTreeSet::new();
    for table in tables {
        let at = table.at.0;
        let step = table
            .step(organisation, &mut names)
            .map_err(|message| format!("the step at {at} {message}"))?;
        if steps.last().is_some_and(|before| before.at > step.at) {
            return Err(format!(
                "the steps must be in order of time, and the step at {at} is earlier than the one \
                     before it"
            ));
        }
        steps.push(step);
    }
    Ok(steps)
}

impl StepTable {
    /// The step. `names` are the names that contacts have been given so far.
    fn step(
        self,
        organisation: &Organisation,
        names: &mut BTreeSet<String>,
    ) -> Result<Step, String> {
        let utc = |LocalTime(local)| instant(organisation.zone(), local);
        let at = utc(self.at);
        let actions = [
            self.email.map(Action::Email),
            self.form.map(Action::Form),
            self.record.map(Action::Record),
            self.customer_reply.map(Action::CustomerReply),
            self.staff_reply.map(Action::StaffReply),
            self.staff_call.map(|call| {
                Action::StaffPage(PersonId(call.person), StaffAction::call(call.text, at))
            }),
            self.staff_action.map(|table| table.action(at, utc)).transpose()?,
            self.mail_server.map(Action::MailServer),
        ];
        let action = only(actions).ok_or(
            "must have exactly one of email, form, record, customer_reply, staff_reply, staff_call, \
             staff_action and mail_server",
        )?;
        if let Some(name) = &self.contact {
            if action.makes_contact() {
                return Err(format!("makes a contact; name it with as = \"{name}\""));
            }
            if !names.contains(name) {
                return Err(format!(
                    "is about the contact `{name}`, but no earlier step has as = \"{name}\""
                ));
            }
        }
        if let Some(name) = &self.name {
            if !action.makes_contact() {
                return Err("has `as`, but only email, form and record make a contact".into());
            }
            if !names.insert(name.clone()) {
                return Err(format!("names a second contact `{name}`"));
            }
        }
        Ok(Step { at, name: self.name, contact: self.contact, action })
    }
}

/// The only value that is there; `None` if there are several or none.
fn only<T, const N: usize>(values: [Option<T>; N]) -> Option<T> {
    let mut values = values.into_iter().flatten();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
