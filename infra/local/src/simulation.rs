//! Kept in virtual time: the real handlers over the real engine in memory, a clock moved by hand,
//! and a letterbox that keeps what was sent.

use std::sync::{Arc, Mutex, PoisonError};

use adapters::clock::Clock;
use adapters::files::Folder;
use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};
use adapters::store::{Committed, StoreError};
use chrono::{DateTime, Utc};
use domain::contact::Secret;
use domain::organisation::Organisation;
use functions::App;
use functions::dispatch::DispatchError;
use functions::intake_email::{Envelope, Intake, IntakeError, receive};
use functions::reconcile::sweep;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::engine::{self, EngineError};
use crate::worker::{LocalDispatch, dispatch};

/// Mail that was sent, kept where it can be looked at.
#[derive(Clone, Debug, Default)]
pub struct RecordingMailer {
    sent: Arc<Mutex<Vec<Outgoing>>>,
    answer: Arc<Mutex<Option<Answer>>>,
}

/// How a letterbox answers, if not by taking the mail.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Not now.
    Transient(String),
    /// Never.
    Permanent(String),
    /// It takes the mail, and is not heard to.
    Unconfirmed,
}

impl RecordingMailer {
    /// Everything sent so far, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Outgoing> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on answers like this; `None` to take mail again.
    pub fn answer(&self, answer: Option<Answer>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

impl Mailer for RecordingMailer {
    // As with a mail server: what was taken twice was sent twice.
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match answer {
            Some(Answer::Transient(why)) => Err(MailError::Transient(why)),
            Some(Answer::Permanent(why)) => Err(MailError::Permanent(why)),
            taken => {
                self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
                taken.map_or(Ok(()), |_| Err(MailError::Unconfirmed("no answer".into())))
            }
        }
    }
}

/// Kept in virtual time.
#[derive(Debug)]
pub struct Simulation {
    /// What the handlers work with.
    pub app: App,
    /// What was sent.
    pub mailer: RecordingMailer,
    /// What was committed and is not yet seen to.
    feed: mpsc::UnboundedReceiver<Committed>,
    dispatch: LocalDispatch<RecordingMailer>,
    archive: Folder,
}

/// Why a scene could not be played.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A commit was not seen to.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    /// A message was not taken in.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Time does not pass, because something wants to be looked at again and again.
    #[error("at {0} something is due again and again")]
    Stuck(DateTime<Utc>),
}

/// More than can be due at one instant on a stage.
const ENOUGH: usize = 10_000;

impl Simulation {
    /// A stage at `now`; `archive` is where incoming messages are kept.
    ///
    /// # Errors
    /// When the engine cannot be opened.
    pub async fn new(
        organisation: Arc<Organisation>,
        now: DateTime<Utc>,
        archive: Folder,
    ) -> Result<Self, SimulationError> {
        let (send, feed) = mpsc::unbounded_channel();
        let store = engine::open(None).await?.with_feed(send);
        let app = App {
            store,
            organisation,
            // A stage lasts for a scene; its references are the same each time.
            secret: Secret::new([1; 32]),
            clock: Clock::by_hand(now),
            base_url: "https://kept.example".into(),
        };
        let mailer = RecordingMailer::default();
        let dispatch = dispatch(app.clone(), mailer.clone());
        Ok(Self { app, mailer, feed, dispatch, archive })
    }

    /// Delivers a raw message.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn deliver(
        &self,
        envelope: &Envelope,
        raw: &[u8],
    ) -> Result<Vec<Intake>, SimulationError> {
        Ok(receive(&self.app, &self.archive, envelope, raw).await?)
    }

    /// Sees to everything that was committed, and to what that leads to. Returns the commits.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn settle(&mut self) -> Result<Vec<Committed>, SimulationError> {
        let mut seen = Vec::new();
        while let Ok(committed) = self.feed.try_recv() {
            self.dispatch.process(&committed).await?;
            seen.push(committed);
        }
        Ok(seen)
    }

    /// Sees to the next commit alone.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn process_one(&mut self) -> Result<(), SimulationError> {
        if let Ok(committed) = self.feed.try_recv() {
            self.dispatch.process(&committed).await?;
        }
        Ok(())
    }

    /// Forgets what was committed and not yet seen to, as a process does that is killed.
    pub fn crash(&mut self) {
        while self.feed.try_recv().is_ok() {}
    }

    /// Starts again after a crash.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn start_again(&mut self) -> Result<Vec<Committed>, SimulationError> {
        crate::worker::catch_up(&self.app).await?;
        self.settle().await
    }

    /// Lets time pass until `until`, stopping at every instant at which something is due. Returns
    /// what was committed on the way.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn advance(
        &mut self,
        until: DateTime<Utc>,
    ) -> Result<Vec<Committed>, SimulationError> {
        let mut seen = self.settle().await?;
        for _ in 0..ENOUGH {
            let next = self.app.store.waiting(until, None, 1).await?.items.first().map(|w| w.at);
            let Some(at) = next else {
                self.app.clock.move_to(until);
                return Ok(seen);
            };
            self.app.clock.move_to(at);
            sweep(&self.app, self.app.now()).await?;
            seen.extend(self.settle().await?);
        }
        Err(SimulationError::Stuck(self.app.now()))
    }
}
