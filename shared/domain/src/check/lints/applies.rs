//! Conditions that no contact can match.

use std::ops::Range;

use super::Lints;
use crate::standards::{Applies, Milestone, PackFile, Priority, StandardFile};

impl Lints<'_> {
    /// Finds rows that can never apply, and teams that the organisation does not have.
    pub(super) fn applies(&mut self) {
        let written = self.written;
        for standard in &written.standard {
            let any = [Applies::default()];
            let parts = &standard.applies_to.0;
            for applies in if parts.is_empty() { any.as_slice() } else { parts } {
                if let Some(reason) = never_starts(standard, applies, written) {
                    let message = format!("can never apply: {reason}");
                    self.report(&standard.id.span(), "standard.applies_to", message);
                }
            }
        }
        for row in written.rows() {
            let key = format!("{}.applies_to", row.table);
            for applies in row.applies_to {
                if let Some(reason) = never(applies) {
                    self.report(&row.at, &key, format!("can never apply: {reason}"));
                }
                self.teams(&row.at, &key, applies);
            }
        }
    }

    /// Finds teams that the organisation does not have. Law and codes need not know its teams.
    fn teams(&mut self, at: &Range<usize>, key: &str, applies: &Applies) {
        let Some(organisation) = self.organisation.filter(|_| !self.written.pack.statutory) else {
            return;
        };
        for team in applies.team.iter().chain(&applies.team_not) {
            if organisation.team(team).is_none() {
                let known: Vec<_> = organisation.teams().iter().map(|t| t.id.as_str()).collect();
                let message = format!(
                    "`{team}` is not a team of {}. Choose from: {}",
                    organisation.name,
                    known.join(", ")
                );
                self.report(at, key, message);
            }
        }
    }
}

/// Returns the reason why a standard can never start for the contacts that match a condition, if there is
/// one.
fn never_starts(standard: &StandardFile, applies: &Applies, written: &PackFile) -> Option<String> {
    let from = standard.effective_from.or(written.pack.effective_from).max(applies.effective_from);
    let until = standard.effective_until.or(written.pack.effective_until);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Some(format!("it begins on {from}, after effective_until, {until}"));
    }
    let only = |milestone| standard.starts.0.as_slice() == [milestone];
    match applies.stage {
        Some(1) if only(Milestone::Escalated) => {
            Some("a complaint that was escalated is no longer at stage 1".into())
        }
        Some(2..) if only(Milestone::Received) => Some(
            "a later stage starts with `escalated`; when the complaint was received, it was at stage 1"
                .into(),
        ),
        _ => None,
    }
}

/// Returns the reason why no contact can match a condition, if there is one.
fn never(applies: &Applies) -> Option<String> {
    fn all_excluded<T: PartialEq>(listed: &[T], excluded: &[T]) -> bool {
        !listed.is_empty() && listed.iter().all(|item| excluded.contains(item))
    }
    if all_excluded(&applies.category, &applies.category_not) {
        return Some("every category in `category` is also in `category_not`".into());
    }
    if all_excluded(&applies.team, &applies.team_not) {
        return Some("every team in `team` is also in `team_not`".into());
    }
    if applies.triaged == Some(false)
        && !applies.priority.is_empty()
        && !applies.priority.contains(&Priority::Normal)
    {
        return Some(
            "a contact is normal until staff set its priority, and then it is triaged".into(),
        );
    }
    (applies.stage == Some(0)).then(|| "the first stage is stage 1".into())
}

/// Returns true if a contact can match a condition of both lists. An empty list matches all contacts.
pub(super) fn can_both_apply(one: &[Applies], other: &[Applies]) -> bool {
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|a| other.iter().any(|b| can_both_match(a, b)))
}

pub(super) fn can_both_match(a: &Applies, b: &Applies) -> bool {
    fn overlap<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.is_empty() || b.is_empty() || a.iter().any(|item| b.contains(item))
    }
    fn some_left<T: PartialEq>(listed: &[T], excluded: &[T]) -> bool {
        listed.is_empty() || listed.iter().any(|item| !excluded.contains(item))
    }
    fn same<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    overlap(&a.channel, &b.channel)
        && overlap(&a.category, &b.category)
        && overlap(&a.priority, &b.priority)
        && overlap(&a.team, &b.team)
        && some_left(&a.category, &b.category_not)
        && some_left(&b.category, &a.category_not)
        && some_left(&a.team, &b.team_not)
        && some_left(&b.team, &a.team_not)
        && same(a.stage, b.stage)
        && same(a.triaged, b.triaged)
        && same(a.direct, b.direct)
        && same(a.received, b.received)
}
