//! What an id in a pack counts: what a list of dates asks for, where there is no contact to ask about.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Counting, Milestone, Pack, StandardId, Within};
use crate::calendar::{Observed, OutsideCalendar};
use crate::deadline::{Derivation, Step};
use crate::organisation::Organisation;
use crate::standards::{DueAt, IfNotWorking, OutOfHours};
use crate::time;

/// The clock of a standard, of one way of keeping an either-or promise, or of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What was asked for.
    pub id: String,
    /// The ways of keeping it, each with its duration; never empty.
    pub options: Vec<(String, Counting)>,
    /// The standard whose due time it shares, and whose ways these are.
    pub shares_due_with: Option<StandardId>,
    /// What starts it; of several, the last.
    pub starts: Milestone,
    /// First day on which it binds.
    pub effective_from: Option<NaiveDate>,
    /// Last day on which it binds.
    pub effective_until: Option<NaiveDate>,
}

impl Pack {
    /// The clock of a standard, of one of the ways of keeping it, or of a measure with a duration.
    #[must_use]
    pub fn clock(&self, id: &str) -> Option<Clock> {
        for standard in &self.standards {
            let followed = standard.shares_due_with.as_ref();
            let counted = followed
                .and_then(|id| self.standards.iter().find(|other| other.id == *id))
                .unwrap_or(standard);
            let whole = standard.id == *id;
            let options: Vec<_> = counted
                .options
                .iter()
                .filter(|option| whole || (followed.is_none() && option.id == id))
                .map(|option| (option.id.clone(), option.counting))
                .collect();
            if !options.is_empty() {
                return Some(Clock {
                    id: id.to_owned(),
                    options,
                    shares_due_with: standard.shares_due_with.clone(),
                    starts: standard.starts.last().copied().unwrap_or(Milestone::Received),
                    effective_from: standard.effective_from,
                    effective_until: standard.effective_until,
                });
            }
        }
        let measure = self.measures.iter().find(|measure| measure.id == id)?;
        Some(Clock {
            id: id.to_owned(),
            options: vec![(id.to_owned(), elapsed(measure.within?))],
            shares_due_with: None,
            starts: Milestone::Received,
            effective_from: self.effective_from,
            effective_until: None,
        })
    }

    /// The ids that [`Pack::clock`] knows, in the order of the file.
    pub fn clocks(&self) -> impl Iterator<Item = &str> {
        let standards = self.standards.iter().flat_map(|standard| {
            let options = standard.options.iter().map(|option| option.id.as_str());
            std::iter::once(standard.id.as_str()).chain(options.filter(|id| standard.id != **id))
        });
        let measures = self.measures.iter().filter(|measure| measure.within.is_some());
        standards.chain(measures.map(|measure| measure.id.as_str()))
    }
}

/// A measure times a case from its start, at whatever hour.
fn elapsed(within: Within) -> Counting {
    Counting {
        within,
        due: DueAt::Close,
        out_of_hours: OutOfHours::Counts,
        if_not_working: IfNotWorking::Stays,
        calendar: Observed::Provider,
    }
}

impl Clock {
    /// Whether it binds what starts at `at`, by the organisation's date.
    #[must_use]
    pub fn in_force(&self, organisation: &Organisation, at: DateTime<Utc>) -> bool {
        if self.effective_from.is_none() && self.effective_until.is_none() {
            return true;
        }
        let date = time::local(organisation.zone(), at).date();
        self.effective_from.is_none_or(|from| from <= date)
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// The way that is due last, and how its date is found: until then the promise can be kept.
    ///
    /// # Errors
    /// When a date lies outside the calendar.
    pub fn derive(
        &self,
        organisation: &Organisation,
        start: DateTime<Utc>,
    ) -> Result<(&str, Derivation), OutsideCalendar> {
        let start = start.timestamp();
        let mut last: Option<(i64, &str, Counting)> = None;
        for (id, counting) in &self.options {
            let due = counting.due_seconds(organisation.calendar(counting.calendar), start)?;
            if last.is_none_or(|(latest, ..)| due > latest) {
                last = Some((due, id, *counting));
            }
        }
        match last {
            Some((_, id, counting)) => {
                let calendar = organisation.calendar(counting.calendar);
                let mut derivation = counting.derive(calendar, start)?;
                if let Some(Step::Received { milestone, .. }) = derivation.steps.first_mut() {
                    *milestone = self.starts;
                }
                Ok((id, derivation))
            }
            None => Ok((&self.id, Derivation { steps: Vec::new() })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::built_in_pack;

    fn pack(id: &str) -> Pack {
        Pack::parse(id, built_in_pack(id).unwrap()).unwrap()
    }

    #[test]
    fn a_standard_a_way_of_keeping_it_a_follower_and_a_measure_have_clocks() {
        let kht = pack("kht-service-standards");
        assert_eq!(kht.clock("kht-complaint-ack").unwrap().options.len(), 2);
        let letter = kht.clock("kht-complaint-ack-letter").unwrap();
        assert_eq!(letter.options[0].1.within, Within::WorkingDays(3));
        assert_eq!(letter.starts, Milestone::Received);
        let call = kht.clock("kht-call-answer").unwrap();
        assert_eq!(call.options[0].1.within, Within::Elapsed(30));
        let follower = pack("lhh").clock("lhh-complaint-delay").unwrap();
        assert_eq!(follower.shares_due_with, Some("lhh-complaint-response".into()));
        assert_eq!(follower.options[0].1.within, Within::WorkingDays(10));
        assert_eq!(kht.clock("kht-visit-id"), None, "content has no clock");
        assert_eq!(pack("lhh").clock("lhh-abandon"), None, "a rate has no clock");
    }

    #[test]
    fn every_id_that_is_listed_has_a_clock() {
        for id in crate::standards::built_in_packs() {
            let pack = pack(id);
            for clock in pack.clocks() {
                assert!(pack.clock(clock).is_some(), "{id}: {clock}");
            }
        }
    }
}
