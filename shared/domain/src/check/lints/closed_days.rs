//! Counts that can end on a day that is not a working day, without a rule for it.

use super::Lints;
use crate::standards::{DueAt, OwedBy, StandardFile, Within};

impl Lints<'_> {
    /// Finds promises in days, weeks or months that do not say if a date on a day that is not a working
    /// day stays there.
    pub(super) fn closed_days(&mut self) {
        let written = self.written;
        if written.counting.if_due_on_non_working_day.is_some() {
            return;
        }
        for standard in &written.standard {
            let due = standard.due.or(written.counting.due).unwrap_or_default();
            // A customer can act on any day.
            let customers = standard.owed_by == OwedBy::Customer && due != DueAt::Close;
            let mut times = times(standard);
            let (None, false, Some(within)) = (
                standard.if_due_on_non_working_day,
                customers,
                times.find(|time| ends_on_any_day(*time)),
            ) else {
                continue;
            };
            let message = format!(
                "{} counts {within}, which can end on a weekend or a bank holiday, and nothing says what \
                 happens then. Write `if_due_on_non_working_day = \"stays\"` or `\"next-working-day\"`, \
                 here or in [counting]",
                standard.id.get_ref()
            );
            self.report(&standard.id.span(), "standard.if_due_on_non_working_day", message);
        }
    }
}

/// Returns every time by which a standard counts its due time.
fn times(standard: &StandardFile) -> impl Iterator<Item = Within> {
    let own = standard.within.as_ref().map(|within| *within.get_ref());
    let extended = standard.extension.as_ref().and_then(|extension| extension.within);
    let other = standard.or_later.map(|other| other.within);
    let options = standard.option.iter().map(|option| option.within);
    own.into_iter().chain(extended).chain(other).chain(standard.recurs_every).chain(options)
}

fn ends_on_any_day(within: Within) -> bool {
    matches!(within, Within::CalendarDays(1..) | Within::CalendarMonths(1..))
}
