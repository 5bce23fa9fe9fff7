//! The views of a contact that pages and emails show, filled with the sentences of `domain::wording`.

use adapters::emails::{DueLine, Promise, Provider};
use adapters::pages::HistoryLine;
use chrono::{DateTime, NaiveDate, Utc};
use domain::contact::{Actor, Commit, Contact};
use domain::deadline::{Deadline, DeadlineState};
use domain::organisation::Organisation;
use domain::standards::{Milestone, Standard};
use domain::time::local;
use domain::wording;

/// Returns the provider, as every message to a customer describes it.
pub(crate) fn provider(organisation: &Organisation) -> Provider<'_> {
    Provider {
        name: &organisation.name,
        opening_hours: &organisation.opening_hours,
        phone: &organisation.phone,
        emergency_phone: &organisation.emergency_phone,
    }
}

/// Returns the date in the organisation's local time.
pub(crate) fn today(organisation: &Organisation, now: DateTime<Utc>) -> NaiveDate {
    local(organisation.zone(), now).date()
}

/// Returns the promises that a customer is told: the published ones, the earliest due first.
pub(crate) fn promises(
    organisation: &Organisation,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Vec<Promise> {
    let today = today(organisation, now);
    let owed = answers_owed(organisation, contact);
    // A provisional date is shown only if there is no other.
    let firm = owed.iter().any(|(deadline, _)| !deadline.provisional);
    owed.into_iter()
        .filter(|(deadline, _)| !(firm && deadline.provisional))
        .filter_map(|(deadline, standard)| {
            let derivation = deadline.derivation(organisation)?;
            Some(Promise {
                sentence: wording::promise(standard, &derivation, today),
                why: wording::explanation(&derivation, today),
                promise: standard.promise.clone(),
            })
        })
        .collect()
}

/// Returns the promises that a customer is told and that can still be kept in time.
pub(crate) fn open_promises(
    organisation: &Organisation,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Vec<Promise> {
    let mut ahead = contact.clone();
    ahead.deadlines.retain(|deadline| now <= deadline.due_at);
    promises(organisation, &ahead, now)
}

/// Returns the customer's windows that close soon.
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
            sentence: wording::window(&derivation, today),
            why: wording::explanation(&derivation, today),
            promise: standard.promise.clone(),
        })
    };
    deadlines.filter_map(window).collect()
}

/// Returns the deadlines that a customer waits for, which are answers and investigations that were
/// promised in public and are still owed; the earliest due first.
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
            let waited_for =
                standard.asks_for_answer() || standard.kept_by(Milestone::InvestigationConcluded);
            waited_for && standard.shares_due_with.is_none()
        })
        .collect();
    owed.sort_by_key(|(deadline, _)| deadline.due_at);
    owed
}

/// Returns a deadline for staff.
pub(crate) fn due_line(
    organisation: &Organisation,
    deadline: &Deadline,
    now: DateTime<Utc>,
) -> DueLine {
    let standard = deadline.standard(organisation);
    let derivation = deadline.derivation(organisation);
    let missed = deadline.is_outstanding() && deadline.state == DeadlineState::Missed;
    DueLine {
        to_do: standard
            .filter(|_| missed)
            .map_or_else(String::new, |standard| standard.if_missed.clone()),
        title: wording::deadline_title(organisation, &deadline.id),
        promise: standard.map_or_else(String::new, |standard| standard.promise.clone()),
        due: wording::due(organisation, deadline, now),
        left: wording::time_left(deadline, now),
        derivation: derivation.map_or_else(
            || "counted by an earlier version of the standard; see the history".into(),
            |derivation| wording::account_line(&derivation),
        ),
    }
}

/// Returns the last day on which a letter that has to arrive in time can be posted; empty if no letter
/// has to.
pub(crate) fn post_by(
    organisation: &Organisation,
    deadline: &Deadline,
    now: DateTime<Utc>,
) -> String {
    let day = deadline.post_by(organisation);
    day.map_or_else(String::new, |day| wording::date(day, today(organisation, now)))
}

/// Returns the history of a contact for staff, oldest first.
pub(crate) fn history(
    organisation: &Organisation,
    log: &[Commit],
    now: DateTime<Utc>,
) -> Vec<HistoryLine> {
    let mut lines = Vec::new();
    for commit in log {
        for event in &commit.events {
            let line = wording::history_line(organisation, event, log, commit.at);
            let Some(wording::HistoryLine { what, text }) = line else { continue };
            let follows = wording::follows_from_another(event);
            let by = if follows { &Actor::Kept } else { &commit.by };
            let by = wording::actor(organisation, by);
            let at = wording::date_time(organisation, commit.at, now);
            lines.push(HistoryLine { at, by, what, text });
        }
    }
    lines
}
