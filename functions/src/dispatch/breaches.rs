//! Breaches as lines of the process's log, which the alarms on AWS count.
//!
//! A commit that is carried out twice is counted twice. An alarm that goes off again does no harm.

use domain::contact::{ContactId, Event};
use domain::deadline::DeadlineId;
use domain::organisation::Organisation;
use domain::standards::Milestone;

/// A breach of a published promise.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Breach<'a> {
    deadline: &'a DeadlineId,
    /// True if the promise was to acknowledge, which Kept does itself.
    acknowledgement: bool,
}

/// Logs the breaches that a commit recorded.
pub(super) fn log(organisation: &Organisation, contact: &ContactId, events: &[Event]) {
    for Breach { deadline, acknowledgement } in breaches(organisation, events) {
        tracing::warn!(%contact, breached = %deadline, acknowledgement, "a promise was broken");
    }
}

/// The breaches among some events. Targets of the provider's own are none: nobody was promised them.
fn breaches<'a>(
    organisation: &'a Organisation,
    events: &'a [Event],
) -> impl Iterator<Item = Breach<'a>> {
    events.iter().filter_map(|event| {
        let Event::DeadlineMissed { deadline, internal, .. } = event else { return None };
        let standard = organisation.standard(&deadline.standard);
        let acknowledgement = standard.is_some_and(|s| s.kept_by(Milestone::Acknowledged));
        (!internal).then_some(Breach { deadline, acknowledgement })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::library::load_built_in;

    #[test]
    fn a_missed_target_is_no_breach_and_a_missed_acknowledgement_is_marked() {
        let organisation = load_built_in("westkent").unwrap();
        let due_at = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let ids = ["wk-email-ack", "wk-email-cs~2", "wk-portal"].map(|id| id.parse().unwrap());
        let missed = |deadline: &DeadlineId| {
            let internal = deadline.standard.as_str() == "wk-portal";
            Event::DeadlineMissed { deadline: deadline.clone(), internal, due_at }
        };
        let events: Vec<Event> =
            ids.iter().map(missed).chain([Event::Reopened { reason: None }]).collect();
        let found: Vec<_> = breaches(&organisation, &events).collect();
        assert_eq!(
            found,
            [
                Breach { deadline: &ids[0], acknowledgement: true },
                Breach { deadline: &ids[1], acknowledgement: false },
            ]
        );
    }
}
