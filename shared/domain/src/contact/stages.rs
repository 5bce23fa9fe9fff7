//! The stages of the complaints procedure, as a contact goes through them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Contact;
use crate::organisation::{Organisation, PersonId};
use crate::standards::{Facts, Milestone};

/// The customer's request for the next stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRequest {
    /// When it reached the provider, in UTC.
    pub at: DateTime<Utc>,
    /// True if a message of the customer's was taken as the request; false if staff recorded it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_message: bool,
    /// True if the customer's window for asking had closed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_window: bool,
    /// True if the contact was closed until then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_closed: bool,
    /// The member of staff who had the contact until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_before: Option<PersonId>,
}

/// A member of staff who considered the complaint at a stage: they had the contact, or answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsideredBy {
    /// The stage, from 1.
    pub stage: u8,
    /// The member of staff.
    pub person: PersonId,
}

impl Contact {
    /// Returns the next stage, if the customer can ask for it at `at`.
    #[must_use]
    pub fn next_stage(&self, organisation: &Organisation, at: DateTime<Utc>) -> Option<u8> {
        let stage = self.stage.saturating_add(1);
        let facts = Facts { stage, ..self.facts() };
        let mut standards = organisation.standards_for(&facts, at);
        let possible = stage <= organisation.complaint_stages()
            && standards.any(|standard| standard.starts.contains(&Milestone::Escalated));
        possible.then_some(stage)
    }

    /// Returns when the customer asked what is to be answered now, in UTC.
    #[must_use]
    pub fn asked_at(&self) -> Option<DateTime<Utc>> {
        let asked = [Milestone::Received, Milestone::Escalated];
        asked.iter().filter_map(|milestone| self.milestone_at(*milestone)).max()
    }

    /// Returns true if the customer has been answered since they asked, at the present stage.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        if self.answered_stage != Some(self.stage) {
            return false;
        }
        let answered_at = self.milestone_at(Milestone::Responded);
        let second = |at: DateTime<Utc>| at.timestamp();
        answered_at.is_some_and(|at| self.asked_at().map(second) <= Some(second(at)))
    }

    /// Returns true if the customer had been answered, at the present stage, when they wrote at `at`.
    #[must_use]
    pub fn is_answered_by(&self, at: DateTime<Utc>) -> bool {
        let answered_at = self.milestone_at(Milestone::Responded);
        self.is_answered() && answered_at.is_some_and(|answered_at| answered_at <= at)
    }

    /// Returns the request for the present stage, while it can be corrected, which is until it is
    /// answered.
    #[must_use]
    pub fn open_stage_request(&self) -> Option<&StageRequest> {
        self.stage_requests.last().filter(|_| !self.is_answered())
    }

    /// Returns true if a member of staff considered the complaint at an earlier stage and does not have
    /// it now, so that somebody else has to consider it.
    #[must_use]
    pub fn is_for_somebody_else_than(&self, person: &PersonId) -> bool {
        self.owner.as_ref() != Some(person) && self.considered_before(person)
    }

    /// Returns true if a member of staff considered the complaint at an earlier stage.
    #[must_use]
    pub fn considered_before(&self, person: &PersonId) -> bool {
        self.considered_by.iter().any(|by| by.stage < self.stage && by.person == *person)
    }

    /// Remembers that a member of staff considers the complaint at the present stage.
    pub(crate) fn add_considered_by(&mut self, person: &PersonId) {
        let by = ConsideredBy { stage: self.stage, person: person.clone() };
        if !self.considered_by.contains(&by) {
            self.considered_by.push(by);
        }
    }
}
