//! Looks for what should have happened by now and did not: mails not sent, timers not fired.
//!
//! On AWS this runs every quarter of an hour and finds nothing, which is the proof that streams and
//! timers did their work; what it does find it mends. On one machine it is also what fires the
//! timers: the index that it reads is the timers.

use adapters::store::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Actor, Contact, ContactId, Mail};
use domain::decide::{Command, MAIL_GRACE, Request};

use crate::{Desk, Given, deadline};

/// What was found and seen to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Contacts whose timers were due.
    pub timers: u32,
    /// Contacts with mails that should have been sent.
    pub mails: u32,
}

/// As many contacts as are read at once.
const PAGE: i32 = 100;

/// Sees to everything that should have happened by `until`.
///
/// # Errors
/// When the table cannot be reached. What was seen to before stays so.
pub async fn sweep(desk: &Desk, until: DateTime<Utc>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut from = None;
    loop {
        let page = desk.store.waiting(until, from, PAGE).await?;
        for waiting in &page.items {
            let one = see_to(desk, &waiting.id, until).await?;
            found.timers += one.timers;
            found.mails += one.mails;
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
pub async fn longest_wait(desk: &Desk, now: DateTime<Utc>) -> Result<TimeDelta, StoreError> {
    let first = desk.store.waiting(now, None, 1).await?;
    Ok(first.items.first().map_or_else(TimeDelta::zero, |waiting| now - waiting.at))
}

async fn see_to(desk: &Desk, id: &ContactId, until: DateTime<Utc>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    // The index may be a moment behind; the contact itself is not.
    let Some(contact) = desk.store.load(id).await? else { return Ok(found) };
    if contact.wakes_at().is_some_and(|at| at <= until)
        && let Given::Done(_) = deadline::fired(desk, id).await?
    {
        found.timers = 1;
    }
    let command = retry(desk, &contact, until).await?;
    if let Some(command) = command {
        let request = Request { key: None, by: Actor::Kept, command };
        if let Given::Done(_) = desk.give(id, &request).await? {
            found.mails = 1;
        }
    }
    Ok(found)
}

/// The mails of a contact that should have been sent by `until`, from the commits that hold them.
async fn retry(
    desk: &Desk,
    contact: &Contact,
    until: DateTime<Utc>,
) -> Result<Option<Command>, StoreError> {
    let mut mails = Vec::new();
    for pending in contact.pending.iter().filter(|mail| mail.not_before <= until) {
        if let Some(entry) = desk.store.entry(&contact.id, pending.commit).await? {
            // Whoever began a moment ago is still at it. One machine, which alone has the table,
            // asks for what is due by a time ahead, because there nobody else can be.
            let at_it = |begun| begun > until - MAIL_GRACE;
            if !pending.put_off && entry.claimed_at.is_some_and(at_it) {
                continue;
            }
            // Begun and not heard of again; but one that was put off was heard of.
            let uncertain = entry.claimed_at.is_some() && !pending.put_off;
            let own = entry.commit.mails.into_iter().filter(|mail| mail.id == pending.id);
            mails.extend(own.map(|mail| Mail { uncertain, ..mail }));
        }
    }
    Ok((!mails.is_empty()).then_some(Command::RetryMails(mails)))
}
