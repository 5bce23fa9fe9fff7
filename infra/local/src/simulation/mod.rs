//! Kept in virtual time: the real handlers over the real engine in memory, with a clock that is moved by
//! hand and a mailer that records.
//!
//! `kept play` plays scenarios in it, and the flow tests run in it. Nothing happens by itself:
//! [`Simulation::run_until_idle`] dispatches what was committed, and [`Simulation::advance_to`] moves the
//! clock and fires the timers on the way.

mod recording_mailer;

use std::io;
use std::sync::Arc;

use adapters::clock::Clock;
use adapters::folder::Folder;
use adapters::mailer::Mailer;
use adapters::store::{Committed, StoreError};
use chrono::{DateTime, Utc};
use domain::contact::Secret;
use domain::organisation::Organisation;
use functions::App;
use functions::dispatch::DispatchError;
use functions::intake_email::{Envelope, Intake, IntakeError, receive};
use functions::reconcile::sweep;
use tempfile::TempDir;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::engine::{self, EngineError};
use crate::worker::{LocalDispatch, dispatch};

pub use recording_mailer::RecordingMailer;

/// Kept in virtual time.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use domain::library::load_built_in;
/// use functions::intake_email::Envelope;
/// use local::simulation::{RecordingMailer, Simulation};
///
/// let organisation = load_built_in("westkent")?.into();
/// let monday_noon = "2026-06-01T12:00:00+01:00".parse()?;
/// let mut kept = Simulation::new(organisation, monday_noon, RecordingMailer::default()).await?;
/// let envelope = Envelope {
///     sender: Some("jo@tenant.example".into()),
///     recipients: vec!["help@westkent.example".into()],
///     received_at: None,
/// };
/// kept.deliver(&envelope, b"From: jo@tenant.example\r\nSubject: Bins\r\n\r\nWhich day?").await?;
/// kept.run_until_idle().await?;
/// assert_eq!(kept.mailer.sent().len(), 2, "an acknowledgement and a notification");
///
/// // Nobody answers by the end of the next working day.
/// kept.advance_to("2026-06-03T12:00:00+01:00".parse()?).await?;
/// let last = kept.mailer.sent().pop().map(|email| email.subject).unwrap_or_default();
/// assert!(last.starts_with("OVERDUE"), "{last}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulation<M = RecordingMailer> {
    /// The store, the organisation and the clock.
    pub app: App,
    /// The mailer.
    pub mailer: M,
    /// The dispatch that sends the emails of a commit.
    pub dispatch: LocalDispatch<M>,
    /// Commits that have not been dispatched yet, oldest first.
    pub commits: mpsc::UnboundedReceiver<Committed>,
    /// The archive of incoming messages.
    archive: Folder,
    /// The archive's folder, removed with the simulation.
    _folder: TempDir,
}

/// The reason why a simulation cannot go on.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The engine could not be opened.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A commit could not be dispatched.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    /// A message could not be recorded.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The folder for incoming messages could not be made.
    #[error("cannot make a temporary folder for incoming messages")]
    Folder(#[from] io::Error),
    /// Something is due at the same instant again and again, so that time does not pass.
    #[error("time stands still at {0}: something is due again and again")]
    Stuck(DateTime<Utc>),
}

/// The most rounds in which contacts can fall due while the clock is advanced once.
const MAX_ROUNDS: usize = 10_000;

impl<M: Mailer> Simulation<M> {
    /// An organisation at `now`, without contacts.
    ///
    /// # Errors
    /// Returns an error if the engine cannot be opened or the temporary folder cannot be made.
    pub async fn new(
        organisation: Arc<Organisation>,
        now: DateTime<Utc>,
        mailer: M,
    ) -> Result<Self, SimulationError> {
        let (sender, commits) = mpsc::unbounded_channel();
        let store = engine::open(None).await?.with_feed(sender);
        let folder = TempDir::with_prefix("kept-simulation-")?;
        let archive = Folder::open(folder.path())?;
        let app = App {
            store,
            organisation,
            // The same in every run, so that references are the same, too.
            secret: Secret::new([1; 32]),
            clock: Clock::manual(now),
            base_url: "https://kept.example".into(),
            staff_base_url: "https://kept.example".into(),
        };
        let dispatch = dispatch(app.clone(), mailer.clone());
        Ok(Self { app, mailer, dispatch, commits, archive, _folder: folder })
    }

    /// Delivers a raw message. Its commits wait to be dispatched.
    ///
    /// # Errors
    /// Returns an error if the message cannot be recorded.
    pub async fn deliver(
        &self,
        envelope: &Envelope,
        raw: &[u8],
    ) -> Result<Vec<Intake>, SimulationError> {
        Ok(receive(&self.app, &self.archive, envelope, raw).await?)
    }

    /// Dispatches every commit, and the commits that follow from it. Returns them all.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn run_until_idle(&mut self) -> Result<Vec<Committed>, SimulationError> {
        let mut dispatched = Vec::new();
        while let Ok(committed) = self.commits.try_recv() {
            self.dispatch.process(&committed).await?;
            dispatched.push(committed);
        }
        Ok(dispatched)
    }

    /// Lets time pass until `end`, with a stop at every instant at which something is due. Returns the
    /// commits on the way.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable, or [`SimulationError::Stuck`].
    pub async fn advance_to(
        &mut self,
        end: DateTime<Utc>,
    ) -> Result<Vec<Committed>, SimulationError> {
        let mut dispatched = self.run_until_idle().await?;
        for _ in 0..MAX_ROUNDS {
            let next = self
                .app
                .store
                .due_contacts(end, None, 1)
                .await?
                .items
                .first()
                .map(|due| due.due_at);
            let Some(at) = next else {
                self.app.clock.move_to(end);
                return Ok(dispatched);
            };
            self.app.clock.move_to(at);
            sweep(&self.app, self.app.now()).await?;
            dispatched.extend(self.run_until_idle().await?);
        }
        Err(SimulationError::Stuck(self.app.now()))
    }
}
