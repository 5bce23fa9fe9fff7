//! A standard applied to a contact.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::OutsideCalendar;
use crate::organisation::Organisation;
use crate::standards::{Milestone, OwedBy, PlannedReminder, Standard};

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
    pub options: Vec<OptionDue>,
    /// What became of it.
    pub state: DeadlineState,
    /// What starts the clock has not happened; until it does, this stands in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Since when the clock stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<DateTime<Utc>>,
    /// For how many days it stood still before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused_days: u16,
    /// When the matter was found urgent, where the time for that was over by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_urgent_at: Option<DateTime<Utc>>,
    /// How its due time was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_given: Option<ExtensionGiven>,
    /// It was missed, and staff closed the contact without doing it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abandoned: bool,
    /// A target of the provider's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// Steps of the ladder up to and including this instant have been taken.
    pub escalated_until: DateTime<Utc>,
    /// When it next has to be looked at; `None` once nothing more will happen by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_timer_at: Option<DateTime<Utc>>,
}

/// How a due time was put off, with notice given in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionGiven {
    /// When notice was given.
    pub at: DateTime<Utc>,
    /// The date that the customer was told; as far as is allowed, where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// One arm of an either-or promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionDue {
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
    Waived {
        /// Why.
        why: WaiverReason,
    },
    /// A window of the customer's that has closed.
    Lapsed,
}

/// Why a deadline was not owed after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "detail", rename_all = "kebab-case")]
pub enum WaiverReason {
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
    /// Something happened that takes it off.
    Exempted(Milestone),
    /// Staff sorted the contact as one to which the standard does not apply.
    TriagedOtherwise,
    /// It belonged to a stage of the complaints procedure that is over.
    NextStage,
    /// Staff closed the contact without it, for the reason they gave.
    ClosedByStaff(String),
}

impl WaiverReason {
    /// The reason in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::AutomaticSender => "the sender is a machine".into(),
            Self::TooManyToday => "the sender has had enough acknowledgements today".into(),
            Self::NoAddress => "no email address was given".into(),
            Self::AcknowledgedBefore => "the contact has been acknowledged before".into(),
            Self::AnsweredInTime => "the answer itself was in time".into(),
            Self::Exempted(milestone) => milestone.in_words(),
            Self::TriagedOtherwise => "the contact is about something else".into(),
            Self::NextStage => "the complaint is at the next stage".into(),
            Self::ClosedByStaff(reason) => format!("closed by staff: {reason}"),
        }
    }
}

impl Deadline {
    /// A clock of `standard` from `starts_at`.
    ///
    /// # Errors
    /// When its due time lies outside the calendar.
    pub fn start(
        standard: &Standard,
        id: String,
        starts_at: DateTime<Utc>,
        organisation: &Organisation,
    ) -> Result<Self, OutsideCalendar> {
        let mut deadline = Self {
            id,
            standard: standard.id.clone(),
            starts_at,
            due_at: starts_at,
            options: Vec::new(),
            state: DeadlineState::Open,
            provisional: false,
            paused_at: None,
            paused_days: 0,
            made_urgent_at: None,
            extension_given: None,
            abandoned: false,
            internal: standard.internal,
            escalated_until: starts_at,
            next_timer_at: None,
        };
        deadline.count(standard, organisation)?;
        Ok(deadline)
    }

    /// Whether somebody still has to do something: running, or over and not done.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        matches!(self.state, DeadlineState::Open | DeadlineState::Missed) && !self.abandoned
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
            .options
            .iter()
            .filter(|option| option.kept_by.contains(&milestone))
            .map(|option| {
                let due = self.options.iter().find(|due| due.id == option.id);
                due.map_or(self.due_at, |due| due.due_at)
            })
            .max()
    }

    /// The steps of its ladder, in order.
    #[must_use]
    pub fn plan(&self, organisation: &Organisation) -> Vec<PlannedReminder> {
        organisation.standard(&self.standard).map_or_else(Vec::new, |standard| {
            standard.reminders.plan(organisation.own_calendar(), self.starts_at, self.due_at)
        })
    }

    /// When it next has to be looked at, after what has been walked: the next step of the ladder,
    /// or the second in which the promise is broken.
    #[must_use]
    pub fn next_timer(&self, organisation: &Organisation) -> Option<DateTime<Utc>> {
        if !self.is_outstanding() || self.paused_at.is_some() {
            return None;
        }
        let step =
            self.plan(organisation).into_iter().map(|p| p.at).find(|at| *at > self.escalated_until);
        let over = (self.state == DeadlineState::Open).then(|| self.due_at + TimeDelta::seconds(1));
        step.into_iter().chain(over).min()
    }

    /// Whether it is the customer's to do.
    #[must_use]
    pub fn is_customers(&self, organisation: &Organisation) -> bool {
        organisation.standard(&self.standard).is_some_and(|s| s.owed_by == OwedBy::Customer)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u16) -> bool {
    *n == 0
}
