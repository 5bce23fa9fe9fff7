//! Broken promises as lines of the log, which the alarms on AWS count.
//!
//! A commit that is seen to twice is counted twice: an alarm that goes off again does no harm.

use domain::contact::{ContactId, Event};
use domain::deadline::DeadlineId;
use domain::organisation::Organisation;
use domain::standards::Milestone;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Breach<'a> {
    deadline: &'a DeadlineId,
    /// Whether what was promised is an acknowledgement, which nobody but Kept owes.
    acknowledgement: bool,
}

/// Says which promises a commit found broken.
pub(super) fn log(organisation: &Organisation, contact: &ContactId, events: &[Event]) {
    for Breach { deadline, acknowledgement } in breaches(organisation, events) {
        tracing::warn!(%contact, breached = %deadline, acknowledgement, "a promise was broken");
    }
}

/// Targets of the provider's own were not promised to anybody.
fn breaches<'a>(
    organisation: &'a Organisation,
    events: &'a [Event],
) -> impl Iterator<Item = Breach<'a>> {
    events.iter().filter_map(|event| {
        let Event::DeadlineMissed { deadline, .. } = event else { return None };
        let standard = organisation.standard(&deadline.standard);
        let acknowledgement = standard.is_some_and(|s| s.kept_by(Milestone::Acknowledged));
        let internal = standard.is_some_and(|standard| standard.internal);
        (!internal).then_some(Breach { deadline, acknowledgement })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::standards::load_built_in;

    #[test]
    fn a_broken_promise_is_told_apart_from_a_target_and_an_acknowledgement_from_an_answer() {
        let organisation = load_built_in("westkent").unwrap();
        let due_at = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let ids = ["wk-email-ack", "wk-email-cs~2", "wk-portal"].map(|id| id.parse().unwrap());
        let missed =
            |deadline: &DeadlineId| Event::DeadlineMissed { deadline: deadline.clone(), due_at };
        let events: Vec<Event> = ids.iter().map(missed).chain([Event::Reopened]).collect();
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
