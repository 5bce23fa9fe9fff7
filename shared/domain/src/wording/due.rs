//! Due dates, and what became of them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike as _, Utc};

use super::dates::{clock_time, date, duration, to_the_minute};
use super::labels::waiver;
use crate::deadline::{Deadline, DeadlineId, DeadlineState, Derivation};
use crate::organisation::Organisation;
use crate::standards::Standard;
use crate::time::local;

/// A due date for the end of a sentence: "by 5.15pm on Tuesday 28 April", or "by the end of Tuesday
/// 28 April" if the whole day counts.
#[must_use]
pub fn due_phrase(derivation: &Derivation, today: NaiveDate) -> String {
    let due = derivation.due_at().naive_local();
    let day = date(due.date(), today);
    if is_end_of_day(due) {
        format!("by the end of {day}")
    } else {
        format!("by {} on {day}", clock_time(to_the_minute(due.time())))
    }
}

/// The sentence that promises the customer a date: "We will answer you by 5.15pm on Tuesday 28 April."
#[must_use]
pub fn promise(standard: &Standard, derivation: &Derivation, today: NaiveDate) -> String {
    let what = if standard.asks_for_answer() {
        "We will answer you"
    } else {
        "We will complete our investigation"
    };
    format!("{what} {}.", due_phrase(derivation, today))
}

/// The sentence that gives the customer the end of their window.
#[must_use]
pub fn window(derivation: &Derivation, today: NaiveDate) -> String {
    format!("Please tell us {}.", due_phrase(derivation, today))
}

/// A due date for staff, to follow the word "due": "Tuesday 28 April at 5.15pm", or "by the end of
/// Tuesday 28 April".
#[must_use]
pub fn due(organisation: &Organisation, deadline: &Deadline, now: DateTime<Utc>) -> String {
    due_date(organisation, deadline.due_at, now, "")
}

/// A due date after a preposition, which a whole day does not need: "on Tuesday 28 April at 5.15pm", or
/// "by the end of Tuesday 28 April".
pub(super) fn due_date(
    organisation: &Organisation,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
    preposition: &str,
) -> String {
    let due = local(organisation.zone(), due_at);
    let day = date(due.date(), local(organisation.zone(), now).date());
    if is_end_of_day(due) {
        format!("by the end of {day}")
    } else {
        format!("{preposition}{day} at {}", clock_time(to_the_minute(due.time())))
    }
}

/// The state of a deadline for staff: "2 hours 10 minutes left", "3 days late", "met".
#[must_use]
pub fn time_left(deadline: &Deadline, now: DateTime<Utc>) -> String {
    let gap = duration(deadline.due_at - now);
    match &deadline.state {
        DeadlineState::Open if deadline.is_paused() => "paused, waiting for the customer".into(),
        DeadlineState::Open if now <= deadline.due_at => format!("{gap} left"),
        DeadlineState::Open | DeadlineState::Missed => format!("{gap} late"),
        DeadlineState::Met { .. } => match deadline.aim_kept(now) {
            Some(true) => "met, within the aim".into(),
            Some(false) => "met, after the aim".into(),
            None => "met".into(),
        },
        DeadlineState::MetLate { at, option, .. } => {
            let due_at = deadline.due_of_option(option.as_deref());
            format!("met {} late", duration(*at - due_at))
        }
        DeadlineState::Waived { why } => format!("no longer owed: {}", waiver(why)),
        DeadlineState::Lapsed => "the customer's time has ended".into(),
    }
}

/// The options of an either-or promise, in sentences for staff: those that are still open with their
/// times, or the one that was used. Empty if the promise can be kept in one way only.
#[must_use]
pub fn options(
    organisation: &Organisation,
    deadline: &Deadline,
    now: DateTime<Utc>,
) -> Vec<String> {
    let title = |id: &str| option_title(organisation, &deadline.id, id);
    match &deadline.state {
        DeadlineState::Open => deadline
            .options
            .iter()
            .map(|option| {
                let due = due_date(organisation, option.due_at, now, "");
                if now <= option.due_at {
                    format!("{}: in time until {due}.", title(&option.id))
                } else {
                    format!("{}: too late. Its time ended {due}.", title(&option.id))
                }
            })
            .collect(),
        DeadlineState::Met { option: Some(option), .. } => {
            vec![format!("Met by this option: {}.", title(option))]
        }
        DeadlineState::MetLate { option: Some(option), .. } => {
            let due_at = deadline.due_of_option(Some(option));
            let due = due_date(organisation, due_at, now, "");
            vec![format!("Met late by this option: {}. Its time ended {due}.", title(option))]
        }
        _ => Vec::new(),
    }
}

/// The title of an option, such as "Letter"; its id if the organisation no longer has it.
pub(super) fn option_title(organisation: &Organisation, id: &DeadlineId, option: &str) -> String {
    let standard = organisation.standard(&id.standard);
    let found = standard.and_then(|s| s.options.iter().find(|other| other.id == option));
    found.map_or_else(|| option.to_owned(), |found| found.title.clone())
}

/// The title of a deadline's standard, with the round if it is not the first: "Answer to an email",
/// "Answer to an email (round 2)".
#[must_use]
pub fn deadline_title(organisation: &Organisation, id: &DeadlineId) -> String {
    let standard = organisation.standard(&id.standard);
    let title = standard.map_or_else(|| id.standard.as_str(), |standard| &standard.title);
    match id.round {
        1 => title.to_owned(),
        round => format!("{title} (round {round})"),
    }
}

fn is_end_of_day(at: NaiveDateTime) -> bool {
    (at.hour(), at.minute()) == (23, 59)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::deadline::{DueReason, Step};

    #[test]
    fn a_due_date_says_which_kind_of_end_is_meant() {
        let by = |time: (u32, u32, u32), because: DueReason| {
            let zone = chrono::FixedOffset::east_opt(3600).unwrap();
            let at = zone.with_ymd_and_hms(2026, 4, 28, time.0, time.1, time.2).unwrap();
            let derivation = Derivation { steps: vec![Step::Due { at, because }] };
            due_phrase(&derivation, "2026-04-24".parse().unwrap())
        };
        assert_eq!(by((17, 15, 0), DueReason::Close), "by 5.15pm on Tuesday 28 April");
        assert_eq!(by((23, 59, 59), DueReason::EndOfDay), "by the end of Tuesday 28 April");
        assert_eq!(by((10, 0, 30), DueReason::Elapsed), "by 10am on Tuesday 28 April");
    }
}
