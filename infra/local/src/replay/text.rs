//! The comparison for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::NaiveDate;
use domain::time::short_date;

use super::report::{Date, Report};
use crate::cli::count;

/// As many changed dates are shown to people; the other formats have all.
pub(super) const SHOWN: usize = 20;

impl Report<'_> {
    pub(super) fn text(&self, out: &mut impl Write, name: &str, left_out: usize) -> io::Result<()> {
        let args = self.args;
        write!(out, "{} of {name} compared", count(self.compared, "contact"))?;
        match left_out {
            0 => writeln!(out)?,
            n => writeln!(out, ", {} left out", count(n, "row"))?,
        }
        let more: Vec<_> = args.bank_holiday.iter().map(|date| short_date(*date)).collect();
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(", with {} a bank holiday", more.join(" and "))
        };
        writeln!(
            out,
            "  A  {}\n  B  {}{more}\n",
            args.standards.join(", "),
            args.against.join(", ")
        )?;
        writeln!(
            out,
            "{} under B: {} later, {} earlier, {} under one of both alone",
            match self.later + self.earlier + self.only_one {
                1 => "1 date changes".to_owned(),
                n => format!("{n} dates change"),
            },
            self.later,
            self.earlier,
            self.only_one
        )?;
        let [a, b] = self.broken;
        writeln!(out, "Contacts with a broken promise: {a} under A, {b} under B")?;
        writeln!(out, "Never answered, and not counted as broken: {}\n", self.unanswered)?;

        writeln!(out, "{:<34} {:>8} {:>8} {:>8} {:>8}", "Promise", "A", "broken", "B", "broken")?;
        for (standard, [a, b]) in &self.promises {
            writeln!(
                out,
                "{standard:<34} {:>8} {:>8} {:>8} {:>8}",
                a.contacts, a.broken, b.contacts, b.broken
            )?;
        }
        self.text_of_reminders(out)?;
        if !self.shown.is_empty() {
            writeln!(
                out,
                "\n{:>6}  {:<17} {:<12} {:<36} Under B",
                "Line", "Received", "By", "Under A"
            )?;
        }
        for change in &self.shown {
            let of = |date: &Option<Date>| match date {
                None => "no date".to_owned(),
                Some(date) => {
                    let due = date.due_at;
                    let day = short_date(due.date_naive());
                    format!("{day} {} {}", due.format("%H:%M"), date.outcome)
                }
            };
            writeln!(
                out,
                "{:>6}  {:<17} {:<12} {:<36} {}",
                change.line,
                change.received_at.format("%Y-%m-%d %H:%M"),
                change.channel,
                of(&change.a),
                of(&change.b)
            )?;
        }
        let rest = (self.later + self.earlier + self.only_one).saturating_sub(self.shown.len());
        if rest > 0 {
            writeln!(out, "and {rest} more; --format csv has all")?;
        }
        Ok(())
    }

    fn text_of_reminders(&self, out: &mut impl Write) -> io::Result<()> {
        /// Reminders in all, and the most on one day.
        #[derive(Clone, Copy, Default)]
        struct OfTeam {
            all: usize,
            most: usize,
            on: Option<NaiveDate>,
        }
        let mut teams: BTreeMap<&str, [OfTeam; 2]> = BTreeMap::new();
        for ((team, date), sides) in &self.reminders {
            for (of, n) in teams.entry(team).or_default().iter_mut().zip(sides) {
                of.all += n;
                if *n > of.most {
                    (of.most, of.on) = (*n, Some(*date));
                }
            }
        }
        if teams.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n{:<34} {:>8}  {:<22} {:>8}  Most on a day",
            "Reminders to", "A", "Most on a day", "B"
        )?;
        for (team, sides) in teams {
            let most = |of: OfTeam| match of.on {
                Some(date) => format!("{} on {}", of.most, short_date(date)),
                None => "-".to_owned(),
            };
            let [a, b] = sides;
            writeln!(out, "{team:<34} {:>8}  {:<22} {:>8}  {}", a.all, most(a), b.all, most(b))?;
        }
        writeln!(out, "Day by day: --format csv --table reminders")
    }
}
