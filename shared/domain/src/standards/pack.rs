//! Packs: standards that were published together, as a file that people read and change.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;
use serde::de::{self, IntoDeserializer, Visitor};
use toml::Spanned;

use super::read::{Problem, Problems, Source, read};
use super::standard::{Alternative, Arm, OwedBy, Standard};
use super::{Applies, Counting, DueAt, IfNotWorking, Ladder, Milestone, OutOfHours, Within};
use crate::calendar::Observed;

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
    /// Its clocks, in the order of the file.
    pub standards: Vec<Standard>,
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

/// A pack as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// The document.
    pub pack: PackHeader,
    /// Counting conventions of every standard that does not say otherwise.
    #[serde(default)]
    pub counting: CountingFile,
    /// Reminders and escalations of every standard that does not have its own.
    #[serde(default)]
    pub ladder: Ladder,
    /// The clocks.
    #[serde(default)]
    pub standard: Vec<StandardFile>,
}

/// What a pack says of itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackHeader {
    /// Names the pack.
    pub id: String,
    /// The published document's title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Which edition of the pack this is; a date does well.
    pub version: String,
    /// The organisation whose hours and holidays the worked examples use.
    pub examples_for: String,
    /// First day on which its standards bind.
    #[serde(default, deserialize_with = "date")]
    pub effective_from: Option<NaiveDate>,
    /// Last day on which they bind.
    #[serde(default, deserialize_with = "date")]
    pub effective_until: Option<NaiveDate>,
}

/// A counting convention, where what is left out comes from further up.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountingFile {
    /// Where in the last day a promise ends.
    pub due: Option<DueAt>,
    /// When a message outside office hours counts as received.
    pub out_of_hours: Option<OutOfHours>,
    /// What happens to a count of days or months that ends on a day that is not a working day.
    pub if_not_working: Option<IfNotWorking>,
    /// Whose bank holidays are skipped.
    pub calendar: Option<Observed>,
}

/// A promise as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    /// Unique among all packs; lower-case words joined by hyphens.
    pub id: Spanned<String>,
    /// The sentence as published.
    pub promise: String,
    /// Where in the document it stands.
    pub place: String,
    /// What was decided where the promise leaves a question open.
    pub ruling: Option<String>,
    /// The contacts it applies to; a list means any of it; left out, all contacts.
    #[serde(default = "everything")]
    pub applies_to: OneOrMore<Applies>,
    /// What starts the clock; of several, the last.
    pub starts: OneOrMore<Milestone>,
    /// How long.
    pub within: Option<Spanned<Within>>,
    /// See [`CountingFile`].
    pub due: Option<DueAt>,
    /// See [`CountingFile`].
    pub out_of_hours: Option<OutOfHours>,
    /// See [`CountingFile`].
    pub if_not_working: Option<IfNotWorking>,
    /// See [`CountingFile`].
    pub calendar: Option<Observed>,
    /// What keeps it.
    #[serde(default)]
    pub kept_by: Vec<Milestone>,
    /// Either-or promises: the ways of keeping it, each with its own duration.
    #[serde(default)]
    pub any_of: Vec<ArmFile>,
    /// The standard whose due instant is also this one's.
    pub follows: Option<Spanned<String>>,
    /// What starts it again.
    pub again_after: Option<Milestone>,
    /// Who owes it.
    #[serde(default)]
    pub owed_by: OwedBy,
    /// A target of the provider's own, not a published time.
    #[serde(default)]
    pub internal: bool,
    /// Its own reminders and escalations.
    pub ladder: Option<Ladder>,
    /// First day on which it binds.
    #[serde(default, deserialize_with = "date")]
    pub effective_from: Option<NaiveDate>,
    /// Last day on which it binds.
    #[serde(default, deserialize_with = "date")]
    pub effective_until: Option<NaiveDate>,
    /// Other readings of the same words.
    #[serde(default)]
    pub alternative: Vec<AlternativeFile>,
    /// Worked examples.
    #[serde(default)]
    pub example: Vec<Spanned<ExampleFile>>,
}

/// One or several: `starts = "received"`, `starts = ["arrived", "appointment-made"]`.
#[derive(Debug)]
pub struct OneOrMore<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Told apart by what is written, so that a mistake in it is told as what it is.
        struct Either<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMore<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one, or a list in square brackets")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(|one| OneOrMore(vec![one]))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|one| OneOrMore(vec![one]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(OneOrMore)
            }
        }
        deserializer.deserialize_any(Either(std::marker::PhantomData))
    }
}

fn everything() -> OneOrMore<Applies> {
    OneOrMore(Vec::new())
}

/// One way of keeping an either-or promise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmFile {
    /// Unique among all packs.
    pub id: Spanned<String>,
    /// How long.
    pub within: Within,
    /// What keeps it.
    pub kept_by: Vec<Milestone>,
}

/// Another reading of the same words; what is left out is as in the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternativeFile {
    /// The reading in words.
    pub reading: String,
    /// How long.
    pub within: Option<Within>,
    /// See [`CountingFile`].
    pub due: Option<DueAt>,
    /// See [`CountingFile`].
    pub out_of_hours: Option<OutOfHours>,
    /// See [`CountingFile`].
    pub if_not_working: Option<IfNotWorking>,
    /// See [`CountingFile`].
    pub calendar: Option<Observed>,
}

/// A worked example: local times, written without quotes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// When the clock starts.
    #[serde(deserialize_with = "date_time")]
    pub start: NaiveDateTime,
    /// When it must be due.
    #[serde(deserialize_with = "date_time")]
    pub due: NaiveDateTime,
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    let date = NaiveDate::parse_from_str(&written, "%Y-%m-%d");
    date.map(Some).map_err(|_| {
        serde::de::Error::custom(format!(
            "`{written}` is not a date; write 2025-10-27, without quotes"
        ))
    })
}

fn date_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&written, format).ok())
        .ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{written}` is not a local date and time; write 2026-04-24T16:46:00, without quotes or offset"
            ))
        })
}

impl Pack {
    /// Reads a pack; `file` is its name in what is said about it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line, key and how to mend it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let source = Source { file, text };
        let written: PackFile = read(source)?;
        let mut problems = Vec::new();
        let mut standards = Vec::with_capacity(written.standard.len());
        let mut examples = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        for standard in &written.standard {
            check(source, standard, &written.standard, &mut ids, &mut problems);
            for example in &standard.example {
                examples.push(Example {
                    standard: standard.id.get_ref().clone(),
                    organisation: written.pack.examples_for.clone(),
                    start: example.get_ref().start,
                    due: example.get_ref().due,
                    line: source.problem(&example.span(), "", "").line,
                });
            }
            standards.push(compile(&written, standard));
        }
        if !problems.is_empty() {
            problems.sort_by_key(|problem: &Problem| problem.line);
            return Err(Problems(problems));
        }
        Ok(Self {
            id: written.pack.id,
            title: written.pack.title,
            publisher: written.pack.publisher,
            version: written.pack.version,
            standards,
            examples,
        })
    }
}

/// What the form of the file cannot express: what belongs together and what contradicts.
fn check(
    source: Source<'_>,
    standard: &StandardFile,
    all: &[StandardFile],
    ids: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) {
    let at = standard.id.span();
    let mut say = |span: &std::ops::Range<usize>, key: &str, message: String| {
        problems.push(source.problem(span, &format!("standard.{key}"), message));
    };
    for id in std::iter::once(&standard.id).chain(standard.any_of.iter().map(|arm| &arm.id)) {
        let name = id.get_ref();
        if !is_id(name) {
            say(
                &id.span(),
                "id",
                format!("`{name}` is not an id; use lower-case words joined by hyphens"),
            );
        }
        if ids.contains(name) {
            say(&id.span(), "id", format!("`{name}` is used twice; give each standard its own id"));
        }
        ids.push(name.clone());
    }
    let ways = usize::from(standard.within.is_some())
        + usize::from(!standard.any_of.is_empty())
        + usize::from(standard.follows.is_some());
    if ways != 1 {
        let message = "has to say exactly one of `within` (a duration), `any_of` (ways to keep it, \
                       each with its own) or `follows` (another standard whose due time it shares)";
        say(&at, "within", message.into());
    }
    if standard.any_of.is_empty() && standard.kept_by.is_empty() {
        say(
            &at,
            "kept_by",
            "is missing; list the milestones that keep the promise, such as [\"responded\"]".into(),
        );
    }
    if !standard.any_of.is_empty() && !standard.kept_by.is_empty() {
        say(&at, "kept_by", "belongs in each part of `any_of`, not beside it".into());
    }
    if standard.starts.0.is_empty() {
        say(
            &at,
            "starts",
            "is empty; name the milestone that starts the clock, such as \"received\"".into(),
        );
    }
    if let Some(follows) = &standard.follows {
        let known = all
            .iter()
            .any(|other| other.id.get_ref() == follows.get_ref() && other.follows.is_none());
        if !known {
            let message = format!(
                "`{}` is not a standard of this pack with a duration of its own",
                follows.get_ref()
            );
            say(&follows.span(), "follows", message);
        }
    }
    if let (Some(from), Some(until)) = (standard.effective_from, standard.effective_until)
        && until < from
    {
        say(&at, "effective_until", format!("{until} is before effective_from, {from}"));
    }
}

fn is_id(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 80
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn compile(pack: &PackFile, standard: &StandardFile) -> Standard {
    let base = pack.counting;
    let counting = |within: Within| Counting {
        within,
        due: standard.due.or(base.due).unwrap_or_default(),
        out_of_hours: standard.out_of_hours.or(base.out_of_hours).unwrap_or_default(),
        if_not_working: standard.if_not_working.or(base.if_not_working).unwrap_or_default(),
        calendar: standard.calendar.or(base.calendar).unwrap_or_default(),
    };
    let mut arms: Vec<Arm> = standard
        .any_of
        .iter()
        .map(|arm| Arm {
            id: arm.id.get_ref().clone(),
            counting: counting(arm.within),
            kept_by: arm.kept_by.clone(),
        })
        .collect();
    let id = standard.id.get_ref().clone();
    let within = standard.within.as_ref().map(|within| *within.get_ref());
    arms.extend(within.map(|within| Arm {
        id: id.clone(),
        counting: counting(within),
        kept_by: standard.kept_by.clone(),
    }));
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
                    if_not_working: other.if_not_working.unwrap_or(own.if_not_working),
                    calendar: other.calendar.unwrap_or(own.calendar),
                },
            })
        })
        .collect();
    Standard {
        id,
        pack: pack.pack.id.clone(),
        version: pack.pack.version.clone(),
        promise: standard.promise.clone(),
        place: standard.place.clone(),
        ruling: standard.ruling.clone(),
        applies: standard.applies_to.0.clone(),
        starts: standard.starts.0.clone(),
        arms,
        follows: standard.follows.as_ref().map(|id| id.get_ref().clone()),
        follows_kept_by: if standard.follows.is_some() {
            standard.kept_by.clone()
        } else {
            Vec::new()
        },
        again_after: standard.again_after,
        owed_by: standard.owed_by,
        internal: standard.internal,
        ladder: standard.ladder.clone().unwrap_or_else(|| pack.ladder.clone()),
        effective_from: standard.effective_from.or(pack.pack.effective_from),
        effective_until: standard.effective_until.or(pack.pack.effective_until),
        alternatives,
    }
}
