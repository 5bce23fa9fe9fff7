//! Lints: warnings about things in a pack that may be mistakes, although the file is sound.
//!
//! - `applies` finds rows that can never apply, `stages` rows for a stage that the procedure does not have,
//!   and `categories` categories that the organisation does not have.
//! - `complaint_code` finds promises that contradict the Housing Ombudsman's Complaint Handling Code.
//! - `stacks` finds promises that one answer keeps by different times, and `notices` promises to tell of a
//!   later date that changes nothing.
//! - `urgent` finds urgent promises of which nobody is reminded in time, and `closed_days` counts that can
//!   end on a closed day.
//! - This file finds promises that nobody can check, prompts that nothing sets off, targets that make no
//!   sense, and titles that are too long.

mod applies;
mod categories;
mod closed_days;
mod complaint_code;
mod notices;
mod stacks;
mod stages;
mod urgent;

use std::ops::Range;

use self::applies::can_both_apply;
use crate::calendar::Nation;
use crate::organisation::Organisation;
use crate::standards::{
    ActionPrompt, Measure, MeasuredBy, OwedBy, PackFile, ProvisionalStart, RecurringDuty,
    StandardFile, Within,
};
use crate::toml_file::{Located, Problem, Source};

/// The longest title that fits into a list or a subject line, in characters.
const MAX_TITLE: usize = 60;

/// Returns the warnings about a pack, in the order of the lines. Without its `organisation`, the pack is
/// taken for that of a landlord in England with any teams.
pub(super) fn lint(
    source: Source<'_>,
    written: &PackFile,
    organisation: Option<&Organisation>,
) -> Vec<Problem> {
    let mut lints = Lints { source, written, organisation, found: Vec::new() };
    lints.titles();
    lints.applies();
    lints.categories();
    lints.stages();
    lints.notices();
    lints.urgent_reminders();
    lints.closed_days();
    // Law stands beside other law.
    if !written.pack.statutory {
        lints.stacks();
    }
    // Law is not compared with a code. Scotland and Northern Ireland have ombudsmen of their own.
    let under_the_code = organisation.is_none_or(|o| o.nation == Nation::EnglandAndWales);
    if under_the_code && !written.pack.statutory {
        lints.complaint_code();
    }
    for standard in &written.standard {
        lints.standard(standard);
    }
    for row in &written.action_prompt {
        lints.action_prompt(&row.span(), row.get_ref());
    }
    for row in &written.measure {
        lints.measure(&row.span(), row.get_ref());
    }
    for row in &written.recurring_duty {
        lints.recurring_duty(&row.span(), row.get_ref());
    }
    lints.found.sort_by_key(|warning| warning.line);
    lints.found
}

/// The warnings about one pack, as lints find them.
struct Lints<'a> {
    source: Source<'a>,
    written: &'a PackFile,
    organisation: Option<&'a Organisation>,
    found: Vec<Problem>,
}

impl Lints<'_> {
    fn report(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
        self.found.push(self.source.problem(at, key, message));
    }

    fn titles(&mut self) {
        let rows = self.written.rows().into_iter().map(|row| (row.table, row.at, row.title));
        let options = self.written.standard.iter().flat_map(|standard| &standard.option);
        let options = options
            .map(|option| ("standard.option", option.id.span(), option.title.get_ref().as_str()));
        for (table, at, title) in rows.chain(options) {
            let length = title.chars().count();
            if length > MAX_TITLE {
                let message = format!(
                    "has {length} characters. Shorten it to {MAX_TITLE} or fewer, so that it fits into \
                     lists and subject lines"
                );
                self.report(&at, &format!("{table}.title"), message);
            }
        }
    }

    fn standard(&mut self, standard: &StandardFile) {
        let (at, id) = (standard.id.span(), standard.id.get_ref());
        let published = !standard.internal_target && standard.shares_due_with.is_none();
        if published && standard.example.is_empty() {
            let message = format!(
                "{id} has no worked example. Add one under [[standard.example]], with a start and a due \
                 time that you have worked out by hand"
            );
            self.report(&at, "standard.example", message);
        }
        let shared = standard.shares_due_with.as_ref().map(Located::get_ref);
        let stand_in = match standard.provisional_start.as_ref().map(Located::get_ref) {
            Some(ProvisionalStart::DueOf(id)) => Some(id),
            Some(ProvisionalStart::Milestone(_)) | None => None,
        };
        for (key, id) in [("shares_due_with", shared), ("provisional_start", stand_in)] {
            let other = self.written.standard.iter().find(|other| Some(other.id.get_ref()) == id);
            if let (Some(other), Some(id)) = (other, id)
                && !can_both_apply(&standard.applies_to.0, &other.applies_to.0)
            {
                let message = format!(
                    "`{id}` applies to none of the contacts that this standard applies to, so its due \
                     time is never there. Correct `applies_to` of one of them"
                );
                self.report(&at, &format!("standard.{key}"), message);
            }
        }
    }

    fn action_prompt(&mut self, at: &Range<usize>, action_prompt: &ActionPrompt) {
        for id in &action_prompt.on_breach_of {
            let mut standards = self.written.standard.iter();
            let Some(standard) = standards.find(|other| other.id.get_ref() == id) else {
                continue;
            };
            let reason = if standard.owed_by == OwedBy::Customer {
                "is a time of the customer's own, which nobody can miss"
            } else if standard.internal_target {
                "is a target of the provider's own, which is never reported as a breach"
            } else if !can_both_apply(&action_prompt.applies_to.0, &standard.applies_to.0) {
                "applies to none of the contacts that the prompt applies to"
            } else {
                continue;
            };
            let message = format!("`{id}` {reason}, so it never sets the prompt off");
            self.report(at, "action_prompt.on_breach_of", message);
        }
    }

    fn measure(&mut self, at: &Range<usize>, measure: &Measure) {
        let id = &measure.id;
        let times = [("within", measure.within), ("average", measure.average)];
        let statistics = measure.measured_by != MeasuredBy::Contacts;
        for (key, within) in times.into_iter().filter_map(|(key, time)| Some((key, time?))) {
            if statistics
                && !matches!(
                    within,
                    Within::Elapsed(_) | Within::Immediately | Within::CalendarDays(_)
                )
            {
                let message = format!(
                    "{id}: `{within}` is not elapsed time, which is what statistics hold. Write seconds, \
                 minutes, hours or days, or make it a [[standard]]"
                );
                self.report(at, &format!("measure.{key}"), message);
            }
        }
        if measure.at_least_percent == Some(0) {
            let message = format!("{id}: every share is 0 % or more, so the target is always met");
            self.report(at, "measure.at_least_percent", message);
        }
        if let Some(percent) = measure.at_most_percent
            && percent >= 100
        {
            let message =
                format!("{id}: no share is above {percent} %, so the target is always met");
            self.report(at, "measure.at_most_percent", message);
        }
    }

    fn recurring_duty(&mut self, at: &Range<usize>, duty: &RecurringDuty) {
        if let (Within::CalendarMonths(every), Some(Within::CalendarMonths(before))) =
            (duty.every, duty.remind_before)
            && before >= every
        {
            let message = format!(
                "{}: `{before} calendar months` is not shorter than `every`, so the reminder would come \
                 before the last one was due. Shorten it",
                duty.id
            );
            self.report(at, "recurring_duty.remind_before", message);
        }
    }
}
