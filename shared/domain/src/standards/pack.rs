//! Packs: standards that were published together, read from a file and checked as a whole.

use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime};

use super::file::{OptionFile, PackFile, ProvisionalStart, StandardFile};
use super::standard::{Alternative, PromiseOption, Standard};
use super::{ActionPrompt, Counting, Measure, RecurringDuty, RequiredWording, StandardId, Within};
use crate::toml_file::{Located, Problems, Source, Validator, read};

/// Standards that were published together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Names the pack in an organisation's list and on the command line.
    pub id: String,
    /// The published document's title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Which edition of the pack this is.
    pub version: String,
    /// Whether it is law or a code that binds.
    pub statutory: bool,
    /// First day on which its standards bind.
    pub effective_from: Option<NaiveDate>,
    /// How many stages the complaints procedure has that it describes or prescribes.
    pub complaint_stages: Option<u8>,
    /// Whether that procedure begins with an informal stage.
    pub informal_stage: bool,
    /// Its clocks, in the order of the file.
    pub standards: Vec<Standard>,
    /// What is measured from statistics.
    pub measures: Vec<Measure>,
    /// What somebody is told to do when something happens.
    pub action_prompts: Vec<ActionPrompt>,
    /// What comes round in the calendar.
    pub duties: Vec<RecurringDuty>,
    /// What letters and pages have to say.
    pub required_wording: Vec<RequiredWording>,
    /// Worked examples, which must come out as written.
    pub examples: Vec<Example>,
}

/// A worked example of one standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The standard, or one of its arms.
    pub standard: String,
    /// The organisation whose hours and holidays are meant.
    pub organisation: String,
    /// When the clock starts, local time.
    pub start: NaiveDateTime,
    /// When it must be due, local time.
    pub due: NaiveDateTime,
    /// The line of the file, for who mends it.
    pub line: usize,
}

impl Pack {
    /// Reads a pack; `file` is its name in what is said about it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line, key and how to mend it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let source = Source { file, text };
        let written: PackFile = read(source)?;
        let mut check =
            PackValidator { check: Validator::new(source), ids: Vec::new(), titles: Vec::new() };
        check.header(&written);
        for standard in &written.standard {
            check.standard(standard, &written.standard);
        }
        check.others(&written);
        check.check.finish()?;
        let examples = written.standard.iter().flat_map(|standard| {
            standard.example.iter().map(|example| {
                let own = standard.id.get_ref();
                Example {
                    standard: example.get_ref().option.as_ref().unwrap_or(own).clone(),
                    organisation: written.pack.examples_for.get_ref().clone(),
                    start: example.get_ref().start.0,
                    due: example.get_ref().due.0,
                    line: source.line(&example.span()),
                }
            })
        });
        let examples = examples.collect();
        let standards = written.standard.iter().map(|s| compile(&written, s)).collect();
        Ok(Self {
            id: written.pack.id,
            title: written.pack.title,
            publisher: written.pack.publisher,
            version: written.pack.version,
            statutory: written.pack.statutory,
            effective_from: written.pack.effective_from.map(|date| date.0),
            complaint_stages: written.pack.complaint_stages.map(Located::into_inner),
            informal_stage: written.pack.informal_stage.is_some_and(Located::into_inner),
            standards,
            measures: written.measure.into_iter().map(Located::into_inner).collect(),
            action_prompts: written.action_prompt.into_iter().map(Located::into_inner).collect(),
            duties: written.recurring_duty.into_iter().map(Located::into_inner).collect(),
            required_wording: written
                .required_wording
                .into_iter()
                .map(Located::into_inner)
                .collect(),
            examples,
        })
    }
}

/// What the form of the file cannot express: what belongs together and what contradicts.
struct PackValidator<'a> {
    check: Validator<'a>,
    ids: Vec<String>,
    titles: Vec<String>,
}

impl PackValidator<'_> {
    fn report(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
        self.check.report(at, key, message);
    }

    fn id(&mut self, at: &Range<usize>, section: &str, id: &str) {
        let key = format!("{section}.id");
        self.check.id(at, &key, id);
        if self.ids.iter().any(|other| other == id) {
            self.report(at, &key, format!("`{id}` is used twice; give each row its own id"));
        }
        self.ids.push(id.to_owned());
    }

    /// A title names one row to people, who never see its id.
    fn title(&mut self, at: &Range<usize>, section: &str, title: &str) {
        let key = format!("{section}.title");
        if title.trim().is_empty() {
            let message =
                "is empty; write the name that people see, such as \"Answer to an email\"";
            self.report(at, &key, message);
        } else if self.titles.iter().any(|other| other == title) {
            let message =
                format!("`{title}` is used twice in this pack; give each row its own title");
            self.report(at, &key, message);
        }
        self.titles.push(title.to_owned());
    }

    /// Options are shown beside the title of their standard, so they differ among themselves.
    fn options(&mut self, standard: &StandardFile) {
        let mut titles: Vec<&str> = Vec::new();
        for option in &standard.option {
            self.id(&option.id.span(), "standard.option", option.id.get_ref());
            let title = option.title.get_ref().as_str();
            if title.trim().is_empty() {
                let message = "is empty; write the name that people see, such as \"Letter\"";
                self.report(&option.title.span(), "standard.option.title", message);
            } else if titles.contains(&title) {
                let message = format!(
                    "`{title}` is used twice in this standard; give each option its own title"
                );
                self.report(&option.title.span(), "standard.option.title", message);
            }
            titles.push(title);
        }
    }

    fn header(&mut self, written: &PackFile) {
        let pack = &written.pack;
        self.check.id(&(0..0), "pack.id", &pack.id);
        if let (Some(from), Some(until)) = (pack.effective_from, pack.effective_until)
            && until < from
        {
            let message = format!("{until} is before effective_from, {from}");
            self.report(&(0..0), "pack.effective_until", message);
        }
    }

    fn standard(&mut self, standard: &StandardFile, all: &[StandardFile]) {
        let at = standard.id.span();
        self.id(&at, "standard", standard.id.get_ref());
        self.title(&standard.title.span(), "standard", standard.title.get_ref());
        self.options(standard);
        self.clock(standard, &at, all);
        self.exceptions(standard, &at);
        if let (Some(from), Some(until)) = (standard.effective_from, standard.effective_until)
            && until < from
        {
            let message = format!("{until} is before effective_from, {from}");
            self.report(&at, "standard.effective_until", message);
        }
        for example in &standard.example {
            let known =
                |id: &String| standard.option.iter().any(|option| option.id.get_ref() == id);
            let message = match &example.get_ref().option {
                Some(option) if !known(option) => {
                    format!("`{option}` is not one of the ids in `option`")
                }
                None if !standard.option.is_empty() => {
                    "is missing; say which of the ids in `option` the example shows".into()
                }
                _ => continue,
            };
            self.report(&example.span(), "standard.example.option", message);
        }
    }

    /// What starts it, how long it runs and what keeps it.
    fn clock(&mut self, standard: &StandardFile, at: &Range<usize>, all: &[StandardFile]) {
        let options = usize::from(standard.within.is_some())
            + usize::from(!standard.option.is_empty())
            + usize::from(standard.shares_due_with.is_some());
        if options != 1 {
            let message = "has to say exactly one of `within` (a duration), `option` (ways to keep \
                           it, each with its own) or `shares_due_with` (another standard whose due time it \
                           shares)";
            self.report(at, "standard.within", message);
        }
        if standard.option.is_empty() && standard.kept_by.is_empty() {
            let message =
                "is missing; list the milestones that keep the promise, such as [\"responded\"]";
            self.report(at, "standard.kept_by", message);
        }
        if !standard.option.is_empty() && !standard.kept_by.is_empty() {
            self.report(at, "standard.kept_by", "belongs in each part of `option`, not beside it");
        }
        if standard.starts.0.is_empty() {
            let message =
                "is empty; name the milestone that starts the clock, such as \"received\"";
            self.report(at, "standard.starts", message);
        }
        let options = standard.option.iter().flat_map(|option: &OptionFile| &option.kept_by);
        let both = standard.kept_by.iter().chain(options).find(|m| standard.starts.0.contains(m));
        if let Some(both) = both {
            let message = format!("`{both}` also starts the clock, so that it would stop at once");
            self.report(at, "standard.kept_by", message);
        }
        let named = |id: &Located<String>| {
            all.iter()
                .find(|other| other.id.get_ref() == id.get_ref() && other.shares_due_with.is_none())
        };
        if let Some(shares_due_with) = &standard.shares_due_with
            && named(shares_due_with).is_none()
        {
            let message = format!(
                "`{}` is not a standard of this pack with a duration of its own",
                shares_due_with.get_ref()
            );
            self.report(&shares_due_with.span(), "standard.shares_due_with", message);
        }
        if let Some(provisional_start) = &standard.provisional_start
            && let ProvisionalStart::DueOf(id) = provisional_start.get_ref()
        {
            let other = all.iter().find(|other| *id == **other.id.get_ref());
            if other.is_none_or(|other| other.provisional_start.is_some()) {
                let message = format!(
                    "`{id}` is not a standard of this pack whose clock starts by itself; name the \
                     one whose due time stands in"
                );
                self.report(
                    &provisional_start.span(),
                    "standard.provisional_start.due_of",
                    message,
                );
            }
        }
    }

    /// What moves it or takes it off.
    fn exceptions(&mut self, standard: &StandardFile, at: &Range<usize>) {
        if let Some(extension) = &standard.extension {
            let days = matches!(
                extension.within,
                Within::WorkingDays(1..) | Within::CalendarDays(1..) | Within::CalendarMonths(1..)
            );
            if !days {
                let message = format!(
                    "`{}` cannot be added to a date; write days or months, such as `10 working days`",
                    extension.within
                );
                self.report(at, "standard.extension.within", message);
            }
        }
        if standard.pause.is_some_and(|pause| pause.from == pause.until) {
            let message = "is what stops the clock, too; name what makes it go on";
            self.report(at, "standard.pause.until", message);
        }
        if standard.pause.is_some() {
            let days = standard.within.as_ref().map(|within| *within.get_ref());
            if !matches!(days, Some(Within::CalendarDays(_) | Within::CalendarMonths(_))) {
                let message = "needs a promise in days or months of the calendar, to which days on \
                               which the clock stood still can be added";
                self.report(at, "standard.pause", message);
            }
        }
        let others = standard.alternative.iter().filter_map(|a| a.delivered_by_post_in.as_ref());
        let posts: Vec<_> = standard.delivered_by_post_in.iter().chain(others).collect();
        for post in posts {
            if !matches!(post.get_ref(), Within::WorkingDays(_)) {
                let message = format!(
                    "`{}` is not in working days, as the post is; write `2 working days`",
                    post.get_ref()
                );
                self.report(&post.span(), "standard.delivered_by_post_in", message);
            }
        }
    }

    /// The rows that are not clocks.
    fn others(&mut self, written: &PackFile) {
        for row in &written.measure {
            self.id(&row.span(), "measure", &row.get_ref().id);
            self.title(&row.span(), "measure", &row.get_ref().title);
        }
        for row in &written.action_prompt {
            let (at, action_prompt) = (row.span(), row.get_ref());
            self.id(&at, "action_prompt", &action_prompt.id);
            self.title(&at, "action_prompt", &action_prompt.title);
            if action_prompt.on.0.is_empty() && action_prompt.on_breach_of.is_empty() {
                let message = "is missing; name the milestone that sets it off, or with \
                               `on_breach_of` the standards whose breach does";
                self.report(&at, "action_prompt.on", message);
            }
            for id in &action_prompt.on_breach_of {
                if !written.standard.iter().any(|standard| *id == **standard.id.get_ref()) {
                    let message = format!("`{id}` is not a standard of this pack");
                    self.report(&at, "action_prompt.on_breach_of", message);
                }
            }
            let rest = action_prompt.text.replace("{team}", "");
            if rest.contains(['{', '}']) {
                let message = "has braces around something else than `{team}`, the only word that \
                               is filled in";
                self.report(&at, "action_prompt.do", message);
            }
        }
        for row in &written.recurring_duty {
            let (at, duty) = (row.span(), row.get_ref());
            self.id(&at, "recurring_duty", &duty.id);
            self.title(&at, "recurring_duty", &duty.title);
            for (key, within) in
                [("every", Some(duty.every)), ("remind_before", duty.remind_before)]
            {
                if within.is_some_and(|within| !matches!(within, Within::CalendarMonths(1..))) {
                    let message = "is not in months; write `3 calendar months`";
                    self.report(&at, &format!("recurring_duty.{key}"), message);
                }
            }
        }
        for row in &written.required_wording {
            let (at, content) = (row.span(), row.get_ref());
            self.id(&at, "required_wording", &content.id);
            self.title(&at, "required_wording", &content.title);
            if content.appears_in.is_empty() {
                let message = "is empty; say where it is said: acknowledgement, answer, delay, \
                               staff-page or website";
                self.report(&at, "required_wording.appears_in", message);
            }
        }
    }
}

fn compile(pack: &PackFile, standard: &StandardFile) -> Standard {
    let base = pack.counting;
    let counting = |within: Within| Counting {
        within,
        due: standard.due.or(base.due).unwrap_or_default(),
        out_of_hours: standard.out_of_hours.or(base.out_of_hours).unwrap_or_default(),
        if_not_working: standard
            .if_due_on_non_working_day
            .or(base.if_due_on_non_working_day)
            .unwrap_or_default(),
        calendar: standard.calendar.or(base.calendar).unwrap_or_default(),
    };
    let mut options: Vec<PromiseOption> = standard
        .option
        .iter()
        .map(|option| PromiseOption {
            id: option.id.get_ref().clone(),
            title: option.title.get_ref().clone(),
            counting: counting(option.within),
            kept_by: option.kept_by.clone(),
        })
        .collect();
    let id = standard.id.get_ref().clone();
    let within = standard.within.as_ref().map(|within| *within.get_ref());
    options.extend(within.map(|within| PromiseOption {
        id: id.clone(),
        title: standard.title.get_ref().clone(),
        counting: counting(within),
        kept_by: standard.kept_by.clone(),
    }));
    let post = standard.delivered_by_post_in.as_ref();
    let alternatives = standard
        .alternative
        .iter()
        .filter_map(|other| {
            let own = counting(other.within.or(within)?);
            Some(Alternative {
                reading: other.reading.clone(),
                counting: Counting {
                    within: own.within,
                    due: other.due.unwrap_or(own.due),
                    out_of_hours: other.out_of_hours.unwrap_or(own.out_of_hours),
                    if_not_working: other.if_due_on_non_working_day.unwrap_or(own.if_not_working),
                    calendar: other.calendar.unwrap_or(own.calendar),
                },
                post: other.delivered_by_post_in.as_ref().or(post).and_then(working_days),
            })
        })
        .collect();
    Standard {
        id: StandardId(id),
        title: standard.title.get_ref().clone(),
        pack: pack.pack.id.clone(),
        version: pack.pack.version.clone(),
        promise: standard.promise.clone(),
        place: standard.place.clone(),
        ruling: standard.ruling.clone(),
        applies: standard.applies_to.0.clone(),
        starts: standard.starts.0.clone(),
        provisional_start: standard.provisional_start.as_ref().map(|other| other.get_ref().clone()),
        restarts_on: standard.restarts_on.0.clone(),
        pause: standard.pause,
        exempted_by: standard.exempted_by.clone(),
        post: post.and_then(working_days),
        extension: standard.extension.clone(),
        options,
        shares_due_with: standard
            .shares_due_with
            .as_ref()
            .map(|id| StandardId(id.get_ref().clone())),
        also_kept_by: if standard.shares_due_with.is_some() {
            standard.kept_by.clone()
        } else {
            Vec::new()
        },
        recurs_after: standard.recurs_after,
        owed_by: standard.owed_by,
        internal: standard.internal_target,
        reminders: standard.reminders.clone().unwrap_or_else(|| pack.reminders.clone()),
        effective_from: standard.effective_from.or(pack.pack.effective_from).map(|date| date.0),
        effective_until: standard.effective_until.or(pack.pack.effective_until).map(|date| date.0),
        alternatives,
    }
}

fn working_days(within: &Located<Within>) -> Option<u16> {
    match within.get_ref() {
        Within::WorkingDays(n) => Some(*n),
        _ => None,
    }
}
