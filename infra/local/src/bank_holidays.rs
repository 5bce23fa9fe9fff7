//! `kept bank-holidays`: the list in use, and what the list that GOV.UK publishes has otherwise.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use adapters::clock::Clock;
use chrono::{Datelike as _, NaiveDate};
use clap::Args;
use domain::calendar::Nation;
use domain::organisation::Organisation;
use domain::time::short_date;
use serde::{Deserialize, Serialize};

use crate::cli::{Failure, Format, Shared, count, print, print_json};

const EXAMPLES: &str = "\
Examples:
  kept bank-holidays                                this year's, of every nation
  kept bank-holidays --year 2027 --nation scotland
  curl -sO https://www.gov.uk/bank-holidays.json
  kept bank-holidays bank-holidays.json             what GOV.UK has otherwise, and the lines that put
                                                    it into your organisation's file

The list in use is the one that is built in, with the days that the organisation's file adds.

Exit status: 0 there is no difference; 1 there are differences; 2 the command was wrong.";

/// Which list.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct BankHolidaysArgs {
    /// The list that GOV.UK publishes at www.gov.uk/bank-holidays.json, to compare with; left
    /// out, the list in use is shown
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Show this year [default: the current one]
    #[arg(long, conflicts_with = "file")]
    pub year: Option<i32>,
    /// Of this nation alone: england-and-wales, scotland or northern-ireland
    #[arg(long)]
    pub nation: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// The file as GOV.UK publishes it. What else it says is of no interest here.
#[derive(Debug, Deserialize)]
struct Division {
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    title: String,
    date: NaiveDate,
    #[serde(default)]
    notes: String,
}

/// What is otherwise in one nation.
#[derive(Debug, Serialize)]
struct Difference {
    nation: Nation,
    /// The years compared: those that both lists cover.
    first_year: i32,
    last_year: i32,
    added: Vec<Holiday>,
    removed: Vec<Holiday>,
    renamed: Vec<Renamed>,
}

#[derive(Debug, Serialize)]
struct Holiday {
    date: NaiveDate,
    name: String,
}

#[derive(Debug, Serialize)]
struct Renamed {
    date: NaiveDate,
    from: String,
    to: String,
}

impl Difference {
    fn len(&self) -> usize {
        self.added.len() + self.removed.len() + self.renamed.len()
    }
}

/// Shows the list in use, or what another has otherwise.
///
/// # Errors
/// When there are differences, or the file is not such a list.
pub fn run(shared: &Shared, args: &BankHolidaysArgs) -> Result<(), Failure> {
    let organisation = shared.organisation(&[])?;
    let nations = match &args.nation {
        None => NATIONS.to_vec(),
        Some(word) => vec![nation(word)?],
    };
    match &args.file {
        None => show(&organisation, &nations, args),
        Some(file) => compare(&organisation, &nations, file, args.format),
    }
}

const NATIONS: [Nation; 3] = [Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland];

/// As it is written in files.
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
        Failure::Usage(format!("`{word}` is not a nation; there are: {known}"))
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
        return Err(Failure::Usage(format!(
            "{year} is outside the years that the list covers, {} to {}",
            list.first_year, list.last_year
        )));
    }
    let of = |nation: Nation| {
        let holidays = list.of(nation).into_iter().filter(|(date, _)| date.year() == year);
        holidays.map(|(date, name)| Holiday { date, name }).collect::<Vec<_>>()
    };
    if args.format == Format::Json {
        let all: BTreeMap<_, _> =
            nations.iter().map(|nation| (key(*nation), of(*nation))).collect();
        return print_json(&all);
    }
    let mut text = format!(
        "Bank holidays of {year}; list {}, which covers {} to {}\n",
        list.version, list.first_year, list.last_year
    );
    for nation in nations {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "\n{}", nation.name());
        for Holiday { date, name } in of(*nation) {
            let _ = writeln!(text, "  {:<16} {name}", short_date(date));
        }
    }
    print(&text)
}

fn compare(
    organisation: &Organisation,
    nations: &[Nation],
    file: &std::path::Path,
    format: Format,
) -> Result<(), Failure> {
    let usage =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| usage(&error))?;
    let published: BTreeMap<String, Division> = serde_json::from_str(&text).map_err(|error| {
        usage(&format!("{error}; it should be https://www.gov.uk/bank-holidays.json"))
    })?;
    let mut differences = Vec::new();
    for &nation in nations {
        let division = published
            .get(key(nation))
            .ok_or_else(|| usage(&format!("it has no `{}`, as GOV.UK's list does", key(nation))))?;
        differences.extend(difference(organisation, nation, division));
    }
    let found: usize = differences.iter().map(Difference::len).sum();
    match format {
        Format::Json => print_json(&differences)?,
        Format::Text => print(&in_words(&differences, organisation.nation))?,
    }
    match found {
        0 => Ok(()),
        n => Err(Failure::Found(count(n, "difference"))),
    }
}

/// `None` where no year is in both lists.
fn difference(
    organisation: &Organisation,
    nation: Nation,
    division: &Division,
) -> Option<Difference> {
    let list = organisation.bank_holidays();
    let published: BTreeMap<NaiveDate, String> =
        division.events.iter().map(|event| (event.date, event.name())).collect();
    // The file covers its years whole: GOV.UK adds a year at a time.
    let first_year = published.keys().next()?.year().max(list.first_year);
    let last_year = published.keys().next_back()?.year().min(list.last_year);
    if last_year < first_year {
        return None;
    }
    let years = first_year..=last_year;
    let within = |date: &NaiveDate| years.contains(&date.year());
    let known = list.of(nation);
    let mut difference = Difference {
        nation,
        first_year,
        last_year,
        added: Vec::new(),
        removed: Vec::new(),
        renamed: Vec::new(),
    };
    for (date, name) in published.iter().filter(|(date, _)| within(date)) {
        match known.get(date) {
            None => difference.added.push(Holiday { date: *date, name: name.clone() }),
            Some(other) if plain(other) != plain(name) => difference.renamed.push(Renamed {
                date: *date,
                from: other.clone(),
                to: name.clone(),
            }),
            Some(_) => {}
        }
    }
    for (date, name) in known.into_iter().filter(|(date, _)| within(date)) {
        if !published.contains_key(&date) {
            difference.removed.push(Holiday { date, name });
        }
    }
    Some(difference)
}

impl Event {
    /// As the built-in list has it: what GOV.UK notes beside a name is part of it there.
    fn name(&self) -> String {
        let substitute = self.notes.trim().eq_ignore_ascii_case("substitute day");
        if substitute { format!("{} (substitute day)", self.title) } else { self.title.clone() }
    }
}

/// Which apostrophe was used makes no other holiday.
fn plain(name: &str) -> String {
    name.trim().replace('\u{2019}', "'").to_lowercase()
}

fn in_words(differences: &[Difference], own: Nation) -> String {
    let mut text = String::new();
    let mut lines = String::new();
    for difference in differences {
        let years = format!("{} to {}", difference.first_year, difference.last_year);
        // Writing into a string cannot fail.
        let _ = match difference.len() {
            0 => writeln!(text, "{}, {years}: the same", difference.nation.name()),
            n => {
                writeln!(text, "{}, {years}: {}", difference.nation.name(), count(n, "difference"))
            }
        };
        for Holiday { date, name } in &difference.added {
            let _ = writeln!(text, "  added    {:<16} {name}", short_date(*date));
        }
        for Holiday { date, name } in &difference.removed {
            let _ = writeln!(text, "  removed  {:<16} {name}", short_date(*date));
        }
        for Renamed { date, from, to } in &difference.renamed {
            let _ = writeln!(text, "  renamed  {:<16} {from} is now {to}", short_date(*date));
        }
        let added = difference.added.iter().map(|holiday| (holiday.date, &holiday.name));
        let renamed = difference.renamed.iter().map(|renamed| (renamed.date, &renamed.to));
        for (date, name) in added.chain(renamed) {
            // As JSON writes it, a string is one in TOML as well.
            let name = serde_json::Value::from(name.as_str());
            let _ = write!(lines, "\n[[bank_holiday]]\ndate = {date}\nname = {name}\n");
            if difference.nation != own {
                let _ = writeln!(lines, "nation = \"{}\"", key(difference.nation));
            }
        }
    }
    if differences.is_empty() {
        text.push_str("No year is in both lists.\n");
    }
    if !lines.is_empty() {
        let _ = write!(text, "\nTo add at the end of the organisation's file:\n{lines}");
    }
    if differences.iter().any(|difference| !difference.removed.is_empty()) {
        text.push_str(
            "\nAn organisation's file cannot take a day off the list: mend \
             shared/standards/bank-holidays.toml,\nor take the day out of the organisation's file if \
             it was added there.\n",
        );
    }
    text
}
