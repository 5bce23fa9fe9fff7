//! Packs: standards that were published together, in one TOML file.
//!
//! - [`Pack`] is a pack with every default filled in. [`Pack::parse`] reads one.
//! - [`Example`] is a worked example of a pack.
//! - [`PackFile`] is a pack's file as it is written.

mod compile;
mod file;
mod named;
mod rows;
mod standard_file;
mod standard_validator;
mod validator;

pub use file::PackFile;
pub(crate) use named::check_named;
pub(crate) use standard_file::StandardFile;

use chrono::{NaiveDate, NaiveDateTime};

use self::compile::compile;
use super::{
    ActionPrompt, FullResponse, Measure, OwnWords, RecurringDuty, RequiredWording, Standard,
    Unconfirmed,
};
use crate::calendar::Nation;
use crate::toml_file::{Located, Problems, Source, read};

/// Standards that were published together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// The id, for an organisation's list of packs and for the command line.
    pub id: String,
    /// The title of the published document.
    pub title: String,
    /// The organisation that published it.
    pub publisher: String,
    /// The edition of the pack.
    pub version: String,
    /// True if the pack is law, or a code that binds.
    pub statutory: bool,
    /// The nations whose landlords it binds; all of them if it is empty.
    pub nations: Vec<Nation>,
    /// Things that have not been checked against the source, each with its line, counted from 1.
    pub unconfirmed: Vec<(Unconfirmed, usize)>,
    /// The first day on which its standards apply, local date of the organisation.
    pub effective_from: Option<NaiveDate>,
    /// The number of stages of the complaints procedure that the pack describes or prescribes. If the
    /// file does not give it, the last stage that a standard is for; `None` if no standard is for a stage.
    pub complaint_stages: Option<u8>,
    /// True if that procedure begins with an informal stage.
    pub informal_stage: bool,
    /// The channels and milestones that the pack names.
    pub words: OwnWords,
    /// Promises with a time, in the order of the file.
    pub standards: Vec<Standard>,
    /// Promises that are kept on average.
    pub measures: Vec<Measure>,
    /// Things that somebody is asked to do when something happens.
    pub action_prompts: Vec<ActionPrompt>,
    /// Things that the provider promised to do again and again.
    pub duties: Vec<RecurringDuty>,
    /// Sentences that messages and pages have to carry.
    pub required_wording: Vec<RequiredWording>,
    /// Answers that need certain parts.
    pub full_responses: Vec<FullResponse>,
    /// Worked examples, which have to come out as written.
    pub examples: Vec<Example>,
}

/// A worked example of a standard, with the local times of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The id of the standard, or of one of its options.
    pub standard: String,
    /// The organisation whose office hours and bank holidays the example uses.
    pub organisation: String,
    /// The time when the promise starts, local time.
    pub start: NaiveDateTime,
    /// The time when it has to be due, local time.
    pub due: NaiveDateTime,
    /// The line of the file, counted from 1.
    pub line: usize,
}

impl Pack {
    /// Reads a pack. `file` is the file's name in problems.
    ///
    /// ```
    /// use domain::standards::{Pack, Within};
    ///
    /// let text = "
    ///     [pack]
    ///     id = 'acorn'
    ///     title = 'Our promises'
    ///     publisher = 'Acorn Homes'
    ///     version = '2026-11'
    ///     examples_for = 'acorn'
    ///
    ///     [[standard]]
    ///     id = 'acorn-letter'
    ///     title = 'Answer to a letter'
    ///     promise = 'We answer letters within five working days.'
    ///     place = 'Letters'
    ///     applies_to = { channel = ['letter'] }
    ///     starts = 'received'
    ///     within = '5 working days'
    ///     kept_by = ['responded']
    /// ";
    /// let pack = Pack::parse("acorn.toml", text)?;
    /// assert_eq!(pack.standards[0].title, "Answer to a letter");
    /// assert_eq!(pack.standards[0].options[0].counting.within, Within::WorkingDays(5));
    ///
    /// let problems = Pack::parse("acorn.toml", &text.replace("5 working days", "soon")).unwrap_err();
    /// assert!(problems.to_string().starts_with("acorn.toml:16: standard.within: `soon` is not a duration."));
    /// # Ok::<(), domain::toml_file::Problems>(())
    /// ```
    ///
    /// # Errors
    /// Returns every problem of the file, in the order of the lines.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let source = Source { file, text };
        Self::from_file(source, read(source)?)
    }

    /// Returns true if the pack binds landlords of a nation.
    #[must_use]
    pub fn binds_in(&self, nation: Nation) -> bool {
        self.nations.is_empty() || self.nations.contains(&nation)
    }

    /// Checks a file that has been read, and fills in every default.
    ///
    /// # Errors
    /// Returns every problem of the file, in the order of the lines.
    pub(crate) fn from_file(source: Source<'_>, written: PackFile) -> Result<Self, Problems> {
        Self::from_file_with(source, written, None)
    }

    /// Reads a pack as [`Pack::parse`] does, and refuses channels and milestones that nothing names. `words`
    /// are those that its organisation names.
    ///
    /// # Errors
    /// Returns every problem of the file, in the order of the lines.
    pub(crate) fn parse_with(file: &str, text: &str, words: &OwnWords) -> Result<Self, Problems> {
        let source = Source { file, text };
        Self::from_file_with(source, read(source)?, Some(words))
    }

    /// Checks a file that has been read, and fills in every default. With `words`, those that its
    /// organisation names, channels and milestones that nothing names are refused.
    ///
    /// # Errors
    /// Returns every problem of the file, in the order of the lines.
    pub(crate) fn from_file_with(
        source: Source<'_>,
        written: PackFile,
        organisation: Option<&OwnWords>,
    ) -> Result<Self, Problems> {
        let mut words = OwnWords::default();
        words.add(&written.channel, &written.milestone);
        let known = organisation.map(|organisation| {
            let mut known = words.clone();
            known.extend(organisation);
            known
        });
        validator::validate(source, &written, known.as_ref())?;
        Ok(Self {
            words,
            standards: written
                .standard
                .iter()
                .map(|standard| compile(&written, standard))
                .collect(),
            examples: examples(source, &written),
            unconfirmed: written
                .unconfirmed
                .iter()
                .map(|row| (row.get_ref().clone(), source.line(&row.span())))
                .collect(),
            complaint_stages: complaint_stages(&written),
            nations: written.pack.nations,
            id: written.pack.id,
            title: written.pack.title,
            publisher: written.pack.publisher,
            version: written.pack.version,
            statutory: written.pack.statutory,
            effective_from: written.pack.effective_from.map(|date| date.0),
            informal_stage: written.pack.informal_stage.is_some_and(Located::into_inner),
            measures: plain(written.measure),
            action_prompts: plain(written.action_prompt),
            duties: plain(written.recurring_duty),
            required_wording: plain(written.required_wording),
            full_responses: plain(written.full_response),
        })
    }
}

/// Returns the number of stages as it is written, or the last stage that a standard is for.
fn complaint_stages(written: &PackFile) -> Option<u8> {
    let parts = written.standard.iter().flat_map(|standard| &standard.applies_to.0);
    let last = parts.filter_map(|applies| applies.stage).max();
    written.pack.complaint_stages.as_ref().map(|stages| *stages.get_ref()).or(last)
}

fn examples(source: Source<'_>, written: &PackFile) -> Vec<Example> {
    let examples = written.standard.iter().flat_map(|standard| {
        standard.example.iter().map(|example| {
            let line = source.line(&example.span());
            let example = example.get_ref();
            Example {
                standard: example
                    .option
                    .clone()
                    .unwrap_or_else(|| standard.id.get_ref().to_string()),
                organisation: written.pack.examples_for.get_ref().clone(),
                start: example.start.0,
                due: example.due.0,
                line,
            }
        })
    });
    examples.collect()
}

fn plain<T>(rows: Vec<Located<T>>) -> Vec<T> {
    rows.into_iter().map(Located::into_inner).collect()
}
