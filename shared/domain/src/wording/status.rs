//! The state and history of a contact, for its customer.

use chrono::{DateTime, Utc};

use super::dates::date;
use super::labels::team;
use crate::contact::{Contact, Event, Means};
use crate::organisation::Organisation;
use crate::standards::Milestone;
use crate::time::local;

/// The state of a contact, in a sentence for its customer.
#[must_use]
pub fn status(organisation: &Organisation, contact: &Contact) -> &'static str {
    // An answer from before the customer last wrote belongs to an earlier message.
    match (contact.closed.is_some(), contact.is_answered()) {
        (true, true) => {
            "We have answered and closed it. If you write to us about it again, we will reopen it."
        }
        (true, false) => "It is closed. If you write to us about it again, we will reopen it.",
        (false, _) if contact.owes_answer(organisation) && contact.is_overdue() => {
            "We should have answered by now. We are sorry for the delay. Our managers have been told."
        }
        (false, true) if !contact.owes_answer(organisation) => "We have answered.",
        (false, _) => "We have not answered yet.",
    }
}

/// An event of a commit at `at`, in a sentence for the customer, with the time at which it happened, in
/// UTC; `None` for an event that customers are not shown.
#[must_use]
pub fn status_line(
    organisation: &Organisation,
    event: &Event,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, String)> {
    Some(match event {
        Event::Received { .. } => (at, "We received your message.".into()),
        Event::CustomerWrote { .. } => (at, "You wrote to us again.".into()),
        Event::MilestoneRecorded { milestone: Milestone::Responded, at, .. } => {
            (*at, "We answered.".into())
        }
        Event::Answered { means: Means::Phone | Means::InPerson, at, .. } => {
            (*at, "We spoke to you.".into())
        }
        Event::CallAttempted { .. } => (at, "We tried to call you but could not reach you.".into()),
        Event::UpdateGiven { means: Means::Email | Means::Letter, at, .. } => {
            (*at, "We sent you an update.".into())
        }
        Event::UpdateGiven { at, .. } => (*at, "We spoke to you.".into()),
        Event::DelayNotified { means, at: given_at, until, .. } => {
            let until = date(*until, local(organisation.zone(), now).date());
            let at = if *means == Means::Email { at } else { *given_at };
            (at, format!("We told you that our answer will take longer, until the end of {until}."))
        }
        Event::HandedOver { team: id } => {
            let team = team(organisation, id);
            (at, format!("We handed it over to another team: {team}."))
        }
        Event::StageTakenBack { stage, declined: None } => (
            at,
            format!(
                "Your complaint is at stage {stage} again. You had not asked for the next one."
            ),
        ),
        Event::StageTakenBack { stage, declined: Some(_) } => (
            at,
            format!(
                "We did not take your complaint to the next stage, because you asked too late. It is at \
                 stage {stage} again."
            ),
        ),
        Event::Escalated { stage, .. } => (
            at,
            format!("You asked us to look at your complaint again. It is now at stage {stage}."),
        ),
        Event::DeadlineMissed { due_at, deadline, internal } => {
            let standard = organisation.standard(&deadline.standard)?;
            if *internal || !standard.asks_for_answer() {
                return None;
            }
            (*due_at, "Our answer was due, but we had not answered.".into())
        }
        Event::Closed { .. } => (at, "We closed it.".into()),
        Event::Reopened { .. } => (at, "We reopened it.".into()),
        _ => return None,
    })
}
