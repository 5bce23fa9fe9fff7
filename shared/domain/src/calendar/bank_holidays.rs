//! Bank holidays of the nations of the United Kingdom, as a versioned list.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time::short_date;

/// A part of the United Kingdom with bank holidays of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Nation {
    /// England and Wales.
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

/// Whose bank holidays a standard observes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// The provider's nation, and the closures that the provider has published.
    #[default]
    Provider,
    /// The provider's nation alone: law does not know a provider's closures.
    BankHolidays,
    /// England and Wales, wherever the provider is.
    EnglandAndWales,
    /// A bank holiday in any part of the United Kingdom (Freedom of Information Act 2000, s.10(6)).
    AnyPartOfTheUk,
}

/// The lists of bank holidays, from the first day of the first year to the last of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankHolidays {
    /// When and from what the list was made, for people.
    pub version: String,
    /// First year that the list covers, whole.
    pub first_year: i32,
    /// Last year that the list covers, whole.
    pub last_year: i32,
    nations: BTreeMap<Nation, BTreeMap<NaiveDate, String>>,
}

/// Why a list of bank holidays could not be read.
#[derive(Debug, Error)]
pub enum BankHolidaysError {
    /// Not the expected form.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// The years are the wrong way round.
    #[error("last_year {last} is before first_year {first}")]
    Years {
        /// `first_year` as given.
        first: i32,
        /// `last_year` as given.
        last: i32,
    },
    /// A date outside the years that the list says it covers.
    #[error("{date} ({name}) is outside the years that the list covers, {first} to {last}")]
    Outside {
        /// The date.
        date: NaiveDate,
        /// The holiday's name.
        name: String,
        /// `first_year` as given.
        first: i32,
        /// `last_year` as given.
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
    /// Reads a list in TOML: `version`, `first_year`, `last_year`, and a table of `date = "name"`
    /// for each nation.
    ///
    /// # Errors
    /// When the text is not such a list, or a date lies outside its years.
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

    /// The holidays of one nation, by date.
    #[must_use]
    pub fn of(&self, nation: Nation) -> BTreeMap<NaiveDate, String> {
        self.nations.get(&nation).cloned().unwrap_or_default()
    }

    /// The holidays that `observed` means to a provider in `nation`, by date.
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

    /// What to say of the list's end where it is less than a year after `today`: long before the last
    /// day, promises in months no longer have a date.
    #[must_use]
    pub fn ends_soon(&self, today: NaiveDate) -> Option<String> {
        let last = NaiveDate::from_ymd_opt(self.last_year, 12, 31)?;
        let warn_from = last.checked_sub_months(Months::new(12))?;
        (today > warn_from).then(|| {
            format!(
                "the bank holidays are known up to {} (list of {}); what would be due later cannot be \
                 worked out, so install a version of Kept with a longer list before then",
                short_date(last),
                self.version
            )
        })
    }

    /// Adds a day to one nation's list, such as one proclaimed after the list was made.
    pub fn add(&mut self, nation: Nation, date: NaiveDate, name: &str) {
        self.nations.entry(nation).or_default().insert(date, name.to_owned());
    }
}

impl Nation {
    /// "England and Wales".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_list_is_said_in_its_last_year_and_not_before() {
        let text = "version = '2026-11'\nfirst_year = 2019\nlast_year = 2035\n\
                    [england-and-wales]\n[scotland]\n[northern-ireland]\n";
        let list = BankHolidays::parse(text).unwrap();
        let on = |date: &str| list.ends_soon(date.parse().unwrap());
        assert_eq!(on("2026-11-22"), None);
        assert_eq!(on("2034-12-31"), None);
        let said = on("2035-01-01").unwrap();
        assert!(said.contains("up to Mon 31 Dec 2035 (list of 2026-11)"), "{said}");
        assert!(on("2036-02-01").is_some());
    }
}
