//! Replies by staff: plain replies from a mailbox, updates, and replies that were the full response.

use super::milestone::Occurrence;
use super::transaction::Transaction;
use super::{Answer, Refusal, Update};
use crate::contact::{Addressee, Event, MailKind, Means, StaffReply};
use crate::organisation::PersonId;
use crate::standards::{Facts, Milestone};

impl Transaction<'_> {
    /// Takes in a reply that a member of staff wrote in their own mailbox. Its words are not interpreted.
    /// If the answer to the contact needs certain parts, the reply is an update; otherwise it is the answer.
    pub(super) fn plain_reply(&mut self, text: &str, by: &PersonId) -> Result<(), Refusal> {
        if self.organisation.needs_full_response(&self.contact.facts()) {
            let update = Update { means: Means::Email, text: text.to_owned(), at: self.now };
            self.give_update(&update, by, true)
        } else if self.contact.is_for_somebody_else_than(by) {
            Err(Refusal::SameConsiderer)
        } else {
            let text = text.to_owned();
            self.answer(&Answer { means: Means::Email, text, at: self.now, closes: true }, by)
        }
    }

    /// Tells the customer something that is not the answer. An email is sent, and counts when it is
    /// accepted for delivery. `plain` is true for a reply from a mailbox, whose author is asked if it was
    /// the full response.
    pub(super) fn give_update(
        &mut self,
        update: &Update,
        by: &PersonId,
        plain: bool,
    ) -> Result<(), Refusal> {
        let text = update.text.trim().to_owned();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let Update { means, at, .. } = *update;
        let event = Event::UpdateGiven { means, text: text.clone(), at };
        let how = match means {
            Means::Email => {
                if self.contact.customer.answer_to().is_none() {
                    return Err(Refusal::NoAddress);
                }
                self.event(event);
                self.mail(Addressee::Customer, MailKind::Update { text, by: by.clone(), plain });
                return Ok(());
            }
            Means::Letter => {
                Occurrence { by_post: true, ..Occurrence::new(Milestone::WrittenTo, at) }
            }
            Means::Phone | Means::InPerson => Occurrence::new(Milestone::SpokenTo, at),
        };
        self.check_time(at)?;
        self.event(event);
        self.updated(how);
        self.add_reply(self.contact.version, how, by);
        Ok(())
    }

    /// Records that the customer was given an update, which also confirms receipt.
    pub(super) fn updated(&mut self, how: Occurrence) {
        self.record(Occurrence { milestone: Milestone::Acknowledged, ..how });
        self.record(how);
        self.record(Occurrence { milestone: Milestone::Updated, ..how });
    }

    /// Remembers a reply, so that staff can say later that it was the full response.
    pub(super) fn add_reply(&mut self, entry: u32, how: Occurrence, by: &PersonId) {
        let (at, by_post) = (how.at, how.by_post);
        let reply = StaffReply { entry, by: by.clone(), at, by_post, then_wrote_at: None };
        self.contact.add_reply(reply);
    }

    /// Records that an earlier reply was the full response. The customer was answered when it reached them.
    /// If they have written since, they asked for the next stage by it.
    pub(super) fn confirm_response(&mut self, entry: u32, closes: bool) -> Result<(), Refusal> {
        let replies = self.contact.replies_to_confirm(self.organisation);
        let reply = replies.into_iter().find(|reply| reply.entry == entry).cloned();
        let StaffReply { at, by, by_post, then_wrote_at, .. } =
            reply.ok_or(Refusal::NoSuchReply)?;
        if self.contact.is_for_somebody_else_than(&by) {
            return Err(Refusal::SameConsiderer);
        }
        self.event(Event::ResponseConfirmed { entry, at });
        self.responded(Occurrence { by_post, ..Occurrence::new(Milestone::Responded, at) }, &by);
        if let Some(wrote_at) = then_wrote_at
            && let Some(stage) = self.contact.next_stage(self.organisation, wrote_at)
        {
            self.start_stage(stage, wrote_at, true);
        } else if closes {
            self.close_if_nothing_owed();
        }
        Ok(())
    }

    /// Takes back an answer that was given before triage found that the answer needs certain parts. Nobody
    /// said that it had them, so it counts as an update.
    pub(super) fn take_back_answer(&mut self, before: &Facts<'_>) {
        let organisation = self.organisation;
        if organisation.needs_full_response(before)
            || !organisation.needs_full_response(&self.contact.facts())
        {
            return;
        }
        let Some(at) = self.contact.milestone_at(Milestone::Responded) else { return };
        self.contact.milestones.retain(|(milestone, _)| {
            !matches!(milestone, Milestone::Responded | Milestone::ReplyDelivered)
        });
        self.event(Event::AnswerTakenBack { at });
        self.record(Occurrence::new(Milestone::Updated, at));
    }
}
