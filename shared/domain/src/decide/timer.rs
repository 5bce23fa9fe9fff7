//! Timers fire: reminders, escalations, breaches.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::NoChange;
use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind};
use crate::deadline::DeadlineState;
use crate::standards::{Recipient, Standard};

/// Takes the steps of all ladders that are due by now. However many fall together, each person
/// is told once.
pub(super) fn fired(transaction: &mut Transaction<'_>) -> Option<NoChange> {
    let due = transaction
        .contact
        .deadlines
        .iter()
        .any(|d| d.next_timer_at.is_some_and(|at| at <= transaction.now));
    if !due {
        return Some(NoChange::NothingDue);
    }
    transaction.expire();
    let mut told: BTreeMap<Addressee, Vec<String>> = BTreeMap::new();
    let steps = steps(transaction);
    for (notify, deadline) in steps {
        let addressee = match transaction.person(notify) {
            Some(person) => Addressee::Person(person),
            None if notify == Recipient::Customer && transaction.may_tell_customer() => {
                Addressee::Customer
            }
            None => continue,
        };
        let list = told.entry(addressee).or_default();
        if !list.contains(&deadline) {
            list.push(deadline);
        }
    }
    for (addressee, deadlines) in told {
        if let Addressee::Person(person) = &addressee {
            transaction
                .event(Event::Notified { person: person.clone(), deadlines: deadlines.clone() });
        }
        let overdue = deadlines.iter().any(|id| {
            transaction.contact.deadline(id).is_some_and(|d| d.state == DeadlineState::Missed)
        });
        transaction.mail(addressee, MailKind::Reminder { deadlines, overdue });
    }
    None
}

/// The steps due by now of every deadline still owed, in order of their deadlines' due instants.
///
/// Where one thing keeps several promises, the one that is due first drives the reminders: the others'
/// steps before that instant would say the same again.
fn steps(transaction: &mut Transaction<'_>) -> Vec<(Recipient, String)> {
    let (now, organisation) = (transaction.now, transaction.organisation);
    let mut deadlines: Vec<_> =
        transaction.contact.deadlines.iter_mut().filter(|d| d.is_outstanding()).collect();
    deadlines.sort_by_key(|d| d.due_at);
    let mut steps = Vec::new();
    let mut earlier: Vec<(&Standard, DateTime<Utc>)> = Vec::new();
    for deadline in deadlines {
        let Some(standard) = organisation.standard(&deadline.standard) else { continue };
        for planned in deadline.plan(organisation) {
            let spoken_for = earlier.iter().any(|(other, due_at)| {
                planned.at <= *due_at
                    && other.reminders.notifies(planned.notify)
                    && same(other, standard)
            });
            if deadline.escalated_until < planned.at && planned.at <= now && !spoken_for {
                steps.push((planned.notify, deadline.id.clone()));
            }
        }
        deadline.escalated_until = deadline.escalated_until.max(now);
        if deadline.paused_at.is_none() {
            earlier.push((standard, deadline.due_at));
        }
    }
    steps
}

/// Whether whatever keeps `first` keeps `then` as well.
fn same(first: &Standard, then: &Standard) -> bool {
    let mut kept_by = first.options.iter().flat_map(|option| &option.kept_by).peekable();
    kept_by.peek().is_some() && kept_by.all(|milestone| then.kept_by(*milestone))
}
