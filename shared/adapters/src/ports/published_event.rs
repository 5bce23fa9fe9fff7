//! The events that other systems receive: `docs/events.md` describes them.

use domain::contact::Event;
use domain::deadline::{DeadlineId, WaiverReason};
use domain::organisation::Organisation;
use domain::time;
use serde_json::{Value, json};

use super::CommitNotice;

/// The version of the schema. Adding a field keeps it; changing or removing one makes the next.
const VERSION: u32 = 1;

/// An event for other systems. It never holds what a customer or a member of staff wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedEvent {
    /// The type: `contact.received`, `deadline.met`.
    pub kind: &'static str,
    /// The particulars. They include the type, so that they can be stored on their own.
    pub detail: Value,
}

impl CommitNotice<'_> {
    /// Returns the events of this commit that other systems receive, in order.
    ///
    /// An event has the same `id` each time it is published, so that a receiver can tell a repeat.
    #[must_use]
    pub fn published_events(&self, organisation: &Organisation) -> Vec<PublishedEvent> {
        let day = time::local(organisation.zone(), self.at).date();
        let events = self.events.iter().enumerate().filter_map(|(index, event)| {
            let (kind, particulars) = particulars(event)?;
            let common = json!({
                "version": VERSION,
                "id": format!("{}-{}-{index}", self.contact, self.number),
                "type": kind,
                "reference": self.contact.reference(&organisation.prefix),
                "entry": self.number,
                "place": index,
                "at": self.at,
                "day": day,
            });
            Some(PublishedEvent { kind, detail: merged(common, particulars) })
        });
        events.collect()
    }
}

/// The type of an event and its own fields; `None` for an event that is not published.
fn particulars(event: &Event) -> Option<(&'static str, Value)> {
    let of = |deadline: &DeadlineId, internal: &bool, own: Value| {
        let standard = &deadline.standard;
        let common = json!({ "deadline": deadline, "standard": standard, "internal": internal });
        merged(common, own)
    };
    Some(match event {
        Event::Received { channel, category, priority, team, .. } => (
            "contact.received",
            json!({ "channel": channel, "category": category, "priority": priority, "team": team }),
        ),
        Event::DeadlineStarted { deadline, internal, version, due_at, .. } => (
            "deadline.started",
            of(deadline, internal, json!({ "standards_version": version, "due_at": due_at })),
        ),
        Event::DeadlineMoved { deadline, internal, because, due_at, .. } => (
            "deadline.moved",
            of(deadline, internal, json!({ "because": because, "due_at": due_at })),
        ),
        Event::DeadlinePaused { deadline, internal, at, until } => {
            ("deadline.paused", of(deadline, internal, json!({ "paused_at": at, "until": until })))
        }
        Event::DeadlineReclassified { deadline, internal, due_at } => {
            ("deadline.reclassified", of(deadline, internal, json!({ "due_at": due_at })))
        }
        Event::Triaged { category, priority } => {
            ("contact.triaged", json!({ "category": category, "priority": priority }))
        }
        Event::Escalated { stage, requested_at, after_window } => (
            "contact.escalated",
            json!({ "stage": stage, "requested_at": requested_at, "after_window": after_window }),
        ),
        Event::StageTakenBack { stage, declined } => {
            let declined = declined.is_some();
            ("contact.stage-taken-back", json!({ "stage": stage, "declined": declined }))
        }
        Event::StageRequestDated { stage, requested_at, after_window } => (
            "contact.stage-request-dated",
            json!({ "stage": stage, "requested_at": requested_at, "after_window": after_window }),
        ),
        Event::MilestoneRecorded { milestone, at, .. } => {
            ("contact.milestone", json!({ "milestone": milestone, "happened_at": at }))
        }
        Event::MilestoneTakenBack { milestone, at, .. } => {
            ("contact.milestone-taken-back", json!({ "milestone": milestone, "happened_at": at }))
        }
        Event::DeadlineMet { deadline, internal, by, at, option, late } => {
            let mut own = json!({ "by": by, "met_at": at, "late": late });
            if let (Some(option), Some(own)) = (option, own.as_object_mut()) {
                own.insert("option".into(), json!(option));
            }
            ("deadline.met", of(deadline, internal, own))
        }
        Event::DeadlineMissed { deadline, internal, due_at } => {
            ("deadline.missed", of(deadline, internal, json!({ "due_at": due_at })))
        }
        Event::DeadlineWaived { deadline, internal, why } => {
            // The reason that staff gave may say something about the customer, so it stays here.
            let ended_by = match why {
                WaiverReason::Ended { by, .. } => json!({ "ended_by": by }),
                _ => json!({}),
            };
            ("deadline.waived", of(deadline, internal, ended_by))
        }
        Event::WindowClosed { deadline } => {
            ("deadline.window-closed", of(deadline, &false, json!({})))
        }
        Event::DeadlineRestored { deadline, internal, due_at } => {
            ("deadline.restored", of(deadline, internal, json!({ "due_at": due_at })))
        }
        Event::HandedOver { team } => ("contact.handed-over", json!({ "team": team })),
        Event::Closed { .. } => ("contact.closed", json!({})),
        Event::Reopened { .. } => ("contact.reopened", json!({})),
        _ => return None,
    })
}

/// The fields of two objects in one.
fn merged(mut object: Value, other: Value) -> Value {
    if let (Some(object), Value::Object(other)) = (object.as_object_mut(), other) {
        object.extend(other);
    }
    object
}
