//! Promises about complaints that contradict the Housing Ombudsman's Complaint Handling Code. Nothing
//! is wrong with the file: whoever publishes such a promise should know.

use super::lints::Lints;
use crate::standards::{
    Applies, Category, Milestone, OutOfHours, OwedBy, PackFile, StandardFile, Within,
};
use crate::toml_file::OneOrMore;

impl Lints<'_> {
    /// What the procedure as a whole has that the Code does not allow.
    pub(super) fn procedure(&mut self, written: &PackFile) {
        if let Some(stages) = &written.pack.complaint_stages
            && *stages.get_ref() != 2
        {
            let message = format!(
                "the procedure has {} stages; the Complaint Handling Code allows two, no more and no \
                 fewer",
                stages.get_ref()
            );
            self.report(&stages.span(), "pack.complaint_stages", message);
        }
        if let Some(informal) = &written.pack.informal_stage
            && *informal.get_ref()
        {
            let message = "the procedure begins with an informal stage; the Complaint Handling Code \
                           allows none, so offer the formal procedure at once";
            self.report(&informal.span(), "pack.informal_stage", message);
        }
    }

    /// A promise about complaints that gives the provider longer, or the customer less, than the Code.
    pub(super) fn against_the_code(&mut self, standard: &StandardFile, written: &PackFile) {
        let at = standard.id.span();
        let id = standard.id.get_ref();
        let own = standard.within.as_ref().map(|within| *within.get_ref());
        let options = own.into_iter().chain(standard.option.iter().map(|option| option.within));
        let kept_by: Vec<Milestone> = standard
            .kept_by
            .iter()
            .chain(standard.option.iter().flat_map(|option| &option.kept_by))
            .copied()
            .collect();
        if standard.owed_by == OwedBy::Customer {
            for within in options {
                let message = format!(
                    "{id} gives the customer {within} to ask for the next stage; the Complaint \
                     Handling Code knows no such cut-off, so take late requests all the same"
                );
                self.report(&at, "standard.owed_by", message);
            }
            return;
        }
        let Some(stage) = complaint_stage(&standard.applies_to) else { return };
        let deferred = standard.out_of_hours.or(written.counting.out_of_hours).unwrap_or_default();
        let later = u32::from(deferred != OutOfHours::Counts);
        // Of an either-or promise the last way counts: only then is it broken.
        let Some((days, within)) =
            options.map(|w| (working_days(w) + later, w)).max_by_key(|w| w.0)
        else {
            return;
        };
        let kept = |milestone| kept_by.contains(&milestone);
        let acknowledges = kept(Milestone::Acknowledged) || kept(Milestone::ComplaintDefined);
        if acknowledges {
            if days > 5 {
                let message = format!(
                    "{id} acknowledges a complaint within {within}; the Complaint Handling Code \
                     (6.2, 6.11) allows 5 working days"
                );
                self.report(&at, "standard.within", message);
            }
            let from_receipt = [Milestone::Received, Milestone::Escalated];
            if !standard.starts.0.iter().any(|start| from_receipt.contains(start)) {
                let starts: Vec<_> = standard.starts.0.iter().map(|m| m.as_str()).collect();
                let message = format!(
                    "{id} counts the acknowledgement of a complaint from {}; the Complaint Handling \
                     Code (6.2) counts its 5 working days from receipt, whoever has the complaint",
                    starts.join(" and ")
                );
                self.report(&at, "standard.starts", message);
            }
        } else if kept(Milestone::Responded) {
            let (most, clause) = if stage == 2 { (20, "6.14") } else { (10, "6.3") };
            if days > most {
                let message = format!(
                    "{id} answers a complaint within {within}; the Complaint Handling Code ({clause}) \
                     allows {most} working days from its acknowledgement, and that date may come first"
                );
                self.report(&at, "standard.within", message);
            }
        }
    }
}

/// The stage of the complaints that a promise is about; `None` where it is not about complaints alone.
/// Without a stage it is the first: every complaint begins there.
fn complaint_stage(applies: &OneOrMore<Applies>) -> Option<u8> {
    let complaint = |part: &Applies| {
        let [category] = part.category.as_slice() else { return None };
        (category.as_str() == Category::COMPLAINT).then(|| part.stage.unwrap_or(1))
    };
    let stages: Option<Vec<u8>> = applies.0.iter().map(complaint).collect();
    stages?.into_iter().min()
}

/// A duration in working days, for comparing: a week has five.
fn working_days(within: Within) -> u32 {
    let days = |days: u32| (days * 5).div_ceil(7);
    match within {
        Within::WorkingDays(n) => u32::from(n),
        Within::CalendarDays(n) => days(u32::from(n)),
        Within::CalendarMonths(n) => u32::from(n) * 20,
        Within::Elapsed(seconds) => days(seconds / 86_400),
        Within::OfficeTime(_) | Within::AgreedTime => 0,
    }
}
