//! The due dates that an id of a pack stands for, without a contact.

use chrono::{DateTime, NaiveDate, Utc};

use super::Derivation;
use crate::calendar::{Nation, Observed, OutsideCalendar};
use crate::organisation::Organisation;
use crate::standards::{
    Counting, DueAt, IfNotWorking, Milestone, OutOfHours, Pack, StandardId, Within,
};
use crate::time;

/// The rule by which a standard, one option of it, or a measure gets its due date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRule {
    /// The id of the standard, option or measure.
    pub id: String,
    /// The options, by id, each with its counting; never empty.
    pub options: Vec<(String, Counting)>,
    /// The standard whose due date it shares, and whose options these are.
    pub shares_due_with: Option<StandardId>,
    /// The milestone that starts it; the last of several that carries no agreed time, if there is one.
    pub starts: Milestone,
    /// The nations whose landlords it binds; all of them if it is empty.
    pub nations: Vec<Nation>,
    /// The milestone that carries an agreed time, if one of those that start it does.
    pub agreed: Option<Milestone>,
    /// The first day on which it binds, by the organisation's local date.
    pub effective_from: Option<NaiveDate>,
    /// The last day on which it binds, by the organisation's local date.
    pub effective_until: Option<NaiveDate>,
}

impl Pack {
    /// Returns the rule of a standard, of one of its options, or of a measure with a duration.
    ///
    /// ```
    /// use domain::library::{built_in_pack, load_built_in};
    /// use domain::standards::Pack;
    ///
    /// let pack = Pack::parse("lhh.toml", built_in_pack("lhh").unwrap())?;
    /// let rule = pack.due_rule("lhh-letter-response").unwrap();
    /// let (_, derivation) = rule.derive(&load_built_in("lhh")?, "2026-06-01T09:00:00Z".parse()?)?;
    /// assert_eq!(derivation.due_at().to_string(), "2026-06-15 17:00:00 +01:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn due_rule(&self, id: &str) -> Option<DueRule> {
        for standard in &self.standards {
            let shares_due_with = standard.shares_due_with.as_ref();
            let counted = shares_due_with
                .and_then(|id| self.standards.iter().find(|other| other.id == *id))
                .unwrap_or(standard);
            let whole = standard.id == *id;
            let options: Vec<_> = counted
                .options
                .iter()
                .filter(|option| whole || (shares_due_with.is_none() && option.id == id))
                .map(|option| (option.id.clone(), option.counting))
                .collect();
            if !options.is_empty() {
                let happens = standard.starts.iter().rfind(|milestone| !milestone.is_agreed_time());
                return Some(DueRule {
                    id: id.to_owned(),
                    options,
                    shares_due_with: shares_due_with.cloned(),
                    starts: happens
                        .or(standard.starts.last())
                        .copied()
                        .unwrap_or(Milestone::Received),
                    nations: self.nations.clone(),
                    agreed: standard.starts.iter().copied().find(|m| m.is_agreed_time()),
                    effective_from: standard.effective_from,
                    effective_until: standard.effective_until,
                });
            }
        }
        let measure = self.measures.iter().find(|measure| measure.id == id)?;
        Some(DueRule {
            id: id.to_owned(),
            options: vec![(id.to_owned(), elapsed(measure.target()?))],
            shares_due_with: None,
            starts: Milestone::Received,
            nations: self.nations.clone(),
            agreed: None,
            effective_from: self.effective_from,
            effective_until: None,
        })
    }

    /// Returns the ids for which [`Pack::due_rule`] has a rule, in the order of the file.
    pub fn due_rule_ids(&self) -> impl Iterator<Item = &str> {
        let standards = self.standards.iter().flat_map(|standard| {
            let options = standard.options.iter().map(|option| option.id.as_str());
            std::iter::once(standard.id.as_str()).chain(options.filter(|id| standard.id != **id))
        });
        let measures = self.measures.iter().filter(|measure| measure.target().is_some());
        standards.chain(measures.map(|measure| measure.id.as_str()))
    }
}

/// Returns the counting of a measure, which takes the time of a case from its start at any hour.
fn elapsed(within: Within) -> Counting {
    Counting {
        within,
        due: DueAt::Close,
        out_of_hours: OutOfHours::Counts,
        if_not_working: IfNotWorking::Stays,
        calendar: Observed::Provider,
    }
}

impl DueRule {
    /// Returns true if the rule binds landlords of an organisation's nation.
    #[must_use]
    pub fn binds_in_nation_of(&self, organisation: &Organisation) -> bool {
        self.nations.is_empty() || self.nations.contains(&organisation.nation)
    }

    /// Returns true if the rule binds a contact for which it starts at `at`.
    #[must_use]
    pub fn in_force(&self, organisation: &Organisation, at: DateTime<Utc>) -> bool {
        if self.effective_from.is_none() && self.effective_until.is_none() {
            return true;
        }
        let date = time::local(organisation.zone(), at).date();
        self.effective_from.is_none_or(|from| from <= date)
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// Returns the rule as it counts from the agreed time, if it can.
    #[must_use]
    pub fn from_agreed_time(&self) -> Option<Self> {
        Some(Self { starts: self.agreed?, ..self.clone() })
    }

    /// Returns the option that is due last, with the account of its due date. Until then the promise
    /// can be kept.
    ///
    /// # Errors
    /// Returns an error if a date lies outside the calendar.
    pub fn derive(
        &self,
        organisation: &Organisation,
        start: DateTime<Utc>,
    ) -> Result<(&str, Derivation), OutsideCalendar> {
        let start = start.timestamp();
        let derive = |counting: &Counting| {
            let calendar = organisation.calendar(counting.calendar);
            counting.derive_from(calendar, start, self.starts)
        };
        if let [(id, counting)] = self.options.as_slice() {
            return Ok((id, derive(counting)?));
        }
        let mut last: Option<(i64, &str, &Counting)> = None;
        for (id, counting) in &self.options {
            let due = counting.due_seconds(organisation.calendar(counting.calendar), start)?;
            if last.is_none_or(|(latest, ..)| due > latest) {
                last = Some((due, id, counting));
            }
        }
        match last {
            Some((_, id, counting)) => Ok((id, derive(counting)?)),
            None => Ok((&self.id, Derivation { steps: Vec::new() })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{built_in_pack, built_in_packs};

    fn pack(id: &str) -> Pack {
        Pack::parse(id, built_in_pack(id).unwrap()).unwrap()
    }

    #[test]
    fn standards_options_standards_that_share_a_due_date_and_measures_have_rules() {
        let kht = pack("kht-service-standards");
        assert_eq!(kht.due_rule("kht-complaint-ack").unwrap().options.len(), 2);
        let letter = kht.due_rule("kht-complaint-ack-letter").unwrap();
        assert_eq!(letter.options[0].1.within, Within::WorkingDays(3));
        assert_eq!(letter.starts, Milestone::Received);
        let call = kht.due_rule("kht-call-answer").unwrap();
        assert_eq!(call.options[0].1.within, Within::Elapsed(30));
        let delay = pack("lhh").due_rule("lhh-complaint-delay").unwrap();
        assert_eq!(delay.shares_due_with, Some("lhh-complaint-response".into()));
        assert_eq!(delay.options[0].1.within, Within::WorkingDays(10));
        assert_eq!(kht.due_rule("kht-visit-id"), None, "required wording has no due date");
        assert_eq!(pack("lhh").due_rule("lhh-abandon"), None, "a rate has no due date");
    }

    #[test]
    fn every_id_that_is_listed_has_a_rule() {
        for id in built_in_packs() {
            let pack = pack(id);
            for rule in pack.due_rule_ids() {
                assert!(pack.due_rule(rule).is_some(), "{id}: {rule}");
            }
        }
    }
}
