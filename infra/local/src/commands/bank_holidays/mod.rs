//! `kept bank-holidays`: the list in use, and how the list on GOV.UK differs from it.

mod comparison;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use adapters::clock::Clock;
use chrono::{Datelike as _, NaiveDate};
use clap::Args;
use domain::calendar::Nation;
use domain::organisation::Organisation;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, print, print_json};
use crate::rendering::count;
use comparison::{Difference, compare, read_published};

const EXAMPLES: &str = "\
Examples:
  kept bank-holidays                                show this year's bank holidays
  kept bank-holidays --year 2027 --nation scotland
  curl -sO https://www.gov.uk/bank-holidays.json
  kept bank-holidays bank-holidays.json             show how GOV.UK's list differs, and the lines that
                                                    bring your organisation's file up to date

The list in use is the built-in one and the days that your organisation's file adds.

Exit status: 0 no difference; 1 differences were found; 2 wrong usage.";

/// The arguments of `kept bank-holidays`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BankHolidaysArgs {
    /// The list to compare with, as published at www.gov.uk/bank-holidays.json. Without it, the list
    /// in use is shown
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The year to show [default: this year]
    #[arg(long, conflicts_with = "file")]
    year: Option<i32>,
    /// Only this nation: england-and-wales, scotland or northern-ireland
    #[arg(long)]
    nation: Option<String>,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A bank holiday.
#[derive(Debug, Serialize)]
struct Holiday {
    date: NaiveDate,
    name: String,
}

const NATIONS: [Nation; 3] = [Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland];

/// Shows the list in use, or compares it with a published list.
///
/// # Errors
/// Returns an error if there are differences, or if the file is not a list of bank holidays.
pub(crate) fn run(context: &Context, args: &BankHolidaysArgs) -> Result<(), Failure> {
    let organisation = context.organisation(&[])?;
    let nations = match &args.nation {
        None => NATIONS.to_vec(),
        Some(word) => vec![nation(word)?],
    };
    match &args.file {
        None => show(&organisation, &nations, args),
        Some(file) => show_differences(&organisation, &nations, file, args.format),
    }
}

/// The nation's name in files and arguments.
fn key(nation: Nation) -> &'static str {
    match nation {
        Nation::EnglandAndWales => "england-and-wales",
        Nation::Scotland => "scotland",
        Nation::NorthernIreland => "northern-ireland",
    }
}

fn nation(word: &str) -> Result<Nation, Failure> {
    NATIONS.into_iter().find(|nation| key(*nation) == word).ok_or_else(|| {
        let known = NATIONS.map(key).join(", ");
        Failure::usage(format!("`{word}` is not a nation; choose from: {known}"))
    })
}

fn show(
    organisation: &Organisation,
    nations: &[Nation],
    args: &BankHolidaysArgs,
) -> Result<(), Failure> {
    let list = organisation.bank_holidays();
    let today = Clock::System.now().with_timezone(&organisation.zone());
    let year = args.year.unwrap_or_else(|| today.year());
    if !(list.first_year..=list.last_year).contains(&year) {
        return Err(Failure::usage(format!(
            "{year} is outside the years that the list covers, {} to {}",
            list.first_year, list.last_year
        )));
    }
    let of = |nation: &Nation| {
        let holidays = list.of(*nation).into_iter().filter(|(date, _)| date.year() == year);
        holidays.map(|(date, name)| Holiday { date, name }).collect::<Vec<_>>()
    };
    match args.format {
        Format::Json => {
            let all: BTreeMap<_, _> = nations.iter().map(|n| (key(*n), of(n))).collect();
            print_json(&all)
        }
        Format::Text => {
            let all: Vec<_> = nations.iter().map(|nation| (*nation, of(nation))).collect();
            print(&text::year(list, year, &all))
        }
    }
}

fn show_differences(
    organisation: &Organisation,
    nations: &[Nation],
    file: &Path,
    format: Format,
) -> Result<(), Failure> {
    let published = read_published(file)?;
    let mut differences = Vec::new();
    for &nation in nations {
        let division = published.get(key(nation)).ok_or_else(|| {
            Failure::usage(format!(
                "{}: there is no `{}`; it should be https://www.gov.uk/bank-holidays.json",
                file.display(),
                key(nation)
            ))
        })?;
        differences.extend(compare(organisation.bank_holidays(), nation, division));
    }
    match format {
        Format::Json => print_json(&differences)?,
        Format::Text => print(&text::differences(&differences, organisation.nation))?,
    }
    match differences.iter().map(Difference::len).sum() {
        0 => Ok(()),
        n => Err(Failure::failed(count(n, "difference"))),
    }
}
