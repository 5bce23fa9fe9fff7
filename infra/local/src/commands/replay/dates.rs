//! A contact with its date under each set of standards, as it is printed.

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use domain::standards::{Priority, StandardId};
use serde::Serialize;

use super::outcome::{Compared, Outcome};

/// A contact with its dates. Times are local.
#[derive(Serialize)]
pub(super) struct ContactDates {
    pub(super) line: u64,
    pub(super) received_at: DateTime<FixedOffset>,
    pub(super) channel: String,
    pub(super) category: String,
    #[serde(skip)]
    pub(super) priority: Priority,
    pub(super) team: String,
    pub(super) answered_at: Option<DateTime<FixedOffset>>,
    pub(super) a: Option<Date>,
    pub(super) b: Option<Date>,
}

/// The earliest date under one set of standards.
#[derive(Serialize)]
pub(super) struct Date {
    pub(super) standard: StandardId,
    pub(super) due_at: DateTime<FixedOffset>,
    pub(super) outcome: &'static str,
}

impl ContactDates {
    pub(super) fn new(Compared { contact, under }: &Compared, zone: Tz) -> Self {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).fixed_offset();
        let [a, b] = under.each_ref().map(|under| {
            under.promises.first().map(|promise| Date {
                standard: promise.standard.clone(),
                due_at: local(promise.due_at),
                outcome: name(contact.outcome(promise), promise.internal),
            })
        });
        Self {
            line: contact.line,
            received_at: local(contact.received_at),
            channel: contact.channel.to_string(),
            category: contact.category.to_string(),
            priority: contact.priority,
            team: contact.team.clone(),
            answered_at: contact.answered_at.map(local),
            a,
            b,
        }
    }
}

/// The outcome's name in all formats.
fn name(outcome: Outcome, internal: bool) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Late if internal => "target missed",
        Outcome::Late => "broken",
        Outcome::Unanswered => "unanswered",
    }
}
