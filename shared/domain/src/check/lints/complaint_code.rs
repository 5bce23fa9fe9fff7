//! Promises about complaints that contradict the Housing Ombudsman's Complaint Handling Code. The file is
//! sound, but whoever publishes such a promise should know.

use super::Lints;
use crate::standards::{Applies, Category, Milestone, OutOfHours, OwedBy, StandardFile, Within};

/// The working days that the Code allows for an acknowledgement (6.2, 6.11).
const ACKNOWLEDGEMENT_DAYS: u32 = 5;

impl Lints<'_> {
    pub(super) fn complaint_code(&mut self) {
        self.procedure();
        let written = self.written;
        for standard in &written.standard {
            if standard.owed_by == OwedBy::Customer {
                if standard.kept_by.contains(&Milestone::Escalated) {
                    self.cut_offs(standard);
                }
            } else if let Some(stage) = complaint_stage(&standard.applies_to.0) {
                self.times(standard, stage);
            }
        }
    }

    /// Finds stages that the Code does not allow.
    fn procedure(&mut self) {
        let pack = &self.written.pack;
        if let Some(stages) = &pack.complaint_stages
            && *stages.get_ref() != 2
        {
            let message = format!(
                "the procedure has {} stages. The Complaint Handling Code allows two, no more and no \
                 fewer",
                stages.get_ref()
            );
            self.report(&stages.span(), "pack.complaint_stages", message);
        }
        if let Some(informal) = &pack.informal_stage
            && *informal.get_ref()
        {
            let message = "the procedure begins with an informal stage. The Complaint Handling Code \
                           allows none, so offer the formal procedure at once";
            self.report(&informal.span(), "pack.informal_stage", message);
        }
    }

    /// Finds times after which the customer can no longer ask for the next stage.
    fn cut_offs(&mut self, standard: &StandardFile) {
        for within in times_allowed(standard) {
            let message = format!(
                "{} gives the customer {within} to ask for the next stage. The Complaint Handling Code \
                 has no such cut-off, so accept late requests all the same",
                standard.id.get_ref()
            );
            self.report(&standard.id.span(), "standard.owed_by", message);
        }
    }

    /// Finds acknowledgements and answers that may come later than the Code allows.
    fn times(&mut self, standard: &StandardFile, stage: u8) {
        let (at, id) = (standard.id.span(), standard.id.get_ref());
        let out_of_hours = standard.out_of_hours.or(self.written.counting.out_of_hours);
        let deferred = u32::from(out_of_hours.unwrap_or_default() != OutOfHours::Counts);
        // An either-or promise is missed when the time of its last option is over.
        let times = times_allowed(standard).map(|within| (working_days(within) + deferred, within));
        let Some((days, within)) = times.max_by_key(|(days, _)| *days) else { return };
        let kept_by = |milestone| {
            standard.kept_by.contains(&milestone)
                || standard.option.iter().any(|option| option.kept_by.contains(&milestone))
        };
        if kept_by(Milestone::Acknowledged) || kept_by(Milestone::ComplaintDefined) {
            if days > ACKNOWLEDGEMENT_DAYS {
                let message = format!(
                    "{id} acknowledges a complaint within {within}. The Complaint Handling Code (6.2, \
                     6.11) allows {ACKNOWLEDGEMENT_DAYS} working days"
                );
                self.report(&at, "standard.within", message);
            }
            let receipt = [Milestone::Received, Milestone::Escalated];
            if !standard.starts.0.iter().any(|start| receipt.contains(start)) {
                let starts: Vec<_> = standard.starts.0.iter().map(Milestone::as_str).collect();
                let message = format!(
                    "{id} counts the acknowledgement of a complaint from {}. The Complaint Handling Code \
                     (6.2) counts its {ACKNOWLEDGEMENT_DAYS} working days from receipt, whoever has the \
                     complaint",
                    starts.join(" and ")
                );
                self.report(&at, "standard.starts", message);
            }
        } else if kept_by(Milestone::Responded) && !kept_by(Milestone::Updated) {
            let (allowed, clause) = if stage == 2 { (20, "6.14") } else { (10, "6.3") };
            if days > allowed {
                let message = format!(
                    "{id} answers a complaint within {within}. The Complaint Handling Code ({clause}) \
                     allows {allowed} working days from its acknowledgement, and that date may come first"
                );
                self.report(&at, "standard.within", message);
            }
        }
    }
}

/// Returns the times that a standard allows: its own, or those of its options.
fn times_allowed(standard: &StandardFile) -> impl Iterator<Item = Within> {
    let own = standard.within.as_ref().map(|within| *within.get_ref());
    own.into_iter().chain(standard.option.iter().map(|option| option.within))
}

/// Returns the stage of the complaints that a promise is for, or `None` if it is not for complaints
/// alone. Without a stage it is stage 1, where every complaint begins.
fn complaint_stage(applies: &[Applies]) -> Option<u8> {
    let complaint = |part: &Applies| {
        let [category] = part.category.as_slice() else { return None };
        (category.as_str() == Category::COMPLAINT).then(|| part.stage.unwrap_or(1))
    };
    let stages: Option<Vec<u8>> = applies.iter().map(complaint).collect();
    stages?.into_iter().min()
}

/// Returns a duration in working days, for a comparison. A week has five, a month twenty.
fn working_days(within: Within) -> u32 {
    let days = |days: u32| (days * 5).div_ceil(7);
    match within {
        Within::WorkingDays(n) | Within::ClearWorkingDays(n) => u32::from(n),
        Within::CalendarDays(n) => days(u32::from(n)),
        Within::CalendarMonths(n) => u32::from(n) * 20,
        Within::Elapsed(seconds) => days(seconds / 86_400),
        Within::OfficeTime(_) | Within::Immediately | Within::AgreedTime => 0,
    }
}
