//! In place of streams and timers: sees to what was committed, and wakes what is due.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adapters::mailer::Mailer;
use adapters::ports::{NobodyListens, NoopTimers};
use adapters::store::Committed;
use chrono::TimeDelta;
use domain::contact::ContactId;
use domain::decide::MAIL_GRACE;
use functions::App;
use functions::dispatch::Dispatch;
use functions::reconcile::{Found, sweep};
use tokio::sync::{Semaphore, mpsc, watch};

/// What sees to commits on one machine.
pub type LocalDispatch<M> = Dispatch<M, NoopTimers, NobodyListens>;

/// Commits that are seen to at the same time.
const AT_ONCE: usize = 32;

/// A dispatch over this machine's mailer. Only one process has the data folder, so a claim that is
/// found was left by one that was stopped: nobody need wait for it.
pub fn dispatch<M: Mailer>(app: App, mailer: M) -> LocalDispatch<M> {
    Dispatch { app, mailer, timers: NoopTimers, bus: NobodyListens, lease: TimeDelta::zero() }
}

/// Sees to commits as they are written, until `stop` changes. What is then not yet seen to waits in
/// the index for the next start.
pub async fn process_commits<M: Mailer>(
    dispatch: LocalDispatch<M>,
    mut feed: mpsc::UnboundedReceiver<Committed>,
    mut stop: watch::Receiver<bool>,
) {
    let dispatch = Arc::new(dispatch);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let committed = tokio::select! {
            next = feed.recv() => next,
            _ = stop.changed() => None,
        };
        let Some(committed) = committed else { break };
        if committed.commit.mails.is_empty() {
            continue;
        }
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let dispatch = Arc::clone(&dispatch);
        tokio::spawn(async move {
            if let Err(error) = dispatch.process(&committed).await {
                tracing::warn!(contact = %committed.id, commit = committed.commit.number, %error, "to be tried again");
            }
            drop(place);
        });
    }
    // Those under way are let finish.
    let _ = places.acquire_many(u32::try_from(AT_ONCE).unwrap_or(u32::MAX)).await;
}

/// Fires timers when they are due, every second, until `stop` changes.
pub async fn fire_timers(app: App, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known = BTreeMap::new();
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = stop.changed() => return,
        }
        match sweep(&app, app.now()).await {
            Ok(found) => {
                report(&found, &known);
                known = found.failed;
            }
            Err(error) => {
                tracing::warn!(%error, "timers could not be looked at; tried again in a second");
            }
        }
    }
}

/// At the start: mails that the last process committed and did not send, and timers that came due
/// meanwhile, are seen to at once. A contact that cannot be read is logged and left.
///
/// # Errors
/// When the table cannot be read.
pub async fn catch_up(app: &App) -> Result<Found, adapters::store::StoreError> {
    // A mail is given some minutes' grace before somebody else sends it; here nobody else can be at it.
    let found = sweep(app, app.now() + MAIL_GRACE).await?;
    report(&found, &BTreeMap::new());
    Ok(found)
}

/// Logs what was found; of what failed, only what is not `known` already, since it fails each second.
fn report(found: &Found, known: &BTreeMap<ContactId, String>) {
    if found.timers > 0 || found.mails > 0 {
        tracing::info!(timers = found.timers, mails = found.mails, "seen to what was due");
    }
    for (contact, error) in &found.failed {
        if !known.contains_key(contact) {
            tracing::error!(
                %contact, error,
                "a contact cannot be seen to: its timers and mails wait until the database is mended"
            );
        }
    }
}
