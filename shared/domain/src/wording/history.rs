//! The history of a contact, for staff.

use chrono::{DateTime, Utc};

use super::closed_days::list;
use super::dates::{clock_time, date, date_time, to_the_minute};
use super::due::{deadline_title, due_date, option_title};
use super::explanation::capitalised;
use super::labels::{channel, milestone_label, person, suppression, team, waiver};
use super::mail::{mail, mail_problem, reply_rejection};
use crate::contact::{Actor, Commit, Event, MailId, MailTopic, Means, MoveReason};
use crate::deadline::DeadlineId;
use crate::organisation::{Organisation, PersonId};
use crate::standards::Milestone;
use crate::time::local;

/// An event in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// The sentence.
    pub what: String,
    /// The text that was written or said with it; empty if there is none.
    pub text: String,
}

/// The author of a commit: "Priya Shah", "customer", "Kept".
#[must_use]
pub fn actor(organisation: &Organisation, actor: &Actor) -> String {
    match actor {
        Actor::Customer => "customer".into(),
        Actor::Kept => "Kept".into(),
        Actor::Staff(id) => person(organisation, id),
    }
}

/// Returns true if an event follows from another of the same commit, so that it is Kept's work whoever
/// caused the other.
#[must_use]
pub fn follows_from_another(event: &Event) -> bool {
    matches!(
        event,
        Event::DeadlineStarted { .. }
            | Event::DeadlineMoved { .. }
            | Event::DeadlinePaused { .. }
            | Event::DeadlineReclassified { .. }
            | Event::DeadlineNotCounted { .. }
            | Event::DeadlineMet { .. }
            | Event::DeadlineWaived { .. }
            | Event::ActionPrompted { .. }
            | Event::AcknowledgementSuppressed { .. }
            | Event::AnswerTakenBack { .. }
            | Event::Reopened { reason: None }
            | Event::DeadlineRestored { .. }
    )
}

/// An event for staff; `None` for one that means nothing by itself.
///
/// `log` holds the emails that the event may be about. `now` decides whether a date has its year.
#[must_use]
pub fn history_line(
    organisation: &Organisation,
    event: &Event,
    log: &[Commit],
    now: DateTime<Utc>,
) -> Option<HistoryLine> {
    Words { organisation, log, now }.line(event)
}

struct Words<'a> {
    organisation: &'a Organisation,
    log: &'a [Commit],
    now: DateTime<Utc>,
}

impl Words<'_> {
    fn line(&self, event: &Event) -> Option<HistoryLine> {
        let (what, text) = match event {
            Event::Received { channel: by, text, attachments, .. } => (
                format!("Received by {}{}.", channel(self.organisation, *by), files(*attachments)),
                text.clone(),
            ),
            Event::CustomerWrote { text, attachments, .. } => {
                (format!("The customer wrote again{}.", files(*attachments)), text.clone())
            }
            Event::Answered { means, text, at } => (self.answered(*means, *at), text.clone()),
            Event::CallAttempted { text } => {
                ("Called the customer but could not reach them.".into(), text.clone())
            }
            Event::UpdateGiven { means, text, at } => (self.updated(*means, *at), text.clone()),
            Event::DelayNotified { means, text, at, until, beyond } => {
                let day = |day| date(day, local(self.organisation.zone(), self.now).date());
                let mut what = format!(
                    "Told the customer{} it will take longer, until {}.",
                    self.notified(*means, *at),
                    day(*until)
                );
                if let Some(allowed) = beyond {
                    what.push_str(&format!(
                        " That is later than the standards allow. Their deadline stays at {} at the \
                         latest.",
                        day(*allowed)
                    ));
                }
                (what, text.clone())
            }
            Event::NoteAdded { text } => ("Note.".into(), text.clone()),
            Event::MilestoneRecorded { milestone, at, by_post, reason: Some(reason) } => {
                (self.milestone(*milestone, *at, *by_post), reason.clone())
            }
            Event::Closed { reason: Some(reason) } => {
                ("Closed without an answer.".into(), reason.clone())
            }
            Event::Assigned { person: id, reason: Some(reason) } => (
                format!("Assigned to {}, who considered it at an earlier stage.", self.name(id)),
                reason.clone(),
            ),
            Event::StageTakenBack { stage, declined: Some(reason) } => (
                format!(
                    "Declined the request for stage {}, which came after the customer's time had ended. \
                     The complaint is at stage {stage} again.",
                    stage.saturating_add(1)
                ),
                reason.clone(),
            ),
            Event::MilestoneTakenBack { milestone, at, reason } => {
                let label = milestone_label(self.organisation, *milestone);
                let when = self.when(*at);
                (format!("Recorded by mistake: {label}, on {when}."), reason.clone())
            }
            Event::Reopened { reason: Some(reason) } => ("Reopened.".into(), reason.clone()),
            other => (self.sentence(other)?, String::new()),
        };
        Some(HistoryLine { what, text })
    }

    /// An event to which nobody added a text.
    fn sentence(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::DeadlineStarted { deadline, due_at, .. } => {
                format!("{}: due {}.", self.title(deadline), self.due(*due_at))
            }
            Event::DeadlineMoved { deadline, because, due_at, .. } => format!(
                "{}: now due {}. {}",
                self.title(deadline),
                self.due(*due_at),
                move_reason(*because)
            ),
            Event::DeadlineReclassified { deadline, internal: false, due_at } => format!(
                "{}: no longer a target of our own, but what was promised or what the law asks for. \
                 It counts from the same start and is due {}.",
                self.title(deadline),
                self.due(*due_at)
            ),
            Event::DeadlineReclassified { deadline, internal: true, due_at } => format!(
                "{}: a target of our own from now on, due {}.",
                self.title(deadline),
                self.due(*due_at)
            ),
            Event::DeadlinePaused { deadline, until, .. } => {
                format!(
                    "{}: paused. It waits for: {}.",
                    self.title(deadline),
                    milestone_label(self.organisation, *until)
                )
            }
            Event::DeadlineNotCounted { standard, outside } => {
                let title = self.title(&DeadlineId::first(standard.clone()));
                format!(
                    "{title}: the due date could not be worked out. {}.",
                    capitalised(&outside.to_string())
                )
            }
            Event::DeadlineMet { deadline, option: Some(option), late, .. } => {
                let met = if *late { "met late" } else { "met" };
                let option = option_title(self.organisation, deadline, option);
                format!("{}: {met} by this option: {option}.", self.title(deadline))
            }
            Event::DeadlineMet { deadline, late: false, .. } => {
                format!("{}: met.", self.title(deadline))
            }
            Event::DeadlineMet { deadline, late: true, .. } => match self.last_due(deadline) {
                Some(due_at) => {
                    format!("{}: met late. It was due {}.", self.title(deadline), self.due(due_at))
                }
                None => format!("{}: met late.", self.title(deadline)),
            },
            Event::DeadlineMissed { deadline, due_at, .. } => {
                format!("{}: missed. It was due {}.", self.title(deadline), self.due(*due_at))
            }
            Event::WindowClosed { deadline } => {
                format!("{}: the customer's time has ended.", self.title(deadline))
            }
            Event::DeadlineWaived { deadline, why, .. } => {
                format!("{}: no longer owed. {}.", self.title(deadline), capitalised(&waiver(why)))
            }
            Event::Triaged { category, priority } => {
                let label = self.organisation.category(category.as_str());
                let label = label.map_or_else(|| category.to_string(), |c| c.label.clone());
                format!("Set category to {label} and priority to {priority}.")
            }
            Event::Escalated { stage, requested_at, after_window } => {
                let late = if *after_window {
                    ", after their time had ended. It counts all the same"
                } else {
                    ""
                };
                format!(
                    "The customer asked for stage {stage} on {}{late}.",
                    self.when(*requested_at)
                )
            }
            Event::StageTakenBack { stage, .. } => format!(
                "The customer had not asked for stage {}. The complaint is at stage {stage} again.",
                stage.saturating_add(1)
            ),
            Event::StageRequestDated { stage, requested_at, .. } => format!(
                "The customer had asked for stage {stage} earlier, on {}.",
                self.when(*requested_at)
            ),
            Event::ActionPrompted { action_prompts, person: Some(id) } => {
                format!("Asked {} to act: {}.", self.name(id), self.action_prompts(action_prompts))
            }
            Event::ActionPrompted { action_prompts, person: None } => {
                format!("Sent the customer a notice: {}.", self.action_prompts(action_prompts))
            }
            Event::AcknowledgementSuppressed { why } => {
                format!("No acknowledgement is sent: {}.", suppression(*why))
            }
            Event::MilestoneRecorded { milestone, at, by_post, .. }
                if milestone.is_recorded_by_staff() =>
            {
                self.milestone(*milestone, *at, *by_post)
            }
            Event::Notified { person: id, deadlines } => {
                let titles: Vec<String> = deadlines.iter().map(|id| self.title(id)).collect();
                format!("Reminded {}: {}.", self.name(id), list(&titles))
            }
            Event::MailSent { mail, possible_duplicate, .. } => {
                self.sent(mail, *possible_duplicate)
            }
            Event::MailDeferred { mail, why, until } => format!(
                "Could not send {} ({}); will try again {}.",
                self.mail(mail),
                mail_problem(why),
                self.next_attempt(*until)
            ),
            Event::MailFailed { mail, why } => format!(
                "Could not send {} ({}); will not try again.",
                self.mail(mail),
                mail_problem(why)
            ),
            Event::MailRetried { mail } => format!("Trying again to send {}.", self.mail(mail)),
            Event::ResponseConfirmed { at, .. } => {
                format!("Said that the reply of {} was our full response.", self.when(*at))
            }
            Event::AnswerTakenBack { at } => format!(
                "The answer of {} counts as an update, because nobody has said that it was the full \
                 response.",
                self.when(*at)
            ),
            Event::Assigned { person: id, .. } => format!("Assigned to {}.", self.name(id)),
            Event::HandedOver { team: id } => {
                format!("Handed over to {}.", team(self.organisation, id))
            }
            Event::StaffReplyRejected { why } => {
                format!("A reply by email was not passed on: {}.", reply_rejection(*why))
            }
            Event::Closed { .. } => "Closed.".into(),
            Event::Reopened { .. } => "Reopened.".into(),
            Event::DeadlineRestored { deadline, due_at, .. } => {
                format!("{}: owed again. It is due {}.", self.title(deadline), self.due(*due_at))
            }
            _ => return None,
        })
    }

    fn answered(&self, means: Means, at: DateTime<Utc>) -> String {
        let how = match means {
            Means::Email => return "Answered by email.".into(),
            Means::Phone => "Spoke to the customer by phone on",
            Means::Letter => "Posted a letter on",
            Means::InPerson => "Spoke to the customer in person on",
        };
        format!("{how} {}.", self.when(at))
    }

    fn updated(&self, means: Means, at: DateTime<Utc>) -> String {
        let how = match means {
            Means::Email => return "Sent the customer an update by email.".into(),
            Means::Phone => "Gave the customer an update by phone on",
            Means::Letter => "Posted an update on",
            Means::InPerson => "Gave the customer an update in person on",
        };
        format!("{how} {}.", self.when(at))
    }

    /// The means of a delay notice, if it was not sent by Kept: " by phone on Friday 5 June at 10am".
    fn notified(&self, means: Means, at: DateTime<Utc>) -> String {
        let how = match means {
            Means::Email => return String::new(),
            Means::Phone => "by phone",
            Means::Letter => "by letter",
            Means::InPerson => "in person",
        };
        format!(" {how} on {} that", self.when(at))
    }

    fn milestone(&self, what: Milestone, at: DateTime<Utc>, by_post: bool) -> String {
        let (label, when) = (capitalised(&milestone_label(self.organisation, what)), self.when(at));
        let post = if by_post { ", by post" } else { "" };
        if what.is_agreed_time() {
            format!("{label} for {when}{post}.")
        } else {
            format!("{label} on {when}{post}.")
        }
    }

    fn sent(&self, id: &MailId, possible_duplicate: bool) -> String {
        let twice = if possible_duplicate { ", possibly for the second time" } else { "" };
        let sent = self.log.iter().flat_map(|commit| &commit.mails).find(|mail| mail.id == *id);
        match sent.map(|mail| (mail.kind.topic(), &mail.to)) {
            Some((
                MailTopic::NewContact | MailTopic::CustomerWrote,
                crate::contact::Addressee::Person(id),
            )) => format!("Notified {}{twice}.", self.name(id)),
            Some((topic, to)) => format!("Sent {}{twice}.", mail(self.organisation, topic, to)),
            None => format!("Sent an email{twice}."),
        }
    }

    fn mail(&self, id: &MailId) -> String {
        let found = self.log.iter().flat_map(|commit| &commit.mails).find(|mail| mail.id == *id);
        found.map_or_else(
            || "an email".into(),
            |found| mail(self.organisation, found.kind.topic(), &found.to),
        )
    }

    /// A time today by the clock alone; another with its date.
    fn next_attempt(&self, at: DateTime<Utc>) -> String {
        let zone = self.organisation.zone();
        let (there, now) = (local(zone, at), local(zone, self.now));
        if there.date() == now.date() {
            format!("at {}", clock_time(to_the_minute(there.time())))
        } else {
            format!("on {}", self.when(at))
        }
    }

    /// The due date that a deadline last had, by the log.
    fn last_due(&self, id: &DeadlineId) -> Option<DateTime<Utc>> {
        let events = self.log.iter().flat_map(|commit| &commit.events);
        events
            .filter_map(|event| match event {
                Event::DeadlineStarted { deadline, due_at, .. }
                | Event::DeadlineMoved { deadline, due_at, .. }
                    if deadline == id =>
                {
                    Some(*due_at)
                }
                _ => None,
            })
            .next_back()
    }

    fn title(&self, id: &DeadlineId) -> String {
        deadline_title(self.organisation, id)
    }

    fn name(&self, id: &PersonId) -> String {
        person(self.organisation, id)
    }

    fn action_prompts(&self, ids: &[String]) -> String {
        let title = |id: &String| {
            let row = self.organisation.action_prompts().find(|row| row.id == *id);
            row.map_or_else(|| id.clone(), |row| row.title.clone())
        };
        list(&ids.iter().map(title).collect::<Vec<_>>())
    }

    fn due(&self, at: DateTime<Utc>) -> String {
        due_date(self.organisation, at, self.now, "on ")
    }

    fn when(&self, at: DateTime<Utc>) -> String {
        date_time(self.organisation, at, self.now)
    }
}

fn files(n: u32) -> String {
    match n {
        0 => String::new(),
        1 => " with 1 attachment".into(),
        n => format!(" with {n} attachments"),
    }
}

fn move_reason(because: MoveReason) -> &'static str {
    match because {
        MoveReason::Started => "The milestone that starts it has happened.",
        MoveReason::Restarted => "It has started again.",
        MoveReason::AgreedAgain => "Another time was agreed.",
        MoveReason::LaterEnd => "The later of two times counts.",
        MoveReason::Resumed => "The pause is over.",
        MoveReason::Extended => "It was extended, with notice given in time.",
        MoveReason::RequestedEarlier => "The request that starts it had come earlier.",
        MoveReason::MadeUrgent => "The contact was made urgent after that deadline had passed.",
    }
}
