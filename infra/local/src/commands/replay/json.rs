//! A comparison as JSON: an object whose changes are written one by one, before the totals are known.

use std::io::{self, Write};

use chrono::NaiveDate;
use domain::standards::StandardId;
use serde::Serialize;

use super::dates::ContactDates;
use super::report::Report;
use super::totals::Tally;

#[derive(Serialize)]
struct Side<'a> {
    standards: &'a [String],
    contacts_with_a_broken_promise: usize,
}

#[derive(Serialize)]
struct Promise<'a> {
    standard: &'a StandardId,
    a: Tally,
    b: Tally,
}

#[derive(Serialize)]
struct Reminders<'a> {
    team: &'a str,
    date: NaiveDate,
    a: usize,
    b: usize,
}

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    write!(out, "{{\n  \"changes\": [")
}

pub(super) fn change(out: &mut impl Write, dates: &ContactDates, first: bool) -> io::Result<()> {
    let separator = if first { "" } else { "," };
    write!(out, "{separator}\n    {}", serde_json::to_string(dates)?)
}

pub(super) fn end(report: &Report<'_>, out: &mut impl Write, left_out: usize) -> io::Result<()> {
    let (args, totals) = (report.args, &report.totals);
    let side = |standards, contacts_with_a_broken_promise| {
        serde_json::to_string(&Side { standards, contacts_with_a_broken_promise })
    };
    let promises: Vec<_> = totals
        .promises
        .iter()
        .map(|(standard, [a, b])| Promise { standard, a: *a, b: *b })
        .collect();
    let reminders: Vec<_> = totals
        .reminders
        .iter()
        .map(|((team, date), [a, b])| Reminders { team, date: *date, a: *a, b: *b })
        .collect();
    write!(
        out,
        "\n  ],\n  \"contacts\": {},\n  \"left_out\": {left_out},\n  \"unanswered\": {},\n  \
         \"dates_later\": {},\n  \"dates_earlier\": {},\n  \"dates_under_one_only\": {},\n  \
         \"bank_holidays\": {},\n  \"a\": {},\n  \"b\": {},\n  \"promises\": {},\n  \
         \"reminders\": {}\n}}\n",
        totals.compared,
        totals.unanswered,
        totals.later,
        totals.earlier,
        totals.only_one,
        serde_json::to_string(&args.bank_holiday)?,
        side(&args.standards, totals.broken[0])?,
        side(&args.against, totals.broken[1])?,
        serde_json::to_string(&promises)?,
        serde_json::to_string(&reminders)?,
    )
}
