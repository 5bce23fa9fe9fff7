//! Weekdays that are not working days: bank holidays and published closures.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The reason why a day is not a working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "name", rename_all = "kebab-case")]
pub enum NonWorking {
    /// A Saturday or Sunday.
    Weekend,
    /// A bank holiday, by name.
    BankHoliday(String),
    /// A closure that the provider has published, by name.
    Closure(String),
}

/// A run of days on which the provider has announced that it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The first closed day.
    pub from: NaiveDate,
    /// The last closed day.
    pub to: NaiveDate,
    /// The closure's name as people know it: "Christmas closure".
    pub name: String,
}

/// Returns the named days by date. A bank holiday keeps its name during a closure.
pub(super) fn named_days(
    holidays: &BTreeMap<NaiveDate, String>,
    closures: &[Closure],
) -> BTreeMap<NaiveDate, NonWorking> {
    let mut named: BTreeMap<_, _> = holidays
        .iter()
        .map(|(date, name)| (*date, NonWorking::BankHoliday(name.clone())))
        .collect();
    for closure in closures {
        for date in closure.from.iter_days().take_while(|date| *date <= closure.to) {
            named.entry(date).or_insert_with(|| NonWorking::Closure(closure.name.clone()));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_holiday_keeps_its_name_during_a_closure() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let holidays = BTreeMap::from([(date("2026-12-25"), "Christmas Day".to_owned())]);
        let closure = Closure {
            from: date("2026-12-24"),
            to: date("2026-12-26"),
            name: "Christmas closure".into(),
        };
        let closed = NonWorking::Closure("Christmas closure".into());
        assert_eq!(
            named_days(&holidays, &[closure]),
            BTreeMap::from([
                (date("2026-12-24"), closed.clone()),
                (date("2026-12-25"), NonWorking::BankHoliday("Christmas Day".into())),
                (date("2026-12-26"), closed),
            ])
        );
    }
}
