//! Timers fire: reminders, escalations, breaches.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Nothing;
use super::draft::Draft;
use crate::contact::{Addressee, DeadlineState, Event, MailKind};
use crate::standards::{Standard, Tell};

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
            None if tell == Tell::Customer && draft.may_tell_customer() => Addressee::Customer,
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
///
/// Where one thing keeps several promises, the one that is due first drives the reminders: the others'
/// steps before that instant would say the same again.
fn steps(draft: &mut Draft<'_>) -> Vec<(Tell, String)> {
    let (now, organisation) = (draft.now, draft.organisation);
    let mut deadlines: Vec<_> =
        draft.contact.deadlines.iter_mut().filter(|d| d.is_owed()).collect();
    deadlines.sort_by_key(|d| d.due_at);
    let mut steps = Vec::new();
    let mut earlier: Vec<(&Standard, DateTime<Utc>)> = Vec::new();
    for deadline in deadlines {
        let Some(standard) = organisation.standard(&deadline.standard) else { continue };
        for planned in deadline.plan(organisation) {
            let spoken_for = earlier.iter().any(|(other, due_at)| {
                planned.at <= *due_at && other.ladder.tells(planned.tell) && same(other, standard)
            });
            if deadline.walked_to < planned.at && planned.at <= now && !spoken_for {
                steps.push((planned.tell, deadline.id.clone()));
            }
        }
        deadline.walked_to = deadline.walked_to.max(now);
        if deadline.stopped_at.is_none() {
            earlier.push((standard, deadline.due_at));
        }
    }
    steps
}

/// Whether whatever keeps `first` keeps `then` as well.
fn same(first: &Standard, then: &Standard) -> bool {
    let mut kept_by = first.arms.iter().flat_map(|arm| &arm.kept_by).peekable();
    kept_by.peek().is_some() && kept_by.all(|milestone| then.kept_by(*milestone))
}
