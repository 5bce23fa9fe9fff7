//! The date that a customer was told in a delay notice. It is a promise of its own, which no pack holds.

use super::{
    Counting, DueAt, IfNotWorking, Milestone, OutOfHours, PromiseOption, Recipient, ReminderStep,
    Reminders, Standard, StandardId, StepAt, Within,
};
use crate::calendar::Observed;

/// The id of the standard, and so of the deadlines that a delay notice starts.
pub const TOLD: &str = "told";

impl Standard {
    /// Returns the standard of every date that a customer was told. The date itself is with the deadline.
    #[must_use]
    pub fn told_date() -> Self {
        let id = StandardId::from(TOLD);
        let title = "Answer by the date that the customer was told".to_owned();
        let counting = Counting {
            // The date stands for itself. It is not counted.
            within: Within::CalendarDays(0),
            due: DueAt::EndOfDay,
            out_of_hours: OutOfHours::Counts,
            if_not_working: IfNotWorking::Stays,
            calendar: Observed::Provider,
        };
        let option = PromiseOption {
            id: id.to_string(),
            title: title.clone(),
            counting,
            kept_by: vec![Milestone::Responded],
        };
        Self {
            id,
            title,
            promise: "We will answer you by the end of this day.".into(),
            place: "Delay notice".into(),
            options: vec![option],
            reminders: reminders(),
            ..Self::default()
        }
    }
}

/// The reminders of a date that a customer was told.
fn reminders() -> Reminders {
    let one_day = Within::WorkingDays(1);
    let steps = [
        (StepAt::Before(one_day), Recipient::Owner),
        (StepAt::OpeningOnDueDay, Recipient::Owner),
        (StepAt::AtDue, Recipient::TeamLead),
        (StepAt::AfterDue(one_day), Recipient::Manager),
    ];
    let step = |(at, notify)| ReminderStep {
        at,
        notify,
        any_time: false,
        only_if_due_on_non_working_day: false,
    };
    Reminders(steps.map(step).to_vec())
}
