//! Bank holidays of the nations of the United Kingdom, as a list with a version.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;
use thiserror::Error;

use super::{Nation, Observed};

/// The bank holidays of every nation, for whole years. The list that comes with Kept is
/// `shared/standards/bank-holidays.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankHolidays {
    /// The edition of the list: "2026-11".
    pub version: String,
    /// The first year that the list covers, from 1 January.
    pub first_year: i32,
    /// The last year that the list covers, to 31 December.
    pub last_year: i32,
    nations: BTreeMap<Nation, BTreeMap<NaiveDate, String>>,
}

/// The reason why a list of bank holidays cannot be used.
#[derive(Debug, Error)]
pub enum BankHolidaysError {
    /// The text is not TOML, or lacks a key, or has one that is unknown.
    #[error(transparent)]
    Form(#[from] toml::de::Error),
    /// The years are in the wrong order.
    #[error("last_year, {last}, is before first_year, {first}. Swap or correct them")]
    Years {
        /// The value of `first_year`.
        first: i32,
        /// The value of `last_year`.
        last: i32,
    },
    /// A holiday lies outside the years that the list says it covers.
    #[error(
        "{date} ({name}) is outside the years that the list covers, {first} to {last}. Correct the \
         date, or first_year or last_year"
    )]
    Outside {
        /// The holiday's date.
        date: NaiveDate,
        /// The holiday's name.
        name: String,
        /// The value of `first_year`.
        first: i32,
        /// The value of `last_year`.
        last: i32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    version: String,
    #[serde(rename = "first_year")]
    first_year: i32,
    #[serde(rename = "last_year")]
    last_year: i32,
    england_and_wales: BTreeMap<NaiveDate, String>,
    scotland: BTreeMap<NaiveDate, String>,
    northern_ireland: BTreeMap<NaiveDate, String>,
}

impl BankHolidays {
    /// Reads a list in TOML: `version`, `first_year`, `last_year`, and one table of `date = "name"`
    /// for each nation.
    ///
    /// # Errors
    /// Returns an error if the text is not such a list, or a date lies outside its years.
    pub fn parse(text: &str) -> Result<Self, BankHolidaysError> {
        let file: File = toml::from_str(text)?;
        let (first, last) = (file.first_year, file.last_year);
        if last < first {
            return Err(BankHolidaysError::Years { first, last });
        }
        let nations = BTreeMap::from([
            (Nation::EnglandAndWales, file.england_and_wales),
            (Nation::Scotland, file.scotland),
            (Nation::NorthernIreland, file.northern_ireland),
        ]);
        for (date, name) in nations.values().flatten() {
            if !(first..=last).contains(&date.year()) {
                return Err(BankHolidaysError::Outside {
                    date: *date,
                    name: name.clone(),
                    first,
                    last,
                });
            }
        }
        Ok(Self { version: file.version, first_year: first, last_year: last, nations })
    }

    /// Returns the bank holidays of one nation, by date.
    #[must_use]
    pub fn of(&self, nation: Nation) -> BTreeMap<NaiveDate, String> {
        self.nations.get(&nation).cloned().unwrap_or_default()
    }

    /// Returns the bank holidays that `observed` means to a provider in `nation`, by date.
    #[must_use]
    pub fn observed(&self, observed: Observed, nation: Nation) -> BTreeMap<NaiveDate, String> {
        match observed {
            Observed::Provider | Observed::BankHolidays => self.of(nation),
            Observed::EnglandAndWales => self.of(Nation::EnglandAndWales),
            Observed::AnyPartOfTheUk => {
                let mut union = BTreeMap::new();
                for holidays in self.nations.values() {
                    for (date, name) in holidays {
                        union.entry(*date).or_insert_with(|| name.clone());
                    }
                }
                union
            }
        }
    }

    /// Returns a warning if the list ends less than a year after `today`. Promises in months lose
    /// their dates long before the list's last day.
    #[must_use]
    pub fn ends_soon(&self, today: NaiveDate) -> Option<String> {
        let last = NaiveDate::from_ymd_opt(self.last_year, 12, 31)?;
        let warn_from = last.checked_sub_months(Months::new(12))?;
        (today > warn_from).then(|| {
            format!(
                "the bank holidays are known up to {} (list of {}), and no deadline after that can be \
                 worked out. Install a version of Kept with a longer list before then",
                last.format("%a %-d %b %Y"),
                self.version
            )
        })
    }

    /// Adds a day to one nation's list, such as one proclaimed after the list was made.
    pub fn add(&mut self, nation: Nation, date: NaiveDate, name: &str) {
        self.nations.entry(nation).or_default().insert(date, name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "[england-and-wales]\n[scotland]\n[northern-ireland]\n";

    #[test]
    fn the_list_warns_in_its_last_year_and_not_before() {
        let text = format!("version = '2026-11'\nfirst_year = 2019\nlast_year = 2035\n{EMPTY}");
        let list = BankHolidays::parse(&text).unwrap();
        let on = |date: &str| list.ends_soon(date.parse().unwrap());
        assert_eq!(on("2026-11-22"), None);
        assert_eq!(on("2034-12-31"), None);
        let warning = on("2035-01-01").unwrap();
        assert!(warning.contains("up to Mon 31 Dec 2035 (list of 2026-11)"), "{warning}");
        assert!(on("2036-02-01").is_some());
    }

    #[test]
    fn a_list_with_impossible_years_is_refused() {
        let parse = |years: &str, rest: &str| {
            BankHolidays::parse(&format!("version = '1'\n{years}\n{rest}")).unwrap_err()
        };
        let error = parse("first_year = 2027\nlast_year = 2026", EMPTY);
        assert!(matches!(error, BankHolidaysError::Years { first: 2027, last: 2026 }), "{error}");
        let outside = EMPTY.replace("[scotland]", "[scotland]\n2028-01-03 = 'New Year’s Day'");
        let error = parse("first_year = 2026\nlast_year = 2027", &outside);
        assert!(error.to_string().starts_with("2028-01-03 (New Year’s Day) is outside"), "{error}");
    }
}
