//! The state of a deadline.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::DeadlineId;
use crate::calendar::OutsideCalendar;
use crate::organisation::{Organisation, PersonId};
use crate::standards::{Milestone, OwedBy, PlannedReminder, Standard, StandardId, TOLD};

/// A standard applied to a contact: when it started, when it is due, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The standard and the round.
    pub id: DeadlineId,
    /// When the deadline started, in UTC.
    pub starts_at: DateTime<Utc>,
    /// The last second that is in time, in UTC; the latest of an either-or promise's options.
    pub due_at: DateTime<Utc>,
    /// The options of an either-or promise; empty for a promise that can be kept in one way only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDue>,
    /// The state.
    pub state: DeadlineState,
    /// True while the deadline counts from a stand-in for the milestone that really starts it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// The present pauses. While there is one, nothing is missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Wait>,
    /// The number of days of all earlier pauses: working days if the time is counted in them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused_days: u16,
    /// When the contact was found urgent, in UTC, if the urgent deadline had passed by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_urgent_at: Option<DateTime<Utc>>,
    /// The date that the customer was told, if that is the deadline. It is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_date: Option<NaiveDate>,
    /// The last second of the aim, in UTC, if it is earlier than the due time. Missing it is no breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim_at: Option<DateTime<Utc>>,
    /// The milestone from which a later round counts, in place of the one that starts the standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurs_from: Option<Milestone>,
    /// When a time to come was agreed, in UTC, if the deadline is due at that time. Its reminders count
    /// from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_at: Option<DateTime<Utc>>,
    /// The extensions that were given, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtensionGiven>,
    /// When the other milestone happened from which the time counts if that makes it longer, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_later_from: Option<DateTime<Utc>>,
    /// True if the deadline was missed and nothing more will be done: staff closed the contact, or the
    /// duty ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abandoned: bool,
    /// True for a target of the provider's own, which is never reported as a breach.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// The instant, in UTC, up to and including which reminders have been sent.
    pub escalated_until: DateTime<Utc>,
    /// When the deadline next needs attention, in UTC; `None` if nothing more happens by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_timer_at: Option<DateTime<Utc>>,
}

/// A pause that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// When it began, in UTC.
    pub since: DateTime<Utc>,
    /// The milestone that ends it.
    pub until: Milestone,
}

/// An extension: a later due date that a notice, given in time, brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionGiven {
    /// When the notice was given, in UTC.
    pub at: DateTime<Utc>,
    /// The date that the customer was told; `None` extends as far as the standard allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// One option of an either-or promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionDue {
    /// The option's id.
    pub id: String,
    /// The last second in which this option is in time, in UTC.
    pub due_at: DateTime<Utc>,
}

/// The state of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum DeadlineState {
    /// Not done yet, and not due yet.
    Open,
    /// Done in time.
    Met {
        /// When it was done, in UTC.
        at: DateTime<Utc>,
        /// The milestone that met it.
        by: Milestone,
        /// The option that was used, if the promise has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<String>,
    },
    /// Not done, and the due time has passed.
    Missed,
    /// Done after the due time.
    MetLate {
        /// When it was done, in UTC.
        at: DateTime<Utc>,
        /// The milestone that met it.
        by: Milestone,
        /// The option that was used, if the promise has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<String>,
    },
    /// No longer owed. Reports count it separately.
    Waived {
        /// The reason.
        why: WaiverReason,
    },
    /// A window of the customer's that has closed.
    Lapsed,
}

/// The reason why a deadline is no longer owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "detail", rename_all = "kebab-case")]
pub enum WaiverReason {
    /// The sender is a machine. Machines are not sent acknowledgements.
    AutomaticSender,
    /// The sender has been sent the daily maximum of acknowledgements.
    TooManyToday,
    /// The customer gave no email address.
    NoAddress,
    /// This contact has been acknowledged before. One acknowledgement is enough.
    AcknowledgedBefore,
    /// The promise was to say if the answer takes longer, and the answer came in time.
    AnsweredInTime,
    /// A milestone exempts the contact from the standard.
    Exempted(Milestone),
    /// A milestone ended it without keeping it. Figures count this apart.
    Ended {
        /// The milestone.
        by: Milestone,
        /// The member of staff who decided that it ends.
        decided_by: Option<PersonId>,
        /// The reason that they gave.
        reason: String,
    },
    /// The agreed time was recorded when it was over, so nobody could have kept to it.
    RecordedAfterwards,
    /// Staff set a category or priority to which the standard does not apply.
    TriagedOtherwise,
    /// The customer was told a later date.
    ToldLater,
    /// The deadline belonged to a stage of the complaints procedure that is over.
    NextStage,
    /// The milestone that started the deadline was recorded by mistake.
    MilestoneTakenBack(Milestone),
    /// The deadline belonged to a stage of the complaints procedure for which the customer had not asked.
    NotAStageRequest,
    /// The deadline belonged to a stage for which the customer had asked too late. Staff declined it and
    /// gave this reason.
    StageDeclined(String),
    /// Staff closed the contact and gave this reason.
    ClosedByStaff(String),
}

impl Deadline {
    /// Starts a deadline.
    ///
    /// # Errors
    /// Returns an error if a due instant lies outside the calendar.
    pub fn start(
        standard: &Standard,
        round: u16,
        starts_at: DateTime<Utc>,
        organisation: &Organisation,
    ) -> Result<Self, OutsideCalendar> {
        Self::start_round(standard, round, starts_at, None, organisation)
    }

    /// Starts a deadline that counts from `recurs_from`, a milestone that kept an earlier round.
    ///
    /// # Errors
    /// Returns an error if a due instant lies outside the calendar.
    pub(crate) fn start_round(
        standard: &Standard,
        round: u16,
        starts_at: DateTime<Utc>,
        recurs_from: Option<Milestone>,
        organisation: &Organisation,
    ) -> Result<Self, OutsideCalendar> {
        let mut deadline = Self {
            id: DeadlineId { standard: standard.id.clone(), round },
            starts_at,
            due_at: starts_at,
            options: Vec::new(),
            state: DeadlineState::Open,
            provisional: false,
            waits: Vec::new(),
            paused_days: 0,
            made_urgent_at: None,
            told_date: None,
            aim_at: None,
            recurs_from,
            agreed_at: None,
            extensions: Vec::new(),
            or_later_from: None,
            abandoned: false,
            internal: standard.internal,
            escalated_until: starts_at,
            next_timer_at: None,
        };
        deadline.count(standard, organisation)?;
        Ok(deadline)
    }

    /// Starts the deadline of a date that the customer was told at `told_at` (UTC).
    ///
    /// # Errors
    /// Returns an error if the date lies outside the calendar.
    pub fn of_told_date(
        round: u16,
        told_at: DateTime<Utc>,
        until: NaiveDate,
        organisation: &Organisation,
    ) -> Result<Self, OutsideCalendar> {
        let id = StandardId::from(TOLD);
        let standard = organisation.standard(&id).cloned().unwrap_or_default();
        let mut deadline = Self::start(&standard, round, told_at, organisation)?;
        deadline.told_date = Some(until);
        deadline.count(&standard, organisation)?;
        Ok(deadline)
    }

    /// Returns the standard; `None` if the organisation no longer has it.
    #[must_use]
    pub fn standard<'o>(&self, organisation: &'o Organisation) -> Option<&'o Standard> {
        organisation.standard(&self.id.standard)
    }

    /// Returns true if a notice can still extend the deadline.
    #[must_use]
    pub fn can_be_extended(&self, standard: &Standard) -> bool {
        let times = standard.extension.as_ref().map_or(0, |extension| extension.times);
        self.extensions.len() < usize::from(times)
    }

    /// Returns true if somebody still has to act: the deadline is open, or missed and not abandoned.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        matches!(self.state, DeadlineState::Open | DeadlineState::Missed) && !self.abandoned
    }

    /// Returns true if the deadline is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        !self.waits.is_empty()
    }

    /// Returns true if the time is the customer's. A window is never breached.
    #[must_use]
    pub fn is_window(&self, organisation: &Organisation) -> bool {
        self.standard(organisation).is_some_and(|s| s.owed_by == OwedBy::Customer)
    }

    /// Returns the last second, in UTC, in which `milestone` meets the deadline; `None` if it does not
    /// meet it at any time.
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

    /// Returns the last day on which a letter can be posted so that the post delivers it in time; `None`
    /// if nothing has to arrive, or nothing is outstanding.
    #[must_use]
    pub fn post_by(&self, organisation: &Organisation) -> Option<NaiveDate> {
        let days = self.standard(organisation)?.post.filter(|_| self.is_outstanding())?;
        let calendar = organisation.own_calendar();
        let mut day = calendar.day_of(self.due_at.timestamp()).ok()?;
        for _ in 0..days {
            day = calendar.working_day_before(day)?;
        }
        Some(calendar.date(day))
    }

    /// Returns true if the deadline was met by the end of its aim, false if later or not at all by `now`;
    /// `None` if it has no aim or its aim is not over yet.
    #[must_use]
    pub fn aim_kept(&self, now: DateTime<Utc>) -> Option<bool> {
        let aim_at = self.aim_at?;
        match &self.state {
            DeadlineState::Met { at, .. } => Some(*at <= aim_at),
            DeadlineState::MetLate { .. } | DeadlineState::Missed => Some(false),
            DeadlineState::Open => (aim_at < now).then_some(false),
            DeadlineState::Waived { .. } | DeadlineState::Lapsed => None,
        }
    }

    /// Returns the reminders of the whole deadline, in order of time: those before the end of its aim,
    /// and those of the due time.
    #[must_use]
    pub fn plan(&self, organisation: &Organisation) -> Vec<PlannedReminder> {
        self.standard(organisation).map_or_else(Vec::new, |standard| {
            let (start, calendar) =
                (self.agreed_at.unwrap_or(self.starts_at), organisation.own_calendar());
            let mut plan = standard.reminders.plan(calendar, start, self.due_at);
            if let Some(aim_at) = self.aim_at {
                let earlier = standard.reminders.plan(calendar, start, aim_at);
                plan.extend(earlier.into_iter().filter(|planned| planned.at <= aim_at));
                plan.sort_by_key(|planned| (planned.at, planned.notify));
                plan.dedup();
            }
            plan
        })
    }

    /// Returns the first second, in UTC, in which the deadline is missed; `None` if it cannot be.
    #[must_use]
    pub fn missed_from(&self) -> Option<DateTime<Utc>> {
        let runs = self.state == DeadlineState::Open && !self.is_paused();
        runs.then(|| self.due_at + TimeDelta::seconds(1))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u16) -> bool {
    *n == 0
}
