//! Timers fire: reminders and escalations are sent, missed deadlines are recorded.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::refusal::NoChange;
use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind, Timer};
use crate::deadline::{DeadlineId, DeadlineState};
use crate::standards::{Recipient, Standard};

/// The time within which reminders of one contact are sent together, so that nobody is told the same
/// thing twice. Deadlines that start with one another's emails are seconds apart.
const TOGETHER: TimeDelta = TimeDelta::minutes(1);

impl Transaction<'_> {
    /// Does everything that is due by now. However many reminders fall together, each person gets one
    /// email.
    pub(super) fn fire_timers(&mut self) -> Result<(), NoChange> {
        let due = self.contact.next_timer_at().is_some_and(|at| at <= self.now);
        if !due {
            return Err(NoChange::NothingDue);
        }
        self.expire();
        self.remind();
        Ok(())
    }

    /// Sends the reminders that are due by now, once those that belong together are all due.
    pub(super) fn remind(&mut self) {
        let ahead: Vec<_> = self.reminders_ahead().into_iter().map(|(_, at)| at).collect();
        let first = ahead.iter().min().filter(|at| **at <= self.now);
        if first.is_some_and(|at| self.now < last_together(&ahead, *at)) {
            return;
        }
        let mut reminded: BTreeMap<Addressee, Vec<DeadlineId>> = BTreeMap::new();
        for (recipient, deadline) in self.take_reminders() {
            let addressee = match self.person(recipient) {
                Some(person) => Addressee::Person(person),
                None if recipient == Recipient::Customer && self.may_notify_customer() => {
                    Addressee::Customer
                }
                None => continue,
            };
            let deadlines = reminded.entry(addressee).or_default();
            if !deadlines.contains(&deadline) {
                deadlines.push(deadline);
            }
        }
        for (addressee, deadlines) in reminded {
            if let Addressee::Person(person) = &addressee {
                self.event(Event::Notified {
                    person: person.clone(),
                    deadlines: deadlines.clone(),
                });
            }
            let missed =
                |id| self.contact.deadline(id).is_some_and(|d| d.state == DeadlineState::Missed);
            let overdue = deadlines.iter().any(missed);
            let action_prompts = Vec::new();
            self.mail(addressee, MailKind::Reminder { deadlines, overdue, action_prompts });
        }
    }

    /// Works out when each deadline next needs attention. Returns the timers that changed.
    pub(super) fn set_timers(&mut self) -> Vec<Timer> {
        let reminders = self.reminders_ahead();
        let ahead: Vec<_> = reminders.iter().map(|(_, at)| *at).collect();
        let mut timers = Vec::new();
        for (index, deadline) in self.contact.deadlines.iter_mut().enumerate() {
            let own = reminders.iter().filter(|(of, _)| *of == index).map(|(_, at)| *at);
            let reminder = own.min().map(|at| last_together(&ahead, at));
            deadline.next_timer_at = reminder.into_iter().chain(deadline.missed_from()).min();
            let before =
                self.before.and_then(|before| before.deadline(&deadline.id)?.next_timer_at);
            if let Some(at) = deadline.next_timer_at.filter(|at| Some(*at) != before) {
                timers.push(Timer { deadline: deadline.id.clone(), at });
            }
        }
        timers
    }

    /// Returns the instants, in UTC, of the reminders that have not been sent, each with the place of its
    /// deadline.
    fn reminders_ahead(&self) -> Vec<(usize, DateTime<Utc>)> {
        let mut ahead = Vec::new();
        for (index, deadline) in self.contact.deadlines.iter().enumerate() {
            if deadline.is_outstanding() && !deadline.is_paused() {
                let plan = deadline.plan(self.organisation).into_iter().map(|planned| planned.at);
                ahead
                    .extend(plan.filter(|at| *at > deadline.escalated_until).map(|at| (index, at)));
            }
        }
        ahead
    }

    /// Takes the reminders that are due by now, in the order in which their deadlines are due.
    ///
    /// If one thing meets several deadlines, the one that is due first drives the reminders. The
    /// others' reminders before that time would repeat it.
    fn take_reminders(&mut self) -> Vec<(Recipient, DeadlineId)> {
        let (now, organisation) = (self.now, self.organisation);
        let mut deadlines: Vec<_> =
            self.contact.deadlines.iter_mut().filter(|d| d.is_outstanding()).collect();
        deadlines.sort_by_key(|d| d.due_at);
        let mut reminders = Vec::new();
        let mut earlier: Vec<(&Standard, DateTime<Utc>)> = Vec::new();
        for deadline in deadlines {
            let Some(standard) = deadline.standard(organisation) else { continue };
            for planned in deadline.plan(organisation) {
                let repeats = earlier.iter().any(|(other, due_at)| {
                    planned.at <= *due_at
                        && other.reminders.notifies(planned.notify)
                        && meets_both(other, standard)
                });
                if deadline.escalated_until < planned.at && planned.at <= now && !repeats {
                    reminders.push((planned.notify, deadline.id.clone()));
                }
            }
            deadline.escalated_until = deadline.escalated_until.max(now);
            if !deadline.is_paused() {
                earlier.push((standard, deadline.due_at));
            }
        }
        reminders
    }
}

/// Returns the last of the reminders that are sent together with the one at `at`, in UTC.
fn last_together(ahead: &[DateTime<Utc>], at: DateTime<Utc>) -> DateTime<Utc> {
    let together = ahead.iter().filter(|other| (at..=at + TOGETHER).contains(other));
    together.copied().max().unwrap_or(at)
}

/// Returns true if everything that keeps `first` keeps `then` as well.
fn meets_both(first: &Standard, then: &Standard) -> bool {
    let mut kept_by = first.options.iter().flat_map(|option| &option.kept_by).peekable();
    kept_by.peek().is_some() && kept_by.all(|milestone| then.kept_by(*milestone))
}
