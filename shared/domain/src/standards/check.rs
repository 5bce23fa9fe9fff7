//! What is doubtful in a pack that can be read, and worked examples that do not come out.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDateTime;
use toml::Spanned;

use super::file::{PackFile, StandardFile, UntilThen};
use super::read::{Source, read};
use super::{
    Applies, Category, Measure, Milestone, OneOrMore, OutOfHours, OwedBy, Pack, Problem, Prompt,
    Within,
};
use crate::calendar::Nation;
use crate::organisation::Organisation;
use crate::time;

/// What there is to say about a pack's file.
#[derive(Debug, Default)]
pub struct Checked {
    /// The pack, where it can be used.
    pub pack: Option<Pack>,
    /// What is wrong with it, in the order of the lines. A worked example that does not come out is
    /// one of these, though the pack can be used.
    pub problems: Vec<Problem>,
    /// What is doubtful, though nothing is wrong with the file: promises that contradict the Housing
    /// Ombudsman's Complaint Handling Code, rows that can never apply, promises without an example.
    pub warnings: Vec<Problem>,
}

impl Pack {
    /// Reads a pack, works its examples and looks for what is doubtful. `organisation` finds the one
    /// whose hours and holidays the examples use.
    #[must_use]
    pub fn check(
        file: &str,
        text: &str,
        organisation: impl Fn(&str) -> Option<Arc<Organisation>>,
    ) -> Checked {
        let pack = match Self::parse(file, text) {
            Ok(pack) => pack,
            Err(problems) => return Checked { problems: problems.0, ..Checked::default() },
        };
        let source = Source { file, text };
        let written: PackFile = match read(source) {
            Ok(written) => written,
            Err(problems) => return Checked { problems: problems.0, ..Checked::default() },
        };
        let named = written.pack.examples_for.get_ref();
        let organisation = organisation(named);
        let mut problems = Vec::new();
        match &organisation {
            Some(organisation) => problems.extend(pack.wrong_examples(file, organisation)),
            None if pack.examples.is_empty() => {}
            None => {
                let message = format!(
                    "there is no organisation `{named}` with whose hours and holidays to work the \
                     examples; name one that is built in, or give the file of yours with \
                     --organisation"
                );
                let at = written.pack.examples_for.span();
                problems.push(source.problem(&at, "pack.examples_for", message));
            }
        }
        let mut doubts =
            Doubts { source, organisation: organisation.as_deref(), found: Vec::new() };
        doubts.pack(&written);
        let mut warnings = doubts.found;
        warnings.sort_by_key(|warning| warning.line);
        Checked { pack: Some(pack), problems, warnings }
    }

    /// The worked examples that do not come out with the hours and holidays of `organisation`.
    #[must_use]
    pub fn wrong_examples(&self, file: &str, organisation: &Organisation) -> Vec<Problem> {
        let mut wrong = Vec::new();
        for example in &self.examples {
            let mut say = |key: &str, message: String| {
                wrong.push(Problem {
                    file: file.to_owned(),
                    line: example.line,
                    key: format!("standard.example{key}"),
                    message,
                });
            };
            let Some((_, counting)) = self.counting(&example.standard) else {
                let message = format!(
                    "`{}` has no clock of its own to show; give the example to the standard that it \
                     follows",
                    example.standard
                );
                say("", message);
                continue;
            };
            let start = time::instant(organisation.zone(), example.start);
            match counting.due(organisation.calendar(counting.calendar), start) {
                Ok(due) => {
                    let due = time::local(organisation.zone(), due);
                    if due != example.due {
                        let message = format!(
                            "{} from {} comes out as {}, not {} as written; mend how the promise \
                             counts, or the example",
                            example.standard,
                            in_words(example.start),
                            in_words(due),
                            in_words(example.due)
                        );
                        say(".due", message);
                    }
                }
                Err(error) => say(".start", error.to_string()),
            }
        }
        wrong
    }
}

fn in_words(at: NaiveDateTime) -> String {
    at.format("%a %-d %b %Y %H:%M:%S").to_string()
}

struct Doubts<'a> {
    source: Source<'a>,
    organisation: Option<&'a Organisation>,
    found: Vec<Problem>,
}

impl Doubts<'_> {
    fn say(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
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
        for standard in &written.standard {
            let at = standard.id.span();
            let until = standard.effective_until.or(written.pack.effective_until);
            self.applies(&at, "standard", &standard.applies_to, written, until);
            self.standard(standard, &written.standard);
        }
        for row in &written.prompt {
            self.applies(&row.span(), "prompt", &row.get_ref().applies_to, written, None);
            self.prompt(&row.span(), row.get_ref(), written);
        }
        for row in &written.content {
            self.applies(&row.span(), "content", &row.get_ref().applies_to, written, None);
        }
        for row in &written.measure {
            self.measure(&row.span(), row.get_ref());
        }
        for row in &written.duty {
            let duty = row.get_ref();
            if let (Within::CalendarMonths(every), Some(Within::CalendarMonths(remind))) =
                (duty.every, duty.remind)
                && remind >= every
            {
                let message = format!(
                    "{}: {remind} months before is before the last time round; remind of it later",
                    duty.id
                );
                self.say(&row.span(), "duty.remind", message);
            }
        }
    }

    /// What the procedure as a whole has that the Code does not allow.
    fn procedure(&mut self, written: &PackFile) {
        if let Some(stages) = &written.pack.complaint_stages
            && *stages.get_ref() != 2
        {
            let message = format!(
                "the procedure has {} stages; the Complaint Handling Code allows two, no more and no \
                 fewer",
                stages.get_ref()
            );
            self.say(&stages.span(), "pack.complaint_stages", message);
        }
        if let Some(informal) = &written.pack.informal_stage
            && *informal.get_ref()
        {
            let message = "the procedure begins with an informal stage; the Complaint Handling Code \
                           allows none, so offer the formal procedure at once";
            self.say(&informal.span(), "pack.informal_stage", message);
        }
    }

    /// A promise about complaints that gives the provider longer, or the customer less, than the Code.
    fn against_the_code(&mut self, standard: &StandardFile, written: &PackFile) {
        let at = standard.id.span();
        let id = standard.id.get_ref();
        let own = standard.within.as_ref().map(|within| *within.get_ref());
        let ways = own.into_iter().chain(standard.any_of.iter().map(|arm| arm.within));
        let kept_by: Vec<Milestone> = standard
            .kept_by
            .iter()
            .chain(standard.any_of.iter().flat_map(|arm| &arm.kept_by))
            .copied()
            .collect();
        if standard.owed_by == OwedBy::Customer {
            for within in ways {
                let message = format!(
                    "{id} gives the customer {within} to ask for the next stage; the Complaint \
                     Handling Code knows no such cut-off, so take late requests all the same"
                );
                self.say(&at, "standard.owed_by", message);
            }
            return;
        }
        let Some(stage) = complaint_stage(&standard.applies_to) else { return };
        let deferred = standard.out_of_hours.or(written.counting.out_of_hours).unwrap_or_default();
        let later = u32::from(deferred != OutOfHours::Counts);
        // Of an either-or promise the last way counts: only then is it broken.
        let Some((days, within)) = ways.map(|w| (working_days(w) + later, w)).max_by_key(|w| w.0)
        else {
            return;
        };
        let kept = |milestone| kept_by.contains(&milestone);
        let acknowledges = kept(Milestone::Acknowledged) || kept(Milestone::ComplaintDefined);
        if acknowledges {
            if days > 5 {
                let message = format!(
                    "{id} acknowledges a complaint within {within}; the Complaint Handling Code \
                     (6.2, 6.11) allows 5 working days"
                );
                self.say(&at, "standard.within", message);
            }
            let from_receipt = [Milestone::Received, Milestone::Escalated];
            if !standard.starts.0.iter().any(|start| from_receipt.contains(start)) {
                let starts: Vec<_> = standard.starts.0.iter().map(|m| m.as_str()).collect();
                let message = format!(
                    "{id} counts the acknowledgement of a complaint from {}; the Complaint Handling \
                     Code (6.2) counts its 5 working days from receipt, whoever has the complaint",
                    starts.join(" and ")
                );
                self.say(&at, "standard.starts", message);
            }
        } else if kept(Milestone::Responded) {
            let (most, clause) = if stage == 2 { (20, "6.14") } else { (10, "6.3") };
            if days > most {
                let message = format!(
                    "{id} answers a complaint within {within}; the Complaint Handling Code ({clause}) \
                     allows {most} working days from its acknowledgement, and that date may come first"
                );
                self.say(&at, "standard.within", message);
            }
        }
    }

    /// Contacts that there cannot be.
    fn applies(
        &mut self,
        at: &Range<usize>,
        section: &str,
        applies: &OneOrMore<Applies>,
        written: &PackFile,
        until: Option<chrono::NaiveDate>,
    ) {
        let key = format!("{section}.applies_to");
        for part in &applies.0 {
            if let Some(why) = never(part, written, until) {
                self.say(at, &key, format!("can never apply: {why}"));
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
                self.say(at, &key, message);
            }
        }
    }

    fn standard(&mut self, standard: &StandardFile, all: &[StandardFile]) {
        let (at, id) = (standard.id.span(), standard.id.get_ref());
        if !standard.internal && standard.follows.is_none() && standard.example.is_empty() {
            let message = format!(
                "{id} has no worked example; add one under [[standard.example]], with a start and \
                 when it must be due, worked out by hand"
            );
            self.say(&at, "standard.example", message);
        }
        let other = |id: &String| all.iter().find(|other| other.id.get_ref() == id);
        let until_then = standard.until_then.as_ref().map(Spanned::get_ref);
        let followed = standard.follows.as_ref().map(|id| ("follows", id.get_ref()));
        let stands_in = until_then.and_then(|until_then| match until_then {
            UntilThen::DueOf(id) => Some(("until_then", id)),
            UntilThen::Milestone(_) => None,
        });
        for (key, id) in followed.into_iter().chain(stands_in) {
            if let Some(other) = other(id)
                && !meet(&standard.applies_to, &other.applies_to)
            {
                let message = format!(
                    "`{id}` applies to none of the contacts that this applies to, so its due time is \
                     never there"
                );
                self.say(&at, &format!("standard.{key}"), message);
            }
        }
    }

    fn prompt(&mut self, at: &Range<usize>, prompt: &Prompt, written: &PackFile) {
        for id in &prompt.on_breach_of {
            let named = written.standard.iter().find(|standard| standard.id.get_ref() == id);
            let Some(standard) = named else { continue };
            let why = if standard.owed_by == OwedBy::Customer {
                "is a time of the customer's, which nobody breaks"
            } else if standard.internal {
                "is a target of the provider's own, which is not reported as broken"
            } else if !meet(&prompt.applies_to, &standard.applies_to) {
                "applies to none of the contacts that the prompt applies to"
            } else {
                continue;
            };
            self.say(at, "prompt.on_breach_of", format!("`{id}` {why}: it never sets this off"));
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
            self.say(at, "measure.within", message);
        }
        if let Some(percent) = measure.at_most_percent.filter(|percent| *percent >= 100) {
            let message = format!("{}: no share is above {percent} %", measure.id);
            self.say(at, "measure.at_most_percent", message);
        }
    }
}

/// The stage of the complaints that a promise is about; `None` where it is not about complaints alone.
/// Without a stage it is the first: every complaint begins there.
fn complaint_stage(applies: &OneOrMore<Applies>) -> Option<u8> {
    let complaint = |part: &Applies| {
        let [category] = part.category.as_slice() else { return None };
        (category.as_str() == Category::COMPLAINT).then(|| part.stage.unwrap_or(1))
    };
    let stages: Option<Vec<u8>> = applies.0.iter().map(complaint).collect();
    stages?.into_iter().min()
}

/// A duration in working days, for comparing: a week has five.
fn working_days(within: Within) -> u32 {
    let days = |days: u32| (days * 5).div_ceil(7);
    match within {
        Within::WorkingDays(n) => u32::from(n),
        Within::CalendarDays(n) => days(u32::from(n)),
        Within::CalendarMonths(n) => u32::from(n) * 20,
        Within::Elapsed(seconds) => days(seconds / 86_400),
        Within::OfficeTime(_) | Within::AgreedTime => 0,
    }
}

/// Why there is no contact to which this applies.
fn never(
    applies: &Applies,
    written: &PackFile,
    until: Option<chrono::NaiveDate>,
) -> Option<String> {
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
    match (applies.from, until) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::load_built_in;

    const HEADER: &str = "[pack]\nid = 'p'\ntitle = 't'\npublisher = 'p'\nversion = '1'\n";

    /// A standard with what is given in place of, or beside, what it would have; without an example.
    fn standard(id: &str, own: &str) -> String {
        let mut text = format!("\n[[standard]]\nid = '{id}'\npromise = 'p'\nplace = 'p'\n{own}\n");
        for (key, usual) in [
            ("starts", "'received'"),
            ("within", "'5 working days'"),
            ("kept_by", "['responded']"),
            ("internal", "true"),
        ] {
            if !own.contains(&format!("{key} = ")) {
                text.push_str(&format!("{key} = {usual}\n"));
            }
        }
        text
    }

    fn warnings(organisation: &str, header: &str, rows: &str) -> Vec<String> {
        let text = format!("{HEADER}examples_for = '{organisation}'\n{header}\n{rows}");
        let checked = Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new));
        assert_eq!(checked.problems, [], "{text}");
        checked.warnings.iter().map(|w| format!("{}:{}: {}", w.line, w.key, w.message)).collect()
    }

    fn one(rows: &str, said: &str) {
        let found = warnings("westkent", "", rows);
        assert_eq!(found.len(), 1, "{found:#?}\n{rows}");
        assert!(found[0].contains(said), "{found:#?}");
    }

    fn none(rows: &str) {
        assert_eq!(warnings("westkent", "", rows), [""; 0], "{rows}");
    }

    #[test]
    fn complaints_that_take_longer_than_the_code_allows() {
        let complaint = |own: &str| {
            standard("c", &format!("applies_to = {{ category = ['complaint'] }}\n{own}"))
        };
        one(&complaint("within = '11 working days'"), "standard.within: c answers a complaint");
        none(&complaint("within = '10 working days'"));
        one(&complaint("within = '15 days'"), "(6.3) allows 10");
        none(&complaint("within = '14 days'"));
        one(&complaint("within = '1 calendar month'"), "(6.3) allows 10");
        one(
            &complaint("within = '10 working days'\nout_of_hours = 'next-opening'"),
            "(6.3) allows 10",
        );
        let second = |within: &str| {
            let applies =
                "applies_to = { category = ['complaint'], stage = 2 }\nstarts = 'escalated'";
            standard("c", &format!("{applies}\nwithin = '{within}'"))
        };
        none(&second("20 working days"));
        one(&second("21 working days"), "(6.14) allows 20");
        let ack = |own: &str| complaint(&format!("kept_by = ['acknowledged']\n{own}"));
        none(&ack("within = '5 working days'"));
        one(&ack("within = '6 working days'"), "c acknowledges a complaint within 6 working days");
        one(&ack("starts = 'passed-to-team'"), "standard.starts: c counts the acknowledgement");
        // What is not about complaints alone, and what is under another ombudsman
        let rows = standard("c", "within = '30 working days'");
        none(&rows);
        let rows = complaint("within = '15 working days'");
        assert_eq!(warnings("nihe", "", &rows), [""; 0]);
        let law = warnings("westkent", "statutory = true\ncomplaint_stages = 3", &rows);
        assert_eq!(law, [""; 0]);
    }

    #[test]
    fn a_procedure_that_the_code_does_not_allow_is_told_on_its_lines() {
        let found = warnings("westkent", "complaint_stages = 1\ninformal_stage = true", "");
        assert!(found[0].starts_with("7:pack.complaint_stages: the procedure has 1 stages"));
        assert!(found[1].starts_with("8:pack.informal_stage: "), "{found:#?}");
        assert_eq!(
            warnings("westkent", "complaint_stages = 2\ninformal_stage = false", ""),
            [""; 0]
        );
        one(
            &standard(
                "w",
                "kept_by = ['escalated']\nstarts = 'reply-delivered'\nowed_by = 'customer'",
            ),
            "standard.owed_by: w gives the customer 5 working days",
        );
    }

    #[test]
    fn rows_that_can_never_apply() {
        let applies = |part: &str| standard("s", &format!("applies_to = {{ {part} }}"));
        let never = "standard.applies_to: can never apply: ";
        one(&applies("category = ['rent'], category_not = ['rent', 'repair']"), never);
        none(&applies("category = ['rent', 'noise'], category_not = ['rent']"));
        one(&applies("team = ['repairs'], team_not = ['repairs']"), never);
        one(&applies("stage = 0"), never);
        one(
            &standard("s", "effective_until = 2026-01-01\napplies_to = { from = 2026-01-02 }"),
            "it begins on 2026-01-02, after effective_until, 2026-01-01",
        );
        let third = warnings("westkent", "complaint_stages = 2", &applies("stage = 3"));
        assert!(
            third[0].contains("it is for stage 3, and pack.complaint_stages says 2"),
            "{third:?}"
        );
        one(&applies("team = ['stables']"), "`stables` is not a team of West Kent");
        let followed = format!(
            "{}{}",
            applies("channel = ['letter']"),
            standard("f", "follows = 's'\napplies_to = { channel = ['email'] }\nwithin = ")
                .replace("\nwithin = \n", "\n")
        );
        one(&followed, "standard.follows: `s` applies to none of the contacts");
    }

    #[test]
    fn prompts_that_nothing_sets_off_measures_and_duties_that_make_no_sense() {
        let prompt = |own: &str| {
            format!(
                "\n[[prompt]]\nid = 'p'\npromise = 'p'\nplace = 'p'\ntell = 'owner'\ndo = 'd'\n{own}\n"
            )
        };
        let missed = prompt("on_breach_of = ['s']");
        one(&format!("{}{missed}", standard("s", "")), "a target of the provider's own");
        let published = standard("s", "internal = false\napplies_to = { channel = ['letter'] }")
            + "[[standard.example]]\nstart = 2026-06-01T10:00:00\ndue = 2026-06-08T17:15:00\n";
        none(&format!("{published}{missed}"));
        let elsewhere = prompt("on_breach_of = ['s']\napplies_to = { channel = ['fax'] }");
        one(&format!("{published}{elsewhere}"), "applies to none of the contacts");
        let measure = |own: &str| {
            format!(
                "\n[[measure]]\nid = 'm'\npromise = 'p'\nplace = 'p'\nmeasured_by = 'survey'\n{own}\n"
            )
        };
        none(&measure("within = '60 seconds'"));
        one(
            &measure("within = '1 working day'"),
            "measure.within: m: `1 working day` is not elapsed",
        );
        one(
            &measure("at_most_percent = 100"),
            "measure.at_most_percent: m: no share is above 100 %",
        );
        let duty = |remind: &str| {
            format!(
                "\n[[duty]]\nid = 'd'\npromise = 'p'\nplace = 'p'\nevery = '6 calendar months'\n\
                 remind = '{remind}'\ndo = 'd'\n"
            )
        };
        none(&duty("5 calendar months"));
        one(&duty("6 calendar months"), "duty.remind: d: 6 months before");
    }

    #[test]
    fn a_published_promise_has_an_example_and_an_example_comes_out() {
        one(&standard("s", "internal = false"), "standard.example: s has no worked example");
        let example = |due: &str| {
            let text = format!(
                "{HEADER}examples_for = 'westkent'\n{}[[standard.example]]\n\
                 start = 2026-06-01T10:00:00\ndue = {due}\n",
                standard("s", "internal = false")
            );
            Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new))
        };
        assert_eq!(example("2026-06-08T17:15:00").problems, []);
        let wrong = example("2026-06-09T17:15:00").problems;
        assert_eq!(
            wrong[0].to_string(),
            "p.toml:16: standard.example.due: s from Mon 1 Jun 2026 10:00:00 comes out as Mon 8 Jun \
             2026 17:15:00, not Tue 9 Jun 2026 17:15:00 as written; mend how the promise counts, or \
             the example"
        );
    }
}
