//! Entries of a contact's log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Event, Mail};
use crate::deadline::DeadlineId;
use crate::organisation::PersonId;

/// The author of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The customer, or somebody who wrote for them.
    Customer,
    /// A member of staff.
    Staff(PersonId),
    /// Kept itself, when a timer fired or an email was sent.
    Kept,
}

/// An entry of a contact's log, written whole or not at all: events, emails to send and timers to set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The place in the log, from 1.
    pub number: u32,
    /// When the commit was decided, in UTC.
    pub at: DateTime<Utc>,
    /// The author.
    pub by: Actor,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The emails to send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<Mail>,
    /// The timers to set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<Timer>,
}

/// A timer of a deadline. Setting it again moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The deadline.
    pub deadline: DeadlineId,
    /// When the timer fires, in UTC.
    pub at: DateTime<Utc>,
}
