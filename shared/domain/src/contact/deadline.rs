//! A standard applied to a contact.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, OutsideCalendar};
use crate::deadline::{Derivation, Step};
use crate::organisation::Organisation;
use crate::standards::{
    Counting, DueAt, Extension, ExtensionFrom, Milestone, OutOfHours, OwedBy, PlannedReminder,
    ProvisionalStart, Standard, Within,
};

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

    /// Works out when it is due, by what is known now.
    ///
    /// # Errors
    /// When its due time lies outside the calendar; it is then as it was.
    pub fn count(
        &mut self,
        standard: &Standard,
        organisation: &Organisation,
    ) -> Result<(), OutsideCalendar> {
        let mut options = Vec::with_capacity(standard.options.len());
        for option in &standard.options {
            // What is said of the date and the date are one calculation.
            let due_at = self.derive(standard, option.counting, organisation)?.due_at().to_utc();
            options.push(OptionDue { id: option.id.clone(), due_at });
        }
        self.due_at = options.iter().map(|option| option.due_at).max().unwrap_or(self.due_at);
        self.options = if options.len() > 1 { options } else { Vec::new() };
        Ok(())
    }

    /// The days to add to an extension: those on which the clock stood still, where it is counted
    /// from the start again.
    fn paused_days_of(&self, extension: &Extension) -> u16 {
        match extension.from {
            ExtensionFrom::Start => self.paused_days,
            ExtensionFrom::Due => 0,
        }
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

    /// The account of its due instant; `None` where the standard has changed since, so that it
    /// would now lead elsewhere. The account as given then stands in the contact's history.
    #[must_use]
    pub fn derivation(&self, organisation: &Organisation) -> Option<Derivation> {
        let mut standard = organisation.standard(&self.standard)?;
        if let Some(followed) = &standard.shares_due_with {
            standard = organisation.standard(followed)?;
        }
        standard
            .options
            .iter()
            .filter_map(|option| self.derive(standard, option.counting, organisation).ok())
            .find(|derivation| derivation.due_at() == self.due_at)
    }

    /// When it is due, counted one way, with the account of it.
    pub(crate) fn derive(
        &self,
        standard: &Standard,
        counting: Counting,
        organisation: &Organisation,
    ) -> Result<Derivation, OutsideCalendar> {
        let calendar = organisation.calendar(counting.calendar);
        let start = self.starts_at.timestamp();
        let milestone = standard.starts.last().copied().unwrap_or(Milestone::Received);
        let begun = match (&standard.provisional_start, self.provisional) {
            (Some(ProvisionalStart::Milestone(instead)), true) => *instead,
            // Counted from another's due time, which is not a milestone.
            _ => milestone,
        };
        let mut derivation = match self.made_urgent_at {
            Some(at) => {
                let mut derived = same_day(counting).derive(calendar, at.timestamp())?;
                if let Some(Step::Received { at, .. }) = derived.steps.first_mut() {
                    let found = Step::MadeUrgent { at: *at };
                    *at = calendar.local(start);
                    derived.steps.insert(1, found);
                }
                derived
            }
            None => counting.derive_paused(calendar, start, self.paused_days)?,
        };
        if let Some(Step::Received { milestone, .. }) = derivation.steps.first_mut() {
            *milestone = begun;
        }
        match (&standard.provisional_start, self.provisional) {
            (Some(ProvisionalStart::DueOf(_)), true) => {
                let due_at = Some(calendar.local(start));
                if let Some(first) = derivation.steps.first_mut() {
                    *first = Step::ProvisionalStart { milestone, due_at };
                }
            }
            (Some(ProvisionalStart::Milestone(_)), true) => {
                derivation.steps.insert(1, Step::ProvisionalStart { milestone, due_at: None });
            }
            _ => {}
        }
        if let (Some(extension_given), Some(extension)) =
            (self.extension_given, &standard.extension)
        {
            let from = match extension.from {
                ExtensionFrom::Due => derivation.due_at().timestamp(),
                ExtensionFrom::Start => start,
            };
            let most = extended_by(counting, extension).derive_paused(
                calendar,
                from,
                self.paused_days_of(extension),
            )?;
            let told = match extension_given.until {
                Some(until) => Some((until, end_of(calendar, counting, until)?)),
                None => None,
            };
            let told = told.filter(|(_, at)| *at < most.due_at().timestamp());
            let within = extension.within;
            match told {
                // A date no later than the one that was due puts nothing off.
                Some((_, at)) if at <= derivation.due_at().timestamp() => {}
                Some((until, at)) => {
                    let because = derivation.because();
                    derivation.steps.push(Step::Extended { within, until: Some(until) });
                    derivation.steps.push(Step::Due { at: calendar.local(at), because });
                }
                None => {
                    derivation.steps.push(Step::Extended { within, until: None });
                    derivation.steps.extend(most.steps.into_iter().skip(1));
                }
            }
        }
        Ok(derivation)
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

/// What is found urgent too late is due by closing of the day on which it was found, or of the next
/// working day where that is over.
fn same_day(counting: Counting) -> Counting {
    Counting {
        within: Within::WorkingDays(0),
        due: DueAt::Close,
        out_of_hours: OutOfHours::AfterCloseNextWorkingDay,
        ..counting
    }
}

/// How an extension is counted: as the promise itself, in the extension's own days.
fn extended_by(counting: Counting, extension: &Extension) -> Counting {
    Counting { within: extension.within, out_of_hours: OutOfHours::Counts, ..counting }
}

/// The end of a date that a customer was told, in Unix seconds.
fn end_of(
    calendar: &Calendar,
    counting: Counting,
    date: NaiveDate,
) -> Result<i64, OutsideCalendar> {
    let day = calendar.day_on(date)?;
    Ok(match counting.due {
        DueAt::Close => calendar.close(day),
        DueAt::EndOfDay => calendar.end_of_day(day),
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u16) -> bool {
    *n == 0
}
