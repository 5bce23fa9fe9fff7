//! Bank holidays and differences as text. Writing into a string cannot fail, so the results are
//! ignored.

use std::fmt::Write as _;

use domain::calendar::{BankHolidays, Nation};
use domain::wording::short_date;

use super::comparison::{Difference, Renamed};
use super::{Holiday, key};
use crate::rendering::count;

/// The bank holidays of a year, by nation.
pub(super) fn year(list: &BankHolidays, year: i32, nations: &[(Nation, Vec<Holiday>)]) -> String {
    let mut text = format!(
        "Bank holidays in {year} (list {}, which covers {} to {})\n",
        list.version, list.first_year, list.last_year
    );
    for (nation, holidays) in nations {
        let _ = writeln!(text, "\n{}", nation.name());
        for Holiday { date, name } in holidays {
            let _ = writeln!(text, "  {:<16} {name}", short_date(*date));
        }
    }
    text
}

/// The differences, and the lines that add the new days to the file of an organisation in `own`.
pub(super) fn differences(differences: &[Difference], own: Nation) -> String {
    let mut text = String::new();
    let mut lines = String::new();
    for difference in differences {
        let nation = difference.nation.name();
        let years = format!("{} to {}", difference.first_year, difference.last_year);
        let _ = match difference.len() {
            0 => writeln!(text, "{nation}, {years}: the same"),
            n => writeln!(text, "{nation}, {years}: {}", count(n, "difference")),
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
        push_toml(&mut lines, difference, own);
    }
    if differences.is_empty() {
        text.push_str("The two lists have no year in common.\n");
    }
    if !lines.is_empty() {
        let _ = write!(text, "\nAdd these lines at the end of your organisation's file:\n{lines}");
    }
    if differences.iter().any(|difference| !difference.removed.is_empty()) {
        text.push_str(
            "\nAn organisation's file cannot remove a day from the built-in list. Correct \
             shared/standards/bank-holidays.toml,\nor delete the day from your organisation's file \
             if it was added there.\n",
        );
    }
    text
}

fn push_toml(lines: &mut String, difference: &Difference, own: Nation) {
    let added = difference.added.iter().map(|holiday| (holiday.date, &holiday.name));
    let renamed = difference.renamed.iter().map(|renamed| (renamed.date, &renamed.to));
    for (date, name) in added.chain(renamed) {
        // A JSON string is a valid TOML string.
        let name = serde_json::Value::from(name.as_str());
        let _ = write!(lines, "\n[[bank_holiday]]\ndate = {date}\nname = {name}\n");
        if difference.nation != own {
            let _ = writeln!(lines, "nation = \"{}\"", key(difference.nation));
        }
    }
}
