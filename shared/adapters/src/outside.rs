//! Timers and the bus: what other systems than mail are told.

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Event, Timer};
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
    ) -> impl Future<Output = Result<(), OutsideError>> + Send;

    /// Takes the timer of a deadline away. One that is not there, because it fired or was taken
    /// away before, is just as well.
    fn clear(
        &self,
        contact: &ContactId,
        deadline: &str,
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

impl News<'_> {
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
    let of = |deadline: &str, own: Value| {
        // A clock that started again has `~2` after the id of its standard.
        let standard = deadline.split_once('~').map_or(deadline, |(standard, _)| standard);
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
        Event::ClockStarted { deadline, version, due_at, .. } => (
            "deadline.started",
            of(deadline, json!({ "standards_version": version, "due_at": due_at })),
        ),
        Event::ClockMoved { deadline, because, due_at, .. } => {
            ("deadline.moved", of(deadline, json!({ "because": because, "due_at": due_at })))
        }
        Event::ClockStopped { deadline, at, until } => {
            ("deadline.stopped", of(deadline, json!({ "stopped_at": at, "until": until })))
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
        Event::Kept { deadline, by, at, late } => {
            ("deadline.kept", of(deadline, json!({ "by": by, "kept_at": at, "late": late })))
        }
        Event::Breached { deadline, due_at } => {
            ("deadline.breached", of(deadline, json!({ "due_at": due_at })))
        }
        Event::NotOwed { deadline, .. } => ("deadline.not-owed", of(deadline, json!({}))),
        Event::Lapsed { deadline } => ("deadline.lapsed", of(deadline, json!({}))),
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

/// Where it is not set up that anyone is told, nobody is.
impl<B: Bus> Bus for Option<B> {
    async fn tell(&self, news: &News<'_>) -> Result<(), OutsideError> {
        match self {
            Some(bus) => bus.tell(news).await,
            None => Ok(()),
        }
    }
}

/// On one machine the table's own index wakes contacts, so there is nothing to set.
#[derive(Clone, Copy, Debug)]
pub struct WokenByIndex;

impl Timers for WokenByIndex {
    const SPREADS: bool = false;

    async fn set(&self, _: &ContactId, _: &Timer, _: TimeDelta) -> Result<(), OutsideError> {
        Ok(())
    }

    async fn clear(&self, _: &ContactId, _: &str) -> Result<(), OutsideError> {
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
