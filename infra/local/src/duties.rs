//! `kept duties`: the days on which reports, surveys and reviews come round.

use std::fmt::Write as _;

use chrono::{Months, NaiveDate};
use clap::{Args, ValueEnum};
use domain::organisation::Organisation;
use domain::standards::{RecurringDuty, Within};
use domain::time::short_date;
use serde::Serialize;

use crate::cli::{Failure, Shared, print, print_json};

const EXAMPLES: &str = "\
Examples:
  kept duties --since 2026-04-01                a year of them
  kept duties --since 2026-04-01 --months 36 --format ics > duties.ics
                                                to import into a calendar

Since is the day on which they were last done, or on which the standards took effect. From it calendar
months are counted; a day that is not a working day gives way to the working day before it. A duty's
reminder is counted back from the day on which it comes round in the same way.";

/// Since when, and how far.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DutiesArgs {
    /// The day from which to count
    #[arg(long, value_name = "DATE")]
    pub since: NaiveDate,
    /// How many months to look ahead
    #[arg(long, default_value = "12", value_parser = clap::value_parser!(u16).range(1..=600))]
    pub months: u16,
    /// A pack of standards: an id or a file; may be given several times [default: those of the
    /// organisation]
    #[arg(long, value_name = "PACK")]
    pub pack: Vec<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: DutiesFormat,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DutiesFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For calendars: iCalendar, RFC 5545.
    Ics,
}

/// A duty that comes round.
#[derive(Debug, Serialize)]
struct Round<'a> {
    due: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    remind: Option<NaiveDate>,
    pack: &'a str,
    id: &'a str,
    #[serde(rename = "do")]
    text: &'a str,
    promise: &'a str,
    place: &'a str,
}

/// Lists when duties come round.
///
/// # Errors
/// When a day lies outside the years that the bank holidays cover.
pub fn run(shared: &Shared, args: &DutiesArgs) -> Result<(), Failure> {
    for name in &args.pack {
        shared.known_pack_file(name)?;
    }
    let organisation = shared.organisation(&args.pack)?;
    let rounds = rounds(&organisation, args.since, args.months)?;
    match args.format {
        DutiesFormat::Text => print(&text(&organisation, args, &rounds)),
        DutiesFormat::Json => print_json(&rounds),
        DutiesFormat::Ics => print(&ics(&organisation, args.since, &rounds)),
    }
}

/// Every time that a duty or its reminder comes round in so many months, in order of the days.
fn rounds(
    organisation: &Organisation,
    since: NaiveDate,
    months: u16,
) -> Result<Vec<Round<'_>>, Failure> {
    let horizon = months_after(since, months.into())?;
    let mut rounds = Vec::new();
    for pack in organisation.packs() {
        for duty in &pack.duties {
            let Within::CalendarMonths(every @ 1..) = duty.every else { continue };
            for n in 1.. {
                // From the first day each time: one that gave way to the day before moves no other.
                let due = months_after(since, u32::from(every) * n)?;
                let remind = reminder(due, duty)?;
                if remind.unwrap_or(due).min(due) > horizon {
                    break;
                }
                rounds.push(Round {
                    due: working(organisation, due)?,
                    remind: remind.map(|day| working(organisation, day)).transpose()?,
                    pack: &pack.id,
                    id: &duty.id,
                    text: &duty.text,
                    promise: &duty.promise,
                    place: &duty.place,
                });
            }
        }
    }
    rounds.sort_by_key(|round| (round.due, round.id));
    Ok(rounds)
}

fn months_after(day: NaiveDate, months: u32) -> Result<NaiveDate, Failure> {
    let later = day.checked_add_months(Months::new(months));
    later.ok_or_else(|| Failure::Usage(format!("{months} months after {day} is no date")))
}

fn reminder(due: NaiveDate, duty: &RecurringDuty) -> Result<Option<NaiveDate>, Failure> {
    let Some(Within::CalendarMonths(months)) = duty.remind_before else { return Ok(None) };
    let day = due.checked_sub_months(Months::new(months.into()));
    day.map(Some).ok_or_else(|| Failure::Usage(format!("{months} months before {due} is no date")))
}

/// The day itself where it is a working day, else the working day before.
fn working(organisation: &Organisation, date: NaiveDate) -> Result<NaiveDate, Failure> {
    let calendar = organisation.own_calendar();
    let day = calendar.day_on(date).map_err(Failure::found)?;
    if calendar.is_working(day) {
        return Ok(date);
    }
    let before = calendar.working_day_before(day);
    before.map(|day| calendar.date(day)).ok_or_else(|| {
        Failure::Found(format!("there is no working day before {date} in the calendar"))
    })
}

fn text(organisation: &Organisation, args: &DutiesArgs, rounds: &[Round<'_>]) -> String {
    let mut text = format!(
        "{}: duties since {}, for {} months\n\n",
        organisation.name,
        short_date(args.since),
        args.months
    );
    if rounds.is_empty() {
        text.push_str("None comes round.\n");
    }
    for round in rounds {
        let remind = round.remind.map(|day| format!("; remind {}", short_date(day)));
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "{:<16} {:<26} {}{}",
            short_date(round.due),
            round.id,
            round.text,
            remind.unwrap_or_default()
        );
    }
    text
}

fn ics(organisation: &Organisation, since: NaiveDate, rounds: &[Round<'_>]) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Kept//duties//EN".to_owned(),
    ];
    let mut event = |kind: &str, day: NaiveDate, summary: String, round: &Round<'_>| {
        let about = format!("\"{}\"\n{}, {}", round.promise, round.pack, round.place);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            // By the day on which it comes round, so that importing again changes and does not add.
            format!("UID:{kind}-{}-{}@{}.kept.invalid", round.id, round.due, organisation.id),
            // When it was worked out would make each file another; the same question, the same file.
            format!("DTSTAMP:{}T000000Z", since.format("%Y%m%d")),
            format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
            "TRANSP:TRANSPARENT".to_owned(),
            format!("SUMMARY:{}", escape(&summary)),
            format!("DESCRIPTION:{}", escape(&about)),
            "END:VEVENT".to_owned(),
        ]);
    };
    for round in rounds {
        if let Some(day) = round.remind {
            let summary = format!("By {}: {}", short_date(round.due), round.text);
            event("remind", day, summary, round);
        }
        event("due", round.due, round.text.to_owned(), round);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| fold(line)).collect()
}

/// RFC 5545, 3.3.11: what has a meaning of its own in text.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// RFC 5545, 3.1: lines of 75 octets at most, continued after a space, never within a character.
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_come_back_whole() {
        let line = format!("SUMMARY:{}", "ß".repeat(100));
        let folded = fold(&line);
        assert!(folded.split("\r\n").all(|part| part.len() <= 75), "{folded}");
        assert_eq!(folded.matches("\r\n ").count(), 2);
        assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
        let exact = "x".repeat(75);
        assert_eq!(fold(&exact), format!("{exact}\r\n"));
    }

    #[test]
    fn what_has_a_meaning_in_text_is_escaped() {
        assert_eq!(escape("a, b; c\\d\ne"), "a\\, b\\; c\\\\d\\ne");
    }

    #[test]
    fn a_day_that_gave_way_moves_no_other_and_reminders_are_counted_from_the_day_itself() {
        let organisation = domain::standards::load_built_in("westkent").unwrap();
        // Sat 31 Jan 2026; a year later it is a Sunday. Three months before is Saturday 31 October.
        let since = "2026-01-31".parse().unwrap();
        let found = rounds(&organisation, since, 24).unwrap();
        let review: Vec<_> = found
            .iter()
            .filter(|round| round.id == "wk-review")
            .map(|round| (round.due.to_string(), round.remind.unwrap().to_string()))
            .collect();
        let day = |due: &str, remind: &str| (due.to_owned(), remind.to_owned());
        assert_eq!(review, [day("2027-01-29", "2026-10-30"), day("2028-01-31", "2027-10-29")]);
    }
}
