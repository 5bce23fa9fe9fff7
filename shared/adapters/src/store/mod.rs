//! The store: contacts and their logs in one DynamoDB table.
//!
//! A [`Store`] writes commits ([`Store::commit`]), claims their emails ([`Store::claim`]), and reads
//! contacts ([`Store::load`]), logs ([`Store::log`]) and lists ([`Store::due_contacts`],
//! [`Store::open_contacts`], [`Store::closed_contacts`]). [`Committed::from_stream`] reads the
//! records of the table's stream.
//!
//! On one machine the table belongs to the embedded engine, and [`GroupCommit`] writes what comes at
//! the same time together. The code is otherwise the same as on AWS.
//!
//! # Layout
//!
//! Nothing outside this folder knows it, except the template that creates the table on AWS.
//!
//! | Partition key | Sort key | Holds |
//! |---|---|---|
//! | `C#` and the contact's id | `HEAD` | the contact's current state, its version, and the keys of the indexes |
//! | the same | `#00000001`, … | one commit of its log: events, messages to send, timers to set |
//!
//! State and commits are JSON in the attribute `data`. Only what the table itself works with is an
//! attribute of its own. Nested attributes would take five times the processor time on both sides
//! of the wire, and nobody queries them.
//!
//! With a retention period, `expires` says when the table may remove an item: a commit that long
//! after it was written, the state that long after the contact was closed.
//!
//! Three sparse indexes point at `HEAD` items. They hold nothing but keys.
//!
//! | Index | Hash key | Range key | Used for |
//! |---|---|---|---|
//! | `list` | `open#` and the team, or `closed#` and the month | when the next deadline is due, or when the contact was closed | work lists, reports |
//! | `attention` | `A` | when Kept next has to act on the contact | emails not sent, timers not fired |
//! | `customer` | the customer's key | when the contact was received | how often one sender has written |

mod claim;
mod commit;
mod contacts;
mod error;
mod group_commit;
mod layout;
mod lists;
mod log;
mod stream;
mod table;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use chrono::TimeDelta;
use domain::organisation::Organisation;
use tokio::sync::mpsc::UnboundedSender;

pub use claim::Claim;
pub use error::StoreError;
pub use group_commit::GroupCommit;
pub use lists::{DueContact, Page};
pub use log::LogEntry;
pub use stream::{Committed, StreamRecordError};

/// The contacts of one installation.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
    group_commit: Option<GroupCommit>,
    feed: Option<UnboundedSender<Committed>>,
    former_teams: Arc<[String]>,
    retention: Option<TimeDelta>,
}

impl Store {
    /// The contacts in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            group_commit: None,
            feed: None,
            former_teams: Arc::default(),
            retention: None,
        }
    }

    /// Writes commits that come at the same time in common transactions. Each commit is still
    /// written whole or not at all, and a machine that writes to its own disk waits for it once for
    /// all of them.
    #[must_use]
    pub fn with_group_commit(mut self) -> Self {
        self.group_commit = Some(GroupCommit::start(self.client.clone()));
        self
    }

    /// Lets the table remove what is older than `retention`: of an open contact the old entries of
    /// its log, of a closed one everything.
    #[must_use]
    pub fn with_retention(mut self, retention: TimeDelta) -> Self {
        self.retention = Some(retention);
        self
    }

    /// Finds the teams that have open contacts and are no longer in the organisation's file.
    ///
    /// Work lists are kept by team, so a complete list needs these teams as well. This reads a whole
    /// index: call it once, at the start.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn with_former_teams(
        mut self,
        organisation: &Organisation,
    ) -> Result<Self, StoreError> {
        let mut teams = self.teams_with_open_contacts().await?;
        teams.retain(|team| organisation.team(team).is_none());
        self.former_teams = teams.into_iter().collect();
        Ok(self)
    }

    /// The teams that had open contacts at the start and were no longer in the organisation's file.
    #[must_use]
    pub fn former_teams(&self) -> &[String] {
        &self.former_teams
    }

    /// Also sends each commit to `feed` once it is written, in the order of writing.
    #[must_use]
    pub fn with_feed(mut self, feed: UnboundedSender<Committed>) -> Self {
        self.feed = Some(feed);
        self
    }
}
