//! The days on which recurring duties and their reminders fall.

use chrono::{Months, NaiveDate};
use domain::organisation::Organisation;
use domain::standards::{RecurringDuty, Within};
use serde::Serialize;

use crate::failure::Failure;

/// One time that a duty is due. Both days are working days of the provider.
#[derive(Debug, Serialize)]
pub(super) struct Occurrence<'a> {
    pub(super) due: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remind: Option<NaiveDate>,
    pub(super) pack: &'a str,
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    #[serde(rename = "do")]
    pub(super) text: &'a str,
    pub(super) promise: &'a str,
    pub(super) place: &'a str,
}

/// Every time that a duty or its reminder falls within `months` of `since`, by due day.
///
/// # Errors
/// Returns an error if a day lies outside the years that the bank holidays cover.
pub(super) fn occurrences(
    organisation: &Organisation,
    since: NaiveDate,
    months: u16,
) -> Result<Vec<Occurrence<'_>>, Failure> {
    let horizon = months_after(since, months.into())?;
    let mut found = Vec::new();
    for pack in organisation.packs() {
        for duty in &pack.duties {
            let Within::CalendarMonths(every @ 1..) = duty.every else { continue };
            for n in 1.. {
                // Counted from the first day each time, so that a day that was moved to the working
                // day before does not move the later ones.
                let due = months_after(since, u32::from(every) * n)?;
                let remind = reminder(due, duty)?;
                if remind.unwrap_or(due).min(due) > horizon {
                    break;
                }
                found.push(Occurrence {
                    due: working_day_by(organisation, due)?,
                    remind: remind.map(|day| working_day_by(organisation, day)).transpose()?,
                    pack: &pack.id,
                    id: &duty.id,
                    title: &duty.title,
                    text: &duty.text,
                    promise: &duty.promise,
                    place: &duty.place,
                });
            }
        }
    }
    found.sort_by_key(|occurrence| (occurrence.due, occurrence.id));
    Ok(found)
}

fn months_after(day: NaiveDate, months: u32) -> Result<NaiveDate, Failure> {
    let later = day.checked_add_months(Months::new(months));
    later.ok_or_else(|| Failure::usage(format!("{months} months after {day} is not a date")))
}

fn reminder(due: NaiveDate, duty: &RecurringDuty) -> Result<Option<NaiveDate>, Failure> {
    let Some(Within::CalendarMonths(months)) = duty.remind_before else { return Ok(None) };
    let day = due.checked_sub_months(Months::new(months.into()));
    day.map(Some)
        .ok_or_else(|| Failure::usage(format!("{months} months before {due} is not a date")))
}

/// The day itself if it is a working day, otherwise the working day before it.
fn working_day_by(organisation: &Organisation, date: NaiveDate) -> Result<NaiveDate, Failure> {
    let calendar = organisation.own_calendar();
    let day = calendar.day_on(date).map_err(Failure::failed)?;
    if calendar.is_working(day) {
        return Ok(date);
    }
    let before = calendar.working_day_before(day);
    before.map(|day| calendar.date(day)).ok_or_else(|| {
        Failure::failed(format!("there is no working day before {date} in the calendar"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_day_does_not_move_later_ones_and_reminders_count_from_the_unmoved_day() {
        let organisation = domain::library::load_built_in("westkent").unwrap();
        // Saturday 31 January 2026. A year later the day is a Sunday; three months before that is
        // Saturday 31 October.
        let since = "2026-01-31".parse().unwrap();
        let found = occurrences(&organisation, since, 24).unwrap();
        let review: Vec<_> = found
            .iter()
            .filter(|occurrence| occurrence.id == "wk-review")
            .map(|review| (review.due.to_string(), review.remind.unwrap().to_string()))
            .collect();
        let day = |due: &str, remind: &str| (due.to_owned(), remind.to_owned());
        assert_eq!(review, [day("2027-01-29", "2026-10-30"), day("2028-01-31", "2027-10-29")]);
    }
}
