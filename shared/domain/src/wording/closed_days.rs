//! Days that are not counted, because they are not working days. Weekends explain themselves.

use chrono::{NaiveDate, TimeDelta};

use super::dates::{date, short_date};
use crate::calendar::NonWorking;
use crate::deadline::Skipped;

/// Days off that follow each other with nothing but weekends between them.
struct Run<'a> {
    days: Vec<&'a Skipped>,
    /// The last day of the run so far, which may be a weekend's.
    end: NaiveDate,
}

impl Run<'_> {
    fn first(&self) -> Option<NaiveDate> {
        self.days.first().map(|day| day.date)
    }

    fn last(&self) -> Option<NaiveDate> {
        self.days.last().map(|day| day.date)
    }

    /// Returns true if the run is better given by its ends than day by day.
    fn is_closure(&self) -> bool {
        let closure = |day: &&Skipped| matches!(day.why, NonWorking::Closure(_));
        self.days.len() > 1 && self.days.iter().any(closure)
    }
}

/// Divides skipped days, in order, into runs without the weekends at their ends.
fn runs(skipped: &[Skipped]) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for day in skipped {
        let follows = runs.last().is_some_and(|run| run.end + TimeDelta::days(1) == day.date);
        if !follows {
            runs.push(Run { days: Vec::new(), end: day.date });
        }
        let Some(run) = runs.last_mut() else { continue };
        run.end = day.date;
        if day.why != NonWorking::Weekend {
            run.days.push(day);
        }
    }
    runs.retain(|run| !run.days.is_empty());
    runs
}

/// The closed days for a customer, as in " (Monday 4 May is a bank holiday)" or " (our office is closed
/// from 24 December to 1 January)"; empty if there are none.
pub(super) fn for_customer(skipped: &[Skipped], today: NaiveDate) -> String {
    let mut bank_holidays = Vec::new();
    let mut closures = Vec::new();
    for run in runs(skipped) {
        if run.is_closure() {
            let day = |date: Option<NaiveDate>| {
                date.map_or_else(String::new, |date| date.format("%-d %B").to_string())
            };
            closures.push(format!("from {} to {}", day(run.first()), day(run.last())));
            continue;
        }
        for day in run.days {
            match day.why {
                NonWorking::BankHoliday(_) => bank_holidays.push(date(day.date, today)),
                NonWorking::Closure(_) => closures.push(format!("on {}", date(day.date, today))),
                NonWorking::Weekend => {}
            }
        }
    }
    let bank_holidays = match bank_holidays.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is a bank holiday")),
        several => Some(format!("{} are bank holidays", list(several))),
    };
    let closures =
        (!closures.is_empty()).then(|| format!("our office is closed {}", list(&closures)));
    let clauses: Vec<String> = bank_holidays.into_iter().chain(closures).collect();
    if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(", and ")) }
}

/// The closed days for staff, as in ", skipping Mon 4 May 2026 (Early May bank holiday)"; empty if
/// there are none.
pub(super) fn for_staff(skipped: &[Skipped]) -> String {
    let mut parts = Vec::new();
    for run in runs(skipped) {
        if let (true, Some(first), Some(last)) = (run.is_closure(), run.first(), run.last()) {
            let mut names: Vec<&str> = Vec::new();
            for name in run.days.iter().filter_map(|day| name(day)) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let (first, last) = (short_date(first), short_date(last));
            parts.push(format!("{first} to {last} ({})", names.join(", ")));
            continue;
        }
        for day in run.days {
            let name = name(day).unwrap_or_default();
            parts.push(format!("{} ({name})", short_date(day.date)));
        }
    }
    if parts.is_empty() { String::new() } else { format!(", skipping {}", list(&parts)) }
}

fn name(day: &Skipped) -> Option<&str> {
    match &day.why {
        NonWorking::Weekend => None,
        NonWorking::BankHoliday(name) | NonWorking::Closure(name) => Some(name),
    }
}

/// A list: "a", "a and b", "a, b and c".
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(days: &[(&str, NonWorking)]) -> Vec<Skipped> {
        let day = |(date, why): &(&str, NonWorking)| Skipped {
            date: date.parse().unwrap(),
            why: why.clone(),
        };
        days.iter().map(day).collect()
    }

    fn bank_holiday(name: &str) -> NonWorking {
        NonWorking::BankHoliday(name.into())
    }

    fn closure() -> NonWorking {
        NonWorking::Closure("Christmas closure".into())
    }

    const TODAY: &str = "2026-12-01";

    #[test]
    fn weekends_explain_themselves() {
        let days =
            skipped(&[("2026-05-02", NonWorking::Weekend), ("2026-05-03", NonWorking::Weekend)]);
        assert_eq!(for_customer(&days, TODAY.parse().unwrap()), "");
        assert_eq!(for_staff(&days), "");
    }

    #[test]
    fn bank_holidays_are_named_one_by_one() {
        let days = skipped(&[
            ("2026-04-03", bank_holiday("Good Friday")),
            ("2026-04-04", NonWorking::Weekend),
            ("2026-04-05", NonWorking::Weekend),
            ("2026-04-06", bank_holiday("Easter Monday")),
            ("2026-05-04", bank_holiday("Early May bank holiday")),
        ]);
        assert_eq!(
            for_customer(&days, TODAY.parse().unwrap()),
            " (Friday 3 April, Monday 6 April and Monday 4 May are bank holidays)"
        );
        assert_eq!(
            for_staff(&days),
            ", skipping Fri 3 Apr 2026 (Good Friday), Mon 6 Apr 2026 (Easter Monday) and \
             Mon 4 May 2026 (Early May bank holiday)"
        );
        let one = skipped(&[("2026-05-04", bank_holiday("Early May bank holiday"))]);
        assert_eq!(for_customer(&one, TODAY.parse().unwrap()), " (Monday 4 May is a bank holiday)");
    }

    #[test]
    fn a_closure_over_christmas_is_given_by_its_ends() {
        let days = skipped(&[
            ("2026-12-24", closure()),
            ("2026-12-25", bank_holiday("Christmas Day")),
            ("2026-12-26", NonWorking::Weekend),
            ("2026-12-27", NonWorking::Weekend),
            ("2026-12-28", bank_holiday("Boxing Day (substitute day)")),
            ("2026-12-29", closure()),
            ("2026-12-30", closure()),
            ("2026-12-31", closure()),
            ("2027-01-01", bank_holiday("New Year's Day")),
            ("2027-01-02", NonWorking::Weekend),
            ("2027-01-03", NonWorking::Weekend),
        ]);
        assert_eq!(
            for_customer(&days, TODAY.parse().unwrap()),
            " (our office is closed from 24 December to 1 January)"
        );
        assert_eq!(
            for_staff(&days),
            ", skipping Thu 24 Dec 2026 to Fri 1 Jan 2027 (Christmas closure, Christmas Day, \
             Boxing Day (substitute day), New Year's Day)"
        );
    }

    #[test]
    fn a_single_closed_day_is_named() {
        let days = skipped(&[("2026-12-10", closure())]);
        assert_eq!(
            for_customer(&days, TODAY.parse().unwrap()),
            " (our office is closed on Thursday 10 December)"
        );
    }
}
