//! What came of the comparison, as tables for people, spreadsheets and programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::organisation::Organisation;
use serde::Serialize;

use super::contact::{Promise, ReplayOutcome, Row, Under};
use super::{ReplayArgs, ReplayFormat, Table, text};

/// A contact under both versions of the standards.
pub(super) struct Compared {
    pub(super) row: Row,
    pub(super) under: [Under; 2],
}

/// How a promise fared.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Tally {
    pub(super) contacts: usize,
    kept: usize,
    pub(super) broken: usize,
    unanswered: usize,
}

/// The sums, which grow with the number of promises and days and not with that of contacts.
pub(super) struct Report<'a> {
    pub(super) args: &'a ReplayArgs,
    pub(super) zone: Tz,
    pub(super) compared: usize,
    pub(super) later: usize,
    pub(super) earlier: usize,
    /// Dates that there are under one version alone.
    pub(super) only_one: usize,
    pub(super) broken: [usize; 2],
    pub(super) unanswered: usize,
    pub(super) promises: BTreeMap<String, [Tally; 2]>,
    pub(super) reminders: BTreeMap<(String, NaiveDate), [usize; 2]>,
    pub(super) shown: Vec<Change>,
}

/// A contact whose date changes.
#[derive(Serialize)]
pub(super) struct Change {
    pub(super) line: u64,
    pub(super) received_at: DateTime<FixedOffset>,
    pub(super) channel: String,
    pub(super) category: String,
    pub(super) team: String,
    pub(super) answered_at: Option<DateTime<FixedOffset>>,
    pub(super) a: Option<Date>,
    pub(super) b: Option<Date>,
}

/// The earliest date under one version.
#[derive(Serialize)]
pub(super) struct Date {
    pub(super) standard: String,
    pub(super) due_at: DateTime<FixedOffset>,
    pub(super) outcome: &'static str,
}

#[derive(Serialize)]
struct Sums<'a> {
    standards: &'a [String],
    contacts_with_a_broken_promise: usize,
}

#[derive(Serialize)]
struct Reminders<'a> {
    team: &'a str,
    date: NaiveDate,
    a: usize,
    b: usize,
}

#[derive(Serialize)]
struct PromiseSums<'a> {
    standard: &'a str,
    a: Tally,
    b: Tally,
}

impl<'a> Report<'a> {
    pub(super) fn new(args: &'a ReplayArgs, sides: &[Organisation; 2]) -> Self {
        Self {
            args,
            zone: sides[0].zone(),
            compared: 0,
            later: 0,
            earlier: 0,
            only_one: 0,
            broken: [0; 2],
            unanswered: 0,
            promises: BTreeMap::new(),
            reminders: BTreeMap::new(),
            shown: Vec::new(),
        }
    }

    pub(super) fn begin(&self, out: &mut impl Write) -> io::Result<()> {
        match (self.args.format, self.args.table) {
            (ReplayFormat::Csv, Table::Contacts) => writeln!(
                out,
                "line,received_at,channel,category,priority,team,answered_at,changed,standard_a,due_a,\
                 outcome_a,standard_b,due_b,outcome_b"
            ),
            (ReplayFormat::Json, _) => write!(out, "{{\n  \"changes\": ["),
            _ => Ok(()),
        }
    }

    pub(super) fn add(&mut self, out: &mut impl Write, compared: Compared) -> io::Result<()> {
        self.compared += 1;
        let Compared { row, under } = &compared;
        self.unanswered += usize::from(row.answered_at.is_none());
        for (side, under) in under.iter().enumerate() {
            let mut broken = false;
            for promise in &under.promises {
                let tally = &mut self.promises.entry(promise.standard.clone()).or_default()[side];
                tally.contacts += 1;
                match row.outcome(promise) {
                    ReplayOutcome::Kept => tally.kept += 1,
                    ReplayOutcome::Unanswered => tally.unanswered += 1,
                    ReplayOutcome::Late => {
                        tally.broken += 1;
                        broken |= !promise.internal;
                    }
                }
            }
            self.broken[side] += usize::from(broken);
            for (at, _) in &under.reminders {
                let day = (row.team.clone(), at.with_timezone(&self.zone).date_naive());
                self.reminders.entry(day).or_default()[side] += 1;
            }
        }
        let dates = under.each_ref().map(|under| under.promises.first());
        let changed = match dates.map(|date| date.map(|promise| promise.due_at)) {
            [Some(a), Some(b)] if a < b => {
                self.later += 1;
                true
            }
            [Some(a), Some(b)] if b < a => {
                self.earlier += 1;
                true
            }
            [Some(_), None] | [None, Some(_)] => {
                self.only_one += 1;
                true
            }
            _ => false,
        };
        match (self.args.format, self.args.table) {
            (ReplayFormat::Csv, Table::Contacts) => self.csv_row(out, row, dates, changed),
            (ReplayFormat::Json, _) if changed => {
                let divide = if self.later + self.earlier + self.only_one > 1 { "," } else { "" };
                let change = self.change(row, dates);
                write!(out, "{divide}\n    {}", serde_json::to_string(&change)?)
            }
            (ReplayFormat::Text, _) if changed && self.shown.len() < text::SHOWN => {
                let change = self.change(row, dates);
                self.shown.push(change);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn end(&self, out: &mut impl Write, name: &str, left_out: usize) -> io::Result<()> {
        match (self.args.format, self.args.table) {
            (ReplayFormat::Text, _) => self.text(out, name, left_out),
            (ReplayFormat::Csv, Table::Contacts) => Ok(()),
            (ReplayFormat::Csv, Table::Promises) => {
                writeln!(
                    out,
                    "standard,contacts_a,kept_a,broken_a,unanswered_a,contacts_b,kept_b,broken_b,\
                     unanswered_b"
                )?;
                for (standard, sides) in &self.promises {
                    let of = |t: &Tally| {
                        format!("{},{},{},{}", t.contacts, t.kept, t.broken, t.unanswered)
                    };
                    writeln!(out, "{standard},{},{}", of(&sides[0]), of(&sides[1]))?;
                }
                Ok(())
            }
            (ReplayFormat::Csv, Table::Reminders) => {
                writeln!(out, "team,date,reminders_a,reminders_b")?;
                for ((team, date), [a, b]) in &self.reminders {
                    writeln!(out, "{team},{date},{a},{b}")?;
                }
                Ok(())
            }
            (ReplayFormat::Json, _) => self.json(out, left_out),
        }
    }

    fn json(&self, out: &mut impl Write, left_out: usize) -> io::Result<()> {
        let sums = |standards, side: usize| Sums {
            standards,
            contacts_with_a_broken_promise: self.broken[side],
        };
        let promises: Vec<_> = self
            .promises
            .iter()
            .map(|(standard, [a, b])| PromiseSums { standard, a: *a, b: *b })
            .collect();
        let reminders: Vec<_> = self
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
            self.compared,
            self.unanswered,
            self.later,
            self.earlier,
            self.only_one,
            serde_json::to_string(&self.args.bank_holiday)?,
            serde_json::to_string(&sums(&self.args.standards, 0))?,
            serde_json::to_string(&sums(&self.args.against, 1))?,
            serde_json::to_string(&promises)?,
            serde_json::to_string(&reminders)?,
        )
    }

    fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.zone).fixed_offset()
    }

    fn change(&self, row: &Row, dates: [Option<&Promise>; 2]) -> Change {
        let [a, b] = dates.map(|promise| {
            promise.map(|promise| Date {
                standard: promise.standard.clone(),
                due_at: self.local(promise.due_at),
                outcome: in_words(row.outcome(promise), promise.internal),
            })
        });
        Change {
            line: row.line,
            received_at: self.local(row.received_at),
            channel: row.channel.to_string(),
            category: row.category.to_string(),
            team: row.team.clone(),
            answered_at: row.answered_at.map(|at| self.local(at)),
            a,
            b,
        }
    }

    fn csv_row(
        &self,
        out: &mut impl Write,
        row: &Row,
        dates: [Option<&Promise>; 2],
        changed: bool,
    ) -> io::Result<()> {
        let Change { line, received_at, channel, category, team, answered_at, a, b } =
            self.change(row, dates);
        // Ids and times: nothing in them needs quotes.
        let of = |date: Option<Date>| match date {
            Some(date) => {
                format!("{},{},{}", date.standard, date.due_at.to_rfc3339(), date.outcome)
            }
            None => ",,".to_owned(),
        };
        writeln!(
            out,
            "{line},{},{channel},{category},{},{team},{},{},{},{}",
            received_at.to_rfc3339(),
            row.priority,
            answered_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            if changed { "yes" } else { "no" },
            of(a),
            of(b)
        )
    }
}

fn in_words(outcome: ReplayOutcome, internal: bool) -> &'static str {
    match outcome {
        ReplayOutcome::Kept => "kept",
        ReplayOutcome::Late if internal => "target missed",
        ReplayOutcome::Late => "broken",
        ReplayOutcome::Unanswered => "unanswered",
    }
}
