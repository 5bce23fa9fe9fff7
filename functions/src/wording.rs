//! What the core knows, in the words of letters and pages.

use adapters::emails::{DueLine, Promise, Provider};
use chrono::{DateTime, NaiveDate, Utc};
use domain::contact::Contact;
use domain::deadline::{Deadline, DeadlineState};
use domain::organisation::Organisation;
use domain::standards::{Channel, Milestone, Standard};
use domain::time::{clock_time, date_in_words, gap_in_words, local};

/// What letters say of the provider.
pub(crate) fn provider(organisation: &Organisation) -> Provider<'_> {
    Provider {
        name: &organisation.name,
        opening_hours: &organisation.opening_hours,
        phone: &organisation.phone,
        emergency_phone: &organisation.emergency_phone,
    }
}

/// The day it is for the provider.
pub(crate) fn today(organisation: &Organisation, now: DateTime<Utc>) -> NaiveDate {
    local(organisation.zone(), now).date()
}

/// "Friday 1 May at 4.50pm".
pub(crate) fn moment(organisation: &Organisation, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let there = local(organisation.zone(), at);
    let minute = chrono::NaiveTime::from_hms_opt(
        chrono::Timelike::hour(&there.time()),
        chrono::Timelike::minute(&there.time()),
        0,
    );
    let time = clock_time(minute.unwrap_or_default());
    format!("{} at {time}", date_in_words(there.date(), today(organisation, now)))
}

/// The promises that a customer is told: published ones, the earliest first.
pub(crate) fn promises(
    organisation: &Organisation,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Vec<Promise> {
    let owed = answers_owed(organisation, contact);
    // A date that stands in for another is not one to trust, unless there is no other.
    let firm = owed.iter().any(|(deadline, _)| !deadline.provisional);
    owed.into_iter()
        .filter(|(deadline, _)| !(firm && deadline.provisional))
        .filter_map(|(deadline, standard)| {
            let derivation = deadline.derivation(organisation)?;
            let today = today(organisation, now);
            let answers = standard.kept_by(Milestone::Responded);
            Some(Promise {
                what: if answers {
                    "You will have our answer"
                } else {
                    "We will have looked into it"
                },
                by: derivation.due_in_words(today),
                why: derivation.for_customer(today),
                promise: standard.promise.clone(),
            })
        })
        .collect()
}

/// The windows of the customer's that end soon, as a customer is told them.
pub(crate) fn windows<'a>(
    organisation: &Organisation,
    deadlines: impl Iterator<Item = &'a Deadline>,
    now: DateTime<Utc>,
) -> Vec<Promise> {
    let today = today(organisation, now);
    let window = |deadline: &Deadline| {
        let standard = deadline.standard(organisation)?;
        let derivation = deadline.derivation(organisation)?;
        Some(Promise {
            what: "Please tell us",
            by: derivation.due_in_words(today),
            why: derivation.for_customer(today),
            promise: standard.promise.clone(),
        })
    };
    deadlines.filter_map(window).collect()
}

/// The deadlines of what a customer waits for, an answer or an investigation, that was promised in
/// public and is still owed; the earliest first.
pub(crate) fn answers_owed<'a>(
    organisation: &'a Organisation,
    contact: &'a Contact,
) -> Vec<(&'a Deadline, &'a Standard)> {
    let mut owed: Vec<_> = contact
        .deadlines
        .iter()
        .filter(|deadline| deadline.is_outstanding() && !deadline.internal)
        .filter_map(|deadline| Some((deadline, deadline.standard(organisation)?)))
        .filter(|(_, standard)| {
            let waited_for = [Milestone::Responded, Milestone::InvestigationConcluded];
            waited_for.iter().any(|m| standard.kept_by(*m)) && standard.shares_due_with.is_none()
        })
        .collect();
    owed.sort_by_key(|(deadline, _)| deadline.due_at);
    owed
}

/// A deadline for staff.
pub(crate) fn due_line(
    organisation: &Organisation,
    deadline: &Deadline,
    now: DateTime<Utc>,
) -> DueLine {
    let standard = deadline.standard(organisation);
    let derivation = deadline.derivation(organisation);
    DueLine {
        standard: deadline.id.to_string(),
        promise: standard.map_or_else(String::new, |standard| standard.promise.clone()),
        due: due(organisation, deadline, now),
        left: left(deadline, now),
        derivation: derivation.map_or_else(
            || "worked out under an earlier version of the standard; see the history".into(),
            |derivation| derivation.one_line(),
        ),
    }
}

/// "Tuesday 28 April, 5.15pm".
pub(crate) fn due(organisation: &Organisation, deadline: &Deadline, now: DateTime<Utc>) -> String {
    let there = local(organisation.zone(), deadline.due_at);
    let date = date_in_words(there.date(), today(organisation, now));
    if chrono::Timelike::minute(&there) == 59 && chrono::Timelike::hour(&there) == 23 {
        return format!("{date}, end of the day");
    }
    let minute = chrono::Timelike::with_second(&there.time(), 0).unwrap_or(there.time());
    format!("{date}, {}", clock_time(minute))
}

/// The last day on which a letter can be posted that has to arrive in time; empty where none has to.
pub(crate) fn post_by(
    organisation: &Organisation,
    deadline: &Deadline,
    now: DateTime<Utc>,
) -> String {
    let post = deadline.standard(organisation).and_then(|standard| standard.post);
    let Some(days) = post.filter(|_| deadline.is_outstanding()) else { return String::new() };
    let calendar = organisation.own_calendar();
    let day = calendar.day_of(deadline.due_at.timestamp()).ok();
    let day = (0..days).fold(day, |day, _| calendar.working_day_before(day?));
    day.map_or_else(String::new, |day| date_in_words(calendar.date(day), today(organisation, now)))
}

/// "2 hours 10 minutes left", "3 days late"; what became of it, once it is done.
pub(crate) fn left(deadline: &Deadline, now: DateTime<Utc>) -> String {
    let gap = gap_in_words(deadline.due_at - now);
    match &deadline.state {
        DeadlineState::Open if deadline.paused_at.is_some() => "waiting for the customer".into(),
        DeadlineState::Open if now <= deadline.due_at => format!("{gap} left"),
        DeadlineState::Open | DeadlineState::Missed => format!("{gap} late"),
        DeadlineState::Met { .. } => "kept".into(),
        DeadlineState::MetLate { at, .. } => {
            format!("done {} late", gap_in_words(*at - deadline.due_at))
        }
        DeadlineState::Waived { why } => format!("not owed: {}", domain::wording::waiver(why)),
        DeadlineState::Lapsed => "the customer's time is over".into(),
    }
}

/// How a contact came, as people say it.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::WebForm => "web form",
        Channel::Portal => "portal",
        Channel::SocialMedia => "social media",
        Channel::Phone => "telephone",
        Channel::Answerphone => "answering machine",
        Channel::Letter => "letter",
        Channel::Fax => "fax",
        Channel::OfficeVisit => "visit to the office",
        Channel::HomeVisit => "home visit",
        Channel::Contractor => "contractor's report",
    }
}

/// Who brought it, as they gave it: a name, or else an address, or a number.
pub(crate) fn customer(contact: &Contact) -> String {
    let customer = &contact.customer;
    match (&customer.name, &customer.email) {
        (name, Some(email)) if !name.is_empty() => format!("{name} <{email}>"),
        (_, Some(email)) => email.clone(),
        (name, None) if !name.is_empty() => name.clone(),
        _ if !customer.phone.is_empty() => customer.phone.clone(),
        _ => "somebody who gave no name".into(),
    }
}
