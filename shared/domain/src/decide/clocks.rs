//! Clocks start and stop at milestones.

use chrono::{DateTime, Utc};

use super::draft::Draft;
use super::is_customers;
use crate::contact::{Deadline, DeadlineState, Event, NotOwed};
use crate::organisation::Organisation;
use crate::standards::{Milestone, Standard};

impl Draft<'_> {
    /// Records that a milestone was reached at `at`: keeps what it keeps, starts what it starts.
    pub(super) fn reach(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        self.event(Event::Reached { milestone, at });
        self.contact.milestones.retain(|(other, _)| *other != milestone);
        self.contact.milestones.push((milestone, at));
        self.keep(milestone, at);
        self.start(milestone, at);
    }

    /// Starts the clocks that `milestone` starts.
    fn start(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        let organisation = self.organisation;
        let reached = |m: &Milestone| self.contact.milestones.iter().find(|(other, _)| other == m);
        let facts = self.contact.facts();
        let bound: Vec<(&Standard, DateTime<Utc>)> = organisation
            .standards_for(&facts, at)
            .filter(|standard| standard.starts.contains(&milestone))
            // Of several milestones the last one starts the clock, so all must be there.
            .filter_map(|standard| {
                let all: Option<Vec<_>> = standard.starts.iter().map(reached).collect();
                Some((standard, all?.into_iter().map(|(_, at)| *at).max()?))
            })
            .collect();
        for (standard, starts_at) in bound {
            let running =
                self.contact.deadlines.iter().any(|d| d.standard == standard.id && d.is_owed());
            if !running {
                self.start_clock(standard, starts_at, standard.internal);
            }
        }
    }

    /// Starts one clock.
    pub(super) fn start_clock(
        &mut self,
        standard: &Standard,
        starts_at: DateTime<Utc>,
        internal: bool,
    ) {
        let rounds = self.contact.deadlines.iter().filter(|d| d.standard == standard.id).count();
        let id = match rounds {
            0 => standard.id.clone(),
            n => format!("{}~{}", standard.id, n + 1),
        };
        let dues = match &standard.follows {
            Some(followed) => {
                let followed =
                    self.contact.deadlines.iter().rev().find(|d| &d.standard == followed);
                // Where the followed standard does not bind, there is nothing to be late with.
                let Some(followed) = followed else { return };
                Ok(vec![followed.due_at])
            }
            None => self.organisation.due(standard, starts_at),
        };
        match dues {
            Ok(dues) => {
                let mut deadline = Deadline::new(standard, id, starts_at, &dues);
                deadline.internal |= internal;
                let derivation = match standard.follows {
                    Some(_) => None,
                    None => deadline.derivation(self.organisation),
                };
                self.event(Event::ClockStarted {
                    deadline: deadline.id.clone(),
                    version: standard.version.clone(),
                    due_at: deadline.due_at,
                    derivation,
                });
                self.contact.deadlines.push(deadline);
            }
            Err(outside) => {
                let why = outside.to_string();
                self.event(Event::ClockNotStarted { standard: standard.id.clone(), why });
            }
        }
    }

    /// Keeps the deadlines that `milestone` keeps.
    fn keep(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        let mut events = Vec::new();
        let mut again = Vec::new();
        for deadline in self.contact.deadlines.iter_mut().filter(|d| d.is_owed()) {
            let Some(standard) = self.organisation.standard(&deadline.standard) else { continue };
            let Some(end) = outcome(self.organisation, standard, deadline, milestone, at) else {
                continue;
            };
            events.push(match &end {
                DeadlineState::NotOwed { why } => {
                    Event::NotOwed { deadline: deadline.id.clone(), why: why.clone() }
                }
                end => Event::Kept {
                    deadline: deadline.id.clone(),
                    by: milestone,
                    at,
                    late: matches!(end, DeadlineState::Late { .. }),
                },
            });
            deadline.state = end;
            if standard.again_after == Some(milestone) {
                again.push(standard);
            }
        }
        self.events.extend(events);
        for standard in again {
            // The promise was kept by saying so; that it is said again is a target of our own.
            self.start_clock(standard, at, true);
        }
    }

    /// Takes the deadlines that satisfy `which` off, because they are not owed.
    pub(super) fn not_owed(&mut self, why: &NotOwed, which: impl Fn(&Standard) -> bool) {
        let mut events = Vec::new();
        for deadline in self.contact.deadlines.iter_mut().filter(|d| d.is_owed()) {
            let applies = self.organisation.standard(&deadline.standard).is_some_and(&which);
            if applies {
                deadline.state = DeadlineState::NotOwed { why: why.clone() };
                events.push(Event::NotOwed { deadline: deadline.id.clone(), why: why.clone() });
            }
        }
        self.events.extend(events);
    }

    /// Records the deadlines whose time is over.
    pub(super) fn expire(&mut self) {
        let mut events = Vec::new();
        for deadline in &mut self.contact.deadlines {
            if deadline.state != DeadlineState::Open
                || self.now.timestamp() <= deadline.due_at.timestamp()
            {
                continue;
            }
            if is_customers(self.organisation, &deadline.standard) {
                deadline.state = DeadlineState::Lapsed;
                events.push(Event::Lapsed { deadline: deadline.id.clone() });
            } else {
                deadline.state = DeadlineState::Missed;
                events.push(Event::Breached {
                    deadline: deadline.id.clone(),
                    due_at: deadline.due_at,
                });
            }
        }
        self.events.extend(events);
    }
}

/// What `milestone` makes of a deadline; `None` where it has nothing to do with it.
fn outcome(
    organisation: &Organisation,
    standard: &Standard,
    deadline: &Deadline,
    milestone: Milestone,
    at: DateTime<Utc>,
) -> Option<DeadlineState> {
    let done = |until: DateTime<Utc>| {
        if at.timestamp() <= until.timestamp() {
            DeadlineState::Kept { at, by: milestone }
        } else {
            DeadlineState::Late { at, by: milestone }
        }
    };
    let Some(followed) = &standard.follows else {
        return deadline.kept_until(standard, milestone).map(done);
    };
    if standard.follows_kept_by.contains(&milestone) {
        return Some(done(deadline.due_at));
    }
    // The promise to say that it takes longer ends with the answer itself.
    let followed = organisation.standard(followed)?;
    if !followed.kept_by(milestone) {
        return None;
    }
    Some(match done(deadline.due_at) {
        DeadlineState::Kept { .. } => DeadlineState::NotOwed { why: NotOwed::AnsweredInTime },
        late => late,
    })
}

/// Whether an acknowledgement alone is what a standard asks for.
pub(super) fn asks_only_for_acknowledgement(standard: &Standard) -> bool {
    !standard.arms.is_empty()
        && standard.arms.iter().all(|arm| arm.kept_by.iter().all(|m| *m == Milestone::Acknowledged))
}
