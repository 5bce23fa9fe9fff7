//! The worker takes the place of streams and schedules: it sends the emails of each commit and fires
//! timers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use adapters::errors::error_chain;
use adapters::mailer::Mailer;
use adapters::ports::NoopTimers;
use adapters::store::{Committed, StoreError};
use chrono::TimeDelta;
use domain::contact::ContactId;
use domain::decide::MAIL_GRACE;
use functions::App;
use functions::dispatch::Dispatch;
use functions::reconcile::{Found, sweep};
use tokio::sync::{Semaphore, mpsc, watch};

/// The dispatch of one machine. The table's own index is the timers, and nobody listens for events.
pub(crate) type LocalDispatch<M> = Dispatch<M, NoopTimers, Option<Infallible>>;

/// The most commits that are dispatched at the same time.
const MAX_CONCURRENT: usize = 32;

/// The dispatch of one machine with a mailer.
pub(crate) fn dispatch<M: Mailer>(app: App, mailer: M) -> LocalDispatch<M> {
    // Only one process has the data folder, so a claim was left by a process that has stopped, and
    // there is nothing to wait for.
    let lease = TimeDelta::zero();
    Dispatch { app, mailer, timers: NoopTimers, bus: None, lease }
}

/// Dispatches commits as they are written, until `stop` changes. Emails that are not sent by then wait
/// in the table for the next start.
pub(crate) async fn dispatch_commits<M: Mailer>(
    dispatch: LocalDispatch<M>,
    mut commits: mpsc::UnboundedReceiver<Committed>,
    mut stop: watch::Receiver<bool>,
) {
    let dispatch = Arc::new(dispatch);
    let permits = Arc::new(Semaphore::new(MAX_CONCURRENT));
    loop {
        let committed = tokio::select! {
            next = commits.recv() => next,
            _ = stop.changed() => None,
        };
        let Some(committed) = committed else { break };
        if committed.commit.mails.is_empty() {
            continue;
        }
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
        let dispatch = Arc::clone(&dispatch);
        tokio::spawn(async move {
            if let Err(error) = dispatch.process(&committed).await {
                tracing::warn!(
                    contact = %committed.id,
                    commit = committed.commit.number,
                    error = error_chain(&error),
                    "a commit was not dispatched and will be tried again"
                );
            }
            drop(permit);
        });
    }
    // Wait for the dispatches under way.
    let _ = permits.acquire_many(u32::try_from(MAX_CONCURRENT).unwrap_or(u32::MAX)).await;
}

/// Looks for due timers and emails every second, until `stop` changes.
pub(crate) async fn fire_timers(app: App, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(Duration::from_secs(1));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known_failures = BTreeMap::new();
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.changed() => return,
        }
        match sweep(&app, app.now()).await {
            Ok(found) => {
                log(&found, &known_failures);
                known_failures = found.failed;
            }
            Err(error) => {
                tracing::warn!(
                    error = error_chain(&error),
                    "cannot read the timers; will try again in a second"
                );
            }
        }
    }
}

/// Catches up at the start: sends the emails that the last process did not send, and fires the timers
/// that have come due since. A contact that cannot be read is logged and left out.
///
/// # Errors
/// Returns an error if the table cannot be read.
pub(crate) async fn catch_up(app: &App) -> Result<(), StoreError> {
    // An email is left to its first sender for this long. Here no other sender can be at work.
    let found = sweep(app, app.now() + MAIL_GRACE).await?;
    log(&found, &BTreeMap::new());
    Ok(())
}

/// Logs the result of a sweep. A failure is logged once, not every second.
fn log(found: &Found, known_failures: &BTreeMap<ContactId, String>) {
    if found.timers > 0 || found.mails > 0 {
        tracing::info!(timers = found.timers, emails_attempted = found.mails, "catch-up finished");
    }
    for (contact, error) in &found.failed {
        if !known_failures.contains_key(contact) {
            tracing::error!(
                %contact, error,
                "this contact cannot be processed; its timers and emails wait until the database is repaired"
            );
        }
    }
}
