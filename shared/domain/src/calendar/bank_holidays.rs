//! Bank holidays of the nations of the United Kingdom, as a list with a version.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use super::{Nation, Observed};
use crate::toml_file::{Located, Problems, Source, Validator, read};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    version: String,
    #[serde(rename = "first_year")]
    first_year: i32,
    #[serde(rename = "last_year")]
    last_year: Located<i32>,
    england_and_wales: Located<BTreeMap<NaiveDate, String>>,
    scotland: Located<BTreeMap<NaiveDate, String>>,
    northern_ireland: Located<BTreeMap<NaiveDate, String>>,
}

impl BankHolidays {
    /// Reads a list in TOML: `version`, `first_year`, `last_year`, and one table of `date = "name"`
    /// for each nation. `file` is the file's name in problems.
    ///
    /// # Errors
    /// Returns every problem if the text is not such a list, or a date lies outside its years.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let source = Source { file, text };
        let written: File = read(source)?;
        let (first, last) = (written.first_year, *written.last_year.get_ref());
        let mut check = Validator::new(source);
        if last < first {
            let message = format!("{last} is before first_year, {first}. Correct one of them");
            check.report(&written.last_year.span(), "last_year", message);
        }
        let mut nations = BTreeMap::new();
        for (nation, key, days) in [
            (Nation::EnglandAndWales, "england-and-wales", written.england_and_wales),
            (Nation::Scotland, "scotland", written.scotland),
            (Nation::NorthernIreland, "northern-ireland", written.northern_ireland),
        ] {
            for (date, name) in days.get_ref() {
                if !(first..=last).contains(&date.year()) {
                    let message = format!(
                        "{date} ({name}) is outside the years of the list, {first} to {last}. Correct the \
                         date, or first_year or last_year"
                    );
                    check.report(&days.span(), key, message);
                }
            }
            nations.insert(nation, days.into_inner());
        }
        check.finish()?;
        Ok(Self { version: written.version, first_year: first, last_year: last, nations })
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
        let list = BankHolidays::parse("list.toml", &text).unwrap();
        let on = |date: &str| list.ends_soon(date.parse().unwrap());
        assert_eq!(on("2026-11-22"), None);
        assert_eq!(on("2034-12-31"), None);
        let warning = on("2035-01-01").unwrap();
        assert!(warning.contains("up to Mon 31 Dec 2035 (list of 2026-11)"), "{warning}");
        assert!(on("2036-02-01").is_some());
    }

    #[test]
    fn a_list_with_impossible_years_is_refused_with_the_line() {
        let problems = |years: &str, rest: &str| {
            let text = format!("version = '1'\n{years}\n{rest}");
            BankHolidays::parse("list.toml", &text).unwrap_err().to_string()
        };
        assert_eq!(
            problems("first_year = 2027\nlast_year = 2026", EMPTY),
            "list.toml:3: last_year: 2026 is before first_year, 2027. Correct one of them"
        );
        let outside = EMPTY.replace("[scotland]", "[scotland]\n2028-01-03 = 'New Year’s Day'");
        let outside = problems("first_year = 2026\nlast_year = 2027", &outside);
        assert!(
            outside.starts_with("list.toml:5: scotland: 2028-01-03 (New Year’s Day) is outside"),
            "{outside}"
        );
    }
}
