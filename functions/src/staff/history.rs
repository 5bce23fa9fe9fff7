//! A contact's log in words.

use adapters::pages::HistoryLine;
use chrono::{DateTime, Utc};
use domain::contact::{Actor, Commit, Event, Mail, Means, MoveReason};
use domain::time::date_in_words;

use crate::{App, wording};

/// Every event that means something to people, oldest first.
pub fn lines(app: &App, log: &[Commit]) -> Vec<HistoryLine> {
    let mut lines = Vec::new();
    for commit in log {
        let by = match &commit.by {
            Actor::Customer => "customer".to_owned(),
            Actor::Kept => "Kept".to_owned(),
            Actor::Staff(person) => name(app, person.as_str()),
        };
        for event in &commit.events {
            if let Some(Told { what, text }) = told(app, event, log, commit.at) {
                let at = wording::moment(&app.organisation, commit.at, app.now());
                // What follows from something is Kept's doing, whoever did the thing itself.
                let by = if follows(event) { "Kept".to_owned() } else { by.clone() };
                lines.push(HistoryLine { at, by, what, text });
            }
        }
    }
    lines
}

fn name(app: &App, person: &str) -> String {
    app.organisation.person(person).map_or_else(|| person.to_owned(), |person| person.name.clone())
}

fn follows(event: &Event) -> bool {
    matches!(
        event,
        Event::DeadlineStarted { .. }
            | Event::DeadlineMoved { .. }
            | Event::DeadlinePaused { .. }
            | Event::ActionPrompted { .. }
            | Event::DeadlineNotCounted { .. }
            | Event::AcknowledgementSuppressed { .. }
            | Event::DeadlineMet { .. }
            | Event::DeadlineWaived { .. }
            | Event::Reopened
    )
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub what: String,
    /// What was written or said with it; may be empty.
    pub text: String,
}

/// An event in words; `None` for one that means nothing by itself. `log` is where the mails are
/// that it may be about.
#[must_use]
pub fn told(app: &App, event: &Event, log: &[Commit], now: DateTime<Utc>) -> Option<Told> {
    let (what, text) = in_words(app, event, log, now)?;
    Some(Told { what, text })
}

fn in_words(
    app: &App,
    event: &Event,
    log: &[Commit],
    now: DateTime<Utc>,
) -> Option<(String, String)> {
    let when = |at| wording::moment(&app.organisation, at, now);
    let today = wording::today(&app.organisation, now);
    let files = |n: u32| match n {
        0 => String::new(),
        1 => ", with 1 attachment".into(),
        n => format!(", with {n} attachments"),
    };
    let plain = |what: String| Some((what, String::new()));
    match event {
        Event::Received { channel, text, attachments, .. } => Some((
            format!("Received by {}{}.", wording::channel(*channel), files(*attachments)),
            text.clone(),
        )),
        Event::CustomerWrote { text, attachments, .. } => {
            Some((format!("Wrote again{}.", files(*attachments)), text.clone()))
        }
        Event::DeadlineStarted { deadline, due_at, .. } => {
            plain(format!("Clock {deadline} started, due {}.", when(*due_at)))
        }
        Event::DeadlineMoved { deadline, because, due_at, .. } => {
            let because = match because {
                MoveReason::Started => "what starts it happened",
                MoveReason::Restarted => "it starts afresh",
                MoveReason::Resumed => "what it waited for came",
                MoveReason::Extended => "put off, with notice given in time",
                MoveReason::MadeUrgent => "found urgent when the time for that was over",
            };
            plain(format!("Clock {deadline} is now due {}: {because}.", when(*due_at)))
        }
        Event::DeadlinePaused { deadline, until, .. } => {
            plain(format!("Clock {deadline} stands still until: {}.", until.in_words()))
        }
        Event::Triaged { category, priority } => {
            let label = app.organisation.category(category.as_str());
            let label = label.map_or_else(|| category.to_string(), |c| c.label.clone());
            plain(format!("Sorted: {label}, {priority}."))
        }
        Event::Escalated { stage, after_window } => {
            let late =
                if *after_window { ", after the time for it; taken all the same" } else { "" };
            plain(format!("The customer asked for stage {stage}{late}."))
        }
        Event::ActionPrompted { action_prompts, person } => {
            let whom = person
                .as_ref()
                .map_or_else(|| "The customer".to_owned(), |person| name(app, person.as_str()));
            plain(format!("{whom} is told: {}.", action_prompts.join(", ")))
        }
        Event::DeadlineNotCounted { standard, outside } => {
            plain(format!("Clock {standard} could not start: {outside}."))
        }
        Event::AcknowledgementSuppressed { why } => {
            plain(format!("No acknowledgement is sent: {}.", domain::wording::suppression(*why)))
        }
        Event::DeadlineMet { deadline, late: false, .. } => plain(format!("Kept: {deadline}.")),
        Event::DeadlineMet { deadline, late: true, .. } => plain(format!("Done late: {deadline}.")),
        Event::DeadlineMissed { deadline, due_at } => {
            plain(format!("Not kept: {deadline} was due {}.", when(*due_at)))
        }
        Event::WindowClosed { deadline } => {
            plain(format!("The customer's time is over: {deadline}."))
        }
        Event::DeadlineWaived { deadline, why } => {
            plain(format!("Not owed: {deadline}, {}.", domain::wording::waiver(why)))
        }
        Event::Notified { person, deadlines } => {
            let deadlines: Vec<_> = deadlines.iter().map(ToString::to_string).collect();
            plain(format!("{} is told of {}.", name(app, person.as_str()), deadlines.join(", ")))
        }
        Event::MailSent { mail, possible_duplicate, .. } => {
            let twice = if *possible_duplicate { ", perhaps for the second time" } else { "" };
            plain(format!("Sent {}{twice}.", mail_in_words(app, mail, log)))
        }
        Event::MailDeferred { mail, why, until } => plain(format!(
            "Could not send {} ({}); tried again {}.",
            mail_in_words(app, mail, log),
            domain::wording::mail_problem(why),
            when(*until)
        )),
        Event::MailFailed { mail, why } => {
            let mail = mail_in_words(app, mail, log);
            plain(format!(
                "Could not send {mail}, for good: {}.",
                domain::wording::mail_problem(why)
            ))
        }
        Event::MailRetried { mail } => {
            plain(format!("Tries again to send {}.", mail_in_words(app, mail, log)))
        }
        Event::Answered { means, text, at } => {
            let how = match means {
                Means::Email => "Answered by email.".to_owned(),
                Means::Phone => format!("Spoke to the customer on the telephone, {}.", when(*at)),
                Means::Letter => format!("Posted a letter, {}.", when(*at)),
                Means::InPerson => format!("Spoke to the customer in person, {}.", when(*at)),
            };
            Some((how, text.clone()))
        }
        Event::CallAttempted { text } => {
            Some(("Tried to ring and did not reach the customer.".into(), text.clone()))
        }
        Event::UpdateGiven { text } => {
            Some(("Told the customer that it is still being looked into.".into(), text.clone()))
        }
        Event::DelayNotified { text, until } => Some((
            format!(
                "Tells the customer that it takes longer, until {}.",
                date_in_words(*until, today)
            ),
            text.clone(),
        )),
        Event::NoteAdded { text } => Some(("Note.".into(), text.clone())),
        Event::Assigned { person } => plain(format!("Assigned to {}.", name(app, person.as_str()))),
        Event::HandedOver { team } => {
            let team =
                app.organisation.team(team.as_str()).map_or(team.as_str(), |team| &team.name);
            plain(format!("Passed to {team}."))
        }
        Event::StaffReplyRejected { why } => {
            plain(format!("A reply was not passed on: {}.", domain::wording::reply_rejection(*why)))
        }
        Event::Closed { reason: None } => plain("Closed.".into()),
        Event::Closed { reason: Some(reason) } => {
            Some(("Closed without an answer.".into(), reason.clone()))
        }
        Event::Reopened => plain("Opened again.".into()),
        Event::MilestoneRecorded { milestone, at, by_post }
            if super::milestones::can_be_recorded(*milestone) =>
        {
            let post = if *by_post { ", by post" } else { "" };
            plain(format!("Happened: {}{post}, {}.", milestone.in_words(), when(*at)))
        }
        Event::MilestoneRecorded { .. } => None,
    }
}

/// "the acknowledgement", "a reminder to Priya Shah".
fn mail_in_words(app: &App, id: &domain::contact::MailId, log: &[Commit]) -> String {
    let mail = log.iter().flat_map(|commit| &commit.mails).find(|mail| mail.id == *id);
    let Some(Mail { to, kind, .. }) = mail else { return "a mail".into() };
    let what = domain::wording::mail_topic(kind.topic(), to);
    match to {
        domain::contact::Addressee::Customer => format!("{what} to the customer"),
        domain::contact::Addressee::Person(person) => {
            format!("{what} to {}", name(app, person.as_str()))
        }
    }
}
