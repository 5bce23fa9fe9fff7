//! The tables of a comparison as CSV. Ids, numbers and times need no quotes.

use std::io::{self, Write};

use super::dates::{ContactDates, Date};
use super::totals::{Tally, Totals};

pub(super) fn contacts_header(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "line,received_at,channel,category,priority,team,answered_at,changed,standard_a,due_a,\
         outcome_a,standard_b,due_b,outcome_b"
    )
}

pub(super) fn contact(out: &mut impl Write, dates: &ContactDates, changed: bool) -> io::Result<()> {
    let ContactDates { line, received_at, channel, category, priority, team, answered_at, a, b } =
        dates;
    let date = |date: &Option<Date>| match date {
        Some(date) => format!("{},{},{}", date.standard, date.due_at.to_rfc3339(), date.outcome),
        None => ",,".to_owned(),
    };
    writeln!(
        out,
        "{line},{},{channel},{category},{priority},{team},{},{},{},{}",
        received_at.to_rfc3339(),
        answered_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        if changed { "yes" } else { "no" },
        date(a),
        date(b)
    )
}

pub(super) fn promises(out: &mut impl Write, totals: &Totals) -> io::Result<()> {
    writeln!(
        out,
        "standard,contacts_a,kept_a,broken_a,unanswered_a,contacts_b,kept_b,broken_b,unanswered_b"
    )?;
    for (standard, sides) in &totals.promises {
        let [a, b] = sides.each_ref().map(|Tally { contacts, kept, broken, unanswered }| {
            format!("{contacts},{kept},{broken},{unanswered}")
        });
        writeln!(out, "{standard},{a},{b}")?;
    }
    Ok(())
}

pub(super) fn reminders(out: &mut impl Write, totals: &Totals) -> io::Result<()> {
    writeln!(out, "team,date,reminders_a,reminders_b")?;
    for ((team, date), [a, b]) in &totals.reminders {
        writeln!(out, "{team},{date},{a},{b}")?;
    }
    Ok(())
}
