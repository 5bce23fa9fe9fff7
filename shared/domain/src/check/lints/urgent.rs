//! Urgent promises of which nobody is reminded in time.

use super::Lints;
use crate::calendar::Calendar;
use crate::organisation::Organisation;
use crate::standards::{
    Applies, Channel, Milestone, OutOfHours, OwedBy, Priority, Receipt, StandardFile, StepAt,
    Within,
};

/// The longest time that counts as urgent whatever the priority, in seconds.
const SHORT: i64 = 4 * 3600;

/// The shortest time in which a reminder is of any use, in seconds. Somebody who promises an answer to a
/// chat in two minutes is there.
const TOO_SHORT: i64 = 1800;

/// The longest time that counts as urgent if the promise is for emergencies, in seconds.
const SHORT_FOR_EMERGENCIES: i64 = 24 * 3600;

impl Lints<'_> {
    /// Finds urgent promises that count at any hour although no reminder comes in time while the office is
    /// closed.
    pub(super) fn urgent_reminders(&mut self) {
        let Some(organisation) = self.organisation else { return };
        let written = self.written;
        for standard in &written.standard {
            let Some((within, seconds)) = urgent_time(standard) else { continue };
            let counting = standard.out_of_hours.or(written.counting.out_of_hours);
            let any_hour = counting.unwrap_or_default() == OutOfHours::Counts
                && seconds < longest_closed(organisation);
            let reminders = standard.reminders.as_ref().unwrap_or(&written.reminders);
            let in_time = reminders.0.iter().any(|step| {
                step.any_time && !matches!(step.at, StepAt::AtDue | StepAt::AfterDue(_))
            });
            let accepted = standard.accepted.reminders_wait.is_some();
            if !any_hour || in_time || accepted || reminders.0.is_empty() {
                continue;
            }
            let message = format!(
                "{} has to be kept within {within} at any hour, and while the office is closed no \
                 reminder comes before that is over. Give it a reminder with `any_time = true` for \
                 somebody who is there, such as {{ at = \"halfway\", notify = \"on-call\", any_time = true \
                 }}. If nobody has to be reminded, write `accepted = {{ reminders_wait = \"why\" }}`",
                standard.id.get_ref()
            );
            self.report(&standard.id.span(), "standard.reminders", message);
        }
    }
}

/// Returns the time that a promise allows, with its seconds, if it is urgent, begins at any hour, and
/// somebody has to act.
fn urgent_time(standard: &StandardFile) -> Option<(Within, i64)> {
    let within = *standard.within.as_ref()?.get_ref();
    let Within::Elapsed(seconds) = within else { return None };
    let seconds = i64::from(seconds);
    let emergencies = |applies: &Applies| {
        !applies.priority.is_empty() && !applies.priority.contains(&Priority::Normal)
    };
    let applies = &standard.applies_to.0;
    let for_emergencies = !applies.is_empty() && applies.iter().all(emergencies);
    let longest = if for_emergencies { SHORT_FOR_EMERGENCIES } else { SHORT };
    let in_office = |applies: &Applies| {
        applies.received == Some(Receipt::WhenOpen)
            || (!applies.channel.is_empty()
                && applies.channel.iter().all(|channel| *channel == Channel::OfficeVisit))
    };
    let always_in_office = !applies.is_empty() && applies.iter().all(in_office);
    let begins = [Milestone::Received, Milestone::Escalated];
    let urgent = (TOO_SHORT..=longest).contains(&seconds)
        && standard.owed_by == OwedBy::Provider
        && !always_in_office
        && standard.starts.0.iter().all(|start| begins.contains(start))
        // An acknowledgement is automatic.
        && !standard.kept_by.contains(&Milestone::Acknowledged);
    urgent.then_some((within, seconds))
}

/// Returns the longest time for which the office is closed in an ordinary fortnight, in seconds, to the
/// hour.
fn longest_closed(organisation: &Organisation) -> i64 {
    let calendar: &Calendar = organisation.own_calendar();
    let (mut longest, mut closed) = (0, 0);
    for hour in 0..14 * 24 {
        closed = if calendar.is_open(FORTNIGHT + hour * 3600) { 0 } else { closed + 3600 };
        longest = longest.max(closed);
    }
    longest
}

/// The first second of a fortnight without a bank holiday: Monday 8 June 2026.
const FORTNIGHT: i64 = 1_780_876_800;
