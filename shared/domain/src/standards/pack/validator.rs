//! Checks of a pack's file that its form cannot express: keys that belong together, and keys that
//! contradict each other.

use std::collections::BTreeSet;
use std::ops::Range;

use super::PackFile;
use super::named;
use super::rows::Row;
use super::standard_validator::check_standard;
use crate::standards::{MeasuredBy, OwnWords, Within};
use crate::toml_file::{Date, Problems, Source, Validator};

/// Checks a pack's file.
///
/// # Errors
/// Returns every problem, in the order of the lines.
pub(super) fn validate(
    source: Source<'_>,
    written: &PackFile,
    words: Option<&OwnWords>,
) -> Result<(), Problems> {
    let mut check = Validator::new(source);
    let pack = &written.pack;
    check.id(&(0..0), "pack.id", &pack.id);
    effective_dates(&mut check, &(0..0), "pack", pack.effective_from, pack.effective_until);
    ids(&mut check, written);
    titles(&mut check, &written.rows());
    for standard in &written.standard {
        check_standard(&mut check, standard, &written.standard);
    }
    unconfirmed(&mut check, written);
    measures(&mut check, written);
    action_prompts(&mut check, written);
    recurring_duties(&mut check, written);
    required_wording(&mut check, written);
    named::check_named(&mut check, &written.channel, &written.milestone);
    if let Some(words) = words {
        named::known(&mut check, written, words);
    }
    check.finish()
}

fn ids(check: &mut Validator<'_>, written: &PackFile) {
    let rows = written.rows().into_iter().map(|row| (row.table.to_owned(), row.at, row.id));
    let options = written.standard.iter().flat_map(|standard| &standard.option);
    let options = options.map(|option| {
        ("standard.option".to_owned(), option.id.span(), option.id.get_ref().as_str())
    });
    let mut seen = BTreeSet::new();
    for (table, at, id) in rows.chain(options) {
        let key = format!("{table}.id");
        check.id(&at, &key, id);
        if !seen.insert(id) {
            check.report(&at, &key, format!("`{id}` is used twice. Give each row its own id"));
        }
    }
}

/// Checks the titles: a title is the only name of a row that people see.
fn titles(check: &mut Validator<'_>, rows: &[Row<'_>]) {
    let mut seen = BTreeSet::new();
    for Row { table, at, title, .. } in rows {
        let key = format!("{table}.title");
        if title.trim().is_empty() {
            let message =
                "is empty. Write the name that people see, such as \"Answer to an email\"";
            check.report(at, &key, message);
        } else if !seen.insert(title) {
            let message =
                format!("`{title}` is used twice in this pack. Give each row its own title");
            check.report(at, &key, message);
        }
    }
}

/// Checks the ids of what is not confirmed, and that conditions name one of them.
fn unconfirmed(check: &mut Validator<'_>, written: &PackFile) {
    let known: Vec<&str> =
        written.unconfirmed.iter().map(|row| row.get_ref().id.as_str()).collect();
    for row in &written.unconfirmed {
        check.id(&row.span(), "unconfirmed.id", &row.get_ref().id);
    }
    for standard in &written.standard {
        for id in standard.applies_to.0.iter().filter_map(|applies| applies.unconfirmed.as_ref()) {
            if !known.contains(&id.as_str()) {
                let message = format!("`{id}` is not the id of an [[unconfirmed]] row. Add one");
                check.report(&standard.id.span(), "standard.applies_to.unconfirmed", message);
            }
        }
    }
}

fn measures(check: &mut Validator<'_>, written: &PackFile) {
    for row in &written.measure {
        let (at, measure) = (row.span(), row.get_ref());
        for (key, percent) in [
            ("at_least_percent", measure.at_least_percent),
            ("at_most_percent", measure.at_most_percent),
        ] {
            if let Some(percent) = percent.filter(|percent| *percent > 100) {
                let message = format!("`{percent}` is no share. Write a number from 0 to 100");
                check.report(&at, &format!("measure.{key}"), message);
            }
        }
        let targets =
            [measure.within.is_some(), measure.rings.is_some(), measure.average.is_some()];
        if targets.iter().filter(|given| **given).count() > 1 {
            let message = "give one of `within` (for each case), `rings` (of the telephone) and `average` \
                           (of all cases)";
            check.report(&at, "measure.within", message);
        }
        if measure.at_least_percent.is_some() && measure.at_most_percent.is_some() {
            let message = "give one of `at_least_percent` and `at_most_percent`, and make the other a \
                           measure of its own";
            check.report(&at, "measure.at_least_percent", message);
        }
        if measure.average.is_some()
            && measure.at_least_percent.or(measure.at_most_percent).is_some()
        {
            let message =
                "is for all cases together, so no share of them goes with it. Remove one of them";
            check.report(&at, "measure.average", message);
        }
        if !measure.applies_to.0.is_empty() && measure.measured_by != MeasuredBy::Contacts {
            let message = "goes with `measured_by = \"contacts\"` alone, because other figures say nothing \
                           of channels and categories";
            check.report(&at, "measure.applies_to", message);
        }
    }
}

fn action_prompts(check: &mut Validator<'_>, written: &PackFile) {
    for row in &written.action_prompt {
        let (at, action_prompt) = (row.span(), row.get_ref());
        if action_prompt.on.0.is_empty() && action_prompt.on_breach_of.is_empty() {
            let message = "is missing. Name the milestone that sets the prompt off, or name the standards \
                           in `on_breach_of`";
            check.report(&at, "action_prompt.on", message);
        }
        for id in &action_prompt.on_breach_of {
            if !written.standard.iter().any(|standard| standard.id.get_ref() == id) {
                let message = format!("`{id}` is not a standard of this pack. Name one");
                check.report(&at, "action_prompt.on_breach_of", message);
            }
        }
        if action_prompt.text.replace("{team}", "").contains(['{', '}']) {
            let message = "has braces around something other than `{team}`, the only word that is filled \
                           in. Remove them";
            check.report(&at, "action_prompt.do", message);
        }
    }
}

fn recurring_duties(check: &mut Validator<'_>, written: &PackFile) {
    for row in &written.recurring_duty {
        let (at, duty) = (row.span(), row.get_ref());
        for (key, within) in [("every", Some(duty.every)), ("remind_before", duty.remind_before)] {
            if let Some(within) = within
                && !matches!(within, Within::CalendarMonths(1..))
            {
                let message =
                    format!("`{within}` is not in months. Write it like `3 calendar months`");
                check.report(&at, &format!("recurring_duty.{key}"), message);
            }
        }
    }
}

fn required_wording(check: &mut Validator<'_>, written: &PackFile) {
    for row in &written.required_wording {
        if row.get_ref().appears_in.is_empty() {
            let message = "is empty. List what carries the sentence: acknowledgement, answer, delay, \
                           staff-page or website";
            check.report(&row.span(), "required_wording.appears_in", message);
        }
    }
}

pub(super) fn effective_dates(
    check: &mut Validator<'_>,
    at: &Range<usize>,
    table: &str,
    from: Option<Date>,
    until: Option<Date>,
) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let message = format!("{until} is before effective_from, {from}. Correct one of them");
        check.report(at, &format!("{table}.effective_until"), message);
    }
}
