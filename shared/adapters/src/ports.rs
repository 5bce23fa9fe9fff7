//! Timers and the bus: what other systems than mail are told.

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Event, Timer};
use domain::deadline::DeadlineId;
use domain::organisation::Organisation;
use domain::time;
use serde_json::{Value, json};
use thiserror::Error;

/// Wakes a contact when one of its deadlines has to be looked at.
pub trait Timers: Clone + Send + Sync + 'static {
    /// Whether timers are spread at all, so that it is worth finding out by how much.
    const SPREADS: bool;

    /// Sets the timer of a deadline, moving one that is set. Setting it twice is setting it once.
    ///
    /// It fires within `spread` after its instant, so that the many that fall on one instant need
    /// not all be seen to in that minute.
    fn set(
        &self,
        contact: &ContactId,
        timer: &Timer,
        spread: TimeDelta,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Takes the timer of a deadline away. One that is not there, because it fired or was taken
    /// away before, is just as well.
    fn clear(
        &self,
        contact: &ContactId,
        deadline: &DeadlineId,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Tells other systems what happened.
pub trait EventBus: Clone + Send + Sync + 'static {
    /// Tells what one commit brought.
    fn publish(
        &self,
        notice: &CommitNotice<'_>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// What one commit brought, for other systems. They are not told what customers wrote.
#[derive(Clone, Copy, Debug)]
pub struct CommitNotice<'a> {
    /// The contact.
    pub contact: &'a ContactId,
    /// The commit's number.
    pub number: u32,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What happened.
    pub events: &'a [Event],
}

/// One thing that happened, as other systems are told it: `docs/events.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What: `contact.received`, `deadline.breached`.
    pub kind: &'static str,
    /// The particulars, `kind` among them, so that they can be kept on their own.
    pub detail: Value,
}

/// The version of the schema that is told. Fields are added to it; one that changes or goes makes
/// the next version.
const VERSION: u32 = 1;

impl CommitNotice<'_> {
    /// What other systems are told of a commit, in order. An event has the same `id` each time it is
    /// told, so that whoever hears it twice can tell.
    #[must_use]
    pub fn told(&self, organisation: &Organisation) -> Vec<Told> {
        let day = time::local(organisation.zone(), self.at).date();
        let told = self.events.iter().enumerate().filter_map(|(index, event)| {
            let (kind, own) = tell(event, organisation)?;
            let mut detail = json!({
                "version": VERSION,
                "id": format!("{}-{}-{index}", self.contact, self.number),
                "type": kind,
                "reference": self.contact.reference(&organisation.prefix),
                "entry": self.number,
                "place": index,
                "at": self.at,
                "day": day,
            });
            if let (Some(detail), Value::Object(own)) = (detail.as_object_mut(), own) {
                detail.extend(own);
            }
            Some(Told { kind, detail })
        });
        told.collect()
    }
}

fn tell(event: &Event, organisation: &Organisation) -> Option<(&'static str, Value)> {
    let of = |deadline: &DeadlineId, own: Value| {
        let standard = &deadline.standard;
        let internal = organisation.standard(standard).is_some_and(|standard| standard.internal);
        let mut detail =
            json!({ "deadline": deadline, "standard": standard, "internal": internal });
        if let (Some(detail), Value::Object(own)) = (detail.as_object_mut(), own) {
            detail.extend(own);
        }
        detail
    };
    Some(match event {
        Event::Received { channel, category, priority, team, .. } => (
            "contact.received",
            json!({ "channel": channel, "category": category, "priority": priority, "team": team }),
        ),
        Event::DeadlineStarted { deadline, version, due_at, .. } => (
            "deadline.started",
            of(deadline, json!({ "standards_version": version, "due_at": due_at })),
        ),
        Event::DeadlineMoved { deadline, because, due_at, .. } => {
            ("deadline.moved", of(deadline, json!({ "because": because, "due_at": due_at })))
        }
        Event::DeadlinePaused { deadline, at, until } => {
            ("deadline.paused", of(deadline, json!({ "paused_at": at, "until": until })))
        }
        Event::Triaged { category, priority } => {
            ("contact.triaged", json!({ "category": category, "priority": priority }))
        }
        Event::Escalated { stage, after_window } => {
            ("contact.escalated", json!({ "stage": stage, "after_window": after_window }))
        }
        Event::MilestoneRecorded { milestone, at, .. } => {
            ("contact.milestone", json!({ "milestone": milestone, "happened_at": at }))
        }
        Event::DeadlineMet { deadline, by, at, late } => {
            ("deadline.met", of(deadline, json!({ "by": by, "met_at": at, "late": late })))
        }
        Event::DeadlineMissed { deadline, due_at } => {
            ("deadline.missed", of(deadline, json!({ "due_at": due_at })))
        }
        Event::DeadlineWaived { deadline, .. } => ("deadline.waived", of(deadline, json!({}))),
        Event::WindowClosed { deadline } => ("deadline.window-closed", of(deadline, json!({}))),
        Event::HandedOver { team } => ("contact.handed-over", json!({ "team": team })),
        Event::Closed { .. } => ("contact.closed", json!({})),
        Event::Reopened => ("contact.reopened", json!({})),
        _ => return None,
    })
}

/// Why another system could not be told.
#[derive(Debug, Error)]
pub enum PortError {
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

/// Where it is not set up that anyone is told, nobody is.
impl<B: EventBus> EventBus for Option<B> {
    async fn publish(&self, notice: &CommitNotice<'_>) -> Result<(), PortError> {
        match self {
            Some(bus) => bus.publish(notice).await,
            None => Ok(()),
        }
    }
}

/// On one machine the table's own index wakes contacts, so there is nothing to set.
#[derive(Clone, Copy, Debug)]
pub struct NoopTimers;

impl Timers for NoopTimers {
    const SPREADS: bool = false;

    async fn set(&self, _: &ContactId, _: &Timer, _: TimeDelta) -> Result<(), PortError> {
        Ok(())
    }

    async fn clear(&self, _: &ContactId, _: &DeadlineId) -> Result<(), PortError> {
        Ok(())
    }
}

/// On one machine nobody else is listening; what happened is in the contact's log.
#[derive(Clone, Copy, Debug)]
pub struct NobodyListens;

impl EventBus for NobodyListens {
    async fn publish(&self, _: &CommitNotice<'_>) -> Result<(), PortError> {
        Ok(())
    }
}
