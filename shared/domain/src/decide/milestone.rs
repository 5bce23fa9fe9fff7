//! Milestones as they are recorded.

use chrono::{DateTime, NaiveDate, Utc};

use super::Refusal;
use super::transaction::Transaction;
use crate::contact::Event;
use crate::standards::{Milestone, Standard};

/// A milestone that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence {
    pub(super) milestone: Milestone,
    /// When it happened, in UTC.
    pub(super) at: DateTime<Utc>,
    /// True if it is on its way by post.
    pub(super) by_post: bool,
    /// The date that the customer was told.
    pub(super) until: Option<NaiveDate>,
}

impl Occurrence {
    pub(super) fn new(milestone: Milestone, at: DateTime<Utc>) -> Self {
        Self { milestone, at, by_post: false, until: None }
    }

    /// Returns when the milestone counts for a standard. If the promise is that something reaches the
    /// customer, a letter counts when the office opens on the day on which the post delivers it.
    pub(super) fn counts_at(
        self,
        standard: &Standard,
        transaction: &Transaction<'_>,
    ) -> DateTime<Utc> {
        let Some(days) = standard.post.filter(|_| self.by_post) else { return self.at };
        let calendar = transaction.organisation.own_calendar();
        let delivered = || {
            let posted = calendar.day_of(self.at.timestamp()).ok()?;
            let day = calendar.working_day_after(posted, days).ok()?;
            DateTime::from_timestamp(calendar.opening(day)?, 0)
        };
        delivered().map_or(self.at, |delivered| delivered.max(self.at))
    }
}

impl Transaction<'_> {
    /// Records a milestone, with everything that it does to deadlines.
    pub(super) fn record(&mut self, occurrence: Occurrence) {
        self.record_with_reason(occurrence, None);
    }

    /// Records a milestone with the reason that staff gave.
    pub(super) fn record_with_reason(&mut self, occurrence: Occurrence, reason: Option<&str>) {
        let Occurrence { milestone, at, by_post, .. } = occurrence;
        let given = reason.map(str::to_owned);
        self.event(Event::MilestoneRecorded { milestone, at, by_post, reason: given });
        self.contact.milestones.retain(|(other, _)| *other != milestone);
        self.contact.milestones.push((milestone, at));
        if milestone == Milestone::Responded {
            self.contact.answered_stage = Some(self.contact.stage);
        }
        self.forget_earlier_appointment(milestone);
        self.meet(occurrence);
        // An agreed time takes the place of what it starts, and exempts from the rest after that.
        if !milestone.is_agreed_time() {
            self.exempt(milestone, at);
        }
        self.end(milestone, at, reason.unwrap_or_default());
        self.adjust(occurrence);
        self.start(occurrence);
        if milestone.is_agreed_time() {
            self.exempt(milestone, at);
        }
        self.prompt_on(milestone);
    }

    /// Refuses a time at which nothing can have happened to this contact.
    pub(super) fn check_time(&self, at: DateTime<Utc>) -> Result<(), Refusal> {
        if self.contact.received_at.timestamp() <= at.timestamp() && at <= self.now {
            Ok(())
        } else {
            Err(Refusal::ImpossibleTime)
        }
    }
}
