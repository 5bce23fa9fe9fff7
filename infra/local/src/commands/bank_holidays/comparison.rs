//! The list in use against the list that GOV.UK publishes.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use domain::calendar::{BankHolidays, Nation};
use serde::{Deserialize, Serialize};

use super::Holiday;
use crate::failure::Failure;

/// A nation's part of the published file. Fields that are not needed are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Division {
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    title: String,
    date: NaiveDate,
    #[serde(default)]
    notes: String,
}

impl Event {
    /// The name in the form of the built-in list, where "substitute day" is part of it.
    fn name(&self) -> String {
        let substitute = self.notes.trim().eq_ignore_ascii_case("substitute day");
        if substitute { format!("{} (substitute day)", self.title) } else { self.title.clone() }
    }
}

/// The differences for one nation, in the years that both lists cover.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    pub(super) nation: Nation,
    pub(super) first_year: i32,
    pub(super) last_year: i32,
    pub(super) added: Vec<Holiday>,
    pub(super) removed: Vec<Holiday>,
    pub(super) renamed: Vec<Renamed>,
}

/// A bank holiday with another name in the published list.
#[derive(Debug, Serialize)]
pub(super) struct Renamed {
    pub(super) date: NaiveDate,
    pub(super) from: String,
    pub(super) to: String,
}

impl Difference {
    /// The number of days that differ.
    pub(super) fn len(&self) -> usize {
        self.added.len() + self.removed.len() + self.renamed.len()
    }
}

/// Reads a published file, by nation.
///
/// # Errors
/// Returns an error if the file cannot be read or is not a list of bank holidays.
pub(super) fn read_published(file: &Path) -> Result<BTreeMap<String, Division>, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!(
            "{name}: {error}; it should be https://www.gov.uk/bank-holidays.json"
        ))
    })
}

/// Compares a nation's days; `None` if no year is in both lists.
pub(super) fn compare(
    list: &BankHolidays,
    nation: Nation,
    division: &Division,
) -> Option<Difference> {
    let published: BTreeMap<NaiveDate, String> =
        division.events.iter().map(|event| (event.date, event.name())).collect();
    // The published file has whole years: GOV.UK adds a year at a time.
    let first_year = published.keys().next()?.year().max(list.first_year);
    let last_year = published.keys().next_back()?.year().min(list.last_year);
    if last_year < first_year {
        return None;
    }
    let in_both = |date: &NaiveDate| (first_year..=last_year).contains(&date.year());
    let known = list.of(nation);
    let mut difference = Difference {
        nation,
        first_year,
        last_year,
        added: Vec::new(),
        removed: Vec::new(),
        renamed: Vec::new(),
    };
    for (date, name) in published.iter().filter(|(date, _)| in_both(date)) {
        match known.get(date) {
            None => difference.added.push(Holiday { date: *date, name: name.clone() }),
            Some(other) if normalised(other) != normalised(name) => {
                difference.renamed.push(Renamed {
                    date: *date,
                    from: other.clone(),
                    to: name.clone(),
                });
            }
            Some(_) => {}
        }
    }
    for (date, name) in known.into_iter().filter(|(date, _)| in_both(date)) {
        if !published.contains_key(&date) {
            difference.removed.push(Holiday { date, name });
        }
    }
    Some(difference)
}

/// A name without the difference between straight and curly apostrophes, and in lower case.
fn normalised(name: &str) -> String {
    name.trim().replace('\u{2019}', "'").to_lowercase()
}
