//! From commits, steps and emails to facts.

use std::collections::HashMap;
use std::sync::Arc;

use adapters::mail::Outgoing;
use adapters::store::Committed;
use chrono::{DateTime, Utc};
use domain::contact::{Actor, Addressee, Commit, Contact, ContactId, Event, MailId, MoveReason};
use domain::deadline::DeadlineId;
use domain::organisation::Organisation;
use domain::wording::{self, account_line, follows_from_another, history_line};
use serde::Serialize;

use super::{Details, Fact, FactEvent, MailFact, Stamp};

/// Makes facts, in the order in which things happen.
#[derive(Debug)]
pub(crate) struct Recorder {
    organisation: Arc<Organisation>,
    facts: Vec<Fact>,
    logs: HashMap<ContactId, Vec<Commit>>,
    due: HashMap<(ContactId, DeadlineId), DateTime<Utc>>,
}

/// A fact about a step of the scenario.
#[derive(Debug, Clone)]
pub(crate) struct StepFact {
    pub(crate) event: FactEvent,
    /// The number of the step, from 1.
    pub(crate) step: usize,
    /// The person who acts.
    pub(crate) by: String,
    pub(crate) contact: Option<ContactId>,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) text: String,
}

impl Recorder {
    pub(crate) fn new(organisation: Arc<Organisation>) -> Self {
        Self { organisation, facts: Vec::new(), logs: HashMap::new(), due: HashMap::new() }
    }

    pub(crate) fn facts(self) -> Vec<Fact> {
        self.facts
    }

    /// Tells of a step: somebody acts, or nothing came of it.
    pub(crate) fn step(&mut self, at: DateTime<Utc>, step: StepFact) {
        let contact = step.contact.map(|id| id.reference(&self.organisation.prefix));
        self.facts.push(Fact {
            contact,
            by: Some(step.by),
            what: step.what,
            why: step.why,
            text: step.text,
            details: Details { step: Some(step.step), ..Details::default() },
            ..self.fact(at, step.event)
        });
    }

    /// Tells what was committed. `mails` are the emails that the mailer was handed so far.
    pub(crate) fn commit(&mut self, committed: &Committed, mails: &[Outgoing]) {
        let Committed { id, commit, contact } = committed;
        let log = self.logs.entry(*id).or_default();
        log.push(commit.clone());
        let log = log.clone();
        for event in &commit.events {
            let setting = Setting { id: *id, commit, contact: contact.as_ref(), log: &log, mails };
            let facts = self.event(event, &setting);
            self.facts.extend(facts);
        }
    }

    /// A fact that has nothing yet but its time and kind.
    fn fact(&self, at: DateTime<Utc>, event: FactEvent) -> Fact {
        Fact {
            at: self.stamp(at),
            contact: None,
            event,
            standard: None,
            standards: Vec::new(),
            due_at: None,
            was_due_at: None,
            by: None,
            internal: false,
            why: String::new(),
            mail: None,
            what: String::new(),
            text: String::new(),
            details: Details::default(),
        }
    }

    fn stamp(&self, at: DateTime<Utc>) -> Stamp {
        Stamp(at.with_timezone(&self.organisation.zone()))
    }

    fn event(&mut self, event: &Event, setting: &Setting<'_>) -> Vec<Fact> {
        let at = setting.commit.at;
        let line = history_line(&self.organisation, event, setting.log, at);
        let (what, text) = line.map_or_else(Default::default, |line| (line.what, line.text));
        let by =
            if follows_from_another(event) { "kept".into() } else { actor(&setting.commit.by) };
        let mut fact = Fact {
            contact: Some(setting.id.reference(&self.organisation.prefix)),
            by: Some(by),
            what,
            text,
            ..self.fact(at, kind(event))
        };
        let if_earlier = |then: DateTime<Utc>| (then != at).then(|| self.stamp(then));
        let details = &mut fact.details;
        match event {
            Event::Received { channel, category, priority, team, subject, .. } => {
                details.channel = Some(channel.to_string());
                details.category = Some(category.to_string());
                details.priority = Some(priority.to_string());
                details.team = Some(team.to_string());
                details.subject = Some(subject.clone());
            }
            Event::Answered { means, at, .. } => {
                details.means = Some(name(means));
                details.happened_at = if_earlier(*at);
            }
            Event::UpdateGiven { means, at, .. } => {
                details.means = Some(name(means));
                details.happened_at = if_earlier(*at);
            }
            Event::ResponseConfirmed { at, .. } | Event::AnswerTakenBack { at } => {
                details.happened_at = if_earlier(*at);
            }
            Event::Reopened { reason } => fact.why = reason.clone().unwrap_or_default(),
            Event::DelayNotified { means, at, until, .. } => {
                details.means = Some(name(means));
                details.happened_at = if_earlier(*at);
                details.until = Some(until.to_string());
            }
            Event::MilestoneRecorded { milestone, at, .. } => {
                details.milestone = Some(milestone.to_string());
                details.happened_at = if_earlier(*at);
            }
            Event::MilestoneTakenBack { milestone, at, reason } => {
                details.milestone = Some(milestone.to_string());
                details.happened_at = if_earlier(*at);
                fact.why.clone_from(reason);
            }
            Event::Triaged { category, priority } => {
                details.category = Some(category.to_string());
                details.priority = Some(priority.to_string());
            }
            Event::Escalated { stage, requested_at, .. }
            | Event::StageRequestDated { stage, requested_at, .. } => {
                details.stage = Some(*stage);
                details.happened_at = if_earlier(*requested_at);
            }
            Event::StageTakenBack { stage, declined } => {
                details.stage = Some(*stage);
                fact.why = declined.clone().unwrap_or_default();
            }
            Event::ActionPrompted { action_prompts, person } => {
                details.action_prompts.clone_from(action_prompts);
                details.person = person.as_ref().map(ToString::to_string);
            }
            Event::Assigned { person, reason } => {
                details.person = Some(person.to_string());
                fact.why = reason.clone().unwrap_or_default();
            }
            Event::HandedOver { team } => details.team = Some(team.to_string()),
            Event::AcknowledgementSuppressed { why } => {
                fact.why = wording::suppression(*why).to_owned();
            }
            Event::StaffReplyRejected { why } => {
                details.reason = Some(name(why));
                fact.why = wording::reply_rejection(*why).to_owned();
            }
            Event::Closed { reason } => fact.why = reason.clone().unwrap_or_default(),
            Event::Notified { person, deadlines } => {
                details.person = Some(person.to_string());
                fact.standard = deadlines.first().map(ToString::to_string);
                fact.standards = deadlines.iter().map(ToString::to_string).collect();
            }
            Event::DeadlineNotCounted { standard, outside } => {
                fact.standard = Some(standard.to_string());
                fact.why = outside.to_string();
            }
            Event::MailSent { mail, at, .. } => {
                details.happened_at = if_earlier(*at);
                fact.mail = self.mail(mail, setting);
            }
            Event::MailDeferred { mail, why, until } => {
                details.until = Some(self.stamp(*until).0.to_rfc3339());
                fact.why = wording::mail_problem(why);
                fact.mail = self.mail(mail, setting);
            }
            Event::MailFailed { mail, why } => {
                fact.why = wording::mail_problem(why);
                fact.mail = self.mail(mail, setting);
            }
            Event::MailRetried { mail } => fact.mail = self.mail(mail, setting),
            Event::DeadlineStarted { .. }
            | Event::DeadlineMoved { .. }
            | Event::DeadlinePaused { .. }
            | Event::DeadlineReclassified { .. }
            | Event::DeadlineMet { .. }
            | Event::DeadlineMissed { .. }
            | Event::WindowClosed { .. }
            | Event::DeadlineRestored { .. }
            | Event::DeadlineWaived { .. } => return self.deadline(fact, event, setting),
            Event::CustomerWrote { .. } | Event::CallAttempted { .. } | Event::NoteAdded { .. } => {
            }
        }
        vec![fact]
    }

    /// The facts of an event about a deadline. A pause that ends and moves the date makes two.
    fn deadline(&mut self, mut fact: Fact, event: &Event, setting: &Setting<'_>) -> Vec<Fact> {
        let Some(id) = deadline_of(event) else { return vec![fact] };
        let key = (setting.id, id.clone());
        let known = self.due.get(&key).copied();
        fact.standard = Some(id.to_string());
        fact.due_at = known.map(|at| self.stamp(at));
        fact.internal = match setting.contact.and_then(|contact| contact.deadline(id)) {
            Some(deadline) => deadline.internal,
            None => self.organisation.standard(&id.standard).is_some_and(|known| known.internal),
        };
        let details = &mut fact.details;
        match event {
            Event::DeadlineStarted { due_at, derivation, .. } => {
                self.due.insert(key, *due_at);
                fact.due_at = Some(self.stamp(*due_at));
                fact.why = derivation.as_ref().map(account_line).unwrap_or_default();
            }
            Event::DeadlineMoved { because, due_at, derivation, .. } => {
                self.due.insert(key, *due_at);
                fact.due_at = Some(self.stamp(*due_at));
                fact.why = derivation.as_ref().map(account_line).unwrap_or_default();
                details.reason = Some(name(because));
                fact.was_due_at = known.map(|at| self.stamp(at));
                if *because == MoveReason::Resumed && known != Some(*due_at) {
                    // People read one sentence about both.
                    let moved = Fact { what: String::new(), ..fact.clone() };
                    let moved = Fact { event: FactEvent::DeadlineMoved, ..moved };
                    return vec![fact, moved];
                }
            }
            Event::DeadlineReclassified { due_at, internal, .. } => {
                fact.internal = *internal;
                fact.due_at = Some(self.stamp(*due_at));
            }
            Event::DeadlinePaused { until, .. } => details.milestone = Some(until.to_string()),
            Event::DeadlineMet { by, at, option, .. } => {
                details.option.clone_from(option);
                fact.by = Some(by.to_string());
                details.milestone = Some(by.to_string());
                details.happened_at = (*at != setting.commit.at).then(|| self.stamp(*at));
            }
            Event::DeadlineMissed { due_at, .. } | Event::DeadlineRestored { due_at, .. } => {
                fact.due_at = Some(self.stamp(*due_at));
            }
            Event::DeadlineWaived { why, .. } => {
                details.reason = tag(why, "because");
                fact.why = wording::waiver(why);
            }
            _ => {}
        }
        vec![fact]
    }

    /// An email of a contact, with its text if it was written.
    fn mail(&self, id: &MailId, setting: &Setting<'_>) -> Option<MailFact> {
        let mut all = setting.log.iter().flat_map(|commit| &commit.mails);
        let mail = all.find(|mail| mail.id == *id)?;
        let file = format!("{}.{id}.", setting.id.reference(&self.organisation.prefix));
        let written = setting.mails.iter().rev().find(|mail| mail.name.starts_with(&file));
        let address = match &mail.to {
            Addressee::Customer => None,
            Addressee::Person(id) => {
                self.organisation.person(id.as_str()).map(|person| person.email.clone())
            }
        };
        Some(MailFact {
            to: written.map(|mail| mail.to.address.clone()).or(address).unwrap_or_default(),
            kind: name(&mail.kind.topic()),
            subject: written.map(|mail| mail.subject.clone()).unwrap_or_default(),
            text: written.map(|mail| mail.text.clone()).unwrap_or_default(),
        })
    }
}

/// The commit that an event belongs to, and what is known besides.
struct Setting<'a> {
    id: ContactId,
    commit: &'a Commit,
    /// The contact after it.
    contact: Option<&'a Contact>,
    /// The contact's commits up to this one.
    log: &'a [Commit],
    mails: &'a [Outgoing],
}

fn actor(by: &Actor) -> String {
    match by {
        Actor::Customer => "customer".into(),
        Actor::Kept => "kept".into(),
        Actor::Staff(person) => person.to_string(),
    }
}

fn kind(event: &Event) -> FactEvent {
    match event {
        Event::Received { .. } => FactEvent::Received,
        Event::CustomerWrote { .. } => FactEvent::CustomerWrote,
        Event::DeadlineStarted { .. } => FactEvent::DeadlineStarted,
        Event::DeadlineMoved { because: MoveReason::Resumed, .. } => FactEvent::DeadlineResumed,
        Event::DeadlineMoved { .. } => FactEvent::DeadlineMoved,
        Event::DeadlinePaused { .. } => FactEvent::DeadlinePaused,
        Event::DeadlineReclassified { .. } => FactEvent::DeadlineReclassified,
        Event::Triaged { .. } => FactEvent::Triaged,
        Event::Escalated { .. } => FactEvent::Escalated,
        Event::StageTakenBack { .. } => FactEvent::StageTakenBack,
        Event::StageRequestDated { .. } => FactEvent::StageRequestDated,
        Event::ActionPrompted { .. } => FactEvent::ActionPrompted,
        Event::DeadlineNotCounted { .. } => FactEvent::DeadlineNotCounted,
        Event::AcknowledgementSuppressed { .. } => FactEvent::AcknowledgementSuppressed,
        Event::MilestoneRecorded { .. } => FactEvent::Milestone,
        Event::MilestoneTakenBack { .. } => FactEvent::MilestoneTakenBack,
        Event::DeadlineMet { late: false, .. } => FactEvent::DeadlineMet,
        Event::DeadlineMet { late: true, .. } => FactEvent::DeadlineMetLate,
        Event::DeadlineMissed { .. } => FactEvent::DeadlineMissed,
        Event::WindowClosed { .. } => FactEvent::WindowClosed,
        Event::DeadlineWaived { .. } => FactEvent::DeadlineWaived,
        Event::Notified { .. } => FactEvent::Reminded,
        Event::MailSent { .. } => FactEvent::MailSent,
        Event::MailDeferred { .. } => FactEvent::MailDeferred,
        Event::MailFailed { .. } => FactEvent::MailFailed,
        Event::MailRetried { .. } => FactEvent::MailRetried,
        Event::Answered { .. } => FactEvent::Answered,
        Event::CallAttempted { .. } => FactEvent::CallAttempted,
        Event::UpdateGiven { .. } => FactEvent::Updated,
        Event::DelayNotified { .. } => FactEvent::DelayNotified,
        Event::NoteAdded { .. } => FactEvent::NoteAdded,
        Event::Assigned { .. } => FactEvent::Assigned,
        Event::HandedOver { .. } => FactEvent::HandedOver,
        Event::StaffReplyRejected { .. } => FactEvent::StaffReplyRejected,
        Event::Closed { .. } => FactEvent::Closed,
        Event::Reopened { .. } => FactEvent::Reopened,
        Event::ResponseConfirmed { .. } => FactEvent::ResponseConfirmed,
        Event::AnswerTakenBack { .. } => FactEvent::AnswerTakenBack,
        Event::DeadlineRestored { .. } => FactEvent::DeadlineRestored,
    }
}

fn deadline_of(event: &Event) -> Option<&DeadlineId> {
    match event {
        Event::DeadlineStarted { deadline, .. }
        | Event::DeadlineMoved { deadline, .. }
        | Event::DeadlinePaused { deadline, .. }
        | Event::DeadlineReclassified { deadline, .. }
        | Event::DeadlineMet { deadline, .. }
        | Event::DeadlineMissed { deadline, .. }
        | Event::WindowClosed { deadline }
        | Event::DeadlineRestored { deadline, .. }
        | Event::DeadlineWaived { deadline, .. } => Some(deadline),
        _ => None,
    }
}

/// The name of a value in stored data.
fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The value of a text field in stored data.
fn tag(value: &impl Serialize, field: &str) -> Option<String> {
    Some(serde_json::to_value(value).ok()?.get(field)?.as_str()?.to_owned())
}
