//! From a standard as it is written to a standard with every default filled in.

use super::PackFile;
use super::standard_file::{AlternativeFile, StandardFile};
use crate::standards::standard::Alternative;
use crate::standards::{Counting, OrLater, PromiseOption, Recurrence, Standard, Within};
use crate::toml_file::Located;

pub(super) fn compile(pack: &PackFile, standard: &StandardFile) -> Standard {
    let within = standard.within.as_ref().map(|within| *within.get_ref());
    let post = standard.delivered_by_post_in.as_ref();
    let alternatives = standard.alternative.iter().filter_map(|other| {
        Some(Alternative {
            reading: other.reading.clone(),
            counting: reading(counting(pack, standard, other.within.or(within)?), other),
            post: other.delivered_by_post_in.as_ref().or(post).and_then(working_days),
        })
    });
    let clear = clear_days(pack, standard, post);
    let shares = standard.shares_due_with.is_some();
    Standard {
        id: standard.id.get_ref().clone(),
        title: standard.title.get_ref().clone(),
        pack: pack.pack.id.clone(),
        version: pack.pack.version.clone(),
        statutory: pack.pack.statutory,
        promise: standard.promise.clone(),
        place: standard.place.clone(),
        ruling: standard.ruling.clone(),
        applies: standard.applies_to.0.clone(),
        starts: standard.starts.0.clone(),
        provisional_start: standard.provisional_start.as_ref().map(|start| start.get_ref().clone()),
        restarts_on: standard.restarts_on.0.clone(),
        pauses: standard.pause.0.clone(),
        exempted_by: standard.exempted_by.clone(),
        ended_by: standard.ended_by.clone(),
        attempts: standard.attempts.clone(),
        post: post.and_then(working_days),
        extension: standard.extension.clone(),
        options: options(pack, standard, within),
        shares_due_with: standard.shares_due_with.as_ref().map(|id| id.get_ref().clone()),
        also_kept_by: if shares { standard.kept_by.clone() } else { Vec::new() },
        recurs_after: standard.recurs_after,
        recurs: standard.recurs_every.map(|every| Recurrence {
            every: counting(pack, standard, every),
            until: standard.recurs_until.0.clone(),
        }),
        or_later: standard.or_later.map(|other| OrLater {
            starts: other.starts,
            counting: counting(pack, standard, other.within),
        }),
        aim: standard.aim.map(|aim| counting(pack, standard, aim)),
        acknowledgement: standard.acknowledgement,
        owed_by: standard.owed_by,
        internal: standard.internal_target,
        reminders: standard.reminders.clone().unwrap_or_else(|| pack.reminders.clone()),
        if_missed: standard.if_missed.clone().unwrap_or_default(),
        effective_from: standard.effective_from.or(pack.pack.effective_from).map(|date| date.0),
        effective_until: standard.effective_until.or(pack.pack.effective_until).map(|date| date.0),
        alternatives: alternatives.chain(clear).collect(),
    }
}

/// Returns the longer reading of clear working days, which is not written because the words always
/// have it.
fn clear_days(
    pack: &PackFile,
    standard: &StandardFile,
    post: Option<&Located<Within>>,
) -> Option<Alternative> {
    let Within::ClearWorkingDays(n) = *standard.within.as_ref()?.get_ref() else { return None };
    Some(Alternative {
        reading: "Clear days leave out the last day too, so there is one working day more.".into(),
        counting: counting(pack, standard, Within::WorkingDays(n.saturating_add(1))),
        post: post.and_then(working_days),
    })
}

/// Returns the options of an either-or promise, or the only one of any other.
fn options(pack: &PackFile, standard: &StandardFile, within: Option<Within>) -> Vec<PromiseOption> {
    let written = standard.option.iter().map(|option| PromiseOption {
        id: option.id.get_ref().clone(),
        title: option.title.get_ref().clone(),
        counting: counting(pack, standard, option.within),
        kept_by: option.kept_by.clone(),
    });
    let only = within.map(|within| PromiseOption {
        id: standard.id.get_ref().to_string(),
        title: standard.title.get_ref().clone(),
        counting: counting(pack, standard, within),
        kept_by: standard.kept_by.iter().chain(&standard.recurs_until.0).copied().collect(),
    });
    written.chain(only).collect()
}

/// Returns the counting of a standard: its own rules, else those of the pack, else the defaults.
fn counting(pack: &PackFile, standard: &StandardFile, within: Within) -> Counting {
    let base = pack.counting;
    Counting {
        within,
        due: standard.due.or(base.due).unwrap_or_default(),
        out_of_hours: standard.out_of_hours.or(base.out_of_hours).unwrap_or_default(),
        if_not_working: standard
            .if_due_on_non_working_day
            .or(base.if_due_on_non_working_day)
            .unwrap_or_default(),
        calendar: standard.calendar.or(base.calendar).unwrap_or_default(),
    }
}

/// Returns the counting of another reading: its own rules, else those of the standard.
fn reading(standard: Counting, other: &AlternativeFile) -> Counting {
    Counting {
        within: standard.within,
        due: other.due.unwrap_or(standard.due),
        out_of_hours: other.out_of_hours.unwrap_or(standard.out_of_hours),
        if_not_working: other.if_due_on_non_working_day.unwrap_or(standard.if_not_working),
        calendar: other.calendar.unwrap_or(standard.calendar),
    }
}

fn working_days(within: &Located<Within>) -> Option<u16> {
    match within.get_ref() {
        Within::WorkingDays(n) => Some(*n),
        _ => None,
    }
}
