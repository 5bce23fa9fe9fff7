//! Rows of a pack that can never come to anything, and promises that nobody could check.

use std::ops::Range;

use crate::calendar::Nation;
use crate::organisation::Organisation;
use crate::standards::{
    ActionPrompt, Applies, Measure, OwedBy, PackFile, ProvisionalStart, StandardFile, Within,
};
use crate::toml_file::{Date, Located, OneOrMore, Problem, Source};

/// Characters that a title may have.
const LONGEST_TITLE: usize = 60;

/// What is doubtful in a pack, though nothing is wrong with its file.
pub(super) struct Lints<'a> {
    source: Source<'a>,
    organisation: Option<&'a Organisation>,
    found: Vec<Problem>,
}

impl<'a> Lints<'a> {
    /// Everything that is doubtful, in the order of the lines. `organisation` is the one whose hours
    /// and holidays its examples use, where it is known.
    pub(super) fn of(
        source: Source<'a>,
        written: &PackFile,
        organisation: Option<&'a Organisation>,
    ) -> Vec<Problem> {
        let mut lints = Self { source, organisation, found: Vec::new() };
        lints.pack(written);
        lints.found.sort_by_key(|doubt| doubt.line);
        lints.found
    }

    pub(super) fn report(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
        self.found.push(self.source.problem(at, key, message));
    }

    fn pack(&mut self, written: &PackFile) {
        // Northern Ireland and Scotland have ombudsmen of their own; law needs no comparison with a code.
        let under_the_code = self.organisation.is_none_or(|o| o.nation == Nation::EnglandAndWales);
        if under_the_code && !written.pack.statutory {
            self.procedure(written);
            for standard in &written.standard {
                self.against_the_code(standard, written);
            }
        }
        self.titles(written);
        for standard in &written.standard {
            let at = standard.id.span();
            let until = standard.effective_until.or(written.pack.effective_until);
            self.applies(&at, "standard", &standard.applies_to, written, until);
            self.standard(standard, &written.standard);
        }
        for row in &written.action_prompt {
            self.applies(&row.span(), "action_prompt", &row.get_ref().applies_to, written, None);
            self.action_prompt(&row.span(), row.get_ref(), written);
        }
        for row in &written.required_wording {
            self.applies(&row.span(), "required_wording", &row.get_ref().applies_to, written, None);
        }
        for row in &written.measure {
            self.measure(&row.span(), row.get_ref());
        }
        for row in &written.recurring_duty {
            let duty = row.get_ref();
            if let (Within::CalendarMonths(every), Some(Within::CalendarMonths(remind))) =
                (duty.every, duty.remind_before)
                && remind >= every
            {
                let message = format!(
                    "{}: {remind} months before is before the last time round; remind of it later",
                    duty.id
                );
                self.report(&row.span(), "recurring_duty.remind_before", message);
            }
        }
    }

    /// Titles that do not fit into a list or a subject line.
    fn titles(&mut self, written: &PackFile) {
        let mut long = |at: &Range<usize>, section: &str, title: &str| {
            let length = title.chars().count();
            if length > LONGEST_TITLE {
                let message = format!(
                    "has {length} characters; shorten it to {LONGEST_TITLE} or fewer, so that it fits \
                     into lists and subject lines"
                );
                self.report(at, &format!("{section}.title"), message);
            }
        };
        for standard in &written.standard {
            long(&standard.title.span(), "standard", standard.title.get_ref());
            for option in &standard.option {
                long(&option.title.span(), "standard.option", option.title.get_ref());
            }
        }
        for row in &written.measure {
            long(&row.span(), "measure", &row.get_ref().title);
        }
        for row in &written.action_prompt {
            long(&row.span(), "action_prompt", &row.get_ref().title);
        }
        for row in &written.recurring_duty {
            long(&row.span(), "recurring_duty", &row.get_ref().title);
        }
        for row in &written.required_wording {
            long(&row.span(), "required_wording", &row.get_ref().title);
        }
    }

    /// Contacts that there cannot be.
    fn applies(
        &mut self,
        at: &Range<usize>,
        section: &str,
        applies: &OneOrMore<Applies>,
        written: &PackFile,
        until: Option<Date>,
    ) {
        let key = format!("{section}.applies_to");
        for part in &applies.0 {
            if let Some(why) = never(part, written, until) {
                self.report(at, &key, format!("can never apply: {why}"));
            }
            // Only the provider whose own pack it is has to know the teams.
            let Some(organisation) = self.organisation.filter(|_| !written.pack.statutory) else {
                continue;
            };
            let known: Vec<_> = organisation.teams().iter().map(|team| team.id.as_str()).collect();
            let unknown: Vec<&String> = part
                .team
                .iter()
                .chain(&part.team_not)
                .filter(|team| !known.contains(&team.as_str()))
                .collect();
            for team in unknown {
                let message = format!(
                    "`{team}` is not a team of {}; there are: {}",
                    organisation.name,
                    known.join(", ")
                );
                self.report(at, &key, message);
            }
        }
    }

    fn standard(&mut self, standard: &StandardFile, all: &[StandardFile]) {
        let (at, id) = (standard.id.span(), standard.id.get_ref());
        if !standard.internal_target
            && standard.shares_due_with.is_none()
            && standard.example.is_empty()
        {
            let message = format!(
                "{id} has no worked example; add one under [[standard.example]], with a start and \
                 when it must be due, worked out by hand"
            );
            self.report(&at, "standard.example", message);
        }
        let other = |id: &str| all.iter().find(|other| other.id.get_ref() == id);
        let provisional_start = standard.provisional_start.as_ref().map(Located::get_ref);
        let followed =
            standard.shares_due_with.as_ref().map(|id| ("shares_due_with", id.get_ref().as_str()));
        let stands_in = provisional_start.and_then(|provisional_start| match provisional_start {
            ProvisionalStart::DueOf(id) => Some(("provisional_start", id.as_str())),
            ProvisionalStart::Milestone(_) => None,
        });
        for (key, id) in followed.into_iter().chain(stands_in) {
            if let Some(other) = other(id)
                && !meet(&standard.applies_to, &other.applies_to)
            {
                let message = format!(
                    "`{id}` applies to none of the contacts that this applies to, so its due time is \
                     never there"
                );
                self.report(&at, &format!("standard.{key}"), message);
            }
        }
    }

    fn action_prompt(
        &mut self,
        at: &Range<usize>,
        action_prompt: &ActionPrompt,
        written: &PackFile,
    ) {
        for id in &action_prompt.on_breach_of {
            let named = written.standard.iter().find(|standard| *id == **standard.id.get_ref());
            let Some(standard) = named else { continue };
            let why = if standard.owed_by == OwedBy::Customer {
                "is a time of the customer's, which nobody breaks"
            } else if standard.internal_target {
                "is a target of the provider's own, which is not reported as broken"
            } else if !meet(&action_prompt.applies_to, &standard.applies_to) {
                "applies to none of the contacts that the prompt applies to"
            } else {
                continue;
            };
            self.report(
                at,
                "action_prompt.on_breach_of",
                format!("`{id}` {why}: it never sets this off"),
            );
        }
    }

    fn measure(&mut self, at: &Range<usize>, measure: &Measure) {
        let elapsed = |within: &Within| matches!(within, Within::Elapsed(_));
        if let Some(within) = measure.within.filter(|within| !elapsed(within)) {
            let message = format!(
                "{}: `{within}` is not elapsed time, which is what statistics hold; write seconds, \
                 minutes or hours, or make it a [[standard]]",
                measure.id
            );
            self.report(at, "measure.within", message);
        }
        if let Some(percent) = measure.at_most_percent.filter(|percent| *percent >= 100) {
            let message = format!("{}: no share is above {percent} %", measure.id);
            self.report(at, "measure.at_most_percent", message);
        }
    }
}

/// Why there is no contact to which this applies.
fn never(applies: &Applies, written: &PackFile, until: Option<Date>) -> Option<String> {
    let all_in = |none: bool, all: bool| !none && all;
    if all_in(
        applies.category.is_empty(),
        applies.category.iter().all(|c| applies.category_not.contains(c)),
    ) {
        return Some("every category in `category` is in `category_not`, too".into());
    }
    if all_in(applies.team.is_empty(), applies.team.iter().all(|t| applies.team_not.contains(t))) {
        return Some("every team in `team` is in `team_not`, too".into());
    }
    let stages = written.pack.complaint_stages.as_ref().map_or(u8::MAX, |stages| *stages.get_ref());
    if let Some(stage) = applies.stage
        && !(1..=stages).contains(&stage)
    {
        return Some(if stage == 0 {
            "the first stage is stage 1".into()
        } else {
            format!("it is for stage {stage}, and pack.complaint_stages says {stages}")
        });
    }
    match (applies.effective_from, until) {
        (Some(from), Some(until)) if until < from => {
            Some(format!("it begins on {from}, after effective_until, {until}"))
        }
        _ => None,
    }
}

/// Whether there can be a contact to which both apply.
fn meet(one: &OneOrMore<Applies>, other: &OneOrMore<Applies>) -> bool {
    let none = |applies: &OneOrMore<Applies>| applies.0.is_empty();
    none(one) || none(other) || one.0.iter().any(|a| other.0.iter().any(|b| meet_in_one(a, b)))
}

fn meet_in_one(a: &Applies, b: &Applies) -> bool {
    fn lists<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.is_empty() || b.is_empty() || a.iter().any(|x| b.contains(x))
    }
    fn left<T: PartialEq>(listed: &[T], taken: &[T]) -> bool {
        listed.is_empty() || listed.iter().any(|x| !taken.contains(x))
    }
    let same = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
    lists(&a.channel, &b.channel)
        && lists(&a.category, &b.category)
        && lists(&a.priority, &b.priority)
        && lists(&a.team, &b.team)
        && left(&a.category, &b.category_not)
        && left(&b.category, &a.category_not)
        && left(&a.team, &b.team_not)
        && left(&b.team, &a.team_not)
        && same(a.stage, b.stage)
        && same(a.direct.map(u8::from), b.direct.map(u8::from))
}
