//! The totals of a comparison. They grow with the number of promises and days, not with the number of
//! contacts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::standards::StandardId;
use serde::Serialize;

use super::outcome::{Compared, Outcome};

/// The outcomes of one promise.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Tally {
    pub(super) contacts: usize,
    pub(super) kept: usize,
    pub(super) broken: usize,
    pub(super) unanswered: usize,
}

/// The totals. Each pair is under A and under B.
pub(super) struct Totals {
    /// The time zone in which reminders are counted by day.
    zone: Tz,
    pub(super) compared: usize,
    pub(super) later: usize,
    pub(super) earlier: usize,
    /// Contacts that have a date under one set only.
    pub(super) only_one: usize,
    /// Contacts with a broken promise.
    pub(super) broken: [usize; 2],
    pub(super) unanswered: usize,
    /// Outcomes by standard.
    pub(super) promises: BTreeMap<StandardId, [Tally; 2]>,
    /// Reminders by team and local day.
    pub(super) reminders: BTreeMap<(String, NaiveDate), [usize; 2]>,
}

impl Totals {
    pub(super) fn new(zone: Tz) -> Self {
        Self {
            zone,
            compared: 0,
            later: 0,
            earlier: 0,
            only_one: 0,
            broken: [0; 2],
            unanswered: 0,
            promises: BTreeMap::new(),
            reminders: BTreeMap::new(),
        }
    }

    /// Contacts whose date differs between the two sets.
    pub(super) fn changed(&self) -> usize {
        self.later + self.earlier + self.only_one
    }

    /// Adds a contact. Returns true if its date differs.
    pub(super) fn add(&mut self, Compared { contact, under }: &Compared) -> bool {
        self.compared += 1;
        self.unanswered += usize::from(contact.answered_at.is_none());
        for (side, under) in under.iter().enumerate() {
            let mut broken = false;
            for promise in &under.promises {
                let tally = &mut self.promises.entry(promise.standard.clone()).or_default()[side];
                tally.contacts += 1;
                match contact.outcome(promise) {
                    Outcome::Kept => tally.kept += 1,
                    Outcome::Unanswered => tally.unanswered += 1,
                    Outcome::Late => {
                        tally.broken += 1;
                        broken |= !promise.internal;
                    }
                }
            }
            self.broken[side] += usize::from(broken);
            for (at, _) in &under.reminders {
                let day = (contact.team.clone(), at.with_timezone(&self.zone).date_naive());
                self.reminders.entry(day).or_default()[side] += 1;
            }
        }
        let dates = under.each_ref().map(|under| under.promises.first().map(|p| p.due_at));
        match dates {
            [Some(a), Some(b)] if a < b => self.later += 1,
            [Some(a), Some(b)] if b < a => self.earlier += 1,
            [Some(_), None] | [None, Some(_)] => self.only_one += 1,
            _ => return false,
        }
        true
    }
}
