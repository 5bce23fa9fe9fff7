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
use functions::Desk;
use functions::dispatch::DispatchError;
use functions::intake_email::{Envelope, IntakeError, Taken, receive};
use functions::reconcile::sweep;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::engine::{self, EngineError};
use crate::pump::{LocalDispatch, dispatch};

/// Mail that was sent, kept where it can be looked at.
#[derive(Clone, Debug, Default)]
pub struct Letterbox {
    sent: Arc<Mutex<Vec<Outgoing>>>,
    answer: Arc<Mutex<Option<Answer>>>,
}

/// How a letterbox answers, if not by taking the mail.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Not now.
    Later(String),
    /// Never.
    Never(String),
    /// It takes the mail, and is not heard to.
    Unheard,
}

impl Letterbox {
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

impl Mailer for Letterbox {
    // As with a mail server: what was taken twice was sent twice.
    const REPEATABLE: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match answer {
            Some(Answer::Later(why)) => Err(MailError::Later(why)),
            Some(Answer::Never(why)) => Err(MailError::Never(why)),
            taken => {
                self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
                taken.map_or(Ok(()), |_| Err(MailError::Unheard("no answer".into())))
            }
        }
    }
}

/// Kept in virtual time.
#[derive(Debug)]
pub struct Stage {
    /// What the handlers work with.
    pub desk: Desk,
    /// What was sent.
    pub letterbox: Letterbox,
    /// What was committed and is not yet seen to.
    feed: mpsc::UnboundedReceiver<Committed>,
    dispatch: LocalDispatch<Letterbox>,
    archive: Folder,
}

/// Why a scene could not be played.
#[derive(Debug, Error)]
pub enum StageError {
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

impl Stage {
    /// A stage at `now`; `archive` is where incoming messages are kept.
    ///
    /// # Errors
    /// When the engine cannot be opened.
    pub async fn new(
        organisation: Arc<Organisation>,
        now: DateTime<Utc>,
        archive: Folder,
    ) -> Result<Self, StageError> {
        let (send, feed) = mpsc::unbounded_channel();
        let store = engine::open(None).await?.with_feed(send);
        let desk = Desk {
            store,
            organisation,
            // A stage lasts for a scene; its references are the same each time.
            secret: Secret::new([1; 32]),
            clock: Clock::by_hand(now),
            base_url: "https://kept.example".into(),
        };
        let letterbox = Letterbox::default();
        let dispatch = dispatch(desk.clone(), letterbox.clone());
        Ok(Self { desk, letterbox, feed, dispatch, archive })
    }

    /// Delivers a raw message.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn deliver(&self, envelope: &Envelope, raw: &[u8]) -> Result<Vec<Taken>, StageError> {
        Ok(receive(&self.desk, &self.archive, envelope, raw).await?)
    }

    /// Sees to everything that was committed, and to what that leads to. Returns the commits.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn settle(&mut self) -> Result<Vec<Committed>, StageError> {
        let mut seen = Vec::new();
        while let Ok(committed) = self.feed.try_recv() {
            self.dispatch.see_to(&committed).await?;
            seen.push(committed);
        }
        Ok(seen)
    }

    /// Sees to the next commit alone.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn see_to_one(&mut self) -> Result<(), StageError> {
        if let Ok(committed) = self.feed.try_recv() {
            self.dispatch.see_to(&committed).await?;
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
    pub async fn start_again(&mut self) -> Result<Vec<Committed>, StageError> {
        crate::pump::catch_up(&self.desk).await?;
        self.settle().await
    }

    /// Lets time pass until `until`, stopping at every instant at which something is due. Returns
    /// what was committed on the way.
    ///
    /// # Errors
    /// When something cannot be reached.
    pub async fn advance(&mut self, until: DateTime<Utc>) -> Result<Vec<Committed>, StageError> {
        let mut seen = self.settle().await?;
        for _ in 0..ENOUGH {
            let next = self.desk.store.waiting(until, None, 1).await?.items.first().map(|w| w.at);
            let Some(at) = next else {
                self.desk.clock.move_to(until);
                return Ok(seen);
            };
            self.desk.clock.move_to(at);
            sweep(&self.desk, self.desk.now()).await?;
            seen.extend(self.settle().await?);
        }
        Err(StageError::Stuck(self.desk.now()))
    }
}
