//! Promises to tell the customer of a later date that change no due time.

use super::Lints;
use super::applies::can_both_apply;
use crate::standards::{Milestone, StandardFile};
use crate::toml_file::Located;

/// The milestones by which a customer is told of a later date. A delay notice can be both.
const NOTICES: [Milestone; 2] = [Milestone::DelayNoticeSent, Milestone::ExtensionNotified];

impl Lints<'_> {
    /// Finds promises to tell the customer of a later date if no answer has an extension that follows it.
    pub(super) fn notices(&mut self) {
        let written = self.written;
        for standard in written.standard.iter().filter(|standard| is_notice(standard)) {
            let shared = standard.shares_due_with.as_ref().map(Located::get_ref);
            let answers = written.standard.iter().filter(|other| match shared {
                Some(id) => other.id.get_ref() == id,
                None => {
                    !is_notice(other) && can_both_apply(&standard.applies_to.0, &other.applies_to.0)
                }
            });
            let answers: Vec<_> = answers.collect();
            let settled = answers.iter().any(|answer| {
                let extension = answer.extension.as_ref();
                extension.is_some_and(|extension| NOTICES.contains(&extension.on))
                    || answer.accepted.no_extension.is_some()
            });
            if settled || standard.accepted.no_extension.is_some() {
                continue;
            }
            let answer = match (shared, answers.as_slice()) {
                (Some(id), _) => format!("`{id}`"),
                (None, _) => "the answer that is late".to_owned(),
            };
            let message = format!(
                "{} is a promise to tell the customer of a later date, and {answer} has no extension, so \
                 the answer still counts as late after its first date. If the new date replaces the \
                 first, write `extension = {{ on = \"delay-notice-sent\", until = \"told\" }}` in that \
                 standard. If it does not, write `accepted = {{ no_extension = \"why\" }}` here",
                standard.id.get_ref()
            );
            self.report(&standard.id.span(), "standard.kept_by", message);
        }
    }
}

/// Returns true if nothing but a notice of a later date keeps a promise.
fn is_notice(standard: &StandardFile) -> bool {
    !standard.kept_by.is_empty() && standard.kept_by.iter().all(|kept_by| NOTICES.contains(kept_by))
}
