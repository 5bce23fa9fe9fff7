//! A comparison as text.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::NaiveDate;
use domain::wording::short_date;

use super::dates::{ContactDates, Date};
use super::report::Report;
use super::totals::Totals;
use crate::rendering::count;

/// The most changed dates that are shown. The other formats have all.
pub(super) const MAX_SHOWN: usize = 20;

pub(super) fn render(
    report: &Report<'_>,
    out: &mut impl Write,
    name: &str,
    left_out: usize,
) -> io::Result<()> {
    let (args, totals) = (report.args, &report.totals);
    write!(out, "{} from {name} compared", count(totals.compared, "contact"))?;
    match left_out {
        0 => writeln!(out)?,
        n => writeln!(out, ", {} left out", count(n, "row"))?,
    }
    let added: Vec<_> = args.bank_holiday.iter().map(|date| short_date(*date)).collect();
    let added = match added.len() {
        0 => String::new(),
        1 => format!(", with {} as a bank holiday", added.join("")),
        _ => format!(", with {} as bank holidays", added.join(" and ")),
    };
    writeln!(out, "  A  {}\n  B  {}{added}\n", args.standards.join(", "), args.against.join(", "))?;
    writeln!(
        out,
        "{} under B: {} later, {} earlier, {} only under A or B",
        match totals.changed() {
            1 => "1 date changes".to_owned(),
            n => format!("{n} dates change"),
        },
        totals.later,
        totals.earlier,
        totals.only_one
    )?;
    let [a, b] = totals.broken;
    writeln!(out, "Contacts with a broken promise: {a} under A, {b} under B")?;
    writeln!(out, "Never answered, and not counted as broken: {}\n", totals.unanswered)?;
    render_promises(report, out)?;
    render_reminders(totals, out)?;
    render_changes(&report.shown, out)?;
    match totals.changed().saturating_sub(report.shown.len()) {
        0 => Ok(()),
        n => writeln!(out, "and {n} more; use --format csv to see all"),
    }
}

fn render_promises(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:<50} {:>8} {:>8} {:>8} {:>8}", "Promise", "A", "broken", "B", "broken")?;
    for (standard, [a, b]) in &report.totals.promises {
        writeln!(
            out,
            "{:<50} {:>8} {:>8} {:>8} {:>8}",
            report.title(standard),
            a.contacts,
            a.broken,
            b.contacts,
            b.broken
        )?;
    }
    Ok(())
}

fn render_reminders(totals: &Totals, out: &mut impl Write) -> io::Result<()> {
    /// A team's reminders in all, and on its busiest day.
    #[derive(Clone, Copy, Default)]
    struct TeamReminders {
        all: usize,
        most: usize,
        busiest: Option<NaiveDate>,
    }
    let mut teams: BTreeMap<&str, [TeamReminders; 2]> = BTreeMap::new();
    for ((team, date), sides) in &totals.reminders {
        for (reminders, n) in teams.entry(team).or_default().iter_mut().zip(sides) {
            reminders.all += n;
            if *n > reminders.most {
                (reminders.most, reminders.busiest) = (*n, Some(*date));
            }
        }
    }
    if teams.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{:<50} {:>8}  {:<22} {:>8}  Busiest day",
        "Reminders to", "A", "Busiest day", "B"
    )?;
    for (team, sides) in teams {
        let busiest = |reminders: TeamReminders| match reminders.busiest {
            Some(date) => format!("{} on {}", reminders.most, short_date(date)),
            None => "-".to_owned(),
        };
        let [a, b] = sides;
        writeln!(out, "{team:<50} {:>8}  {:<22} {:>8}  {}", a.all, busiest(a), b.all, busiest(b))?;
    }
    writeln!(out, "Use --format csv --table reminders to see every day")
}

fn render_changes(changes: &[ContactDates], out: &mut impl Write) -> io::Result<()> {
    if !changes.is_empty() {
        writeln!(
            out,
            "\n{:>6}  {:<17} {:<12} {:<36} Under B",
            "Line", "Received", "Channel", "Under A"
        )?;
    }
    for change in changes {
        let date = |date: &Option<Date>| match date {
            None => "no date".to_owned(),
            Some(Date { due_at, outcome, .. }) => {
                format!("{} {} {outcome}", short_date(due_at.date_naive()), due_at.format("%H:%M"))
            }
        };
        writeln!(
            out,
            "{:>6}  {:<17} {:<12} {:<36} {}",
            change.line,
            change.received_at.format("%Y-%m-%d %H:%M"),
            change.channel,
            date(&change.a),
            date(&change.b)
        )?;
    }
    Ok(())
}
