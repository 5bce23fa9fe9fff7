//! `kept replay`: contacts that were, under two versions of the standards.

mod contact;
mod report;
mod text;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use domain::calendar::Nation;
use domain::organisation::Organisation;
use domain::standards::load_built_in_bank_holidays;

use crate::cli::{Failure, Shared, count};
use contact::{Columns, Row};
use report::{Compared, Report};

const EXAMPLES: &str = "\
Examples:
  kept replay infra/local/examples/contacts.csv --standards westkent --against new-standards.toml
          what a change of the standards would have meant for these contacts
  kept replay contacts.csv --standards westkent --against westkent --bank-holiday 2026-06-15
          what another bank holiday would have meant
  kept replay contacts.csv --standards westkent --against westkent,hos-chc-2024 --format csv
          every contact with both its dates, for a spreadsheet

The table has a first line with at least these columns, in any order; others pass:
  received_at   2026-05-01T16:50 or 2026-05-01 16:50, local time, or with an offset
  channel       email, web-form, letter, phone, ...
  category      general, repair, complaint, ... ; empty: general
  priority      normal, urgent or emergency; empty: normal
  team          the team that had it; empty: the one that its category goes to
  answered_at   as received_at; empty: never answered
With columns stage (1, 2, ...) and direct (yes or no) those are taken into account, too.

Compared are the promises that an answer keeps and that count from receipt. A promise that an
acknowledgement keeps, too, is left out, because the table does not say when one was sent; so are those
whose clocks start with something else that happened. A contact's date is the earliest of its promises'
dates. A contact that was never answered is shown apart and not counted as a broken promise.

Exit status: 0 all rows were compared; 1 some could not be, and standard error says which and why; 2 the
command was wrong.";

/// Which contacts, under which standards.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReplayArgs {
    /// The contacts: a table as CSV; - for standard input
    #[arg(value_name = "CONTACTS.csv")]
    pub contacts: String,
    /// A: packs of standards, ids or files, divided by commas
    #[arg(long, value_name = "A", value_delimiter = ',', required = true)]
    pub standards: Vec<String>,
    /// B: packs of standards to compare with, ids or files, divided by commas
    #[arg(long, value_name = "B", value_delimiter = ',', required = true)]
    pub against: Vec<String>,
    /// Under B, a bank holiday more, in every nation; may be given several times
    #[arg(long, value_name = "DATE")]
    pub bank_holiday: Vec<NaiveDate>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReplayFormat,
    /// As CSV, which table
    #[arg(long, value_enum, default_value = "contacts")]
    pub table: Table,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFormat {
    /// For people.
    Text,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// One of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// Every contact with both its dates.
    Contacts,
    /// Every promise, how many contacts it bound and for how many it was broken.
    Promises,
    /// Reminders per team and day.
    Reminders,
}

/// Compares two versions of the standards on contacts that were.
///
/// # Errors
/// When rows cannot be compared, or the table, a pack or a date cannot be used.
pub fn run(shared: &Shared, args: &ReplayArgs) -> Result<(), Failure> {
    let sides =
        [side(shared, &args.standards, &[])?, side(shared, &args.against, &args.bank_holiday)?];
    let name = if args.contacts == "-" { "standard input" } else { &args.contacts };
    let input: Box<dyn Read> = match args.contacts.as_str() {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(
            File::open(Path::new(path))
                .map_err(|error| Failure::Usage(format!("{path}: {error}")))?,
        ),
    };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    let columns = Columns::find(headers, &sides)
        .map_err(|problem| Failure::Usage(format!("{name}:1: {problem}")))?;

    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut report = Report::new(args, &sides);
    let mut left_out = 0;
    let mut record = csv::StringRecord::new();
    let written = report.begin(&mut out).and_then(|()| {
        loop {
            let line = reader.position().line();
            let row = match reader.read_record(&mut record) {
                Ok(false) => break Ok(()),
                Ok(true) => {
                    let line = record.position().map_or(line, csv::Position::line);
                    columns.row(&record, line, &sides).map_err(|problem| (line, problem))
                }
                Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                    break Err(io::Error::other(format!("{name}: {error}")));
                }
                Err(error) => Err((line, error.to_string())),
            };
            match row.and_then(|row| compare(&sides, row)) {
                Ok(compared) => report.add(&mut out, compared)?,
                Err((line, problem)) => {
                    left_out += 1;
                    eprintln!("{name}:{line}: {problem}");
                }
            }
        }
    });
    let written =
        written.and_then(|()| report.end(&mut out, name, left_out)).and_then(|()| out.flush());
    match written {
        // Who reads it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        Err(error) => return Err(Failure::found(error)),
        Ok(()) => {}
    }
    match left_out {
        0 => Ok(()),
        n => Err(Failure::Found(format!("{} left out", count(n, "row")))),
    }
}

/// One version of the standards.
fn side(shared: &Shared, packs: &[String], more: &[NaiveDate]) -> Result<Organisation, Failure> {
    for name in packs {
        shared.known_pack_file(name)?;
    }
    let mut holidays = load_built_in_bank_holidays().map_err(Failure::found)?;
    for date in more {
        let years = holidays.first_year..=holidays.last_year;
        if !years.contains(&chrono::Datelike::year(date)) {
            return Err(Failure::Usage(format!(
                "--bank-holiday {date} is outside the years that the list covers, {} to {}",
                years.start(),
                years.end()
            )));
        }
        for nation in [Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland] {
            holidays.add(nation, *date, "Bank holiday");
        }
    }
    shared.organisation_with(packs, holidays)
}

fn compare(sides: &[Organisation; 2], row: Row) -> Result<Compared, (u64, String)> {
    let under =
        |organisation| row.under(organisation).map_err(|error| (row.line, error.to_string()));
    let under = [under(&sides[0])?, under(&sides[1])?];
    Ok(Compared { row, under })
}
