//! Answers.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::transaction::Transaction;
use super::{Answer, Refusal};
use crate::contact::{Acknowledgement, Addressee, Event, MailId, MailKind, Means, PendingMail};
use crate::organisation::PersonId;
use crate::standards::Milestone;

impl Transaction<'_> {
    /// Takes in an answer by staff. An email is sent, and counts when it is accepted for delivery. Any
    /// other answer counts from the time at which it was given.
    pub(super) fn answer(&mut self, answer: &Answer, by: &PersonId) -> Result<(), Refusal> {
        let text = answer.text.trim().to_owned();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let (at, closes) = (answer.at, answer.closes);
        let event = Event::Answered { means: answer.means, text: text.clone(), at };
        let (milestone, by_post) = match answer.means {
            Means::Email => {
                if self.contact.customer.answer_to().is_none() {
                    return Err(Refusal::NoAddress);
                }
                self.event(event);
                self.mail(Addressee::Customer, MailKind::Answer { text, by: by.clone(), closes });
                return Ok(());
            }
            Means::Letter => (Milestone::WrittenTo, true),
            Means::Phone | Means::InPerson => (Milestone::SpokenTo, false),
        };
        self.check_time(at)?;
        self.event(event);
        let how = Occurrence { by_post, ..Occurrence::new(milestone, at) };
        self.answered(how, by);
        self.add_reply(self.contact.version, how, by);
        if closes {
            self.close_if_nothing_owed();
        }
        Ok(())
    }

    /// Records that the customer was answered, which also confirms receipt. `how` says whether somebody
    /// wrote or spoke to them.
    pub(super) fn answered(&mut self, how: Occurrence, by: &PersonId) {
        self.withdraw_acknowledgement(how.at);
        self.record(Occurrence { milestone: Milestone::Acknowledged, ..how });
        self.record(how);
        self.responded(Occurrence { milestone: Milestone::Responded, ..how }, by);
    }

    /// Records the response by a member of staff, and that it reached the customer if that opens a window
    /// of theirs.
    pub(super) fn responded(&mut self, how: Occurrence, by: &PersonId) {
        self.contact.add_considered_by(by);
        self.record(how);
        if self.opens_window(how.at) {
            self.record(Occurrence { milestone: Milestone::ReplyDelivered, ..how });
        }
    }

    /// Returns true if a window of the customer's opens when the reply reaches them.
    fn opens_window(&self, at: DateTime<Utc>) -> bool {
        let facts = self.contact.facts();
        let mut standards = self.organisation.standards_for(&facts, at);
        standards.any(|standard| standard.starts.contains(&Milestone::ReplyDelivered))
    }

    /// Withdraws an acknowledgement that could not be sent yet. It would come after the answer and say
    /// that there will be one.
    fn withdraw_acknowledgement(&mut self, at: DateTime<Utc>) {
        // The acknowledgement is the first email of the first commit.
        let first = MailId::new(1, 0);
        let waiting = |mail: &PendingMail| mail.deferred && mail.id == first;
        if self.contact.acknowledgement == Acknowledgement::OnItsWay
            && self.contact.pending.iter().any(waiting)
        {
            self.contact.pending.retain(|mail| !waiting(mail));
            self.contact.acknowledgement = Acknowledgement::Confirmed { at };
        }
    }
}
