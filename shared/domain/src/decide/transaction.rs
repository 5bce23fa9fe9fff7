//! A commit in the making.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{CommitPlan, MAIL_GRACE, Request};
use crate::contact::{
    Actor, Addressee, Commit, Contact, Event, Mail, MailId, MailKind, PendingMail, Timer,
};
use crate::organisation::{Organisation, PersonId, Team};
use crate::standards::Recipient;

/// A commit in the making, with the state it will lead to.
pub(super) struct Transaction<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) now: DateTime<Utc>,
    pub(super) contact: Contact,
    pub(super) events: Vec<Event>,
    by: Actor,
    mails: Vec<Mail>,
    /// Prompts that were set off, with whom they tell.
    pub(super) prompted: Vec<(Recipient, String)>,
    /// When each deadline woke before, to see which timers have to be set.
    woke: BTreeMap<String, Option<DateTime<Utc>>>,
}

impl<'a> Transaction<'a> {
    /// The next commit of a contact.
    pub(super) fn of(
        contact: &Contact,
        request: &Request,
        now: DateTime<Utc>,
        organisation: &'a Organisation,
    ) -> Self {
        let woke = contact.deadlines.iter().map(|d| (d.id.clone(), d.next_timer_at)).collect();
        let mut contact = contact.clone();
        contact.version += 1;
        if let Some(key) = &request.key {
            contact.recent_keys.push(key.clone());
            let surplus = contact.recent_keys.len().saturating_sub(Contact::MAX_RECENT_KEYS);
            contact.recent_keys.drain(..surplus);
        }
        Self {
            organisation,
            now,
            contact,
            events: Vec::new(),
            by: request.by.clone(),
            mails: Vec::new(),
            prompted: Vec::new(),
            woke,
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Asks for a mail to be sent.
    pub(super) fn mail(&mut self, to: Addressee, kind: MailKind) {
        let id = MailId::new(self.contact.version, self.mails.len());
        self.resend(Mail { id, to, kind, uncertain: false }, 0);
    }

    /// Asks for a mail to be sent under the name that it has, after so many attempts.
    pub(super) fn resend(&mut self, mail: Mail, attempts: u32) {
        self.contact.pending.push(PendingMail {
            id: mail.id.clone(),
            commit: self.contact.version,
            attempts,
            deferred: false,
            not_before: self.now + MAIL_GRACE,
        });
        self.mails.push(mail);
    }

    /// The team that has the contact; the first where that team is no more.
    pub(super) fn team(&self) -> Option<&'a Team> {
        let team = self.organisation.team(self.contact.team.as_str());
        team.or_else(|| self.organisation.teams().first())
    }

    /// The person whom a step of a ladder tells; `None` where it tells the customer.
    pub(super) fn person(&self, notify: Recipient) -> Option<PersonId> {
        let team = self.team()?;
        match notify {
            Recipient::Owner => {
                let owner = self.contact.owner.as_ref();
                // Who has left is no longer in the file, and hears nothing.
                let owner = owner.filter(|id| self.organisation.person(id.as_str()).is_some());
                Some(owner.unwrap_or(&team.duty).clone())
            }
            Recipient::TeamLead => Some(team.lead.clone()),
            Recipient::OnCall => self.organisation.on_call().cloned(),
            Recipient::Manager => Some(team.manager.clone()),
            Recipient::Customer => None,
        }
    }

    /// Adds prompts to the mail by which somebody is told of the contact in this commit, so that they
    /// get one; whether there is such a mail.
    pub(super) fn add_to_news(&mut self, to: &Addressee, more: &[String]) -> bool {
        for mail in self.mails.iter_mut().filter(|mail| mail.to == *to) {
            if let MailKind::NewContact { action_prompts, .. } = &mut mail.kind {
                action_prompts.extend_from_slice(more);
                return true;
            }
        }
        false
    }

    /// The finished commit.
    pub(super) fn finish(mut self) -> CommitPlan {
        self.mail_prompts();
        let mut timers = Vec::new();
        for deadline in &mut self.contact.deadlines {
            deadline.next_timer_at = deadline.next_timer(self.organisation);
            let woke = self.woke.get(&deadline.id).copied().flatten();
            if let Some(at) = deadline.next_timer_at.filter(|at| Some(*at) != woke) {
                timers.push(Timer { deadline: deadline.id.clone(), at });
            }
        }
        // The state stays small: what is long finished is in the history.
        while self.contact.deadlines.len() > Contact::MAX_DEADLINES {
            let Some(oldest) = self.contact.deadlines.iter().position(|d| !d.is_outstanding())
            else {
                break;
            };
            self.contact.deadlines.remove(oldest);
        }
        CommitPlan {
            commit: Commit {
                number: self.contact.version,
                at: self.now,
                by: self.by,
                events: self.events,
                mails: self.mails,
                timers,
            },
            contact: self.contact,
        }
    }
}
