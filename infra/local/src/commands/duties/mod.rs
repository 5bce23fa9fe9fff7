//! `kept duties`: the days on which reports, surveys and reviews are due.

mod icalendar;
mod occurrences;

use std::fmt::Write as _;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use domain::organisation::Organisation;
use domain::wording::short_date;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{print, print_json};
use crate::rendering::count;
use occurrences::{Occurrence, occurrences};

const EXAMPLES: &str = "\
Examples:
  kept duties --since 2026-04-01                 the duties of a year
  kept duties --since 2026-04-01 --months 36 --format ics > duties.ics
                                                 three years, to import into a calendar

Calendar months are counted from --since: the day on which the duties were last done, or on which the
standards took effect. A duty or reminder that falls on a day that is not a working day comes on the
working day before.";

/// The arguments of `kept duties`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DutiesArgs {
    /// The day to count from
    #[arg(long, value_name = "DATE")]
    since: NaiveDate,
    /// The number of months to look ahead
    #[arg(long, default_value = "12", value_parser = clap::value_parser!(u16).range(1..=600))]
    months: u16,
    /// A pack of standards, as an id or a file; repeat for several [default: the organisation's packs]
    #[arg(long, value_name = "PACK")]
    pack: Vec<String>,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: DutiesFormat,
}

/// The format of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DutiesFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For calendars: iCalendar (RFC 5545)
    Ics,
}

/// Lists when the recurring duties are due.
///
/// # Errors
/// Returns an error if a day lies outside the years that the bank holidays cover.
pub(crate) fn run(context: &Context, args: &DutiesArgs) -> Result<(), Failure> {
    for name in &args.pack {
        context.known_pack_file(name)?;
    }
    let organisation = context.organisation(&args.pack)?;
    let found = occurrences(&organisation, args.since, args.months)?;
    match args.format {
        DutiesFormat::Text => print(&text(&organisation, args, &found)),
        DutiesFormat::Json => print_json(&found),
        DutiesFormat::Ics => print(&icalendar::render(&organisation, args.since, &found)),
    }
}

fn text(organisation: &Organisation, args: &DutiesArgs, found: &[Occurrence<'_>]) -> String {
    let mut text = format!(
        "{}: recurring duties in the {} from {}\n\n",
        organisation.name,
        count(args.months.into(), "month"),
        short_date(args.since)
    );
    if found.is_empty() {
        text.push_str("No duty is due.\n");
    }
    for occurrence in found {
        let remind = occurrence.remind.map(|day| format!(" (reminder on {})", short_date(day)));
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "{:<16} {} ({}): {}{}",
            short_date(occurrence.due),
            occurrence.title,
            occurrence.id,
            occurrence.text,
            remind.unwrap_or_default()
        );
    }
    text
}
