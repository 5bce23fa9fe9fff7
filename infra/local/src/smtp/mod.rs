//! The SMTP listener: takes mail for the provider's own addresses, and for nobody else's.

mod session;

use std::sync::Arc;
use std::time::Duration;

use adapters::files::Folder;
use functions::App;
use functions::intake_email::{Envelope, IntakeError, accepts, receive};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// What a listener allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest message, in bytes.
    pub message: usize,
    /// The most recipients of one message.
    pub recipients: usize,
    /// The most connections at a time.
    pub connections: usize,
    /// What all messages that are under way at a time may hold in memory, in bytes.
    pub memory: usize,
    /// Errors after which a client is sent away.
    pub errors: usize,
    /// How long a client may be silent.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 25 * 1024 * 1024,
            recipients: 100,
            connections: 200,
            memory: 128 * 1024 * 1024,
            errors: 20,
            patience: Duration::from_secs(300),
        }
    }
}

/// What takes the messages of a listener.
#[derive(Clone)]
struct Handler {
    app: App,
    archive: Folder,
    limits: Limits,
    /// A permit is a kilobyte.
    memory: Arc<Semaphore>,
    hostname: Arc<str>,
}

impl Handler {
    fn accepts(&self, address: &str) -> bool {
        accepts(&self.app, address)
    }

    async fn take(&self, envelope: &Envelope, raw: &[u8]) -> Result<(), IntakeError> {
        receive(&self.app, &self.archive, envelope, raw).await.map(|_| ())
    }
}

/// Takes mail until `stop` changes; messages under way are let finish.
pub async fn listen(
    listener: TcpListener,
    app: App,
    archive: Folder,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let mailbox = app.organisation.teams().first().map_or("localhost", |team| team.mailbox());
    let hostname = mailbox.rsplit_once('@').map_or("localhost", |(_, domain)| domain).into();
    let memory = Arc::new(Semaphore::new(limits.memory / 1024));
    let handler = Handler { app, archive, limits, memory, hostname };
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, most likely: others finish meanwhile.
                tracing::warn!(%error, "a connection was lost before it began");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            session::busy(stream).await;
            continue;
        };
        let (handler, stop) = (handler.clone(), stop.clone());
        tokio::spawn(async move {
            session::run(stream, &handler, stop).await;
            drop(place);
        });
    }
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(Duration::from_secs(10), places.acquire_many(all)).await;
}
