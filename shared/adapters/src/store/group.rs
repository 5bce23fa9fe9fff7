//! Group commit: what is to be written at the same time is written in one transaction.
//!
//! A disk confirms a few hundred writes a second, whatever their size. While one transaction is on
//! its way, what comes meanwhile gathers and goes with the next. A command whose contact was
//! changed meanwhile is told so, and the others of its group are written without it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::contact::ContactId;
use tokio::sync::{mpsc, oneshot};

use super::commit::{cancelled, write};
use super::{StoreError, failed};

/// DynamoDB takes a hundred items in a transaction, and four megabytes in all; a commit has two
/// items of some kilobytes each.
const MOST: usize = 40;

/// Gathers commits and writes them together.
#[derive(Clone, Debug)]
pub struct GroupCommit {
    queue: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    id: ContactId,
    items: Vec<TransactWriteItem>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl GroupCommit {
    /// Starts the task that writes. It ends when nobody can ask it any more.
    #[must_use]
    pub fn start(client: Client) -> Self {
        let (queue, waiting) = mpsc::channel(1024);
        tokio::spawn(run(client, waiting));
        Self { queue }
    }

    /// Writes the items of one contact, all or none.
    ///
    /// # Errors
    /// As when they are written alone.
    pub(super) async fn write(
        &self,
        id: ContactId,
        items: Vec<TransactWriteItem>,
    ) -> Result<(), StoreError> {
        let gone =
            |_| StoreError::Unavailable { doing: "write", cause: "it is shutting down".into() };
        let (done, result) = oneshot::channel();
        self.queue.send(Waiting { id, items, done }).await.map_err(|_| gone(()))?;
        result.await.map_err(|_| gone(()))?
    }
}

async fn run(client: Client, mut queue: mpsc::Receiver<Waiting>) {
    let mut held: Vec<Waiting> = Vec::new();
    loop {
        if held.is_empty() {
            match queue.recv().await {
                Some(first) => held.push(first),
                None => return,
            }
        }
        while held.len() < MOST
            && let Ok(next) = queue.try_recv()
        {
            held.push(next);
        }
        // A transaction may not touch an item twice: the later of two for one contact waits.
        let mut group: Vec<Waiting> = Vec::new();
        let mut later = Vec::new();
        for waiting in held {
            if group.iter().any(|other| other.id == waiting.id) {
                later.push(waiting);
            } else {
                group.push(waiting);
            }
        }
        held = later;
        held.extend(write_group(&client, group).await);
    }
}

/// Writes a group and answers those who wait; what failed only because of others is handed back.
async fn write_group(client: &Client, mut group: Vec<Waiting>) -> Vec<Waiting> {
    if group.len() == 1
        && let Some(alone) = group.pop()
    {
        let result = write(client, alone.id, alone.items).await;
        // Whoever asked may have gone; what was written stays written.
        let _ = alone.done.send(result);
        return Vec::new();
    }
    let items = group.iter().flat_map(|waiting| waiting.items.clone()).collect();
    let written = client.transact_write_items().set_transact_items(Some(items)).send().await;
    let Err(error) = written else {
        for waiting in group {
            let _ = waiting.done.send(Ok(()));
        }
        return Vec::new();
    };
    let Some(reasons) = cancelled(&error) else {
        // Not about any one of them. Each is tried alone, so that one that cannot be written, being
        // too large perhaps, does not take the others with it.
        tracing::warn!(size = group.len(), error = %failed("write a group")(error), "writing one by one");
        for waiting in group {
            let result = write(client, waiting.id, waiting.items).await;
            let _ = waiting.done.send(result);
        }
        return Vec::new();
    };
    let mut reasons = reasons.into_iter();
    let mut again = Vec::new();
    for waiting in group {
        let own: Vec<_> = reasons.by_ref().take(waiting.items.len()).collect();
        if own.iter().any(|reason| reason == "ConditionalCheckFailed") {
            let _ = waiting.done.send(Err(StoreError::Conflict(waiting.id)));
        } else {
            again.push(waiting);
        }
    }
    again
}
