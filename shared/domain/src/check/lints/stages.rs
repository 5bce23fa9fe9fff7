//! Stages that the complaints procedure does not have.

use super::Lints;
use crate::organisation::Organisation;
use crate::standards::{Applies, Milestone, OwedBy, StandardFile};

impl Lints<'_> {
    /// Finds rows for a stage that the organisation does not have, and invitations to one. The number of
    /// a statutory pack replaces the organisation's own.
    pub(super) fn stages(&mut self) {
        let written = self.written;
        let number = self.number_of_stages();
        for row in written.rows() {
            let standard = written.standard.iter().find(|s| s.id.get_ref().as_str() == row.id);
            if standard.is_some_and(|standard| standard.accepted.stage.is_some()) {
                continue;
            }
            let stage = row.applies_to.iter().filter_map(|applies: &Applies| applies.stage).max();
            let message = match (&number, stage) {
                (Some((stages, source)), Some(stage)) if stage > *stages => format!(
                    "can never apply: it is for stage {stage}, and {source} says {stages}. Correct the \
                     stage, or remove the row"
                ),
                (Some((stages, source)), _)
                    if standard.is_some_and(is_invitation) && stage.unwrap_or(1) >= *stages =>
                {
                    format!(
                        "is a time to ask for stage {}, and {source} says {stages}, so nobody is invited \
                         to it. Correct the stage, or remove the row",
                        stage.unwrap_or(1).saturating_add(1)
                    )
                }
                (None, None) if standard.is_some_and(is_invitation) => {
                    "is a time to ask for the next stage, and nothing says that there is one, so nobody is \
                     invited to it. Write `complaint_stages` in [pack]"
                        .to_owned()
                }
                _ => continue,
            };
            self.report(&row.at, &format!("{}.applies_to", row.table), message);
        }
    }

    /// Returns the number of stages of the complaints procedure, with the source of that number; `None`
    /// if nothing names a stage.
    fn number_of_stages(&self) -> Option<(u8, String)> {
        let pack = &self.written.pack;
        let own = pack.complaint_stages.as_ref().map(|stages| *stages.get_ref());
        let own = own.map(|stages| (stages, "pack.complaint_stages".to_owned()));
        if pack.statutory {
            return own;
        }
        let of_packs = |statutory: bool| {
            let packs = self.organisation.into_iter().flat_map(Organisation::packs);
            let others = packs.filter(|other| other.id != pack.id && other.statutory == statutory);
            others.filter_map(|other| Some((other.complaint_stages?, &other.id))).max()
        };
        let law = of_packs(true)
            .map(|(stages, id)| (stages, format!("`{id}`, which replaces your own number,")));
        let is_kept = |organisation: &Organisation| {
            organisation.packs().iter().any(|kept| kept.id == pack.id)
        };
        let beside = of_packs(false).filter(|_| self.organisation.is_some_and(is_kept));
        let beside = beside.map(|(stages, id)| (stages, format!("`{id}`")));
        let rows = self.written.rows();
        let named = rows.iter().flat_map(|row| row.applies_to).filter_map(|applies| applies.stage);
        let named = named.max().map(|stages| (stages, "the last stage in this pack".to_owned()));
        law.or(own).or(beside.into_iter().chain(named).max_by_key(|(stages, _)| *stages))
    }
}

/// Returns true if a standard is the customer's time to ask for the next stage.
fn is_invitation(standard: &StandardFile) -> bool {
    standard.owed_by == OwedBy::Customer && standard.kept_by.contains(&Milestone::Escalated)
}
