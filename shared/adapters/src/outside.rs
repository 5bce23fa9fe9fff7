//! Timers and the bus: what other systems than mail are told.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::contact::{ContactId, Event, Timer};
use thiserror::Error;

/// Wakes a contact when one of its deadlines has to be looked at.
pub trait Timers: Clone + Send + Sync + 'static {
    /// Sets the timer of a deadline, moving one that is set. Setting it twice is setting it once.
    fn set(
        &self,
        contact: &ContactId,
        timer: &Timer,
    ) -> impl Future<Output = Result<(), OutsideError>> + Send;
}

/// Tells other systems what happened.
pub trait Bus: Clone + Send + Sync + 'static {
    /// Tells what one commit brought.
    fn tell(&self, news: &News<'_>) -> impl Future<Output = Result<(), OutsideError>> + Send;
}

/// What one commit brought, for other systems. They are not told what customers wrote.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The contact.
    pub contact: &'a ContactId,
    /// The commit's number.
    pub number: u32,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What happened.
    pub events: &'a [Event],
}

/// One thing that happened, as other systems are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What: `contact.received`, `deadline.breached`.
    pub kind: &'static str,
    /// The particulars.
    pub detail: serde_json::Value,
}

impl News<'_> {
    /// What other systems are told of a commit, in order. An event has the same `id` each time it is
    /// told, so that whoever hears it twice can tell.
    #[must_use]
    pub fn told(&self, prefix: &str) -> Vec<Told> {
        let told = self.events.iter().enumerate().filter_map(|(index, event)| {
            let (kind, own) = tell(event)?;
            let mut detail = serde_json::json!({
                "version": 1,
                "id": format!("{}-{}-{index}", self.contact, self.number),
                "reference": self.contact.reference(prefix),
                "at": self.at,
            });
            if let (Some(detail), serde_json::Value::Object(own)) = (detail.as_object_mut(), own) {
                detail.extend(own);
            }
            Some(Told { kind, detail })
        });
        told.collect()
    }
}

fn tell(event: &Event) -> Option<(&'static str, serde_json::Value)> {
    use serde_json::json;
    Some(match event {
        Event::Received { channel, category, priority, team, .. } => (
            "contact.received",
            json!({ "channel": channel, "category": category, "priority": priority, "team": team }),
        ),
        Event::ClockStarted { deadline, version, due_at, .. } => (
            "deadline.started",
            json!({ "deadline": deadline, "standards_version": version, "due_at": due_at }),
        ),
        Event::ClockMoved { deadline, because, due_at, .. } => (
            "deadline.moved",
            json!({ "deadline": deadline, "because": because, "due_at": due_at }),
        ),
        Event::ClockStopped { deadline, at, until } => {
            ("deadline.stopped", json!({ "deadline": deadline, "stopped_at": at, "until": until }))
        }
        Event::Sorted { category, priority } => {
            ("contact.sorted", json!({ "category": category, "priority": priority }))
        }
        Event::Escalated { stage, after_window } => {
            ("contact.escalated", json!({ "stage": stage, "after_window": after_window }))
        }
        Event::Reached { milestone, at, .. } => {
            ("contact.reached", json!({ "milestone": milestone, "reached_at": at }))
        }
        Event::Kept { deadline, by, at, late } => (
            "deadline.kept",
            json!({ "deadline": deadline, "by": by, "kept_at": at, "late": late }),
        ),
        Event::Breached { deadline, due_at } => {
            ("deadline.breached", json!({ "deadline": deadline, "due_at": due_at }))
        }
        Event::NotOwed { deadline, .. } => ("deadline.not-owed", json!({ "deadline": deadline })),
        Event::Passed { team } => ("contact.passed", json!({ "team": team })),
        Event::Closed { .. } => ("contact.closed", json!({})),
        Event::Reopened => ("contact.reopened", json!({})),
        _ => return None,
    })
}

/// Why another system could not be told.
#[derive(Debug, Error)]
pub enum OutsideError {
    /// It may work later.
    #[error("{system} cannot be reached: {cause}")]
    Unavailable {
        /// Which.
        system: &'static str,
        /// What it said.
        cause: String,
    },
    /// It will not work as it is.
    #[error("{system} refuses: {cause}")]
    Refused {
        /// Which.
        system: &'static str,
        /// What it said.
        cause: String,
    },
}

/// On one machine the table's own index wakes contacts, so there is nothing to set.
#[derive(Clone, Copy, Debug)]
pub struct WokenByIndex;

impl Timers for WokenByIndex {
    async fn set(&self, _: &ContactId, _: &Timer) -> Result<(), OutsideError> {
        Ok(())
    }
}

/// On one machine nobody else is listening; what happened is in the contact's log.
#[derive(Clone, Copy, Debug)]
pub struct NobodyListens;

impl Bus for NobodyListens {
    async fn tell(&self, _: &News<'_>) -> Result<(), OutsideError> {
        Ok(())
    }
}
