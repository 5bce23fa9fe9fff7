//! A standard applied to a contact.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::deadline::Derivation;
use crate::organisation::Organisation;
use crate::standards::{Milestone, OwedBy, Planned, Standard};

/// A standard applied to a contact: from when, until when, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The standard's id; with `~2`, `~3` … where its clock started again.
    pub id: String,
    /// The standard.
    pub standard: String,
    /// When its clock started.
    pub starts_at: DateTime<Utc>,
    /// The last instant at which it is kept; of several arms, the last of theirs.
    pub due_at: DateTime<Utc>,
    /// The arms of an either-or promise with their own due instants; empty where there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<ArmDue>,
    /// What became of it.
    pub state: DeadlineState,
    /// A target of the provider's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// Steps of the ladder up to and including this instant have been taken.
    pub walked_to: DateTime<Utc>,
    /// When it next has to be looked at; `None` once nothing more will happen by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wakes_at: Option<DateTime<Utc>>,
}

/// One arm of an either-or promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmDue {
    /// The arm.
    pub id: String,
    /// The last instant at which it can keep the promise.
    pub due_at: DateTime<Utc>,
}

/// What became of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum DeadlineState {
    /// Running.
    Open,
    /// Done in time.
    Kept {
        /// When.
        at: DateTime<Utc>,
        /// What did it.
        by: Milestone,
    },
    /// The time is over and it is still not done.
    Missed,
    /// Done, but late.
    Late {
        /// When.
        at: DateTime<Utc>,
        /// What did it.
        by: Milestone,
    },
    /// It turned out not to be owed; counted on its own in reports.
    NotOwed {
        /// Why.
        why: NotOwed,
    },
    /// A window of the customer's that has closed.
    Lapsed,
}

/// Why a deadline was not owed after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "detail", rename_all = "kebab-case")]
pub enum NotOwed {
    /// The sender is a machine, which is not sent acknowledgements.
    AutomaticSender,
    /// The sender has had as many acknowledgements today as one sender gets.
    TooManyToday,
    /// The customer gave no address to send it to.
    NoAddress,
    /// This contact has been acknowledged before, and one acknowledgement is enough.
    AcknowledgedBefore,
    /// The promise to say that it takes longer, where it did not.
    AnsweredInTime,
    /// Staff closed the contact without it, for the reason they gave.
    ClosedByStaff(String),
}

impl NotOwed {
    /// The reason in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::AutomaticSender => "the sender is a machine".into(),
            Self::TooManyToday => "the sender has had enough acknowledgements today".into(),
            Self::NoAddress => "no email address was given".into(),
            Self::AcknowledgedBefore => "the contact has been acknowledged before".into(),
            Self::AnsweredInTime => "the answer itself was in time".into(),
            Self::ClosedByStaff(reason) => format!("closed by staff: {reason}"),
        }
    }
}

impl Deadline {
    /// A clock of `standard` from `starts_at`, due at the instants of its arms.
    #[must_use]
    pub fn new(
        standard: &Standard,
        id: String,
        starts_at: DateTime<Utc>,
        dues: &[DateTime<Utc>],
    ) -> Self {
        let arms = if dues.len() > 1 {
            let arm = |(arm, due): (&crate::standards::Arm, &DateTime<Utc>)| ArmDue {
                id: arm.id.clone(),
                due_at: *due,
            };
            standard.arms.iter().zip(dues).map(arm).collect()
        } else {
            Vec::new()
        };
        Self {
            id,
            standard: standard.id.clone(),
            starts_at,
            due_at: dues.iter().copied().max().unwrap_or(starts_at),
            arms,
            state: DeadlineState::Open,
            internal: standard.internal,
            walked_to: starts_at,
            wakes_at: None,
        }
    }

    /// Whether somebody still has to do something: running, or over and not done.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        matches!(self.state, DeadlineState::Open | DeadlineState::Missed)
    }

    /// Whether the promise was broken, done late or not at all.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self.state, DeadlineState::Missed | DeadlineState::Late { .. })
    }

    /// The last instant at which `milestone` keeps it; `None` where that milestone does not.
    #[must_use]
    pub fn kept_until(&self, standard: &Standard, milestone: Milestone) -> Option<DateTime<Utc>> {
        standard
            .arms
            .iter()
            .filter(|arm| arm.kept_by.contains(&milestone))
            .map(|arm| {
                let due = self.arms.iter().find(|due| due.id == arm.id);
                due.map_or(self.due_at, |due| due.due_at)
            })
            .max()
    }

    /// The account of its due instant; `None` where the standard has changed since, so that it
    /// would now lead elsewhere. The account as given then stands in the contact's history.
    #[must_use]
    pub fn derivation(&self, organisation: &Organisation) -> Option<Derivation> {
        let mut standard = organisation.standard(&self.standard)?;
        if let Some(followed) = &standard.follows {
            standard = organisation.standard(followed)?;
        }
        standard
            .arms
            .iter()
            .filter_map(|arm| {
                let calendar = organisation.calendar(arm.counting.calendar);
                arm.counting.derive(calendar, self.starts_at.timestamp()).ok()
            })
            .find(|derivation| derivation.due_at() == self.due_at)
    }

    /// The steps of its ladder, in order.
    #[must_use]
    pub fn plan(&self, organisation: &Organisation) -> Vec<Planned> {
        organisation.standard(&self.standard).map_or_else(Vec::new, |standard| {
            standard.ladder.plan(organisation.own_calendar(), self.starts_at, self.due_at)
        })
    }

    /// When it next has to be looked at, after what has been walked: the next step of the ladder,
    /// or the second in which the promise is broken.
    #[must_use]
    pub fn next_wake(&self, organisation: &Organisation) -> Option<DateTime<Utc>> {
        if !self.is_owed() {
            return None;
        }
        let step =
            self.plan(organisation).into_iter().map(|p| p.at).find(|at| *at > self.walked_to);
        let over = (self.state == DeadlineState::Open).then(|| self.due_at + TimeDelta::seconds(1));
        step.into_iter().chain(over).min()
    }

    /// Whether it is the customer's to do.
    #[must_use]
    pub fn is_customers(&self, organisation: &Organisation) -> bool {
        organisation.standard(&self.standard).is_some_and(|s| s.owed_by == OwedBy::Customer)
    }
}
