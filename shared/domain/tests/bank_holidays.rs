//! The list of bank holidays, compared with the rules it follows, so that a mistyped or forgotten day is
//! found. Bank holidays that were proclaimed for one year follow no rule and are listed here again.
//!
//! To extend the list, raise `last_year` in `bank-holidays.toml`, run this test, and add the days that it
//! reports missing. Then look at <https://www.gov.uk/bank-holidays> for days that have been proclaimed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use domain::calendar::Nation;
use domain::library::load_built_in_bank_holidays;

type Year = BTreeMap<NaiveDate, String>;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Returns Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher.
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    date(year, month.try_into().unwrap(), day.try_into().unwrap())
}

fn first_monday(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 1).unwrap()
}

/// Returns the last Monday of a month of 31 days.
fn last_monday(year: i32, month: u32) -> NaiveDate {
    let last = date(year, month, 31);
    last - Days::new(u64::from(last.weekday().num_days_from_monday()))
}

/// Adds bank holidays with a date of their own. One that falls on a weekend moves to the next weekday
/// that is not a bank holiday (Schedule 1 of the Banking and Financial Dealings Act 1971, and custom).
fn fixed(into: &mut Year, year: i32, days: &[(u32, u32, &str)]) {
    let is_weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let (moved, stays): (Vec<_>, Vec<_>) =
        days.iter().partition(|(month, day, _)| is_weekend(date(year, *month, *day)));
    for (month, day, name) in stays {
        into.insert(date(year, month, day), (*name).to_owned());
    }
    for (month, day, name) in moved {
        let mut substitute = date(year, month, day);
        while is_weekend(substitute) || into.contains_key(&substitute) {
            substitute = substitute + Days::new(1);
        }
        into.insert(substitute, format!("{name} (substitute day)"));
    }
}

/// A day proclaimed under section 1(2) or 1(3) of the Act of 1971: the nations, the day that it was moved
/// from, the day, and its name.
type Proclaimed = (&'static [Nation], Option<(i32, u32, u32)>, (i32, u32, u32), &'static str);

const ALL: &[Nation] = &[Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland];

#[rustfmt::skip]
const PROCLAIMED: &[Proclaimed] = &[
    // The 75th anniversary of the end of the war in Europe.
    (ALL, Some((2020, 5, 4)), (2020, 5, 8), "Early May bank holiday (VE day)"),
    // The Platinum Jubilee of Queen Elizabeth II: the spring holiday moved, and one day was added.
    (ALL, Some((2022, 5, 30)), (2022, 6, 2), "Spring bank holiday"),
    (ALL, None, (2022, 6, 3), "Platinum Jubilee bank holiday"),
    // Proclaimed on 10 September 2022, nine days before.
    (ALL, None, (2022, 9, 19), "Bank Holiday for the State Funeral of Queen Elizabeth II"),
    (ALL, None, (2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
    // Scotland at the World Cup; proclaimed in February 2026.
    (&[Nation::Scotland], None, (2026, 6, 15), "Bank holiday for the men’s football World Cup"),
];

fn by_rule(nation: Nation, year: i32) -> Year {
    let mut days = Year::new();
    let mut add = |day: NaiveDate, name: &str| {
        days.insert(day, name.to_owned());
    };
    add(easter(year) - Days::new(2), "Good Friday");
    add(first_monday(year, 5), "Early May bank holiday");
    add(last_monday(year, 5), "Spring bank holiday");
    match nation {
        Nation::Scotland => add(first_monday(year, 8), "Summer bank holiday"),
        Nation::EnglandAndWales | Nation::NorthernIreland => {
            add(last_monday(year, 8), "Summer bank holiday");
            add(easter(year) + Days::new(1), "Easter Monday");
        }
    }
    let new_year = (1, 1, "New Year’s Day");
    match nation {
        Nation::EnglandAndWales => fixed(&mut days, year, &[new_year]),
        Nation::Scotland => {
            fixed(&mut days, year, &[new_year, (1, 2, "2nd January")]);
            fixed(&mut days, year, &[(11, 30, "St Andrew’s Day")]);
        }
        Nation::NorthernIreland => {
            fixed(&mut days, year, &[new_year]);
            fixed(&mut days, year, &[(3, 17, "St Patrick’s Day")]);
            fixed(&mut days, year, &[(7, 12, "Battle of the Boyne (Orangemen’s Day)")]);
        }
    }
    fixed(&mut days, year, &[(12, 25, "Christmas Day"), (12, 26, "Boxing Day")]);
    for (nations, from, (y, month, day), name) in PROCLAIMED {
        if *y == year && nations.contains(&nation) {
            if let Some((y, month, day)) = from {
                assert!(days.remove(&date(*y, *month, *day)).is_some(), "{name} was not moved");
            }
            days.insert(date(*y, *month, *day), (*name).to_owned());
        }
    }
    days
}

#[test]
fn the_list_has_the_days_of_the_rules_and_the_proclamations_and_no_others() {
    let list = load_built_in_bank_holidays().unwrap();
    assert!(list.first_year <= 2019 && list.last_year >= 2035, "{list:?}");
    for nation in ALL {
        let expected: Year =
            (list.first_year..=list.last_year).flat_map(|year| by_rule(*nation, year)).collect();
        let listed = list.of(*nation);
        let missing: Vec<_> =
            expected.iter().filter(|day| listed.get(day.0) != Some(day.1)).collect();
        let surplus: Vec<_> =
            listed.iter().filter(|day| expected.get(day.0) != Some(day.1)).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{}: missing {missing:#?}, to be removed {surplus:#?}",
            nation.name()
        );
    }
}

#[test]
fn easter_falls_on_the_dates_of_the_tables() {
    for (year, month, day) in
        [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2019, 4, 21), (2026, 4, 5)]
    {
        assert_eq!(easter(year), date(year, month, day));
    }
}
