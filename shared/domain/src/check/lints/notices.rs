//! Promises to tell the customer of a later date that change no due time.

use super::Lints;
use super::applies::can_both_apply;
use crate::standards::{Milestone, StandardFile};
use crate::toml_file::Located;

/// The milestones by which a customer is told of a later date. A delay notice can be both.
const NOTICES: [Milestone; 2] = [Milestone::DelayNoticeSent, Milestone::ExtensionNotified];

impl Lints<'_> {
    /// Finds promises to tell the customer of a later date if the answer itself has no extension that
    /// follows it.
    pub(super) fn notices(&mut self) {
        let written = self.written;
        for standard in written.standard.iter().filter(|standard| is_notice(standard)) {
            let shared = standard.shares_due_with.as_ref().map(Located::get_ref);
            let is_late = |other: &&StandardFile| match shared {
                Some(id) => other.id.get_ref() == id,
                None => {
                    other.kept_by.contains(&Milestone::Responded)
                        && !is_notice(other)
                        && !other.internal_target
                        && other.starts.0 == standard.starts.0
                        && can_both_apply(&standard.applies_to.0, &other.applies_to.0)
                }
            };
            let mut answers = written.standard.iter().filter(is_late);
            let is_settled = |answer: &StandardFile| {
                let extension = answer.extension.as_ref();
                extension.is_some_and(|extension| NOTICES.contains(&extension.on))
                    || answer.accepted.no_extension.is_some()
            };
            let Some(answer) = answers.find(|answer| !is_settled(answer)) else { continue };
            if standard.accepted.no_extension.is_some() {
                continue;
            }
            let message = format!(
                "{} is a promise to tell the customer of a later date, and `{}` has no extension, so the \
                 answer still counts as late after its first date. If the new date replaces the first, \
                 write `extension = {{ on = \"delay-notice-sent\", until = \"told\" }}` in that standard. If \
                 it does not, write `accepted = {{ no_extension = \"why\" }}` here",
                standard.id.get_ref(),
                answer.id.get_ref()
            );
            self.report(&standard.id.span(), "standard.kept_by", message);
        }
    }
}

/// Returns true if a notice of a later date keeps a promise, and nothing less than an answer does.
fn is_notice(standard: &StandardFile) -> bool {
    let notice = |kept_by: &Milestone| NOTICES.contains(kept_by);
    standard.kept_by.iter().any(notice)
        && standard
            .kept_by
            .iter()
            .all(|kept_by| notice(kept_by) || *kept_by == Milestone::Responded)
}
