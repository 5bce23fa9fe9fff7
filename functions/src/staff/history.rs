//! A contact's log in words.

use adapters::pages::HistoryLine;
use chrono::{DateTime, Utc};
use domain::contact::{Actor, Commit, Event, Mail, MailKind, Means, Moved};
use domain::time::date_in_words;

use crate::{Desk, words};

/// Every event that means something to people, oldest first.
pub fn lines(desk: &Desk, log: &[Commit]) -> Vec<HistoryLine> {
    let mut lines = Vec::new();
    for commit in log {
        let by = match &commit.by {
            Actor::Customer => "customer".to_owned(),
            Actor::Kept => "Kept".to_owned(),
            Actor::Staff(person) => name(desk, person.as_str()),
        };
        for event in &commit.events {
            if let Some(Told { what, text }) = told(desk, event, log, commit.at) {
                let at = words::moment(&desk.organisation, commit.at, desk.now());
                // What follows from something is Kept's doing, whoever did the thing itself.
                let by = if follows(event) { "Kept".to_owned() } else { by.clone() };
                lines.push(HistoryLine { at, by, what, text });
            }
        }
    }
    lines
}

fn name(desk: &Desk, person: &str) -> String {
    desk.organisation.person(person).map_or_else(|| person.to_owned(), |person| person.name.clone())
}

fn follows(event: &Event) -> bool {
    matches!(
        event,
        Event::ClockStarted { .. }
            | Event::ClockMoved { .. }
            | Event::ClockStopped { .. }
            | Event::Prompted { .. }
            | Event::ClockNotStarted { .. }
            | Event::AcknowledgementSuppressed { .. }
            | Event::Kept { .. }
            | Event::NotOwed { .. }
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
pub fn told(desk: &Desk, event: &Event, log: &[Commit], now: DateTime<Utc>) -> Option<Told> {
    let (what, text) = in_words(desk, event, log, now)?;
    Some(Told { what, text })
}

fn in_words(
    desk: &Desk,
    event: &Event,
    log: &[Commit],
    now: DateTime<Utc>,
) -> Option<(String, String)> {
    let when = |at| words::moment(&desk.organisation, at, now);
    let today = words::today(&desk.organisation, now);
    let files = |n: u32| match n {
        0 => String::new(),
        1 => ", with 1 attachment".into(),
        n => format!(", with {n} attachments"),
    };
    let plain = |what: String| Some((what, String::new()));
    match event {
        Event::Received { channel, text, attachments, .. } => Some((
            format!("Received by {}{}.", words::channel(*channel), files(*attachments)),
            text.clone(),
        )),
        Event::CustomerWrote { text, attachments, .. } => {
            Some((format!("Wrote again{}.", files(*attachments)), text.clone()))
        }
        Event::ClockStarted { deadline, due_at, .. } => {
            plain(format!("Clock {deadline} started, due {}.", when(*due_at)))
        }
        Event::ClockMoved { deadline, because, due_at, .. } => {
            let because = match because {
                Moved::Began => "what starts it happened",
                Moved::Restarted => "it starts afresh",
                Moved::WentOn => "what it waited for came",
                Moved::Extended => "put off, with notice given in time",
                Moved::FoundUrgent => "found urgent when the time for that was over",
            };
            plain(format!("Clock {deadline} is now due {}: {because}.", when(*due_at)))
        }
        Event::ClockStopped { deadline, until, .. } => {
            plain(format!("Clock {deadline} stands still until: {}.", until.in_words()))
        }
        Event::Sorted { category, priority } => {
            let label = desk.organisation.category(category.as_str());
            let label = label.map_or_else(|| category.to_string(), |c| c.label.clone());
            plain(format!("Sorted: {label}, {priority}."))
        }
        Event::Escalated { stage, after_window } => {
            let late =
                if *after_window { ", after the time for it; taken all the same" } else { "" };
            plain(format!("The customer asked for stage {stage}{late}."))
        }
        Event::Prompted { prompts, person } => {
            let whom = person
                .as_ref()
                .map_or_else(|| "The customer".to_owned(), |person| name(desk, person.as_str()));
            plain(format!("{whom} is told: {}.", prompts.join(", ")))
        }
        Event::ClockNotStarted { standard, why } => {
            plain(format!("Clock {standard} could not start: {why}."))
        }
        Event::AcknowledgementSuppressed { why } => {
            plain(format!("No acknowledgement is sent: {}.", why.in_words()))
        }
        Event::Kept { deadline, late: false, .. } => plain(format!("Kept: {deadline}.")),
        Event::Kept { deadline, late: true, .. } => plain(format!("Done late: {deadline}.")),
        Event::Breached { deadline, due_at } => {
            plain(format!("Not kept: {deadline} was due {}.", when(*due_at)))
        }
        Event::Lapsed { deadline } => plain(format!("The customer's time is over: {deadline}.")),
        Event::NotOwed { deadline, why } => {
            plain(format!("Not owed: {deadline}, {}.", why.in_words()))
        }
        Event::Told { person, deadlines } => {
            plain(format!("{} is told of {}.", name(desk, person.as_str()), deadlines.join(", ")))
        }
        Event::Mailed { mail, possible_duplicate, .. } => {
            let twice = if *possible_duplicate { ", perhaps for the second time" } else { "" };
            plain(format!("Sent {}{twice}.", mail_in_words(desk, mail, log)))
        }
        Event::MailDeferred { mail, why, until } => plain(format!(
            "Could not send {} ({why}); tried again {}.",
            mail_in_words(desk, mail, log),
            when(*until)
        )),
        Event::MailFailed { mail, why } => {
            plain(format!("Could not send {}, for good: {why}.", mail_in_words(desk, mail, log)))
        }
        Event::MailRetried { mail } => {
            plain(format!("Tries again to send {}.", mail_in_words(desk, mail, log)))
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
        Event::TriedToCall { text } => {
            Some(("Tried to ring and did not reach the customer.".into(), text.clone()))
        }
        Event::StillLooking { text } => {
            Some(("Told the customer that it is still being looked into.".into(), text.clone()))
        }
        Event::DelayTold { text, until } => Some((
            format!(
                "Tells the customer that it takes longer, until {}.",
                date_in_words(*until, today)
            ),
            text.clone(),
        )),
        Event::Noted { text } => Some(("Note.".into(), text.clone())),
        Event::Assigned { person } => {
            plain(format!("Assigned to {}.", name(desk, person.as_str())))
        }
        Event::Passed { team } => {
            let team =
                desk.organisation.team(team.as_str()).map_or(team.as_str(), |team| &team.name);
            plain(format!("Passed to {team}."))
        }
        Event::ReplyRefused { why } => plain(format!("A reply was not passed on: {why}.")),
        Event::Closed { reason: None } => plain("Closed.".into()),
        Event::Closed { reason: Some(reason) } => {
            Some(("Closed without an answer.".into(), reason.clone()))
        }
        Event::Reopened => plain("Opened again.".into()),
        Event::Reached { milestone, at, by_post }
            if super::happened::can_be_recorded(*milestone) =>
        {
            let post = if *by_post { ", by post" } else { "" };
            plain(format!("Happened: {}{post}, {}.", milestone.in_words(), when(*at)))
        }
        Event::Reached { .. } => None,
    }
}

/// "the acknowledgement", "a reminder to Priya Shah".
fn mail_in_words(desk: &Desk, id: &domain::contact::MailId, log: &[Commit]) -> String {
    let mail = log.iter().flat_map(|commit| &commit.mails).find(|mail| mail.id == *id);
    let Some(Mail { to, kind, .. }) = mail else { return "a mail".into() };
    let what = match kind {
        MailKind::Acknowledgement => "the acknowledgement",
        MailKind::NewContact { .. } => "the news",
        MailKind::Prompt { .. } => "what is to be done",
        MailKind::CustomerWrote { .. } => "what the customer wrote",
        MailKind::Reminder { overdue: false, .. } => "a reminder",
        MailKind::Reminder { overdue: true, .. } => "an escalation",
        MailKind::Answer { .. } => "the answer",
        MailKind::Delay { .. } => "the notice that it takes longer",
        MailKind::Undelivered { .. } => "word of an undelivered mail",
        MailKind::ReplyNotSent { .. } => "word of a reply that was not passed on",
    };
    match to {
        domain::contact::Addressee::Customer => format!("{what} to the customer"),
        domain::contact::Addressee::Person(person) => {
            format!("{what} to {}", name(desk, person.as_str()))
        }
    }
}
