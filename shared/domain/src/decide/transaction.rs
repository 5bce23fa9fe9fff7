//! A commit in the making.

use chrono::{DateTime, Utc};

use super::{CommitPlan, MAIL_GRACE, Request};
use crate::contact::{
    Acknowledgement, Actor, Addressee, Commit, Contact, Event, Mail, MailId, MailKind, PendingMail,
    SuppressionReason,
};
use crate::organisation::{Organisation, PersonId, Team};
use crate::standards::Recipient;

/// A commit in the making, with the state to which it leads.
///
/// What a recorded milestone does to deadlines is divided into how they [start](super::start), how
/// they [move](super::adjust) and how they are [met or waived](super::settle).
pub(super) struct Transaction<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) now: DateTime<Utc>,
    /// The contact as it was last written; `None` if it is new.
    pub(super) before: Option<&'a Contact>,
    pub(super) contact: Contact,
    pub(super) events: Vec<Event>,
    by: Actor,
    mails: Vec<Mail>,
    /// Action prompts that were set off, with the recipient of each.
    pub(super) prompted: Vec<(Recipient, String)>,
}

impl<'a> Transaction<'a> {
    /// Begins the first commit of a contact.
    pub(super) fn first(
        contact: Contact,
        request: &Request,
        now: DateTime<Utc>,
        organisation: &'a Organisation,
    ) -> Self {
        Self::begin(None, contact, request, now, organisation)
    }

    /// Begins the next commit of a contact.
    pub(super) fn of(
        contact: &'a Contact,
        request: &Request,
        now: DateTime<Utc>,
        organisation: &'a Organisation,
    ) -> Self {
        Self::begin(Some(contact), contact.clone(), request, now, organisation)
    }

    fn begin(
        before: Option<&'a Contact>,
        mut contact: Contact,
        request: &Request,
        now: DateTime<Utc>,
        organisation: &'a Organisation,
    ) -> Self {
        contact.version += 1;
        if let Some(key) = &request.key {
            contact.recent_keys.push(key.clone());
            let surplus = contact.recent_keys.len().saturating_sub(Contact::MAX_RECENT_KEYS);
            contact.recent_keys.drain(..surplus);
        }
        Self {
            organisation,
            now,
            before,
            contact,
            events: Vec::new(),
            by: request.command.actor(),
            mails: Vec::new(),
            prompted: Vec::new(),
        }
    }

    /// Returns the author of the commit.
    pub(super) fn by(&self) -> &Actor {
        &self.by
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Asks for an email to be sent.
    pub(super) fn mail(&mut self, to: Addressee, kind: MailKind) {
        let id = MailId::new(self.contact.version, self.mails.len());
        self.resend(Mail { id, to, kind, uncertain: false }, 0);
    }

    /// Asks for an email to be sent under the id that it has, after so many attempts.
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

    /// Returns the team that has the contact, or the first team if that team no longer exists.
    pub(super) fn team(&self) -> Option<&'a Team> {
        let team = self.organisation.team(self.contact.team.as_str());
        team.or_else(|| self.organisation.teams().first())
    }

    /// Returns the member of staff whom a recipient means; `None` for the customer.
    pub(super) fn person(&self, recipient: Recipient) -> Option<PersonId> {
        let team = self.team()?;
        match recipient {
            Recipient::Owner => {
                let owner = self.contact.owner.as_ref();
                // Former staff are not notified.
                let owner = owner.filter(|id| self.organisation.person(id.as_str()).is_some());
                // Whoever considered an earlier stage of a complaint cannot act on it. The lead assigns it.
                let for_lead = self.contact.considered_before(&team.duty);
                let duty = if for_lead { &team.lead } else { &team.duty };
                Some(owner.unwrap_or(duty).clone())
            }
            Recipient::TeamLead => Some(team.lead.clone()),
            Recipient::OnCall => self.organisation.on_call().cloned(),
            Recipient::Manager => Some(team.manager.clone()),
            Recipient::Customer => None,
        }
    }

    /// Emails the member of staff who has the contact.
    pub(super) fn mail_owner(&mut self, kind: MailKind) {
        if let Some(person) = self.person(Recipient::Owner) {
            self.mail(Addressee::Person(person), kind);
        }
    }

    /// Returns true if the customer may be sent an email that is no answer. Machines may not.
    pub(super) fn may_notify_customer(&self) -> bool {
        let machine = matches!(
            self.contact.acknowledgement,
            Acknowledgement::Suppressed { why: SuppressionReason::Automatic(_) }
        );
        self.contact.customer.email.is_some() && !machine
    }

    /// Adds action prompts to the email that notifies somebody of the contact, or reminds them, in this
    /// commit, so that they get one email. Returns false if there is none.
    pub(super) fn add_to_notification(&mut self, to: &Addressee, more: &[String]) -> bool {
        for mail in self.mails.iter_mut().filter(|mail| mail.to == *to) {
            match (&mut mail.kind, to) {
                (
                    MailKind::NewContact { action_prompts, .. }
                    | MailKind::CustomerWrote { action_prompts, .. },
                    _,
                )
                | (MailKind::Reminder { action_prompts, .. }, Addressee::Person(_)) => {
                    action_prompts.extend_from_slice(more);
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Finishes the commit.
    pub(super) fn finish(mut self) -> CommitPlan {
        self.mail_prompts();
        let timers = self.set_timers();
        self.drop_settled_deadlines();
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

    /// Keeps the state small: deadlines that are long settled are in the log.
    fn drop_settled_deadlines(&mut self) {
        while self.contact.deadlines.len() > Contact::MAX_DEADLINES {
            let settled = self.contact.deadlines.iter().position(|d| !d.is_outstanding());
            let Some(oldest) = settled else { break };
            self.contact.deadlines.remove(oldest);
        }
    }
}
