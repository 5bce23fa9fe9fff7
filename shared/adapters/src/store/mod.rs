//! Contacts in one DynamoDB table.
//!
//! | Partition key | Sort key | Holds |
//! |---|---|---|
//! | `C#` and the id | `HEAD` | the current state, its version, and the keys of the indexes |
//! | the same | `#00000001` … | one item a commit: what happened, mails and timers to see to |
//!
//! The state and the commits are JSON in one attribute, and only what the table itself works with
//! is an attribute of its own: a state of nested attributes costs five times the processor time on
//! both sides of the wire, and nobody queries it.
//!
//! Where a retention period is given, `expires` says when the table itself may remove an item: an entry
//! so long after it was written, the state so long after the contact was closed.
//!
//! Three sparse indexes point at `HEAD` items, by key alone:
//!
//! | Index | Hash | Range | Answers |
//! |---|---|---|---|
//! | `list` | `open#` and the team, or `closed#` and the month | due instant or closing instant | work lists, reports |
//! | `attention` | `A` | when Kept has to look at the contact next | mails not sent, timers not fired |
//! | `customer` | stands for the customer | instant of receipt | how often one sender wrote |

mod commit;
mod group;
mod read;
mod table;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::contact::{Commit, Contact, ContactId};
use domain::organisation::Organisation;
use thiserror::Error;

use crate::errors::describe_error;

pub use commit::Claim;
pub use group::GroupCommit;
pub use read::{Entry, Page, Waiting};

/// A table of contacts.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
    group: Option<GroupCommit>,
    feed: Option<tokio::sync::mpsc::UnboundedSender<Committed>>,
    former_teams: Arc<[String]>,
    retention: Option<TimeDelta>,
}

/// What was written: what the table's stream carries on AWS.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The contact.
    pub id: ContactId,
    /// The entry in its log.
    pub commit: Commit,
    /// Its state after it, where that is known without reading.
    pub contact: Option<Contact>,
}

/// Why the table did not do what was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Somebody else wrote the contact meanwhile: load it and decide again.
    #[error("contact {0} was changed meanwhile")]
    Conflict(ContactId),
    /// The table cannot be reached or is busy; the same request may work later.
    #[error("the table cannot {doing}: {cause}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        cause: String,
    },
    /// The request or what it found is at fault; it will not work later either.
    #[error("the table cannot {doing}: {cause}")]
    Broken {
        /// What was being done.
        doing: &'static str,
        /// What it said, or what was found.
        cause: String,
    },
}

impl StoreError {
    /// Whether the same request may work later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::Broken { .. })
    }
}

impl Store {
    /// The contacts in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            group: None,
            feed: None,
            former_teams: Arc::default(),
            retention: None,
        }
    }

    /// Writes what comes at the same time in common transactions. Each command stays whole; a
    /// machine that writes to its own disk waits for it once for all of them.
    #[must_use]
    pub fn with_group_commit(mut self) -> Self {
        self.group = Some(GroupCommit::start(self.client.clone()));
        self
    }

    /// Marks what is written to be removed by the table after so long. Nothing of a contact that is
    /// open but what is older than that goes.
    #[must_use]
    pub fn with_retention(mut self, retention: TimeDelta) -> Self {
        self.retention = Some(retention);
        self
    }

    /// Also knows the teams that have open contacts and are not in the organisation's file any more.
    /// Lists are kept by team, and whoever lists them has to know which there are. This reads a whole
    /// index: once, at the start.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn with_former_teams(
        mut self,
        organisation: &Organisation,
    ) -> Result<Self, StoreError> {
        let mut teams = self.teams_with_open().await?;
        teams.retain(|team| organisation.team(team).is_none());
        self.former_teams = teams.into_iter().collect();
        Ok(self)
    }

    /// The teams with open contacts that were not in the organisation's file at the start.
    #[must_use]
    pub fn former_teams(&self) -> &[String] {
        &self.former_teams
    }

    /// Also sends what is written to `feed`, in the order in which it is written.
    #[must_use]
    pub fn with_feed(mut self, feed: tokio::sync::mpsc::UnboundedSender<Committed>) -> Self {
        self.feed = Some(feed);
        self
    }
}

const HEAD: &str = "HEAD";

/// What the list of a team's open contacts begins with.
const OPEN: &str = "open#";

fn partition(id: &ContactId) -> String {
    format!("C#{id}")
}

fn entry(number: u32) -> String {
    format!("#{number:08}")
}

/// An instant as a sort key: all of the same length, so that text order is the order of time.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Tells a fault of the moment from one of the request.
fn failed<E>(doing: &'static str) -> impl FnOnce(aws_sdk_dynamodb::error::SdkError<E>) -> StoreError
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    use aws_sdk_dynamodb::error::SdkError;
    const TRANSIENT: [&str; 7] = [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionInProgressException",
        "TransactionConflictException",
        "LimitExceededException",
    ];
    move |error| {
        let transient = match &error {
            SdkError::ServiceError(service) => {
                service.raw().status().is_server_error()
                    || service.err().code().is_some_and(|code| TRANSIENT.contains(&code))
            }
            SdkError::ConstructionFailure(_) => false,
            _ => true,
        };
        let cause = describe_error(&error);
        if transient {
            StoreError::Unavailable { doing, cause }
        } else {
            StoreError::Broken { doing, cause }
        }
    }
}
