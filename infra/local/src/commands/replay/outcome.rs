//! The promises of a past contact under one set of standards, and whether they were kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::calendar::OutsideCalendar;
use domain::deadline::Deadline;
use domain::organisation::Organisation;
use domain::standards::{
    Facts, Milestone, OwedBy, ProvisionalStart, Receipt, Recipient, Standard, StandardId,
};

use super::columns::PastContact;

/// A past contact under both sets of standards.
pub(super) struct Compared {
    pub(super) contact: PastContact,
    pub(super) under: [Under; 2],
}

/// The result under one set of standards.
#[derive(Debug)]
pub(super) struct Under {
    /// The promises that an answer keeps, by due date.
    pub(super) promises: Vec<Promise>,
    /// The reminders to staff before the contact was answered.
    pub(super) reminders: BTreeSet<(DateTime<Utc>, Recipient)>,
}

/// A promise that an answer keeps.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub(super) standard: StandardId,
    pub(super) due_at: DateTime<Utc>,
    /// An internal target of the provider, never reported as a broken promise.
    pub(super) internal: bool,
}

/// The outcome of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Kept,
    Late,
    Unanswered,
}

impl PastContact {
    /// The result under an organisation's standards.
    ///
    /// # Errors
    /// Returns an error if a date lies outside the calendar.
    pub(super) fn under(&self, organisation: &Organisation) -> Result<Under, OutsideCalendar> {
        let facts = Facts {
            channel: self.channel,
            category: &self.category,
            priority: self.priority,
            triaged: true,
            team: &self.team,
            stage: self.stage,
            direct: self.direct,
            received: Receipt::at(self.received_at, organisation.own_calendar()),
        };
        let mut under = Under { promises: Vec::new(), reminders: BTreeSet::new() };
        for standard in organisation.standards_for(&facts, self.received_at) {
            if !is_kept_by_an_answer_alone(standard) {
                continue;
            }
            let Some(start) = start(organisation, standard, self.received_at)? else { continue };
            let deadline = deadline(organisation, standard, start)?;
            // The option that an answer keeps may be due before the last option is.
            let due_at =
                deadline.kept_until(standard, Milestone::Responded).unwrap_or(deadline.due_at);
            under.promises.push(Promise {
                standard: standard.id.clone(),
                due_at,
                internal: standard.is_own_target(
                    &facts,
                    self.received_at,
                    organisation.own_calendar(),
                ),
            });
            for step in deadline.plan(organisation) {
                let unanswered = self.answered_at.is_none_or(|answered_at| step.at < answered_at);
                // The set merges steps that fall together: each person is reminded once.
                if unanswered && step.notify != Recipient::Customer {
                    under.reminders.insert((step.at, step.notify));
                }
            }
        }
        under.promises.sort_by(|a, b| (a.due_at, &a.standard).cmp(&(b.due_at, &b.standard)));
        Ok(under)
    }

    /// The outcome of a promise. An answer in the second in which it is due keeps it.
    pub(super) fn outcome(&self, promise: &Promise) -> Outcome {
        match self.answered_at {
            None => Outcome::Unanswered,
            Some(answered_at) if answered_at.timestamp() <= promise.due_at.timestamp() => {
                Outcome::Kept
            }
            Some(_) => Outcome::Late,
        }
    }
}

/// Returns true if the time of the answer decides alone whether the standard was kept.
fn is_kept_by_an_answer_alone(standard: &Standard) -> bool {
    standard.owed_by == OwedBy::Provider && standard.asks_for_answer()
}

/// The start of counting if receipt is all that is known; `None` if it needs something else.
fn start(
    organisation: &Organisation,
    standard: &Standard,
    received_at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, OutsideCalendar> {
    let from_receipt = |standard: &Standard| standard.starts == [Milestone::Received];
    if from_receipt(standard) {
        return Ok(Some(received_at));
    }
    match &standard.provisional_start {
        Some(ProvisionalStart::Milestone(Milestone::Received)) => Ok(Some(received_at)),
        Some(ProvisionalStart::DueOf(other)) => match organisation.standard(other) {
            Some(other) if from_receipt(other) => {
                Ok(Some(deadline(organisation, other, received_at)?.due_at))
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn deadline(
    organisation: &Organisation,
    standard: &Standard,
    start: DateTime<Utc>,
) -> Result<Deadline, OutsideCalendar> {
    Deadline::start(standard, 1, start, organisation)
}
