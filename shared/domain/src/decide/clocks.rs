//! Clocks start, move, stand still and stop at milestones.

use chrono::{DateTime, NaiveDate, Utc};

use super::draft::Draft;
use super::is_customers;
use crate::contact::{Deadline, DeadlineState, Event, Extended, Moved, NotOwed};
use crate::organisation::Organisation;
use crate::standards::{Milestone, Standard, UntilThen};
use crate::time;

/// How something happened, where that matters to a clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct How {
    /// It is on its way by post.
    pub(super) by_post: bool,
    /// The date that the customer was told.
    pub(super) until: Option<NaiveDate>,
}

impl Draft<'_> {
    /// Records that a milestone was reached at `at`: keeps what it keeps, starts what it starts.
    pub(super) fn reach(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        self.reach_how(milestone, at, How::default());
    }

    /// [`Draft::reach`], where it matters how.
    pub(super) fn reach_how(&mut self, milestone: Milestone, at: DateTime<Utc>, how: How) {
        self.event(Event::Reached { milestone, at, by_post: how.by_post });
        self.contact.milestones.retain(|(other, _)| *other != milestone);
        self.contact.milestones.push((milestone, at));
        self.keep(milestone, at, how);
        self.excuse(milestone, at);
        self.adjust(milestone, at, how);
        self.start(milestone, at, how);
        self.prompt_on(milestone);
    }

    /// When something counts for a standard: where it has to have arrived, a letter counts when the
    /// office opens on the day on which the post brings it.
    fn counts_at(&self, standard: &Standard, at: DateTime<Utc>, how: How) -> DateTime<Utc> {
        let Some(days) = standard.post.filter(|_| how.by_post) else { return at };
        let calendar = self.organisation.own_calendar();
        let brought = || {
            let day =
                calendar.working_day_after(calendar.day_of(at.timestamp()).ok()?, days).ok()?;
            DateTime::from_timestamp(calendar.opening(day)?, 0)
        };
        brought().map_or(at, |brought| brought.max(at))
    }

    /// Starts the clocks that `milestone` starts, for good or until what starts them happens.
    fn start(&mut self, milestone: Milestone, at: DateTime<Utc>, how: How) {
        let mut bound: Vec<(&Standard, DateTime<Utc>, bool)> = Vec::new();
        for standard in self.organisation.standards_for(&self.contact.facts(), at) {
            let at = self.counts_at(standard, at, how);
            if standard.starts.contains(&milestone) {
                if let Some(starts_at) = self.begun_at(standard) {
                    bound.push((standard, starts_at.max(at), false));
                }
            } else if standard.until_then == Some(UntilThen::Milestone(milestone))
                && self.begun_at(standard).is_none_or(|begun| begun < at)
            {
                bound.push((standard, at, true));
            }
        }
        // What follows another starts after it.
        bound.sort_by_key(|(standard, ..)| standard.follows.is_some());
        for (standard, starts_at, provisional) in bound {
            let running = self
                .contact
                .deadlines
                .iter()
                .position(|d| d.standard == standard.id && d.is_owed());
            match running {
                None if self.is_excused(standard) => {}
                None => self.start_clock(standard, starts_at, standard.internal, provisional),
                Some(index) if !provisional => self.begin(index, starts_at),
                Some(_) => {}
            }
        }
    }

    /// When what starts a standard's clock had all happened; of several milestones the last counts,
    /// so all must be there.
    pub(super) fn begun_at(&self, standard: &Standard) -> Option<DateTime<Utc>> {
        let reached = |m: &Milestone| self.contact.reached_at(*m);
        let all: Option<Vec<_>> = standard.starts.iter().map(reached).collect();
        all?.into_iter().max()
    }

    fn is_excused(&self, standard: &Standard) -> bool {
        standard.excused_by.iter().any(|m| self.contact.reached_at(*m).is_some())
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
        deadline.walked_to = deadline.walked_to.min(now).max(starts_at);
        self.recount(index, Moved::Began);
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
                self.event(Event::ClockNotStarted { standard: standard.id.clone(), why });
                return;
            }
        };
        deadline.internal |= internal;
        if provisional {
            deadline.provisional = true;
        }
        let derivation = if let Some(followed) = &standard.follows {
            let followed = self.contact.deadlines.iter().rev().find(|d| &d.standard == followed);
            // Where the followed standard does not bind, there is nothing to be late with.
            let Some(followed) = followed else { return };
            deadline.due_at = followed.due_at;
            None
        } else {
            deadline.derivation(self.organisation)
        };
        self.event(Event::ClockStarted {
            deadline: deadline.id.clone(),
            version: standard.version.clone(),
            due_at: deadline.due_at,
            derivation,
        });
        let due_at = deadline.due_at;
        self.contact.deadlines.push(deadline);
        let next = Some(UntilThen::DueOf(standard.id.clone()));
        let organisation = self.organisation;
        let chained: Vec<&Standard> = organisation
            .standards_for(&self.contact.facts(), starts_at)
            .filter(|other| other.until_then == next)
            .filter(|other| {
                !self.contact.deadlines.iter().any(|d| d.standard == other.id && d.is_owed())
            })
            .collect();
        for other in chained {
            self.start_clock(other, due_at, other.internal, true);
        }
    }

    /// Moves the running clocks that `milestone` restarts, stops, lets go on or puts off.
    fn adjust(&mut self, milestone: Milestone, at: DateTime<Utc>, how: How) {
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
                deadline.stopped_at = None;
                deadline.walked_to = deadline.walked_to.max(at);
                self.recount(index, Moved::Restarted);
                continue;
            }
            if let Some(stops) = standard.stops {
                if stops.from == milestone && deadline.stopped_at.is_none() {
                    deadline.stopped_at = Some(at);
                    let id = deadline.id.clone();
                    self.event(Event::ClockStopped { deadline: id, at, until: stops.until });
                    continue;
                }
                if let (true, Some(from)) = (stops.until == milestone, deadline.stopped_at) {
                    let date = |at| time::local(organisation.zone(), at).date();
                    let days = (date(at) - date(from)).num_days().max(0);
                    let days = u16::try_from(days).unwrap_or(u16::MAX);
                    deadline.paused_days = deadline.paused_days.saturating_add(days);
                    deadline.stopped_at = None;
                    self.recount(index, Moved::WentOn);
                    continue;
                }
            }
            let put_off = standard.extension.as_ref().is_some_and(|e| e.on == milestone);
            let in_time = at.timestamp() <= deadline.due_at.timestamp();
            if put_off && in_time && deadline.extended.is_none() {
                deadline.extended = Some(Extended { at, until: how.until });
                self.recount(index, Moved::Extended);
            }
        }
    }

    /// Works a deadline's due time out again, and that of those that follow it.
    fn recount(&mut self, index: usize, because: Moved) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = organisation.standard(&deadline.standard) else { return };
        let before = deadline.due_at;
        if let Err(outside) = deadline.count(standard, organisation) {
            let why = outside.to_string();
            self.event(Event::ClockNotStarted { standard: standard.id.clone(), why });
            return;
        }
        let due_at = deadline.due_at;
        let event = Event::ClockMoved {
            deadline: deadline.id.clone(),
            because,
            due_at,
            derivation: deadline.derivation(organisation),
        };
        self.event(event);
        for other in &mut self.contact.deadlines {
            let follows = organisation
                .standard(&other.standard)
                .is_some_and(|s| s.follows.as_ref() == Some(&standard.id));
            if follows && other.state == DeadlineState::Open && other.due_at == before {
                other.due_at = due_at;
            }
        }
    }

    /// Takes off the deadlines that `milestone` excuses.
    fn excuse(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        // An appointment for later excuses from now on.
        let at = at.min(self.now);
        let why = NotOwed::Excused(milestone);
        let mut events = Vec::new();
        for deadline in self.contact.deadlines.iter_mut().filter(|d| d.is_owed()) {
            let Some(standard) = self.organisation.standard(&deadline.standard) else { continue };
            if standard.excused_by.contains(&milestone) && at <= deadline.due_at {
                deadline.state = DeadlineState::NotOwed { why: why.clone() };
                events.push(Event::NotOwed { deadline: deadline.id.clone(), why: why.clone() });
            }
        }
        self.events.extend(events);
    }

    /// Keeps the deadlines that `milestone` keeps.
    fn keep(&mut self, milestone: Milestone, at: DateTime<Utc>, how: How) {
        let mut again = Vec::new();
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            if !deadline.is_owed() {
                continue;
            }
            let Some(standard) = self.organisation.standard(&deadline.standard) else { continue };
            let counts_at = self.counts_at(standard, at, how);
            // What happened before a clock started does not stop it; only what was agreed for a time
            // ahead may happen early.
            let ahead = deadline.provisional || standard.starts.iter().any(|m| m.is_agreed_time());
            if counts_at < deadline.starts_at && !ahead {
                continue;
            }
            let end = outcome(self.organisation, standard, deadline, milestone, counts_at);
            let Some(end) = end else { continue };
            self.end(index, milestone, counts_at, end);
            if standard.again_after == Some(milestone) {
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
            DeadlineState::NotOwed { why } => Event::NotOwed { deadline: id, why: why.clone() },
            end => {
                let late = matches!(end, DeadlineState::Late { .. });
                Event::Kept { deadline: id, by, at, late }
            }
        };
        deadline.state = end;
        self.event(event);
    }

    /// Takes off the running clocks of standards that no longer apply to the contact.
    pub(super) fn take_off(&mut self, why: &NotOwed) {
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
                deadline.state = DeadlineState::NotOwed { why: why.clone() };
                events.push(Event::NotOwed { deadline: deadline.id.clone(), why: why.clone() });
            }
        }
        self.events.extend(events);
    }

    /// Staff sorted the contact anew: clocks that no longer apply are taken off, and those that now
    /// do run from when they would have started.
    pub(super) fn sort_clocks(&mut self) {
        self.take_off(&NotOwed::SortedOtherwise);
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
            applies.into_iter().partition(|standard| standard.follows.is_none());
        for standard in first.into_iter().chain(then) {
            let there = self.contact.deadlines.iter().any(|d| {
                d.standard == standard.id
                    && d.state != DeadlineState::NotOwed { why: NotOwed::SortedOtherwise }
            });
            if there || self.is_excused(standard) {
                continue;
            }
            let begun = self.begun_at(standard).map(|at| (at, false));
            let stands_in = || match &standard.until_then {
                Some(UntilThen::Milestone(instead)) => {
                    self.contact.reached_at(*instead).map(|at| (at, true))
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
        let kept = standard.arms.iter().flat_map(|arm| &arm.kept_by).find_map(|milestone| {
            let at = self.contact.reached_at(*milestone).filter(|at| *at >= starts_at)?;
            let end = outcome(self.organisation, standard, deadline, *milestone, at)?;
            Some((*milestone, at, end))
        });
        if let Some((milestone, at, end)) = kept {
            self.end(index, milestone, at, end);
        } else if deadline.due_at < self.now && standard.follows.is_none() {
            let now = self.now;
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
            deadline.found_urgent_at = Some(now);
            deadline.walked_to = now;
            self.recount(index, Moved::FoundUrgent);
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
        let mut broken = Vec::new();
        for deadline in &mut self.contact.deadlines {
            if deadline.state != DeadlineState::Open
                || deadline.stopped_at.is_some()
                || self.now.timestamp() <= deadline.due_at.timestamp()
            {
                continue;
            }
            if is_customers(self.organisation, &deadline.standard) {
                deadline.state = DeadlineState::Lapsed;
                events.push(Event::Lapsed { deadline: deadline.id.clone() });
            } else {
                deadline.state = DeadlineState::Missed;
                broken.push(deadline.standard.clone());
                events.push(Event::Breached {
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
        if at.timestamp() <= until.timestamp() || deadline.stopped_at.is_some() {
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
