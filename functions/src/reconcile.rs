//! Looks for what should have happened by now and did not: mails not sent, timers not fired.
//!
//! On AWS this runs every quarter of an hour and finds nothing, which is the proof that streams and
//! timers did their work; what it does find it mends. On one machine it is also what fires the
//! timers: the index that it reads is the timers.

use std::collections::BTreeMap;

use adapters::store::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Contact, ContactId, Mail};
use domain::decide::{Command, MAIL_GRACE, Request, SystemCommand};

use crate::{App, Outcome, deadline};

/// What was found and seen to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Contacts whose timers were due.
    pub timers: u32,
    /// Contacts with mails that should have been sent.
    pub mails: u32,
    /// Contacts that could not be seen to, with why. They do not hold up the others.
    pub failed: BTreeMap<ContactId, String>,
}

/// As many contacts as are read at once.
const PAGE: i32 = 100;

/// Sees to everything that should have happened by `until`.
///
/// # Errors
/// When the table cannot be reached. What was seen to before stays so.
pub async fn sweep(app: &App, until: DateTime<Utc>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut from = None;
    loop {
        let page = app.store.waiting(until, from, PAGE).await?;
        for waiting in &page.items {
            if let Err(error) = process(app, &waiting.id, until, &mut found).await {
                found.failed.insert(waiting.id, error.to_string());
            }
        }
        from = page.next;
        if from.is_none() {
            return Ok(found);
        }
    }
}

/// How long the contact that should have been looked at first has waited by `now`; zero where none
/// waits.
///
/// # Errors
/// When the table cannot be reached.
pub async fn longest_wait(app: &App, now: DateTime<Utc>) -> Result<TimeDelta, StoreError> {
    let first = app.store.waiting(now, None, 1).await?;
    Ok(first.items.first().map_or_else(TimeDelta::zero, |waiting| now - waiting.at))
}

async fn process(
    app: &App,
    id: &ContactId,
    until: DateTime<Utc>,
    found: &mut Found,
) -> Result<(), StoreError> {
    // The index may be a moment behind; the contact itself is not.
    let Some(contact) = app.store.load(id).await? else { return Ok(()) };
    if contact.next_timer_at().is_some_and(|at| at <= until)
        && let Outcome::Done(_) = deadline::fired(app, id).await?
    {
        found.timers += 1;
    }
    let mut any = false;
    for mail in due(app, &contact, until).await? {
        // Each in a commit of its own: all that wait together may be more than a commit can hold.
        let command = Command::System(SystemCommand::RetryMails(vec![mail]));
        let request = Request { key: None, command };
        any |= matches!(app.execute(id, &request).await?, Outcome::Done(_));
    }
    found.mails += u32::from(any);
    Ok(())
}

/// The mails of a contact that should have been sent by `until`, from the commits that hold them.
async fn due(app: &App, contact: &Contact, until: DateTime<Utc>) -> Result<Vec<Mail>, StoreError> {
    let mut mails = Vec::new();
    for pending in contact.pending.iter().filter(|mail| mail.not_before <= until) {
        if let Some(entry) = app.store.entry(&contact.id, pending.commit).await? {
            // Whoever began a moment ago is still at it. One machine, which alone has the table,
            // asks for what is due by a time ahead, because there nobody else can be.
            let at_it = |begun| begun > until - MAIL_GRACE;
            if !pending.deferred && entry.claimed_at.is_some_and(at_it) {
                continue;
            }
            // Begun and not heard of again; but one that was put off was heard of. What was
            // uncertain once stays so: it may have been taken that time.
            let unheard = entry.claimed_at.is_some() && !pending.deferred;
            let own = entry.commit.mails.into_iter().filter(|mail| mail.id == pending.id);
            mails.extend(own.map(|mail| Mail { uncertain: unheard || mail.uncertain, ..mail }));
        }
    }
    Ok(mails)
}
