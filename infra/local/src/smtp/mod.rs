//! The SMTP listener. It accepts mail for the provider's own addresses and refuses all other mail, so it
//! is never a relay.
//!
//! [`session`] is the conversation with one client, [`message`] a message that is being received, [`data`]
//! its lines.

mod data;
mod message;
mod session;

use std::sync::Arc;
use std::time::Duration;

use adapters::folder::Folder;
use adapters::mail::Incoming;
use functions::App;
use functions::intake_email::{Envelope, IntakeError, accepts, receive_parsed};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::shares::Shares;

/// The limits of the listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest message, in bytes.
    pub(crate) message: usize,
    /// The most recipients of one message.
    pub(crate) recipients: usize,
    /// The most connections at a time. One peer gets half of them.
    pub(crate) connections: usize,
    /// The most memory for all messages that are being received, in bytes. One peer gets half of it.
    pub(crate) memory: usize,
    /// The errors after which a client is disconnected.
    pub(crate) errors: usize,
    /// The most commands before a client has to send a message.
    pub(crate) commands: usize,
    /// The time for which the listener waits for a client to send or to receive, while less than half of the
    /// connections are taken.
    pub(crate) timeout: Duration,
    /// The time that a message may take, from its first byte to its end, while less than half of the
    /// connections are taken.
    pub(crate) message_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 25 * 1024 * 1024,
            recipients: 100,
            connections: 200,
            memory: 128 * 1024 * 1024,
            errors: 20,
            commands: 300,
            timeout: Duration::from_secs(300),
            message_timeout: Duration::from_secs(600),
        }
    }
}

/// The largest message that is parsed between two steps of a session, in bytes: less than a millisecond's
/// work.
const PARSED_AT_ONCE: usize = 64 * 1024;

/// The most large messages that are parsed at a time.
const PARSERS: usize = 2;

/// How long sessions may take to finish once the listener stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// The state that all sessions share.
#[derive(Clone)]
struct Handler {
    app: App,
    archive: Folder,
    limits: Limits,
    /// The connections.
    connections: Shares,
    /// The memory for messages, in kilobytes.
    memory: Shares,
    /// The large messages that may be parsed at a time.
    parsers: Arc<Semaphore>,
    hostname: Arc<str>,
}

impl Handler {
    fn accepts(&self, address: &str) -> bool {
        accepts(&self.app, address)
    }

    async fn receive(&self, envelope: &Envelope, raw: Vec<u8>) -> Result<(), IntakeError> {
        let raw = Arc::new(raw);
        let message = self.parse(&raw).await;
        receive_parsed(&self.app, &self.archive, envelope, &raw, message).await.map(|_| ())
    }

    /// Parses a message. A large one is parsed on a thread of its own, so that no other session waits
    /// for it.
    async fn parse(&self, raw: &Arc<Vec<u8>>) -> Incoming {
        if raw.len() <= PARSED_AT_ONCE {
            return Incoming::parse(raw);
        }
        let permit = self.parsers.acquire().await;
        let raw = Arc::clone(raw);
        let parsed = tokio::task::spawn_blocking(move || Incoming::parse(&raw)).await;
        drop(permit);
        parsed.unwrap_or_else(|error| {
            tracing::error!(%error, "a message could not be parsed and is recorded without its text");
            Incoming::unreadable()
        })
    }
}

/// Accepts mail until `stop` changes, then waits for messages that are being received.
pub(crate) async fn listen(
    listener: TcpListener,
    app: App,
    archive: Folder,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let mailbox = app.organisation.teams().first().map_or("localhost", |team| team.mailbox());
    let hostname = mailbox.rsplit_once('@').map_or("localhost", |(_, domain)| domain).into();
    let connections = Shares::new(limits.connections);
    let memory = Shares::new(limits.memory / 1024);
    let parsers = Arc::new(Semaphore::new(PARSERS));
    let handler = Handler { app, archive, limits, connections, memory, parsers, hostname };
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        while sessions.try_join_next().is_some() {}
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most likely there are too many open files, and waiting lets some be closed.
                tracing::warn!(%error, "cannot accept an SMTP connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(share) = handler.connections.take(peer.ip(), 1) else {
            session::refuse(&stream);
            continue;
        };
        let (handler, stop) = (handler.clone(), stop.clone());
        sessions.spawn(async move {
            session::run(stream, peer.ip(), &handler, stop).await;
            drop(share);
        });
    }
    let finished = async { while sessions.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, finished).await;
}
