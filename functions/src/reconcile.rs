//! Reconcile: the sweep, which finds what should have happened by now and did not.
//!
//! On AWS it runs every quarter of an hour. As a rule it finds nothing, which proves that the stream
//! and the timers did their work; whatever it finds, it puts right. On one machine it fires the timers
//! as well, because the list that it reads is the timers.

use std::collections::BTreeMap;

use adapters::errors::error_chain;
use adapters::store::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Contact, ContactId, Mail};
use domain::decide::{Command, MAIL_GRACE, Request, SystemCommand};

use crate::{App, Outcome, deadline};

/// The result of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The number of contacts whose timers were due.
    pub timers: u32,
    /// The number of contacts with emails that should have been sent.
    pub mails: u32,
    /// The contacts on which the sweep failed, each with the error. One bad contact does not block
    /// the others.
    pub failed: BTreeMap<ContactId, String>,
}

/// The number of contacts that are read at once.
const PAGE: i32 = 100;

/// Acts on everything that should have happened by `until`.
///
/// # Errors
/// Returns an error if the list of due contacts cannot be read. What was done before that stays done.
pub async fn sweep(app: &App, until: DateTime<Utc>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut cursor = None;
    loop {
        let page = app.store.due_contacts(until, cursor, PAGE).await?;
        for due in &page.items {
            if let Err(error) = process(app, &due.id, until, &mut found).await {
                found.failed.insert(due.id, error_chain(&error));
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Returns for how long the longest overdue contact has waited at `now`; zero if none has.
///
/// # Errors
/// Returns an error if the list of due contacts cannot be read.
pub async fn longest_wait(app: &App, now: DateTime<Utc>) -> Result<TimeDelta, StoreError> {
    let first = app.store.due_contacts(now, None, 1).await?;
    Ok(first.items.first().map_or_else(TimeDelta::zero, |due| now - due.due_at))
}

async fn process(
    app: &App,
    id: &ContactId,
    until: DateTime<Utc>,
    found: &mut Found,
) -> Result<(), StoreError> {
    // The index may be a moment behind. The contact itself is not.
    let Some(contact) = app.store.load(id).await? else { return Ok(()) };
    // The emails of the steps that are taken now are not overdue, so those that are come first.
    let mails = overdue_mails(app, &contact, until).await?;
    let mut current = Some(contact);
    if let Some(contact) = current.take_if(|c| c.next_timer_at().is_some_and(|at| at <= until)) {
        let outcome = deadline::fired_loaded(app, contact).await?;
        found.timers += u32::from(matches!(outcome, Outcome::Done(_)));
        current = contact_after(outcome);
    }
    let mut any = false;
    for mail in mails {
        // Each has a commit of its own: all that wait together may be more than a commit can hold.
        let command = Command::System(SystemCommand::RetryMails(vec![mail]));
        let request = Request { key: None, command };
        let outcome = app.execute_loaded(id, current, &request).await?;
        any |= matches!(outcome, Outcome::Done(_));
        current = contact_after(outcome);
    }
    found.mails += u32::from(any);
    Ok(())
}

/// The contact after a command, if it exists.
fn contact_after(outcome: Outcome) -> Option<Contact> {
    match outcome {
        Outcome::Done(contact) | Outcome::NoChange(_, Some(contact)) => Some(*contact),
        Outcome::NoChange(_, None) | Outcome::Refused(_) => None,
    }
}

/// The emails of a contact that should have been sent by `until`, from the commits that hold them.
async fn overdue_mails(
    app: &App,
    contact: &Contact,
    until: DateTime<Utc>,
) -> Result<Vec<Mail>, StoreError> {
    let mut mails = Vec::new();
    for pending in contact.pending.iter().filter(|mail| mail.not_before <= until) {
        let Some(entry) = app.store.log_entry(&contact.id, pending.commit).await? else { continue };
        // A sender that claimed the emails a moment ago is still at work. One machine has the table
        // to itself: nobody else can be, and it asks for what is due by a time ahead.
        let at_work = entry.claimed_at.is_some_and(|claimed| claimed > until - MAIL_GRACE);
        if at_work && !pending.deferred {
            continue;
        }
        // Claimed without a result, the email may have been accepted. A deferred one was not. An
        // email that was uncertain before stays so: it may have been accepted that time.
        let unconfirmed = entry.claimed_at.is_some() && !pending.deferred;
        let own = entry.commit.mails.into_iter().filter(|mail| mail.id == pending.id);
        mails.extend(own.map(|mail| Mail { uncertain: unconfirmed || mail.uncertain, ..mail }));
    }
    Ok(mails)
}
