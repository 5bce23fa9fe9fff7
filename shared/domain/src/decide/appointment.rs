//! Appointments and agreed calls: what was known while their time ran.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::milestone::Occurrence;
use super::settle::outcome;
use super::transaction::Transaction;
use crate::deadline::{Deadline, DeadlineState, WaiverReason};
use crate::standards::{Milestone, Standard};
use crate::time;

/// The outcomes of an appointment. Another appointment starts without them.
const OUTCOMES: [Milestone; 4] = [
    Milestone::AppointmentChanged,
    Milestone::AppointmentChangeNotified,
    Milestone::AppointmentMissed,
    Milestone::DidNotCome,
];

impl Transaction<'_> {
    /// Forgets the outcome of an earlier appointment when another one is made. The log keeps it.
    pub(super) fn forget_earlier_appointment(&mut self, milestone: Milestone) {
        if milestone == Milestone::AppointmentMade {
            self.contact.milestones.retain(|(earlier, _)| !OUTCOMES.contains(earlier));
        }
    }

    /// Refuses to record that nobody came to an appointment before its time has come.
    pub(super) fn check_appointment(&self, occurrence: Occurrence) -> Result<(), Refusal> {
        let nobody_came =
            matches!(occurrence.milestone, Milestone::DidNotCome | Milestone::AppointmentMissed);
        let agreed = self.contact.milestone_at(Milestone::AppointmentMade);
        let ahead = agreed.is_some_and(|at| occurrence.at.timestamp() < at.timestamp());
        if nobody_came && ahead { Err(Refusal::AppointmentAhead) } else { Ok(()) }
    }

    /// Brings the deadline of an agreed time up to date that has just started. Whoever is there already
    /// has come for it. If its time was over when it was recorded, nobody could have kept to it.
    pub(super) fn catch_up_agreed_time(&mut self, standard: &Standard) {
        if !standard.starts.iter().any(|milestone| milestone.is_agreed_time()) {
            return;
        }
        let deadlines = &self.contact.deadlines;
        let started = |d: &Deadline| d.id.standard == standard.id && d.state == DeadlineState::Open;
        let Some(index) = deadlines.iter().rposition(started) else { return };
        let Some(deadline) = deadlines.get(index) else { return };
        let met = self.contact.milestones.iter().find_map(|(milestone, at)| {
            if *at < deadline.starts_at && !self.came_for(deadline, *milestone, *at) {
                return None;
            }
            outcome(self.organisation, standard, deadline, *milestone, *at, self.now)
                .filter(|outcome| matches!(outcome, DeadlineState::Met { .. }))
        });
        if let Some(met) = met {
            self.settle(index, met);
        } else if deadline.due_at.timestamp() < self.now.timestamp() {
            self.settle(index, DeadlineState::Waived { why: WaiverReason::RecordedAfterwards });
        }
    }

    /// Returns true if `milestone` is an arrival for the appointment of `deadline`: on its day, and for
    /// no other appointment.
    fn came_for(&self, deadline: &Deadline, milestone: Milestone, at: DateTime<Utc>) -> bool {
        let for_another = |other: &Deadline| {
            other.starts_at != deadline.starts_at
                && matches!(
                    other.state,
                    DeadlineState::Met { at: met_at, by: Milestone::Arrived, .. } if met_at == at
                )
        };
        milestone == Milestone::Arrived
            && self.on_the_same_day(at, deadline.starts_at)
            && !self.contact.deadlines.iter().any(for_another)
    }

    /// Returns true if an agreed time was recorded when everything that it starts was over.
    pub(super) fn is_afterwards(&self, milestone: Milestone, at: DateTime<Utc>) -> bool {
        let starts = |deadline: &Deadline| {
            deadline.state == DeadlineState::Open
                && deadline
                    .standard(self.organisation)
                    .is_some_and(|standard| standard.starts.contains(&milestone))
        };
        milestone.is_agreed_time() && at < self.now && !self.contact.deadlines.iter().any(starts)
    }

    /// Returns true if both instants lie on one day in the organisation's time zone.
    pub(super) fn on_the_same_day(&self, one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
        let date = |at| time::local(self.organisation.zone(), at).date();
        date(one) == date(other)
    }
}
