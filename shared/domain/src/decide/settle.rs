//! Deadlines are settled: met, waived, missed.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::start::Start;
use super::transaction::Transaction;
use crate::contact::{Actor, Event};
use crate::deadline::{Deadline, DeadlineState, WaiverReason};
use crate::organisation::Organisation;
use crate::standards::{Milestone, Standard};
use crate::time;

impl<'a> Transaction<'a> {
    /// Meets the deadlines that a milestone meets.
    pub(super) fn meet(&mut self, occurrence: Occurrence) {
        let mut recurring = Vec::new();
        for index in 0..self.contact.deadlines.len() {
            let Some(standard) = self.meet_one(index, occurrence) else { continue };
            if standard.recurs_on(occurrence.milestone) {
                recurring.push((standard, standard.internal));
            } else if standard.recurs_after == Some(occurrence.milestone) {
                // Saying it once met the promise. Saying it again is a target of the provider's own.
                recurring.push((standard, true));
            }
        }
        for (standard, internal) in recurring {
            let start = Start { at: occurrence.at, provisional: false };
            self.start_round(standard, start, internal, Some(occurrence.milestone));
        }
    }

    /// Meets one deadline, if a milestone meets it. Returns the standard that was met.
    pub(super) fn meet_one(
        &mut self,
        index: usize,
        occurrence: Occurrence,
    ) -> Option<&'a Standard> {
        let deadline = self.contact.deadlines.get(index)?;
        let standard = deadline.standard(self.organisation)?;
        let late = matches!(deadline.state, DeadlineState::MetLate { .. });
        if !deadline.is_outstanding() && !late {
            return None;
        }
        let at = occurrence.counts_at(standard, self);
        // Something that happened before a deadline started does not meet it, unless it was agreed for
        // a time ahead and happened early.
        let ahead = deadline.provisional || standard.starts.iter().any(|m| m.is_agreed_time());
        if at < deadline.starts_at && !ahead {
            return None;
        }
        let milestone = occurrence.milestone;
        let outcome = outcome(self.organisation, standard, deadline, milestone, at, self.now)?;
        // Something in time that is recorded afterwards corrects "late", and nothing else does.
        if late && !matches!(outcome, DeadlineState::Met { .. }) {
            return None;
        }
        self.settle(index, outcome);
        Some(standard)
    }

    /// Does to a deadline that started after the fact what a milestone since its start would have done.
    pub(super) fn happened_since(&mut self, index: usize, milestone: Milestone, at: DateTime<Utc>) {
        let occurrence = Occurrence::new(milestone, at);
        let since = self.contact.deadlines.get(index).is_some_and(|d| at >= d.starts_at);
        if since {
            self.meet_one(index, occurrence);
            self.adjust_one(index, occurrence);
        }
    }

    /// Gives a deadline its final state, and records it.
    pub(super) fn settle(&mut self, index: usize, state: DeadlineState) {
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let event = settled(deadline, &state);
        deadline.state = state;
        self.events.extend(event);
    }

    /// Waives the deadlines of standards from which a milestone exempts the contact.
    pub(super) fn exempt(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        if self.is_afterwards(milestone, at) {
            return;
        }
        let organisation = self.organisation;
        let date = |at| time::local(organisation.zone(), at).date();
        // An appointment for later on the same day exempts from now on.
        let known_at = at.min(self.now);
        self.waive(&WaiverReason::Exempted(milestone), |deadline, standard| {
            standard.exempted_by.contains(&milestone)
                && match milestone {
                    // Nobody can say so before the time is over.
                    Milestone::DidNotCome => deadline.starts_at <= at,
                    agreed if agreed.is_agreed_time() => {
                        known_at <= deadline.due_at && date(deadline.starts_at) == date(at)
                    }
                    _ => known_at <= deadline.due_at,
                }
        });
    }

    /// Ends the deadlines of standards that a milestone ends without keeping them.
    ///
    /// What was missed before it ended stays missed, and nothing more is owed for it. If the milestone
    /// shows that the standard never applied, nothing was missed either.
    pub(super) fn end(&mut self, milestone: Milestone, at: DateTime<Utc>, reason: &str) {
        let decided_by = match self.by() {
            Actor::Staff(person) => Some(person.clone()),
            Actor::Customer | Actor::Kept => None,
        };
        let why = WaiverReason::Ended { by: milestone, decided_by, reason: reason.to_owned() };
        let organisation = self.organisation;
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { break };
            let Some(standard) = deadline.standard(organisation) else { continue };
            let other = standard.shares_due_with.as_ref().and_then(|id| organisation.standard(id));
            let ends = |standard: &Standard| standard.ended_by.contains(&milestone);
            if !deadline.is_outstanding() || !(ends(standard) || other.is_some_and(ends)) {
                continue;
            }
            let in_time = at.timestamp() <= deadline.due_at.timestamp() || deadline.is_paused();
            if in_time || standard.was_never_owed(milestone) {
                self.settle(index, DeadlineState::Waived { why: why.clone() });
                continue;
            }
            deadline.abandoned = true;
            if deadline.state == DeadlineState::Open {
                self.settle(index, DeadlineState::Missed);
            }
        }
    }

    /// Returns true if a milestone since the start of a deadline has ended it without keeping it.
    pub(super) fn was_ended(&self, index: usize) -> bool {
        let Some(deadline) = self.contact.deadlines.get(index) else { return false };
        let Some(standard) = deadline.standard(self.organisation) else { return false };
        let other = standard.shares_due_with.as_ref().and_then(|id| self.organisation.standard(id));
        let ending = [Some(standard), other].into_iter().flatten().flat_map(|s| &s.ended_by);
        let mut ended_at = ending.filter_map(|milestone| self.contact.milestone_at(*milestone));
        ended_at.any(|at| deadline.starts_at <= at)
    }

    /// Returns true if a milestone would end what the law asks for without its being kept, so that staff
    /// have to say why.
    pub(super) fn needs_reason(&self, milestone: Milestone) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            deadline.is_outstanding()
                && deadline.standard(self.organisation).is_some_and(|standard| {
                    standard.statutory
                        && !standard.kept_by(milestone)
                        && (standard.ended_by.contains(&milestone)
                            || standard.exempted_by.contains(&milestone))
                })
        })
    }

    /// Waives the open deadlines of standards that no longer apply to the contact.
    pub(super) fn waive_inapplicable(&mut self, why: &WaiverReason) {
        let calendar = self.organisation.own_calendar();
        for index in 0..self.contact.deadlines.len() {
            let waived = self.contact.deadlines.get(index).is_some_and(|deadline| {
                let facts = self.contact.facts();
                let standard = deadline.standard(self.organisation);
                let applies = if deadline.told_date.is_some() {
                    // A date that the customer was told stands, whatever the contact is about.
                    *why == WaiverReason::TriagedOtherwise
                } else {
                    standard.is_some_and(|s| s.applies_at(&facts, deadline.starts_at, calendar))
                };
                // A missed target of the provider's own is no breach, and nobody has to make up for it.
                let target = deadline.internal && deadline.is_outstanding();
                !applies && (deadline.state == DeadlineState::Open || target)
            });
            if waived {
                self.settle(index, DeadlineState::Waived { why: why.clone() });
            }
        }
    }

    /// Turns targets of the provider's own into what was promised or what the law asks for, or the other
    /// way round, as the contact's facts say now. The start and the due time stay.
    pub(super) fn reclassify(&mut self) {
        let (organisation, calendar) = (self.organisation, self.organisation.own_calendar());
        for index in 0..self.contact.deadlines.len() {
            let facts = self.contact.facts();
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            let Some(standard) = deadline.standard(organisation) else { continue };
            let at = deadline.starts_at;
            if standard.applies.iter().all(|applies| !applies.own_target)
                || !standard.applies_at(&facts, at, calendar)
            {
                continue;
            }
            let internal = standard.is_own_target(&facts, at, calendar);
            // A broken promise stays broken.
            if internal == deadline.internal || (internal && deadline.state != DeadlineState::Open)
            {
                continue;
            }
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { break };
            deadline.internal = internal;
            let (id, due_at) = (deadline.id.clone(), deadline.due_at);
            let outcome = settled(deadline, &deadline.state);
            self.event(Event::DeadlineReclassified { deadline: id.clone(), internal, due_at });
            // The figures count it as what it is now.
            let missed = matches!(outcome, Some(Event::DeadlineMissed { .. }));
            self.events.extend(outcome);
            if missed {
                self.prompt_on_breach(&id.standard);
            }
        }
    }

    /// Waives the outstanding deadlines for which `which` returns true.
    pub(super) fn waive(
        &mut self,
        why: &WaiverReason,
        which: impl Fn(&Deadline, &Standard) -> bool,
    ) {
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            let Some(standard) = deadline.standard(self.organisation) else { continue };
            if deadline.is_outstanding() && which(deadline, standard) {
                self.settle(index, DeadlineState::Waived { why: why.clone() });
            }
        }
    }

    /// Takes back the waivers for which `which` returns true. What is overdue by now is missed.
    pub(super) fn restore(&mut self, which: impl Fn(&WaiverReason) -> bool) {
        for index in 0..self.contact.deadlines.len() {
            let waived = self.contact.deadlines.get(index).is_some_and(
                |deadline| matches!(&deadline.state, DeadlineState::Waived { why } if which(why)),
            );
            if waived {
                self.restore_one(index);
            }
        }
        self.expire();
    }

    /// Opens a deadline again that was waived or met.
    pub(super) fn restore_one(&mut self, index: usize) {
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        deadline.state = DeadlineState::Open;
        let (internal, due_at) = (deadline.internal, deadline.due_at);
        let deadline = deadline.id.clone();
        self.event(Event::DeadlineRestored { deadline, internal, due_at });
    }

    /// Records the deadlines that were missed and the windows that closed by now.
    pub(super) fn expire(&mut self) {
        let mut missed = Vec::new();
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            if deadline.state != DeadlineState::Open
                || deadline.is_paused()
                || self.now.timestamp() <= deadline.due_at.timestamp()
            {
                continue;
            }
            if deadline.is_window(self.organisation) {
                self.settle(index, DeadlineState::Lapsed);
            } else {
                missed.push(deadline.id.standard.clone());
                let late = deadline
                    .standard(self.organisation)
                    .and_then(|s| deadline.done_too_late(s, &self.contact.milestones));
                self.settle(index, DeadlineState::Missed);
                if let Some(late) = late {
                    self.settle(index, late);
                }
            }
        }
        for standard in missed {
            self.prompt_on_breach(&standard);
        }
    }
}

/// Returns the event that records the state in which a deadline ends.
fn settled(deadline: &Deadline, state: &DeadlineState) -> Option<Event> {
    let (id, internal, due_at) = (deadline.id.clone(), deadline.internal, deadline.due_at);
    Some(match *state {
        DeadlineState::Open => return None,
        DeadlineState::Met { at, by, ref option } => Event::DeadlineMet {
            deadline: id,
            internal,
            by,
            at,
            option: option.clone(),
            late: false,
        },
        DeadlineState::MetLate { at, by, ref option } => Event::DeadlineMet {
            deadline: id,
            internal,
            by,
            at,
            option: option.clone(),
            late: true,
        },
        DeadlineState::Missed => Event::DeadlineMissed { deadline: id, internal, due_at },
        DeadlineState::Waived { ref why } => {
            Event::DeadlineWaived { deadline: id, internal, why: why.clone() }
        }
        DeadlineState::Lapsed => Event::WindowClosed { deadline: id },
    })
}

/// Returns the state in which a milestone ends a deadline; `None` if it does not.
pub(super) fn outcome(
    organisation: &Organisation,
    standard: &Standard,
    deadline: &Deadline,
    milestone: Milestone,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DeadlineState> {
    let done = |until: DateTime<Utc>| {
        // During a pause nothing is late.
        if at.timestamp() <= until.timestamp() || deadline.is_paused() {
            DeadlineState::Met { at, by: milestone, option: None }
        } else {
            DeadlineState::MetLate { at, by: milestone, option: None }
        }
    };
    let Some(other) = &standard.shares_due_with else {
        return deadline.outcome(standard, milestone, at, now);
    };
    if standard.also_kept_by.contains(&milestone) {
        return Some(done(deadline.due_at));
    }
    // The promise to say if the answer takes longer ends with the answer itself.
    let other = organisation.standard(other)?;
    if !other.kept_by(milestone) {
        return None;
    }
    Some(match done(deadline.due_at) {
        DeadlineState::Met { .. } => DeadlineState::Waived { why: WaiverReason::AnsweredInTime },
        late => late,
    })
}

/// Returns true if an acknowledgement is all that a standard asks for.
pub(super) fn asks_only_for_acknowledgement(standard: &Standard) -> bool {
    !standard.options.is_empty()
        && standard
            .options
            .iter()
            .all(|option| option.kept_by.iter().all(|m| *m == Milestone::Acknowledged))
}
