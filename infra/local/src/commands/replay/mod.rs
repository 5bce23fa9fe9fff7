//! `kept replay`: past contacts under two sets of standards, A and B.
//!
//! [`columns`] reads the rows of a CSV file, [`outcome`] applies a set of standards to one of them, and
//! [`totals`] adds up. [`report`] prints the result as [`text`], [`csv_tables`] or [`json`].

mod columns;
mod csv_tables;
mod dates;
mod json;
mod outcome;
mod report;
mod text;
mod totals;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use clap::{Args, ValueEnum};
use domain::calendar::Nation;
use domain::library::load_built_in_bank_holidays;
use domain::organisation::Organisation;

use crate::context::Context;
use crate::failure::Failure;
use crate::rendering::count;
use columns::{Columns, PastContact};
use outcome::Compared;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  kept replay infra/local/examples/contacts.csv --standards westkent --against new-standards.toml
          show what a change of the standards would have meant for these contacts
  kept replay contacts.csv --standards westkent --against westkent --bank-holiday 2026-06-15
          show what another bank holiday would have meant
  kept replay contacts.csv --standards westkent --against westkent,hos-chc-2024 --format csv
          print both dates of every contact, for a spreadsheet

The first line of the file names the columns. These are needed, in any order; others are ignored:
  received_at   local time as 2026-05-01T16:50 or 2026-05-01 16:50, or a time with an offset
  channel       email, web-form, letter, phone, ...
  category      general, repair, complaint, ...; empty means general
  priority      normal, urgent or emergency; empty means normal
  team          the team that had the contact; empty means the team that its category goes to
  answered_at   like received_at; empty means never answered
The columns stage (1, 2, ...) and direct (yes or no) are optional.

Kept compares the promises that an answer keeps and that count from receipt. It leaves out promises that
an acknowledgement also keeps, because the file does not say when one was sent, and promises that count
from something else. A contact's date is the earliest due date of its promises. A contact that was never
answered is counted separately, not as a broken promise.

Exit status: 0 all rows were compared; 1 some rows were left out, with the reasons on standard error; 2
wrong usage.";

/// The arguments of `kept replay`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// The past contacts, as a CSV file; - for standard input
    #[arg(value_name = "CONTACTS.csv")]
    contacts: String,
    /// A: packs of standards, as ids or files, separated by commas
    #[arg(long, value_name = "A", value_delimiter = ',', required = true)]
    standards: Vec<String>,
    /// B: packs of standards to compare with, as ids or files, separated by commas
    #[arg(long, value_name = "B", value_delimiter = ',', required = true)]
    against: Vec<String>,
    /// Add a bank holiday under B, in every nation; repeat for several
    #[arg(long, value_name = "DATE")]
    bank_holiday: Vec<NaiveDate>,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: ReplayFormat,
    /// The table to print as CSV
    #[arg(long, value_enum, default_value = "contacts")]
    table: Table,
}

/// The format of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReplayFormat {
    /// For people
    Text,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// The tables that can be printed as CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// Every contact with both its dates
    Contacts,
    /// Every promise, with the number of contacts and of broken promises
    Promises,
    /// The number of reminders for each team and day
    Reminders,
}

/// Compares two sets of standards on past contacts.
///
/// # Errors
/// Returns an error if rows were left out, or if the file, a pack or a date cannot be used.
pub(crate) fn run(context: &Context, args: &ReplayArgs) -> Result<(), Failure> {
    let sides = [
        load_side(context, &args.standards, &[])?,
        load_side(context, &args.against, &args.bank_holiday)?,
    ];
    let name = if args.contacts == "-" { "standard input" } else { &args.contacts };
    let input: Box<dyn Read> = match args.contacts.as_str() {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(
            File::open(Path::new(path))
                .map_err(|error| Failure::usage(format!("{path}: {error}")))?,
        ),
    };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let columns = Columns::find(headers, &sides)
        .map_err(|message| Failure::usage(format!("{name}:1: {message}")))?;

    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut report = Report::new(args, &sides);
    let mut left_out = 0;
    let mut record = csv::StringRecord::new();
    let written = report.begin(&mut out).and_then(|()| {
        loop {
            let line = reader.position().line();
            let contact = match reader.read_record(&mut record) {
                Ok(false) => break Ok(()),
                Ok(true) => {
                    let line = record.position().map_or(line, csv::Position::line);
                    columns.read(&record, line, &sides).map_err(|message| (line, message))
                }
                Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                    break Err(io::Error::other(format!("{name}: {error}")));
                }
                Err(error) => Err((line, error.to_string())),
            };
            match contact.and_then(|contact| compare(&sides, contact)) {
                Ok(compared) => report.add(&mut out, compared)?,
                Err((line, message)) => {
                    left_out += 1;
                    // If standard error is closed, the number of rows left out is still printed.
                    let _ = writeln!(io::stderr(), "{name}:{line}: {message}");
                }
            }
        }
    });
    let written =
        written.and_then(|()| report.end(&mut out, name, left_out)).and_then(|()| out.flush());
    match written {
        // A reader that closes the pipe early, as `head` does, is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        Err(error) => return Err(Failure::failed(error)),
        Ok(()) => {}
    }
    match left_out {
        0 => Ok(()),
        n => Err(Failure::failed(format!("{} left out", count(n, "row")))),
    }
}

/// Loads the organisation with one set of standards and additional bank holidays.
fn load_side(
    context: &Context,
    packs: &[String],
    bank_holidays: &[NaiveDate],
) -> Result<Organisation, Failure> {
    for name in packs {
        context.known_pack_file(name)?;
    }
    let mut list = load_built_in_bank_holidays().map_err(Failure::failed)?;
    for date in bank_holidays {
        let years = list.first_year..=list.last_year;
        if !years.contains(&date.year()) {
            return Err(Failure::usage(format!(
                "--bank-holiday {date} is outside the years that the list covers, {} to {}",
                years.start(),
                years.end()
            )));
        }
        for nation in [Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland] {
            list.add(nation, *date, "Bank holiday");
        }
    }
    context.organisation_with(packs, list)
}

fn compare(sides: &[Organisation; 2], contact: PastContact) -> Result<Compared, (u64, String)> {
    let under = |organisation| {
        contact.under(organisation).map_err(|error| (contact.line, error.to_string()))
    };
    let under = [under(&sides[0])?, under(&sides[1])?];
    Ok(Compared { contact, under })
}
