//! Conditions that no contact can match.

use std::ops::Range;

use super::Lints;
use crate::standards::{Applies, PackFile};
use crate::toml_file::Date;

impl Lints<'_> {
    /// Finds rows that can never apply, and teams that the organisation does not have.
    pub(super) fn applies(&mut self) {
        let written = self.written;
        for standard in &written.standard {
            let until = standard.effective_until.or(written.pack.effective_until);
            for applies in &standard.applies_to.0 {
                if let (Some(from), Some(until)) = (applies.effective_from, until)
                    && until < from
                {
                    let message = starts_too_late(from, until);
                    self.report(&standard.id.span(), "standard.applies_to", message);
                }
            }
        }
        for row in written.rows() {
            let key = format!("{}.applies_to", row.table);
            for applies in row.applies_to {
                if let Some(reason) = never(applies, written) {
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

fn starts_too_late(from: Date, until: Date) -> String {
    format!("can never apply: it begins on {from}, after effective_until, {until}")
}

/// Returns the reason why no contact can match a condition, if there is one.
fn never(applies: &Applies, written: &PackFile) -> Option<String> {
    fn all_excluded<T: PartialEq>(listed: &[T], excluded: &[T]) -> bool {
        !listed.is_empty() && listed.iter().all(|item| excluded.contains(item))
    }
    if all_excluded(&applies.category, &applies.category_not) {
        return Some("every category in `category` is also in `category_not`".into());
    }
    if all_excluded(&applies.team, &applies.team_not) {
        return Some("every team in `team` is also in `team_not`".into());
    }
    let stages = written.pack.complaint_stages.as_ref().map_or(u8::MAX, |stages| *stages.get_ref());
    match applies.stage {
        Some(0) => Some("the first stage is stage 1".into()),
        Some(stage) if stage > stages => {
            Some(format!("it is for stage {stage}, and pack.complaint_stages says {stages}"))
        }
        _ => None,
    }
}

/// Returns true if a contact can match a condition of both lists. An empty list matches all contacts.
pub(super) fn can_both_apply(one: &[Applies], other: &[Applies]) -> bool {
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|a| other.iter().any(|b| can_both_match(a, b)))
}

fn can_both_match(a: &Applies, b: &Applies) -> bool {
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
