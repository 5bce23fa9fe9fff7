//! Playing a scenario in a simulation.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::mail::Outgoing;
use adapters::pages::{FormFields, RecordFields};
use adapters::store::Committed;
use chrono::{DateTime, Utc};
use domain::contact::ContactId;
use domain::decide::{Command, NoChange, Refusal, Request, StaffCommand};
use domain::organisation::{Organisation, PersonId};
use domain::wording::person;
use functions::Outcome;
use functions::intake_email::{Envelope, Intake, IntakeError};
use functions::intake_web::{Submitted, submit};
use functions::staff::{RecordError, record_contact};

use super::facts::{Fact, FactEvent, Recorder, StepFact};
use super::message::{RawMessage, address};
use super::scenario::{
    Action, CustomerReply, Email, Form, PageCommand, Record, Scenario, StaffAction, StaffReply,
    Step,
};
use crate::failure::Failure;
use crate::simulation::{RecordingMailer, Simulation, SimulationError};

/// The facts of a play.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) facts: Vec<Fact>,
    /// The references of the contacts that have a name in the scenario.
    pub(super) references: BTreeMap<String, String>,
}

/// Plays a scenario. Returns what happened.
///
/// # Errors
/// Returns an error if the simulation fails. A step that is refused is one of the facts.
pub(super) async fn play(
    organisation: Arc<Organisation>,
    scenario: &Scenario,
) -> Result<Played, Failure> {
    let recorder = Recorder::new(organisation.clone());
    let mailer = RecordingMailer::default();
    let simulation =
        Simulation::new(organisation, scenario.start, mailer).await.map_err(Failure::failed)?;
    let mut player =
        Player { simulation, recorder, messages: 0, named: BTreeMap::new(), last: None };
    for (index, step) in scenario.steps.iter().enumerate() {
        player.advance_to(step.at).await?;
        player.step(index + 1, step).await?;
        player.run_until_idle().await?;
    }
    player.advance_to(scenario.end).await?;
    let prefix = &player.simulation.app.organisation.prefix;
    let references = player.named.iter().map(|(name, id)| (name.clone(), id.reference(prefix)));
    let references = references.collect();
    Ok(Played { facts: player.recorder.facts(), references })
}

struct Player {
    simulation: Simulation,
    recorder: Recorder,
    /// The number of messages and forms so far, for their Message-IDs and keys.
    messages: usize,
    /// The contacts that have a name in the scenario.
    named: BTreeMap<String, ContactId>,
    /// The contact that was made last.
    last: Option<ContactId>,
}

/// The result of a step.
enum StepResult {
    /// It changed something, and may have made contacts.
    Done(Vec<ContactId>),
    /// There was nothing to change, for this reason.
    NoChange(&'static str),
    /// It was refused, for this reason.
    Refused(String),
}

impl StepResult {
    fn refused(why: impl ToString) -> Self {
        Self::Refused(why.to_string())
    }
}

impl Player {
    async fn advance_to(&mut self, at: DateTime<Utc>) -> Result<(), Failure> {
        let commits = self.simulation.advance_to(at).await.map_err(Failure::failed)?;
        self.record_commits(&commits);
        Ok(())
    }

    async fn run_until_idle(&mut self) -> Result<(), Failure> {
        let commits = self.simulation.run_until_idle().await.map_err(Failure::failed)?;
        self.record_commits(&commits);
        Ok(())
    }

    fn record_commits(&mut self, commits: &[Committed]) {
        let mails = self.simulation.mailer.attempts();
        for committed in commits {
            self.recorder.commit(committed, &mails);
        }
    }

    /// Plays one step, and tells of it and of what came of it.
    async fn step(&mut self, number: usize, step: &Step) -> Result<(), Failure> {
        let now = self.simulation.app.now();
        let contact = self.contact(step).await?;
        let fact = StepFact {
            step: number,
            contact,
            ..step.action.description(&self.simulation.app.organisation)
        };
        self.recorder.step(now, fact.clone());
        for result in self.act(step, contact).await? {
            let (event, what, why) = match result {
                StepResult::Done(made) => {
                    if let Some(id) = made.first() {
                        self.last = Some(*id);
                        self.named.extend(step.name.clone().map(|name| (name, *id)));
                    }
                    continue;
                }
                StepResult::NoChange(why) => (FactEvent::NoChange, "Nothing changed.", why.into()),
                StepResult::Refused(why) => (FactEvent::Refused, "Refused.", why),
            };
            let (what, text) = (what.to_owned(), String::new());
            self.recorder.step(now, StepFact { event, what, why, text, ..fact.clone() });
        }
        Ok(())
    }

    /// Does what a step says. An email has a result for each delivery.
    async fn act(
        &mut self,
        step: &Step,
        contact: Option<ContactId>,
    ) -> Result<Vec<StepResult>, Failure> {
        if let (Some(name), None) = (&step.contact, contact) {
            let why = format!("no contact was made under the name `{name}`");
            return Ok(vec![StepResult::Refused(why)]);
        }
        let result = match &step.action {
            Action::Email(email) => return self.email(email).await,
            Action::Form(form) => self.form(form).await?,
            Action::Record(record) => self.record(record).await?,
            Action::CustomerReply(reply) => self.customer_reply(reply, contact).await?,
            Action::StaffReply(reply) => self.staff_reply(reply, contact).await?,
            Action::StaffPage(person, action) => match contact {
                Some(id) => self.staff_page(person, action, &id).await?,
                None => StepResult::refused("there is no contact yet"),
            },
            Action::MailServer(server) => {
                self.simulation.mailer.refuse(&server.refuses);
                self.simulation.mailer.set_down(server.down);
                StepResult::Done(Vec::new())
            }
        };
        Ok(vec![result])
    }

    async fn email(&mut self, email: &Email) -> Result<Vec<StepResult>, Failure> {
        let raw = RawMessage {
            from: address(&email.name, &email.from),
            to: email.to.join(", "),
            subject: email.subject.clone(),
            text: email.text.clone(),
            headers: Some(&email.headers),
            attachments: &email.attachments,
            in_reply_to: None,
        };
        self.messages += 1;
        let raw = raw.to_bytes(self.messages);
        let sender = email.envelope_sender.as_deref().unwrap_or(&email.from);
        let mut results = Vec::new();
        for _ in 0..email.deliveries {
            results.push(self.deliver(sender, &email.to, &raw).await?);
        }
        Ok(results)
    }

    async fn form(&mut self, form: &Form) -> Result<StepResult, Failure> {
        self.messages += 1;
        let fields = FormFields {
            name: form.name.clone(),
            email: form.email.clone(),
            phone: form.phone.clone(),
            address: form.address.clone(),
            category: form.category.clone(),
            message: form.text.trim().to_owned(),
            idempotency_key: format!("scenario-{}", self.messages),
        };
        Ok(match submit(&self.simulation.app, &fields).await.map_err(Failure::failed)? {
            Submitted::Recorded(contact) => StepResult::Done(vec![contact.id]),
            Submitted::Invalid(errors) => {
                let errors = errors.into_iter().map(|e| format!("{}: {}", e.field, e.message));
                StepResult::Refused(errors.collect::<Vec<_>>().join("; "))
            }
            Submitted::Refused(refusal) => StepResult::refused(refusal),
            Submitted::NoChange => StepResult::NoChange("nothing was recorded"),
        })
    }

    async fn record(&mut self, record: &Record) -> Result<StepResult, Failure> {
        let app = &self.simulation.app;
        let person = match self.may_act(&PersonId(record.person.clone()), None) {
            Ok(person) => person,
            Err(why) => return Ok(StepResult::Refused(why)),
        };
        let team = if record.team.is_empty() { person.1 } else { record.team.clone() };
        self.messages += 1;
        let fields = RecordFields {
            channel: record.channel.to_string(),
            received: record
                .received
                .map_or_else(String::new, |at| at.0.format("%Y-%m-%dT%H:%M:%S").to_string()),
            category: record.category.as_ref().map_or_else(String::new, ToString::to_string),
            priority: record.priority.to_string(),
            team,
            name: record.name.clone(),
            email: record.email.clone(),
            phone: record.phone.clone(),
            address: record.address.clone(),
            subject: record.subject.clone(),
            message: record.text.trim().to_owned(),
            call_back: record.call_back,
        };
        let key = format!("scenario-{}", self.messages);
        let recorded =
            record_contact(app, &person.0, &key, &fields).await.map_err(Failure::failed)?;
        Ok(match recorded {
            Ok(id) => StepResult::Done(vec![id]),
            Err(RecordError::Field(error)) => StepResult::Refused(error),
            Err(RecordError::Refused(refusal)) => StepResult::refused(refusal),
        })
    }

    async fn customer_reply(
        &mut self,
        reply: &CustomerReply,
        contact: Option<ContactId>,
    ) -> Result<StepResult, Failure> {
        let Some(last) = self.last_email_to(&reply.from, contact) else {
            return Ok(StepResult::Refused(format!(
                "{} has not been sent an email to reply to",
                reply.from
            )));
        };
        let raw = RawMessage {
            headers: Some(&reply.headers),
            attachments: &reply.attachments,
            ..RawMessage::reply(&reply.from, &last, &reply.text)
        };
        self.deliver_reply(&reply.from, &last, &raw).await
    }

    async fn staff_reply(
        &mut self,
        reply: &StaffReply,
        contact: Option<ContactId>,
    ) -> Result<StepResult, Failure> {
        let id = PersonId(reply.person.clone());
        let Some(person) = self.simulation.app.organisation.person(id.as_str()) else {
            return Ok(StepResult::refused(Refusal::UnknownPerson(id)));
        };
        let own = person.email.clone();
        let Some(last) = self.last_email_to(&own, contact) else {
            return Ok(StepResult::Refused(format!(
                "{own} has not been sent an email to reply to"
            )));
        };
        let from = reply.from.as_ref().unwrap_or(&own);
        let raw = RawMessage {
            headers: Some(&reply.headers),
            attachments: &reply.attachments,
            ..RawMessage::reply(from, &last, &reply.text)
        };
        self.deliver_reply(from, &last, &raw).await
    }

    async fn deliver_reply(
        &mut self,
        from: &str,
        answered: &Outgoing,
        raw: &RawMessage<'_>,
    ) -> Result<StepResult, Failure> {
        self.messages += 1;
        let raw = raw.to_bytes(self.messages);
        self.deliver(from, std::slice::from_ref(&answered.reply_to), &raw).await
    }

    async fn deliver(
        &mut self,
        sender: &str,
        to: &[String],
        raw: &[u8],
    ) -> Result<StepResult, Failure> {
        let envelope = Envelope {
            sender: Some(sender.to_owned()),
            recipients: to.to_vec(),
            ..Envelope::default()
        };
        let taken = match self.simulation.deliver(&envelope, raw).await {
            Ok(taken) => taken,
            Err(SimulationError::Intake(error @ IntakeError::NoRecipient)) => {
                return Ok(StepResult::refused(error));
            }
            Err(error) => return Err(Failure::failed(error)),
        };
        let made = taken.iter().filter_map(|intake| match intake {
            Intake::New(id) => Some(*id),
            _ => None,
        });
        let made: Vec<_> = made.collect();
        Ok(if taken.iter().all(|intake| matches!(intake, Intake::Duplicate(_))) {
            StepResult::NoChange("the message was taken in before")
        } else if taken.iter().all(|intake| *intake == Intake::Ignored) {
            StepResult::NoChange(
                "the message was only archived: it is a machine's reply to a notification, or an email \
                 of Kept's that came back",
            )
        } else {
            StepResult::Done(made)
        })
    }

    async fn staff_page(
        &mut self,
        person: &PersonId,
        action: &StaffAction,
        id: &ContactId,
    ) -> Result<StepResult, Failure> {
        let command = match &action.command {
            PageCommand::Whole(command) => command.clone(),
            PageCommand::ConfirmLastReply => match self.last_reply(id).await? {
                Some(entry) => StaffCommand::ConfirmResponse { entry, closes: true },
                None => return Ok(StepResult::refused("there is no reply that could be it")),
            },
        };
        let waives = match command {
            StaffCommand::Close { reason: Some(_) } => {
                Some("only a manager can close a contact that is still owed an answer")
            }
            StaffCommand::DeclineStage { .. } => {
                Some("only a manager can decline a request for the next stage")
            }
            _ => None,
        };
        if let Err(why) = self.may_act(person, waives) {
            return Ok(StepResult::Refused(why));
        }
        let command = Command::Staff { person: person.clone(), command };
        let request = Request { key: None, command };
        Ok(match self.simulation.app.execute(id, &request).await.map_err(Failure::failed)? {
            Outcome::Done(_) => StepResult::Done(Vec::new()),
            Outcome::NoChange(why, _) => StepResult::NoChange(no_change(why)),
            Outcome::Refused(refusal) => StepResult::refused(refusal),
        })
    }

    /// The entry of the last reply to a contact that staff can say was the full response.
    async fn last_reply(&self, id: &ContactId) -> Result<Option<u32>, Failure> {
        let app = &self.simulation.app;
        let contact = app.store.load(id).await.map_err(Failure::failed)?;
        Ok(contact
            .and_then(|contact| Some(contact.replies_to_confirm(&app.organisation).last()?.entry)))
    }

    /// The person with their team, if their role allows it; otherwise the reason why not. `waives` is the
    /// reason for which only a manager may do it, if there is one.
    fn may_act(&self, id: &PersonId, waives: Option<&str>) -> Result<(PersonId, String), String> {
        let organisation = &self.simulation.app.organisation;
        let Some(known) = organisation.person(id.as_str()) else {
            return Err(Refusal::UnknownPerson(id.clone()).to_string());
        };
        let name = person(organisation, id);
        if !known.role.may_act() {
            return Err(format!("{name} may look at contacts, but not change them"));
        }
        if let Some(why) = waives.filter(|_| !known.role.may_waive()) {
            return Err(why.into());
        }
        Ok((known.id.clone(), known.team.to_string()))
    }

    /// The last email that was sent to an address, about one contact if that is given.
    fn last_email_to(&self, address: &str, contact: Option<ContactId>) -> Option<Outgoing> {
        let prefix = &self.simulation.app.organisation.prefix;
        let about = contact.map_or_else(String::new, |id| format!("{}.", id.reference(prefix)));
        let sent = self.simulation.mailer.sent();
        sent.into_iter()
            .rev()
            .find(|email| email.to.address == address && email.name.starts_with(&about))
    }

    /// The contact that a step is about, if it has a name or the step is an action on its page.
    async fn contact(&self, step: &Step) -> Result<Option<ContactId>, Failure> {
        if let Some(name) = &step.contact {
            return Ok(self.named.get(name).copied());
        }
        let Action::StaffPage(..) = step.action else { return Ok(None) };
        Ok(self.first_open_contact().await?.or(self.last))
    }

    /// The first open contact on the work list of the first team that has one.
    async fn first_open_contact(&self) -> Result<Option<ContactId>, Failure> {
        let app = &self.simulation.app;
        for team in app.organisation.teams() {
            let page = app
                .store
                .open_contacts(team.id.as_str(), None, 1)
                .await
                .map_err(Failure::failed)?;
            if let Some(id) = page.items.first() {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }
}

fn no_change(why: NoChange) -> &'static str {
    match why {
        NoChange::Duplicate => "the same message or command was taken in before",
        NoChange::NothingDue => "everything is already as this step wants it",
        NoChange::NotPending => "the emails are no longer waiting",
        NoChange::AlreadyClosed => "the contact was closed before",
        NoChange::NoSuchContact => "there is no such contact",
    }
}
