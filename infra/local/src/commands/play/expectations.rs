//! The facts that a scenario expects.

use domain::organisation::Organisation;
use domain::time::instant;
use domain::toml_file::LocalTime;

use super::facts::{Fact, FactEvent, Stamp};
use super::player::Played;
use super::scenario::Expectation;

/// Returns the expectations that the facts do not meet, each in a sentence.
pub(super) fn unmet(
    expectations: &[Expectation],
    played: &Played,
    organisation: &Organisation,
) -> Vec<String> {
    let met = |expected: &Expectation| {
        played.facts.iter().any(|fact| matches(expected, fact, played, organisation))
    };
    let unmet = expectations.iter().filter(|expected| met(expected) == expected.never);
    unmet.map(sentence).collect()
}

fn matches(
    expected: &Expectation,
    fact: &Fact,
    played: &Played,
    organisation: &Organisation,
) -> bool {
    let same = |expected: &Option<String>, actual: Option<&String>| {
        expected.as_ref().is_none_or(|text| Some(text) == actual)
    };
    let at = |expected: Option<LocalTime>, actual: Option<Stamp>| {
        expected.is_none_or(|LocalTime(local)| {
            let expected = instant(organisation.zone(), local);
            actual.is_some_and(|Stamp(actual)| actual.to_utc() == expected)
        })
    };
    let reference = expected.contact.as_ref().and_then(|name| played.references.get(name));
    let mail = fact.mail.as_ref();
    let says = |words: &String| {
        let text = mail.map_or("", |mail| &mail.text);
        let subject = mail.map_or("", |mail| &mail.subject);
        [&fact.what, &fact.why, &fact.text, text, subject].iter().any(|part| part.contains(words))
    };
    expected.event == fact.event
        && (expected.contact.is_none() || reference.is_some() && reference == fact.contact.as_ref())
        && expected
            .standard
            .as_ref()
            .is_none_or(|id| fact.standard.as_ref() == Some(id) || fact.standards.contains(id))
        && at(expected.at, Some(fact.at))
        && at(expected.due_at, fact.due_at)
        && same(&expected.by, fact.by.as_ref())
        && same(&expected.reason, fact.details.reason.as_ref())
        && same(&expected.to, mail.map(|mail| &mail.to))
        && same(&expected.kind, mail.map(|mail| &mail.kind))
        && expected.says.as_ref().is_none_or(says)
}

/// An expectation that is not met, in a sentence.
fn sentence(expected: &Expectation) -> String {
    let Expectation { event, contact, standard, at, due_at, by, reason, to, kind, says, never } =
        expected;
    let mut parts = vec![event_name(*event)];
    let texts = [
        ("contact", contact),
        ("standard", standard),
        ("by", by),
        ("reason", reason),
        ("to", to),
        ("kind", kind),
        ("says", says),
    ];
    parts.extend(
        texts.iter().filter_map(|(key, text)| Some(format!("{key} = \"{}\"", text.as_ref()?))),
    );
    let times = [("at", at), ("due_at", due_at)];
    parts.extend(times.iter().filter_map(|(key, at)| Some(format!("{key} = {}", at.as_ref()?.0))));
    let end = if *never { "it must not happen, and did" } else { "it did not happen" };
    format!("{}: {end}", parts.join(", "))
}

fn event_name(event: FactEvent) -> String {
    match serde_json::to_value(event) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
