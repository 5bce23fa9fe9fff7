//! Promises that one answer keeps, each by a time of its own.

use std::collections::BTreeSet;

use super::Lints;
use super::applies::can_both_match;
use crate::standards::{Applies, Milestone, OwedBy, StandardFile};
use crate::toml_file::Date;

/// Milestones that come before an answer, and so belong to another promise than the answer itself.
const BEFORE_AN_ANSWER: [Milestone; 7] = [
    Milestone::Acknowledged,
    Milestone::ComplaintDefined,
    Milestone::WrittenTo,
    Milestone::SpokenTo,
    Milestone::Updated,
    Milestone::DelayNoticeSent,
    Milestone::ExtensionNotified,
];

impl Lints<'_> {
    /// Finds pairs of promises that bind one contact from the same start and that the same milestone
    /// keeps, but by different times.
    pub(super) fn stacks(&mut self) {
        let written = self.written;
        let promises: Vec<_> =
            written.standard.iter().filter(|s| is_promise_by_a_time(s)).collect();
        for (index, standard) in promises.iter().enumerate() {
            let earlier = promises.get(..index).unwrap_or_default();
            let shared = earlier.iter().filter_map(|other| {
                let both = self.matched_by_both(standard, other)?;
                let within = other.within.as_ref().map(|within| within.get_ref().to_string())?;
                Some((format!("`{}` ({within})", other.id.get_ref()), both))
            });
            let shared: Vec<_> = shared.collect();
            let Some((_, (a, b))) = shared.first() else { continue };
            let others: Vec<_> = shared.iter().map(|(other, _)| other.as_str()).collect();
            let message = format!(
                "{} has this time and that of {} for the same answer. If only one of them is promised, \
                 narrow `applies_to` of the more general one{}. If both are, write `accepted = {{ stacks = \"why\" }}`",
                contact(a, b),
                others.join(" and "),
                narrower(a, b)
            );
            self.report(&standard.id.span(), "standard.applies_to", message);
        }
    }

    /// Returns a condition of each that one contact can match, if one answer keeps both by different times.
    fn matched_by_both(
        &self,
        one: &StandardFile,
        other: &StandardFile,
    ) -> Option<(Applies, Applies)> {
        let time = |s: &StandardFile| {
            let within = s.within.as_ref().map(|within| *within.get_ref());
            (within, s.due, s.out_of_hours, s.delivered_by_post_in.as_ref().map(|d| *d.get_ref()))
        };
        let starts = |s: &StandardFile| s.starts.0.iter().copied().collect::<BTreeSet<_>>();
        let accepted = one.accepted.stacks.is_some() || other.accepted.stacks.is_some();
        let differ = time(one) != time(other) && starts(one) == starts(other);
        if accepted || !differ || !same_answer(one, other) || !self.overlap_in_time(one, other) {
            return None;
        }
        let any = [Applies::default()];
        let parts = |s| -> &[Applies] {
            let s: &StandardFile = s;
            if s.applies_to.0.is_empty() { &any } else { &s.applies_to.0 }
        };
        let pairs = parts(one).iter().flat_map(|a| parts(other).iter().map(move |b| (a, b)));
        let mut pairs = pairs.filter(|(a, b)| !a.own_target && !b.own_target);
        pairs.find(|(a, b)| can_both_match(a, b)).map(|(a, b)| (a.clone(), b.clone()))
    }

    /// Returns true if there is a day on which both standards apply.
    fn overlap_in_time(&self, one: &StandardFile, other: &StandardFile) -> bool {
        let pack = &self.written.pack;
        let from = |s: &StandardFile| s.effective_from.or(pack.effective_from);
        let until = |s: &StandardFile| s.effective_until.or(pack.effective_until);
        let before = |until: Option<Date>, from: Option<Date>| {
            until.zip(from).is_some_and(|(until, from)| until < from)
        };
        !before(until(one), from(other)) && !before(until(other), from(one))
    }
}

/// Returns true if a standard is a promise with a time of its own, which nothing lifts.
fn is_promise_by_a_time(standard: &StandardFile) -> bool {
    standard.within.is_some()
        && standard.owed_by == OwedBy::Provider
        && !standard.internal_target
        && standard.recurs_every.is_none()
        && standard.recurs_after.is_none()
        && standard.exempted_by.is_empty()
}

/// Returns true if one answer keeps both: the same milestones keep them, or an answer keeps both and
/// nothing less does.
fn same_answer(one: &StandardFile, other: &StandardFile) -> bool {
    let kept_by = |s: &StandardFile| s.kept_by.iter().copied().collect::<BTreeSet<_>>();
    let by_an_answer = |s: &StandardFile| {
        s.kept_by.contains(&Milestone::Responded)
            && !s.kept_by.iter().any(|milestone| BEFORE_AN_ANSWER.contains(milestone))
    };
    kept_by(one) == kept_by(other) || (by_an_answer(one) && by_an_answer(other))
}

/// Returns the key that tells the contacts of two conditions apart, as part of a sentence.
fn narrower(a: &Applies, b: &Applies) -> String {
    let keys = [
        ("category_not", a.category != b.category),
        ("priority", a.priority != b.priority),
        ("channel", a.channel != b.channel),
    ];
    let key = keys.into_iter().find(|(_, differ)| *differ);
    key.map_or_else(String::new, |(key, _)| format!(", for example with `{key}`"))
}

/// Returns a contact that matches both conditions, as people say it: "a contact by email in category complaint".
fn contact(a: &Applies, b: &Applies) -> String {
    fn common<T: PartialEq + ToString>(a: &[T], b: &[T], not: &[T]) -> Option<String> {
        let both = |item: &&T| (b.is_empty() || b.contains(item)) && !not.contains(item);
        let listed = if a.is_empty() { b } else { a };
        listed.iter().find(both).map(ToString::to_string)
    }
    let not: Vec<_> = a.category_not.iter().chain(&b.category_not).cloned().collect();
    let mut text = "a contact".to_owned();
    let parts = [
        (" by ", common(&a.channel, &b.channel, &[])),
        (" in category ", common(&a.category, &b.category, &not)),
        (" of priority ", common(&a.priority, &b.priority, &[])),
        (" at stage ", a.stage.or(b.stage).map(|stage| stage.to_string())),
    ];
    for (before, part) in parts {
        if let Some(part) = part {
            text.push_str(before);
            text.push_str(&part);
        }
    }
    text
}
