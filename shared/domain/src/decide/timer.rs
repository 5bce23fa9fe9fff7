//! Timers fire: reminders, escalations, breaches.

use std::collections::BTreeMap;

use super::Nothing;
use super::draft::Draft;
use crate::contact::{Addressee, DeadlineState, Event, MailKind};
use crate::standards::Tell;

/// Takes the steps of all ladders that are due by now. However many fall together, each person
/// is told once.
pub(super) fn fired(draft: &mut Draft<'_>) -> Option<Nothing> {
    let due = draft.contact.deadlines.iter().any(|d| d.wakes_at.is_some_and(|at| at <= draft.now));
    if !due {
        return Some(Nothing::NothingDue);
    }
    draft.expire();
    let mut told: BTreeMap<Addressee, Vec<String>> = BTreeMap::new();
    let steps = steps(draft);
    for (tell, deadline) in steps {
        let addressee = match draft.person(tell) {
            Some(person) => Addressee::Person(person),
            None if tell == Tell::Customer && draft.contact.customer.email.is_some() => {
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
            draft.event(Event::Told { person: person.clone(), deadlines: deadlines.clone() });
        }
        let overdue = deadlines
            .iter()
            .any(|id| draft.contact.deadline(id).is_some_and(|d| d.state == DeadlineState::Missed));
        draft.mail(addressee, MailKind::Reminder { deadlines, overdue });
    }
    None
}

/// The steps due by now of every deadline still owed, in order of their deadlines' due instants.
fn steps(draft: &mut Draft<'_>) -> Vec<(Tell, String)> {
    let (now, organisation) = (draft.now, draft.organisation);
    let mut deadlines: Vec<_> =
        draft.contact.deadlines.iter_mut().filter(|d| d.is_owed()).collect();
    deadlines.sort_by_key(|d| d.due_at);
    let mut steps = Vec::new();
    for deadline in deadlines {
        for planned in deadline.plan(organisation) {
            if deadline.walked_to < planned.at && planned.at <= now {
                steps.push((planned.tell, deadline.id.clone()));
            }
        }
        deadline.walked_to = deadline.walked_to.max(now);
    }
    steps
}
