//! Delay notices and the extensions that they bring.

use chrono::{DateTime, NaiveDate, Utc};

use super::milestone::Occurrence;
use super::transaction::Transaction;
use super::{DelayNotice, Refusal};
use crate::contact::{Addressee, Event, MailKind, Means};
use crate::deadline::{Deadline, DeadlineState, ExtensionGiven, WaiverReason};
use crate::organisation::PersonId;
use crate::standards::{Extension, Milestone, Standard, StandardId, TOLD};
use crate::time;

impl Transaction<'_> {
    /// Sends the customer a delay notice by email, which counts when it is accepted for delivery, or
    /// records one that they were given by other means.
    pub(super) fn notify_delay(
        &mut self,
        notice: &DelayNotice,
        by: &PersonId,
    ) -> Result<(), Refusal> {
        let DelayNotice { means, until, at, .. } = *notice;
        if means == Means::Email && self.contact.customer.answer_to().is_none() {
            return Err(Refusal::NoAddress);
        }
        if means != Means::Email {
            self.check_time(at)?;
        }
        let given_at = if means == Means::Email { self.now } else { at };
        if until <= time::local(self.organisation.zone(), given_at).date() {
            return Err(Refusal::DateNotAhead);
        }
        let text = notice.text.trim().to_owned();
        if text.is_empty() && self.can_extend(given_at) {
            return Err(Refusal::ReasonMissing);
        }
        let beyond = self.allowed_until(given_at).filter(|allowed| *allowed < until);
        if let (Some(allowed), false) = (beyond, notice.confirmed) {
            return Err(Refusal::BeyondExtension { allowed, asked: until });
        }
        self.event(Event::DelayNotified { means, text: text.clone(), at, until, beyond });
        let how = match means {
            Means::Email => {
                self.mail(Addressee::Customer, MailKind::Delay { text, by: by.clone(), until });
                return Ok(());
            }
            Means::Letter => {
                Occurrence { by_post: true, ..Occurrence::new(Milestone::WrittenTo, at) }
            }
            Means::Phone | Means::InPerson => Occurrence::new(Milestone::SpokenTo, at),
        };
        self.record(how);
        self.delay_notified(at, until);
        Ok(())
    }

    /// Records that the customer was told of a delay. An extension follows if the standard allows one.
    pub(super) fn delay_notified(&mut self, at: DateTime<Utc>, until: NaiveDate) {
        let notice =
            Occurrence { until: Some(until), ..Occurrence::new(Milestone::DelayNoticeSent, at) };
        self.record(notice);
        if self.can_extend(at) {
            self.record(Occurrence { milestone: Milestone::ExtensionNotified, ..notice });
        }
        self.start_told_date(at, until);
    }

    /// Returns the last date that a delay notice of `at` (UTC) can give so that every deadline that has an
    /// extension, or that the law sets, can follow; `None` if there is no such deadline. Local date.
    fn allowed_until(&self, at: DateTime<Utc>) -> Option<NaiveDate> {
        let organisation = self.organisation;
        let limited = self.contact.deadlines.iter().filter_map(|deadline| {
            let standard = deadline.standard(organisation)?;
            let limited = standard.statutory || standard.extension.is_some();
            if !(limited && self.waits_for_answer(deadline, at)) {
                return None;
            }
            let extends = |extension: &&Extension| {
                let by_notice = [Milestone::DelayNoticeSent, Milestone::ExtensionNotified];
                by_notice.contains(&extension.on) && deadline.can_be_extended(standard)
            };
            let mut furthest = deadline.clone();
            if let Some(extension) = standard.extension.as_ref().filter(extends) {
                // Without a limit, every date is allowed.
                extension.within?;
                furthest.extensions.push(ExtensionGiven { at, until: None });
                furthest.count(standard, organisation).ok()?;
            }
            Some(time::local(organisation.zone(), furthest.due_at).date())
        });
        limited.min()
    }

    /// Returns true if a deadline that was promised to the customer waited for their answer at `at` (UTC).
    fn waits_for_answer(&self, deadline: &Deadline, at: DateTime<Utc>) -> bool {
        let standard = deadline.standard(self.organisation);
        ran_at(deadline, at)
            && !deadline.is_paused()
            && !deadline.internal
            && standard.is_some_and(Standard::is_kept_by_an_answer_only)
    }

    /// Makes the date that the customer was told a deadline of its own, unless another that waits for
    /// the answer is due on that day. An earlier such date no longer counts.
    fn start_told_date(&mut self, at: DateTime<Utc>, until: NaiveDate) {
        self.waive(&WaiverReason::ToldLater, |deadline, _| {
            deadline.state == DeadlineState::Open
                && deadline.told_date.is_some_and(|date| date < until)
        });
        let zone = self.organisation.zone();
        let mut deadlines = self.contact.deadlines.iter();
        let follows = deadlines.any(|deadline| {
            self.waits_for_answer(deadline, at)
                && time::local(zone, deadline.due_at).date() == until
        });
        if follows || !self.contact.owes_answer(self.organisation) {
            return;
        }
        let round = self.next_round(&StandardId::from(TOLD));
        match Deadline::of_told_date(round, at, until, self.organisation) {
            Ok(deadline) => {
                self.event(Event::DeadlineStarted {
                    deadline: deadline.id.clone(),
                    internal: false,
                    version: String::new(),
                    due_at: deadline.due_at,
                    derivation: deadline.derivation(self.organisation),
                });
                self.contact.deadlines.push(deadline);
            }
            Err(outside) => {
                let standard = StandardId::from(TOLD);
                self.event(Event::DeadlineNotCounted { standard, outside });
            }
        }
    }

    /// Returns true if a notice of `at` (UTC) can extend any deadline.
    fn can_extend(&self, at: DateTime<Utc>) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            let standard = deadline.standard(self.organisation);
            let extension = standard.and_then(|standard| standard.extension.as_ref());
            ran_at(deadline, at)
                && standard.is_some_and(|standard| deadline.can_be_extended(standard))
                && extension.is_some_and(|e| e.on == Milestone::ExtensionNotified)
        })
    }
}

/// Returns true if a deadline is open, or was when a notice was given (`at`, UTC) that is recorded later.
fn ran_at(deadline: &Deadline, at: DateTime<Utc>) -> bool {
    deadline.is_outstanding()
        && (deadline.state == DeadlineState::Open || at.timestamp() <= deadline.due_at.timestamp())
}
