//! Every deadline that a contact would have, with everything there is to say about each.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::Serialize;

use super::{Deadline, Derivation};
use crate::calendar::OutsideCalendar;
use crate::organisation::Organisation;
use crate::standards::{Facts, Milestone, ProvisionalStart, Recipient, Standard, StandardId};
use crate::time;

/// What would become of a contact with certain facts that reached the provider at a certain time.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// When it would reach the provider, local time.
    pub received_at: DateTime<FixedOffset>,
    /// The deadlines that start with receipt, the earliest due first.
    pub deadlines: Vec<Explained>,
    /// The standards that apply and whose clocks start later.
    pub later: Vec<Later>,
}

/// One deadline.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// The standard.
    pub standard: StandardId,
    /// Its pack.
    pub pack: String,
    /// The pack's version.
    pub version: String,
    /// The sentence as published.
    pub promise: String,
    /// Where it stands.
    pub place: String,
    /// What was decided where the promise leaves a question open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// A target of the provider's own.
    pub internal: bool,
    /// What starts the clock, where that has not happened with receipt and something else stands in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub until: Vec<Milestone>,
    /// The last second in which it is kept, local time.
    pub due_at: DateTime<FixedOffset>,
    /// "by the end of Tuesday 28 April, 5.15pm".
    pub in_words: String,
    /// Why then, for the customer.
    pub explanation: String,
    /// Why then, step by step; of an either-or promise, for each arm.
    pub options: Vec<ExplainedOption>,
    /// The standard whose due time it shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_due_with: Option<StandardId>,
    /// What it would be under other readings of the same words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<OtherReading>,
    /// Who is told when, if nothing is done.
    pub reminders: Vec<Reminder>,
}

/// One way of keeping it.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedOption {
    /// The arm.
    pub id: String,
    /// What keeps it.
    pub kept_by: Vec<Milestone>,
    /// The last second in which it does, local time.
    pub due_at: DateTime<FixedOffset>,
    /// Why then.
    #[serde(flatten)]
    pub derivation: Derivation,
}

/// Another reading of the same words.
#[derive(Clone, Debug, Serialize)]
pub struct OtherReading {
    /// The reading in words.
    pub reading: String,
    /// What it would mean, local time.
    pub due_at: DateTime<FixedOffset>,
}

/// A step of the ladder.
#[derive(Clone, Debug, Serialize)]
pub struct Reminder {
    /// When, local time.
    pub at: DateTime<FixedOffset>,
    /// Whom.
    pub notify: Recipient,
}

/// A clock that starts with something else than receipt.
#[derive(Clone, Debug, Serialize)]
pub struct Later {
    /// The standard.
    pub standard: StandardId,
    /// The sentence as published.
    pub promise: String,
    /// What starts it; of several, the last.
    pub starts: Vec<Milestone>,
}

impl Explanation {
    /// Explains every standard that would bind a contact with these facts.
    ///
    /// # Errors
    /// When a date lies outside the calendar.
    pub fn of(
        organisation: &Organisation,
        facts: &Facts<'_>,
        received_at: DateTime<Utc>,
    ) -> Result<Self, OutsideCalendar> {
        let zone = organisation.zone();
        let today = time::local(zone, received_at).date();
        let mut deadlines = Vec::new();
        let mut later = Vec::new();
        for standard in organisation.standards_for(facts, received_at) {
            let instead = Some(ProvisionalStart::Milestone(Milestone::Received));
            if standard.starts == [Milestone::Received] || standard.provisional_start == instead {
                deadlines.push(Explained::of(organisation, standard, received_at, today)?);
                // What counts from when this is due, until what starts it happens.
                let due_at = deadlines.last().map(|explained| explained.due_at.to_utc());
                let next = Some(ProvisionalStart::DueOf(standard.id.clone()));
                let chained = organisation.standards_for(facts, received_at);
                for other in chained.filter(|other| other.provisional_start == next) {
                    let from = due_at.unwrap_or(received_at);
                    deadlines.push(Explained::of(organisation, other, from, today)?);
                }
            } else if !matches!(standard.provisional_start, Some(ProvisionalStart::DueOf(_))) {
                later.push(Later {
                    standard: standard.id.clone(),
                    promise: standard.promise.clone(),
                    starts: standard.starts.clone(),
                });
            }
        }
        deadlines.sort_by_key(|deadline| deadline.due_at);
        Ok(Self { received_at: received_at.with_timezone(&zone).fixed_offset(), deadlines, later })
    }
}

impl Explained {
    fn of(
        organisation: &Organisation,
        standard: &Standard,
        start: DateTime<Utc>,
        today: NaiveDate,
    ) -> Result<Self, OutsideCalendar> {
        let followed = standard.shares_due_with.as_ref().and_then(|id| organisation.standard(id));
        let counted = followed.unwrap_or(standard);
        let provisional = standard.provisional_start.is_some();
        let mut clock = Deadline::start(counted, 1, start, organisation)?;
        clock.provisional = provisional;
        let mut options = Vec::new();
        for option in &counted.options {
            let derivation = clock.derive(counted, option.counting, organisation)?;
            let kept_by = match followed {
                Some(_) => standard.also_kept_by.clone(),
                None => option.kept_by.clone(),
            };
            options.push(ExplainedOption {
                id: option.id.clone(),
                kept_by,
                due_at: derivation.due_at(),
                derivation,
            });
        }
        let mut alternatives = Vec::new();
        for other in &standard.alternatives {
            let calendar = organisation.calendar(other.counting.calendar);
            let due_at = other.counting.derive(calendar, start.timestamp())?.due_at();
            alternatives.push(OtherReading { reading: other.reading.clone(), due_at });
        }
        let last = options.iter().max_by_key(|option| option.due_at);
        let due_at = last.map_or_else(|| start.fixed_offset(), |option| option.due_at);
        let plan = standard.reminders.plan(organisation.own_calendar(), start, due_at.to_utc());
        let local = |at: DateTime<Utc>| at.with_timezone(&organisation.zone()).fixed_offset();
        Ok(Self {
            standard: standard.id.clone(),
            pack: standard.pack.clone(),
            version: standard.version.clone(),
            promise: standard.promise.clone(),
            place: standard.place.clone(),
            ruling: standard.ruling.clone(),
            internal: standard.internal,
            until: if provisional { standard.starts.clone() } else { Vec::new() },
            due_at,
            in_words: last.map_or_else(String::new, |option| option.derivation.due_in_words(today)),
            explanation: last
                .map_or_else(String::new, |option| option.derivation.for_customer(today)),
            options,
            shares_due_with: standard.shares_due_with.clone(),
            alternatives,
            reminders: plan
                .iter()
                .map(|p| Reminder { at: local(p.at), notify: p.notify })
                .collect(),
        })
    }
}
