//! Checks of the channels and milestones of a pack's file: those that it names, and those that it uses.

use std::ops::Range;

use super::PackFile;
use super::standard_file::StandardFile;
use crate::standards::{
    Applies, Channel, Milestone, NamedFile, OwnWord, OwnWords, ProvisionalStart, nearest,
};
use crate::toml_file::{Located, Validator};

/// Reports words of the file's own that are not ids, or that Kept knows already.
pub(crate) fn check_named(
    check: &mut Validator<'_>,
    channels: &[NamedFile],
    milestones: &[NamedFile],
) {
    names(check, "channel", channels, |id| Channel::ALL.iter().any(|known| known.as_str() == id));
    names(check, "milestone", milestones, |id| {
        Milestone::ALL.iter().any(|known| known.as_str() == id)
    });
}

/// Reports words of one kind that are not ids, that are used twice, or that Kept knows already.
fn names(
    check: &mut Validator<'_>,
    kind: &str,
    named: &[NamedFile],
    is_known: impl Fn(&str) -> bool,
) {
    let key = format!("{kind}.id");
    for name in named {
        let id = name.id.get_ref();
        if OwnWord::new(id).is_none() {
            let message = format!(
                "`{id}` is not an id. Use lower-case words joined by hyphens, {} characters at most",
                OwnWord::MAX
            );
            check.report(&name.id.span(), &key, message);
        } else if is_known(id) {
            let message = format!("`{id}` is a {kind} that Kept knows. Remove it here");
            check.report(&name.id.span(), &key, message);
        }
    }
    check.unique(named.iter().map(|name| (name.id.span(), name.id.get_ref().as_str())), &key, "id");
}

/// Reports channels and milestones that are used and that nothing names.
pub(super) fn known(check: &mut Validator<'_>, written: &PackFile, words: &OwnWords) {
    for row in written.rows() {
        for channel in row.applies_to.iter().flat_map(|applies: &Applies| &applies.channel) {
            if !words.knows_channel(*channel) {
                let known = Channel::ALL.iter().chain(words.channels.iter().map(|(own, _)| own));
                let known: Vec<&str> = known.map(Channel::as_str).collect();
                let key = format!("{}.applies_to", row.table);
                check.report(&row.at, &key, unknown("channel", channel.as_str(), &known));
            }
        }
    }
    let mut milestone = |at: &Range<usize>, key: &str, milestone: Milestone| {
        if !words.knows_milestone(milestone) {
            let known = Milestone::ALL.iter().chain(words.milestones.iter().map(|(own, _)| own));
            let known: Vec<&str> = known.map(Milestone::as_str).collect();
            check.report(at, key, unknown("milestone", milestone.as_str(), &known));
        }
    };
    for standard in &written.standard {
        for (key, used) in used(standard) {
            milestone(&standard.id.span(), &format!("standard.{key}"), used);
        }
    }
    for row in &written.action_prompt {
        for used in &row.get_ref().on.0 {
            milestone(&row.span(), "action_prompt.on", *used);
        }
    }
}

/// Returns the milestones that a standard uses, each with its key.
fn used(standard: &StandardFile) -> Vec<(&'static str, Milestone)> {
    let lists = [
        ("starts", standard.starts.0.as_slice()),
        ("restarts_on", &standard.restarts_on.0),
        ("exempted_by", &standard.exempted_by),
        ("ended_by", &standard.ended_by),
        ("attempts", &standard.attempts),
        ("kept_by", &standard.kept_by),
        ("recurs_until", &standard.recurs_until.0),
    ];
    let options =
        standard.option.iter().map(|option| ("option.kept_by", option.kept_by.as_slice()));
    let mut used: Vec<_> = lists
        .into_iter()
        .chain(options)
        .flat_map(|(key, list)| list.iter().map(move |milestone| (key, *milestone)))
        .collect();
    if let Some(ProvisionalStart::Milestone(milestone)) =
        standard.provisional_start.as_ref().map(Located::get_ref)
    {
        used.push(("provisional_start", *milestone));
    }
    for pause in &standard.pause.0 {
        used.extend([("pause.from", pause.from), ("pause.until", pause.until)]);
    }
    used.extend(standard.extension.as_ref().map(|extension| ("extension.on", extension.on)));
    used.extend(standard.recurs_after.map(|milestone| ("recurs_after", milestone)));
    used.extend(standard.or_later.map(|other| ("or_later.starts", other.starts)));
    used
}

/// Returns the message about a word that nothing names.
fn unknown(kind: &str, word: &str, known: &[&str]) -> String {
    let instead = nearest(word, known.iter().copied())
        .map_or_else(String::new, |nearest| format!(" Did you mean `{nearest}`?"));
    format!(
        "`{word}` is not a {kind}.{instead} To add one of your own, name it under [[{kind}]], here or in \
         your organisation's file"
    )
}
