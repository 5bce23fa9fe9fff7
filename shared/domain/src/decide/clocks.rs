//! Clocks start, move, stand still and stop at milestones.

use chrono::{DateTime, NaiveDate, Utc};

use super::is_customers;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{Deadline, DeadlineState, ExtensionGiven, WaiverReason};
use crate::organisation::Organisation;
use crate::standards::{Milestone, ProvisionalStart, Standard};
use crate::time;

/// How something happened, where that matters to a clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// It is on its way by post.
    pub(super) by_post: bool,
    /// The date that the customer was told.
    pub(super) until: Option<NaiveDate>,
}

impl Transaction<'_> {
    /// Records that a milestone was reached at `at`: keeps what it keeps, starts what it starts.
    pub(super) fn record_milestone(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        self.record_milestone_with(milestone, at, Manner::default());
    }

    /// [`Transaction::record_milestone`], where it matters how.
    pub(super) fn record_milestone_with(
        &mut self,
        milestone: Milestone,
        at: DateTime<Utc>,
        manner: Manner,
    ) {
        self.event(Event::MilestoneRecorded { milestone, at, by_post: manner.by_post });
        self.contact.milestones.retain(|(other, _)| *other != milestone);
        self.contact.milestones.push((milestone, at));
        self.keep(milestone, at, manner);
        self.exempt(milestone, at);
        self.adjust(milestone, at, manner);
        self.start(milestone, at, manner);
        self.prompt_on(milestone);
    }

    /// When something counts for a standard: where it has to have arrived, a letter counts when the
    /// office opens on the day on which the post brings it.
    fn counts_at(&self, standard: &Standard, at: DateTime<Utc>, manner: Manner) -> DateTime<Utc> {
        let Some(days) = standard.post.filter(|_| manner.by_post) else { return at };
        let calendar = self.organisation.own_calendar();
        let brought = || {
            let day =
                calendar.working_day_after(calendar.day_of(at.timestamp()).ok()?, days).ok()?;
            DateTime::from_timestamp(calendar.opening(day)?, 0)
        };
        brought().map_or(at, |brought| brought.max(at))
    }

    /// Starts the clocks that `milestone` starts, for good or until what starts them happens.
    fn start(&mut self, milestone: Milestone, at: DateTime<Utc>, manner: Manner) {
        let mut bound: Vec<(&Standard, DateTime<Utc>, bool)> = Vec::new();
        for standard in self.organisation.standards_for(&self.contact.facts(), at) {
            let at = self.counts_at(standard, at, manner);
            if standard.starts.contains(&milestone) {
                if let Some(starts_at) = self.begun_at(standard) {
                    bound.push((standard, starts_at.max(at), false));
                }
            } else if standard.provisional_start == Some(ProvisionalStart::Milestone(milestone))
                && self.begun_at(standard).is_none_or(|begun| begun < at)
            {
                bound.push((standard, at, true));
            }
        }
        // What follows another starts after it.
        bound.sort_by_key(|(standard, ..)| standard.shares_due_with.is_some());
        for (standard, starts_at, provisional) in bound {
            let running = self
                .contact
                .deadlines
                .iter()
                .position(|d| d.standard == standard.id && d.is_outstanding());
            match running {
                None if self.is_exempt(standard) => {}
                None => self.start_clock(standard, starts_at, standard.internal, provisional),
                Some(index) if !provisional => self.begin(index, starts_at),
                Some(_) => {}
            }
        }
    }

    /// When what starts a standard's clock had all happened; of several milestones the last counts,
    /// so all must be there.
    pub(super) fn begun_at(&self, standard: &Standard) -> Option<DateTime<Utc>> {
        let reached = |m: &Milestone| self.contact.milestone_at(*m);
        let all: Option<Vec<_>> = standard.starts.iter().map(reached).collect();
        all?.into_iter().max()
    }

    fn is_exempt(&self, standard: &Standard) -> bool {
        standard.exempted_by.iter().any(|m| self.contact.milestone_at(*m).is_some())
    }

    /// What starts a clock happened, for which something else had stood in.
    fn begin(&mut self, index: usize, starts_at: DateTime<Utc>) {
        let now = self.now;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        if !deadline.provisional || deadline.state != DeadlineState::Open {
            return;
        }
        deadline.provisional = false;
        deadline.starts_at = starts_at;
        deadline.escalated_until = deadline.escalated_until.min(now).max(starts_at);
        self.recount(index, MoveReason::Started);
    }

    /// Starts one clock, and those that count from when it is due.
    pub(super) fn start_clock(
        &mut self,
        standard: &Standard,
        starts_at: DateTime<Utc>,
        internal: bool,
        provisional: bool,
    ) {
        let rounds = self.contact.deadlines.iter().filter(|d| d.standard == standard.id).count();
        let id = match rounds {
            0 => standard.id.clone(),
            n => format!("{}~{}", standard.id, n + 1),
        };
        let mut deadline = match Deadline::start(standard, id, starts_at, self.organisation) {
            Ok(deadline) => deadline,
            Err(outside) => {
                let why = outside.to_string();
                self.event(Event::DeadlineNotStarted { standard: standard.id.clone(), why });
                return;
            }
        };
        deadline.internal |= internal;
        if provisional {
            deadline.provisional = true;
        }
        let derivation = if let Some(followed) = &standard.shares_due_with {
            let followed = self.contact.deadlines.iter().rev().find(|d| &d.standard == followed);
            // Where the followed standard does not bind, there is nothing to be late with.
            let Some(followed) = followed else { return };
            deadline.due_at = followed.due_at;
            None
        } else {
            deadline.derivation(self.organisation)
        };
        self.event(Event::DeadlineStarted {
            deadline: deadline.id.clone(),
            version: standard.version.clone(),
            due_at: deadline.due_at,
            derivation,
        });
        let due_at = deadline.due_at;
        self.contact.deadlines.push(deadline);
        let next = Some(ProvisionalStart::DueOf(standard.id.clone()));
        let organisation = self.organisation;
        let chained: Vec<&Standard> = organisation
            .standards_for(&self.contact.facts(), starts_at)
            .filter(|other| other.provisional_start == next)
            .filter(|other| {
                !self.contact.deadlines.iter().any(|d| d.standard == other.id && d.is_outstanding())
            })
            .collect();
        for other in chained {
            self.start_clock(other, due_at, other.internal, true);
        }
    }

    /// Moves the running clocks that `milestone` restarts, stops, lets go on or puts off.
    fn adjust(&mut self, milestone: Milestone, at: DateTime<Utc>, manner: Manner) {
        let organisation = self.organisation;
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { break };
            if deadline.state != DeadlineState::Open {
                continue;
            }
            let Some(standard) = organisation.standard(&deadline.standard) else { continue };
            if standard.restarts_on.contains(&milestone) && at > deadline.starts_at {
                deadline.starts_at = at;
                deadline.provisional = false;
                deadline.paused_days = 0;
                deadline.paused_at = None;
                deadline.escalated_until = deadline.escalated_until.max(at);
                self.recount(index, MoveReason::Restarted);
                continue;
            }
            if let Some(pause) = standard.pause {
                if pause.from == milestone && deadline.paused_at.is_none() {
                    deadline.paused_at = Some(at);
                    let id = deadline.id.clone();
                    self.event(Event::DeadlinePaused { deadline: id, at, until: pause.until });
                    continue;
                }
                if let (true, Some(from)) = (pause.until == milestone, deadline.paused_at) {
                    let date = |at| time::local(organisation.zone(), at).date();
                    let days = (date(at) - date(from)).num_days().max(0);
                    let days = u16::try_from(days).unwrap_or(u16::MAX);
                    deadline.paused_days = deadline.paused_days.saturating_add(days);
                    deadline.paused_at = None;
                    self.recount(index, MoveReason::Resumed);
                    continue;
                }
            }
            let deferred = standard.extension.as_ref().is_some_and(|e| e.on == milestone);
            let in_time = at.timestamp() <= deadline.due_at.timestamp();
            if deferred && in_time && deadline.extension_given.is_none() {
                deadline.extension_given = Some(ExtensionGiven { at, until: manner.until });
                self.recount(index, MoveReason::Extended);
            }
        }
    }

    /// Works a deadline's due time out again, and that of those that follow it.
    fn recount(&mut self, index: usize, because: MoveReason) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = organisation.standard(&deadline.standard) else { return };
        let before = deadline.due_at;
        if let Err(outside) = deadline.count(standard, organisation) {
            let why = outside.to_string();
            self.event(Event::DeadlineNotStarted { standard: standard.id.clone(), why });
            return;
        }
        let due_at = deadline.due_at;
        let event = Event::DeadlineMoved {
            deadline: deadline.id.clone(),
            because,
            due_at,
            derivation: deadline.derivation(organisation),
        };
        self.event(event);
        for other in &mut self.contact.deadlines {
            let shares_due_with = organisation
                .standard(&other.standard)
                .is_some_and(|s| s.shares_due_with.as_ref() == Some(&standard.id));
            if shares_due_with && other.state == DeadlineState::Open && other.due_at == before {
                other.due_at = due_at;
            }
        }
    }

    /// Takes off the deadlines that `milestone` excuses.
    fn exempt(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        // An appointment for later excuses from now on.
        let at = at.min(self.now);
        let why = WaiverReason::Exempted(milestone);
        let mut events = Vec::new();
        for deadline in self.contact.deadlines.iter_mut().filter(|d| d.is_outstanding()) {
            let Some(standard) = self.organisation.standard(&deadline.standard) else { continue };
            if standard.exempted_by.contains(&milestone) && at <= deadline.due_at {
                deadline.state = DeadlineState::Waived { why: why.clone() };
                events.push(Event::DeadlineWaived {
                    deadline: deadline.id.clone(),
                    why: why.clone(),
                });
            }
        }
        self.events.extend(events);
    }

    /// Keeps the deadlines that `milestone` keeps.
    fn keep(&mut self, milestone: Milestone, at: DateTime<Utc>, manner: Manner) {
        let mut again = Vec::new();
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            if !deadline.is_outstanding() {
                continue;
            }
            let Some(standard) = self.organisation.standard(&deadline.standard) else { continue };
            let counts_at = self.counts_at(standard, at, manner);
            // What happened before a clock started does not stop it; only what was agreed for a time
            // ahead may happen early.
            let ahead = deadline.provisional || standard.starts.iter().any(|m| m.is_agreed_time());
            if counts_at < deadline.starts_at && !ahead {
                continue;
            }
            let end = outcome(self.organisation, standard, deadline, milestone, counts_at);
            let Some(end) = end else { continue };
            self.end(index, milestone, counts_at, end);
            if standard.recurs_after == Some(milestone) {
                again.push(standard);
            }
        }
        for standard in again {
            // The promise was kept by saying so; that it is said again is a target of our own.
            self.start_clock(standard, at, true, false);
        }
    }

    fn end(&mut self, index: usize, by: Milestone, at: DateTime<Utc>, end: DeadlineState) {
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let id = deadline.id.clone();
        let event = match &end {
            DeadlineState::Waived { why } => {
                Event::DeadlineWaived { deadline: id, why: why.clone() }
            }
            end => {
                let late = matches!(end, DeadlineState::Late { .. });
                Event::DeadlineMet { deadline: id, by, at, late }
            }
        };
        deadline.state = end;
        self.event(event);
    }

    /// Takes off the running clocks of standards that no longer apply to the contact.
    pub(super) fn take_off(&mut self, why: &WaiverReason) {
        let organisation = self.organisation;
        let facts = self.contact.facts();
        let applying: Vec<&str> = organisation
            .standards()
            .filter(|standard| standard.applies_to(&facts))
            .map(|standard| standard.id.as_str())
            .collect();
        let mut events = Vec::new();
        for deadline in &mut self.contact.deadlines {
            let still = applying.contains(&deadline.standard.as_str());
            if deadline.state == DeadlineState::Open && !still {
                deadline.state = DeadlineState::Waived { why: why.clone() };
                events.push(Event::DeadlineWaived {
                    deadline: deadline.id.clone(),
                    why: why.clone(),
                });
            }
        }
        self.events.extend(events);
    }

    /// Staff sorted the contact anew: clocks that no longer apply are taken off, and those that now
    /// do run from when they would have started.
    pub(super) fn sort_clocks(&mut self) {
        self.take_off(&WaiverReason::TriagedOtherwise);
        let organisation = self.organisation;
        let applies: Vec<&Standard> = {
            let facts = self.contact.facts();
            organisation
                .standards()
                .filter(|standard| {
                    let from = self.begun_at(standard).unwrap_or(self.now);
                    standard.binds(&facts, from, organisation.own_calendar())
                })
                .collect()
        };
        // What follows another starts after it.
        let (first, then): (Vec<&Standard>, Vec<&Standard>) =
            applies.into_iter().partition(|standard| standard.shares_due_with.is_none());
        for standard in first.into_iter().chain(then) {
            let there = self.contact.deadlines.iter().any(|d| {
                d.standard == standard.id
                    && d.state != DeadlineState::Waived { why: WaiverReason::TriagedOtherwise }
            });
            if there || self.is_exempt(standard) {
                continue;
            }
            let begun = self.begun_at(standard).map(|at| (at, false));
            let stands_in = || match &standard.provisional_start {
                Some(ProvisionalStart::Milestone(instead)) => {
                    self.contact.milestone_at(*instead).map(|at| (at, true))
                }
                _ => None,
            };
            let Some((starts_at, provisional)) = begun.or_else(stands_in) else { continue };
            self.start_clock(standard, starts_at, standard.internal, provisional);
            self.catch_up(standard);
        }
    }

    /// A clock that starts after the fact: it is kept by what has happened since, and where its time
    /// is over already nobody could have known, so it is due by closing of this day.
    fn catch_up(&mut self, standard: &Standard) {
        let index = self.contact.deadlines.iter().rposition(|d| d.standard == standard.id);
        let Some(index) = index else { return };
        let Some(deadline) = self.contact.deadlines.get(index) else { return };
        let starts_at = deadline.starts_at;
        let kept =
            standard.options.iter().flat_map(|option| &option.kept_by).find_map(|milestone| {
                let at = self.contact.milestone_at(*milestone).filter(|at| *at >= starts_at)?;
                let end = outcome(self.organisation, standard, deadline, *milestone, at)?;
                Some((*milestone, at, end))
            });
        if let Some((milestone, at, end)) = kept {
            self.end(index, milestone, at, end);
        } else if deadline.due_at < self.now && standard.shares_due_with.is_none() {
            let now = self.now;
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
            deadline.made_urgent_at = Some(now);
            deadline.escalated_until = now;
            self.recount(index, MoveReason::MadeUrgent);
        }
    }

    /// Takes the deadlines that satisfy `which` off, because they are not owed.
    pub(super) fn waive(&mut self, why: &WaiverReason, which: impl Fn(&Standard) -> bool) {
        let mut events = Vec::new();
        for deadline in self.contact.deadlines.iter_mut().filter(|d| d.is_outstanding()) {
            let applies = self.organisation.standard(&deadline.standard).is_some_and(&which);
            if applies {
                deadline.state = DeadlineState::Waived { why: why.clone() };
                events.push(Event::DeadlineWaived {
                    deadline: deadline.id.clone(),
                    why: why.clone(),
                });
            }
        }
        self.events.extend(events);
    }

    /// Records the deadlines whose time is over.
    pub(super) fn expire(&mut self) {
        let mut events = Vec::new();
        let mut broken = Vec::new();
        for deadline in &mut self.contact.deadlines {
            if deadline.state != DeadlineState::Open
                || deadline.paused_at.is_some()
                || self.now.timestamp() <= deadline.due_at.timestamp()
            {
                continue;
            }
            if is_customers(self.organisation, &deadline.standard) {
                deadline.state = DeadlineState::Lapsed;
                events.push(Event::WindowClosed { deadline: deadline.id.clone() });
            } else {
                deadline.state = DeadlineState::Missed;
                broken.push(deadline.standard.clone());
                events.push(Event::DeadlineMissed {
                    deadline: deadline.id.clone(),
                    due_at: deadline.due_at,
                });
            }
        }
        self.events.extend(events);
        for standard in broken {
            self.prompt_on_breach(&standard);
        }
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
        // While the clock stands still, nothing is late.
        if at.timestamp() <= until.timestamp() || deadline.paused_at.is_some() {
            DeadlineState::Kept { at, by: milestone }
        } else {
            DeadlineState::Late { at, by: milestone }
        }
    };
    let Some(followed) = &standard.shares_due_with else {
        return deadline.kept_until(standard, milestone).map(done);
    };
    if standard.also_kept_by.contains(&milestone) {
        return Some(done(deadline.due_at));
    }
    // The promise to say that it takes longer ends with the answer itself.
    let followed = organisation.standard(followed)?;
    if !followed.kept_by(milestone) {
        return None;
    }
    Some(match done(deadline.due_at) {
        DeadlineState::Kept { .. } => DeadlineState::Waived { why: WaiverReason::AnsweredInTime },
        late => late,
    })
}

/// Whether an acknowledgement alone is what a standard asks for.
pub(super) fn asks_only_for_acknowledgement(standard: &Standard) -> bool {
    !standard.options.is_empty()
        && standard
            .options
            .iter()
            .all(|option| option.kept_by.iter().all(|m| *m == Milestone::Acknowledged))
}
