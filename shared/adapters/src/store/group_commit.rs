//! Group commit: writes that come at the same time share a transaction.
//!
//! A disk confirms a few hundred writes a second, whatever their size. While one transaction is on
//! its way, further writes gather and go with the next. If somebody else
//! has changed a contact, its write gets a conflict, and the others of the group are written without it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::contact::ContactId;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::commit::{cancellation_reasons, write};
use super::error::request_error;
use crate::errors::error_chain;

/// DynamoDB takes a hundred items in a transaction, and four megabytes in all. A commit has two
/// items of some kilobytes each.
const MAX_GROUP: usize = 40;

/// The number of writes that may wait before further ones have to wait for a place.
const QUEUE: usize = 1024;

/// Gathers writes and puts them into common transactions.
#[derive(Clone, Debug)]
pub struct GroupCommit {
    queue: mpsc::Sender<PendingWrite>,
}

/// A write that waits for its group.
#[derive(Debug)]
struct PendingWrite {
    id: ContactId,
    items: Vec<TransactWriteItem>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl PendingWrite {
    fn finish(self, result: Result<(), StoreError>) {
        // The caller may have gone. The commit stays written.
        let _ = self.done.send(result);
    }

    async fn write_alone(self, client: &Client) {
        let Self { id, items, done } = self;
        let result = write(client, id, items).await;
        let _ = done.send(result);
    }
}

impl GroupCommit {
    /// Starts the task that writes. It ends when the last clone of this handle is dropped.
    #[must_use]
    pub fn start(client: Client) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(run(client, waiting));
        Self { queue }
    }

    /// Writes the items of one contact, all or none.
    ///
    /// # Errors
    /// Returns the same errors as a transaction of its own.
    pub(super) async fn write(
        &self,
        id: ContactId,
        items: Vec<TransactWriteItem>,
    ) -> Result<(), StoreError> {
        let stopped = || StoreError::Unavailable {
            action: "write a commit",
            source: "Kept is shutting down".into(),
        };
        let (done, result) = oneshot::channel();
        self.queue.send(PendingWrite { id, items, done }).await.map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())?
    }
}

async fn run(client: Client, mut queue: mpsc::Receiver<PendingWrite>) {
    let mut held: Vec<PendingWrite> = Vec::new();
    loop {
        if held.is_empty() {
            match queue.recv().await {
                Some(first) => held.push(first),
                None => return,
            }
        }
        while held.len() < MAX_GROUP
            && let Ok(next) = queue.try_recv()
        {
            held.push(next);
        }
        // A transaction may not touch an item twice, so the later of two for one contact waits.
        let mut group: Vec<PendingWrite> = Vec::new();
        let mut later = Vec::new();
        for pending in held {
            if group.iter().any(|other| other.id == pending.id) {
                later.push(pending);
            } else {
                group.push(pending);
            }
        }
        held = later;
        held.extend(write_group(&client, group).await);
    }
}

/// Writes a group. Returns the writes that failed only because of others in it.
async fn write_group(client: &Client, mut group: Vec<PendingWrite>) -> Vec<PendingWrite> {
    if group.len() == 1
        && let Some(alone) = group.pop()
    {
        alone.write_alone(client).await;
        return Vec::new();
    }
    let items = group.iter().flat_map(|pending| pending.items.clone()).collect();
    let written = client.transact_write_items().set_transact_items(Some(items)).send().await;
    let Err(error) = written else {
        for pending in group {
            pending.finish(Ok(()));
        }
        return Vec::new();
    };
    let Some(reasons) = cancellation_reasons(&error) else {
        // The failure is not about any one of them. Each is tried alone, so that one that cannot be
        // written, perhaps because it is too large, does not take the others with it.
        let error = request_error("write a group of commits")(error);
        tracing::warn!(size = group.len(), error = error_chain(&error), "writing one by one");
        for pending in group {
            pending.write_alone(client).await;
        }
        return Vec::new();
    };
    let mut reasons = reasons.into_iter();
    let mut again = Vec::new();
    for pending in group {
        let own: Vec<_> = reasons.by_ref().take(pending.items.len()).collect();
        if own.iter().any(|reason| reason == "ConditionalCheckFailed") {
            let conflict = StoreError::Conflict(pending.id);
            pending.finish(Err(conflict));
        } else {
            again.push(pending);
        }
    }
    again
}
