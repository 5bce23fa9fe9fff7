//! What one command changed: the unit that is written whole or not at all.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Event, Mail};
use crate::organisation::PersonId;

/// Who caused a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The customer, or whoever wrote in their place.
    Customer,
    /// Somebody of the staff.
    Staff(PersonId),
    /// Kept itself: a timer that fired, a mail that was sent.
    Kept,
}

/// An entry in a contact's log: what happened, and the mails and timers to be seen to because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its place in the log, from 1.
    pub number: u32,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Who caused it.
    pub by: Actor,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Mails to send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<Mail>,
    /// Timers to set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<Timer>,
}

/// When a deadline has to be looked at. Setting it again moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The deadline.
    pub deadline: String,
    /// When.
    pub at: DateTime<Utc>,
}
