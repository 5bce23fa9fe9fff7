//! Checks of one standard of a pack: keys that belong together, and keys that contradict each other.

use std::collections::BTreeSet;
use std::ops::Range;

use super::standard_file::{OptionFile, StandardFile};
use super::validator::effective_dates;
use crate::standards::{Extension, Milestone, ProvisionalStart, TOLD, Within};
use crate::toml_file::{Located, Validator};

/// Checks a standard. `all` are the standards of its pack.
pub(super) fn check_standard(
    check: &mut Validator<'_>,
    standard: &StandardFile,
    all: &[StandardFile],
) {
    options(check, standard);
    time_allowed(check, standard, all);
    start(check, standard, all);
    exceptions(check, standard);
    aim_and_recurrence(check, standard);
    or_later(check, standard);
    examples(check, standard);
}

fn options(check: &mut Validator<'_>, standard: &StandardFile) {
    let mut seen = BTreeSet::new();
    for option in &standard.option {
        let (at, title) = (option.title.span(), option.title.get_ref());
        if title.trim().is_empty() {
            let message = "is empty. Write the name that people see, such as \"Letter\"";
            check.report(&at, "standard.option.title", message);
        } else if !seen.insert(title) {
            let message =
                format!("`{title}` is used twice in this standard. Give each option its own title");
            check.report(&at, "standard.option.title", message);
        }
    }
}

/// Checks the time allowed, and the milestones that keep the promise.
fn time_allowed(check: &mut Validator<'_>, standard: &StandardFile, all: &[StandardFile]) {
    let at = standard.id.span();
    if standard.id.get_ref() == TOLD {
        let message =
            "is taken by the dates that customers are told in delay notices. Choose another";
        check.report(&at, "standard.id", message);
    }
    let given = usize::from(standard.within.is_some())
        + usize::from(!standard.option.is_empty())
        + usize::from(standard.shares_due_with.is_some());
    if given != 1 {
        let message = "give exactly one of `within` (a duration), `option` (ways to keep the promise, \
                       each with its own duration) and `shares_due_with` (another standard, whose due \
                       time it shares)";
        check.report(&at, "standard.within", message);
    }
    match (standard.option.is_empty(), standard.kept_by.is_empty()) {
        (true, true) => {
            let message =
                "is missing. List the milestones that keep the promise, such as [\"responded\"]";
            check.report(&at, "standard.kept_by", message);
        }
        (false, false) => {
            check.report(&at, "standard.kept_by", "belongs in each `option`. Move it there");
        }
        _ => {}
    }
    if let Some(shared) = &standard.shares_due_with {
        let has_duration = |other: &StandardFile| {
            other.id.get_ref() == shared.get_ref() && other.shares_due_with.is_none()
        };
        if !all.iter().any(has_duration) {
            let message = format!(
                "`{}` is not a standard of this pack with a duration of its own. Name one that has",
                shared.get_ref()
            );
            check.report(&shared.span(), "standard.shares_due_with", message);
        }
    }
}

fn start(check: &mut Validator<'_>, standard: &StandardFile, all: &[StandardFile]) {
    let at = standard.id.span();
    if standard.starts.0.is_empty() {
        let message = "is empty. Name the milestone that starts the promise, such as \"received\"";
        check.report(&at, "standard.starts", message);
    }
    let of_options = standard.option.iter().flat_map(|option: &OptionFile| &option.kept_by);
    let mut kept_by = standard.kept_by.iter().chain(of_options);
    if let Some(both) = kept_by.find(|milestone| standard.starts.0.contains(milestone)) {
        let message = format!(
            "`{both}` is also in `starts`, so the promise would be kept at once. Remove it from one of \
             the two"
        );
        check.report(&at, "standard.kept_by", message);
    }
    agreed_time(check, standard);
    if let Some(provisional_start) = &standard.provisional_start
        && let ProvisionalStart::DueOf(id) = provisional_start.get_ref()
    {
        let other = all.iter().find(|other| other.id.get_ref() == id);
        if other.is_none_or(|other| other.provisional_start.is_some()) {
            let message = format!(
                "`{id}` is not a standard of this pack without a provisional start of its own. Name one"
            );
            check.report(&provisional_start.span(), "standard.provisional_start.due_of", message);
        }
    }
}

/// Checks that a promise that is due at the agreed time starts with a milestone that carries one. Of
/// several that start it, the last to happen counts, so one that carries a time is enough.
fn agreed_time(check: &mut Validator<'_>, standard: &StandardFile) {
    let of_or_later = standard.or_later.filter(|other| !other.starts.is_agreed_time());
    let started = standard.starts.0.iter().any(|milestone| milestone.is_agreed_time());
    let readings = standard.alternative.iter().filter(|_| !started);
    let mut readings = readings.filter_map(|reading| reading.within);
    let elsewhere = [
        ("aim", standard.aim),
        ("recurs_every", standard.recurs_every),
        ("or_later.within", of_or_later.map(|other| other.within)),
        ("alternative.within", readings.find(|within| *within == Within::AgreedTime)),
    ];
    for (key, within) in elsewhere {
        if within == Some(Within::AgreedTime) {
            let message =
                "is a time that nobody agreed on. Write a duration, such as `3 working days`";
            check.report(&standard.id.span(), &format!("standard.{key}"), message);
        }
    }
    let own = standard.within.as_ref().map(Located::get_ref);
    let mut times = own.into_iter().chain(standard.option.iter().map(|option| &option.within));
    if !times.any(|within| *within == Within::AgreedTime) {
        return;
    }
    let instead = match standard.provisional_start.as_ref().map(Located::get_ref) {
        Some(ProvisionalStart::Milestone(milestone)) => Some(milestone),
        Some(ProvisionalStart::DueOf(_)) | None => None,
    };
    let starts = standard.starts.0.iter().filter(|_| !started);
    let mut starts = starts.chain(&standard.restarts_on.0).chain(instead);
    if let Some(milestone) = starts.find(|milestone| !milestone.is_agreed_time()) {
        let carrying = Milestone::ALL.iter().filter(|milestone| milestone.is_agreed_time());
        let carrying: Vec<_> = carrying.map(Milestone::as_str).collect();
        let message = format!(
            "`{milestone}` carries no agreed time. Start the promise with a milestone that does, such as \
             {}, or give it a duration",
            carrying.join(" or ")
        );
        check.report(&standard.id.span(), "standard.within", message);
    }
}

fn exceptions(check: &mut Validator<'_>, standard: &StandardFile) {
    let at = standard.id.span();
    effective_dates(check, &at, "standard", standard.effective_from, standard.effective_until);
    if let Some(given) = &standard.extension {
        extension(check, &at, given);
    }
    for pause in &standard.pause.0 {
        if pause.from == pause.until {
            let message = "is the milestone that begins the pause. Name the one that ends it";
            check.report(&at, "standard.pause.until", message);
        }
        let within = standard.within.as_ref().map(Located::get_ref);
        let in_days = matches!(
            within,
            Some(Within::WorkingDays(_) | Within::CalendarDays(_) | Within::CalendarMonths(_))
        );
        if !in_days && !standard.restarts_on.0.contains(&pause.until) {
            let message = "needs a `within` in days or months, to which the days of the pause can be \
                           added. Change one of the two";
            check.report(&at, "standard.pause", message);
        }
    }
    for key in standard.accepted.without_reason() {
        let message = "is empty. Write the reason, or leave it out";
        check.report(&at, &format!("standard.accepted.{key}"), message);
    }
    let never_with_starts = [
        ("exempted_by", &standard.exempted_by),
        ("ended_by", &standard.ended_by),
        ("attempts", &standard.attempts),
    ];
    for (key, milestones) in never_with_starts {
        if let Some(both) = milestones.iter().find(|m| standard.starts.0.contains(m)) {
            let message = format!("`{both}` is also in `starts`. Remove it from one of the two");
            check.report(&at, &format!("standard.{key}"), message);
        }
    }
    let readings = standard.alternative.iter().filter_map(|a| a.delivered_by_post_in.as_ref());
    for post in standard.delivered_by_post_in.iter().chain(readings) {
        if !matches!(post.get_ref(), Within::WorkingDays(_)) {
            let message = format!(
                "`{}` is not in working days. Write it like `2 working days`",
                post.get_ref()
            );
            check.report(&post.span(), "standard.delivered_by_post_in", message);
        }
    }
}

fn or_later(check: &mut Validator<'_>, standard: &StandardFile) {
    let Some(or_later) = standard.or_later else { return };
    let at = standard.id.span();
    if standard.within.is_none() {
        let message = "needs a `within`, the time from `starts`. An option and a shared due time have no \
                       other end";
        check.report(&at, "standard.or_later", message);
    }
    if standard.starts.0.contains(&or_later.starts) {
        let message = format!(
            "`{}` is also in `starts`, so one of the two times is always later. Name another milestone",
            or_later.starts
        );
        check.report(&at, "standard.or_later.starts", message);
    }
}

fn aim_and_recurrence(check: &mut Validator<'_>, standard: &StandardFile) {
    let at = standard.id.span();
    let within = standard.within.as_ref().map(|within| *within.get_ref());
    if let Some(aim) = standard.aim {
        match within {
            None => {
                let message = "needs a `within`, the time that is promised. An option and a shared due \
                               time have no aim";
                check.report(&at, "standard.aim", message);
            }
            Some(within) if is_shorter(aim, within) == Some(false) => {
                let message = format!(
                    "`{aim}` is not shorter than `within`, {within}. Write the shorter time here"
                );
                check.report(&at, "standard.aim", message);
            }
            Some(_) => {}
        }
    }
    let (every, until) = (standard.recurs_every, &standard.recurs_until.0);
    if every.is_some() && within.is_none() {
        let message = "needs a `within`, the time of the first round";
        check.report(&at, "standard.recurs_every", message);
    }
    if every.is_some() == until.is_empty() {
        let message = "goes with `recurs_every`: a time, and the milestones that end the promise, such as \
                       [\"responded\"]. Give both, or neither";
        check.report(&at, "standard.recurs_until", message);
    }
    if every.is_some() && standard.recurs_after.is_some() {
        let message = "makes another round a target of your own, and `recurs_every` makes it a promise. \
                       Remove one of them";
        check.report(&at, "standard.recurs_after", message);
    }
}

/// Checks that an extension has an end: a longest time, or the date that the customer was told.
fn extension(check: &mut Validator<'_>, at: &Range<usize>, extension: &Extension) {
    let countable = |within: &Within| {
        matches!(
            within,
            Within::WorkingDays(1..)
                | Within::ClearWorkingDays(1..)
                | Within::CalendarDays(1..)
                | Within::CalendarMonths(1..)
        )
    };
    match (extension.within, extension.until) {
        (Some(within), _) if !countable(&within) => {
            let message = format!(
                "`{within}` cannot be added to a date. Write days or months, such as `10 working days`"
            );
            check.report(at, "standard.extension.within", message);
        }
        (Some(_), None) | (None, Some(_)) => {}
        (Some(_), Some(_)) | (None, None) => {
            let message = "give exactly one of `within`, the longest extension, and `until = \"told\"`, \
                           which has no limit";
            check.report(at, "standard.extension", message);
        }
    }
    if extension.times == 0 {
        let message =
            "is 0, so nothing is ever extended. Write 1 or more, or leave out the extension";
        check.report(at, "standard.extension.times", message);
    }
}

/// Returns true if a time is shorter than another in the same unit; `None` if the units differ.
fn is_shorter(time: Within, than: Within) -> Option<bool> {
    if let (Some(time), Some(than)) = (time.working_days(), than.working_days()) {
        return Some(time < than);
    }
    Some(time.fixed_seconds()? < than.fixed_seconds()?)
}

fn examples(check: &mut Validator<'_>, standard: &StandardFile) {
    let options: Vec<&str> =
        standard.option.iter().map(|option| option.id.get_ref().as_str()).collect();
    for example in &standard.example {
        let message = match &example.get_ref().option {
            Some(option) if !options.contains(&option.as_str()) => {
                format!("`{option}` is not an option of this standard")
            }
            None if !options.is_empty() => "is missing".to_owned(),
            _ => continue,
        };
        let instead = match options.as_slice() {
            [] => "Remove it".to_owned(),
            options => format!("Name the option that the example shows: {}", options.join(" or ")),
        };
        check.report(&example.span(), "standard.example.option", format!("{message}. {instead}"));
    }
}
