//! Somebody is told to do something, because of what happened.

use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind, Suppressed};
use crate::standards::{ActionPrompt, Applies, Facts, Milestone, Recipient};

impl Transaction<'_> {
    /// Notes the prompts that a milestone sets off. They are mailed with the commit, all that are
    /// for one person in one mail.
    pub(super) fn prompt_on(&mut self, milestone: Milestone) {
        let facts = self.contact.facts();
        let action_prompts = self.organisation.action_prompts();
        let due: Vec<_> = action_prompts
            .filter(|action_prompt| {
                action_prompt.on.0.contains(&milestone) && applies(action_prompt, &facts)
            })
            .map(|action_prompt| (action_prompt.notify, action_prompt.id.clone()))
            .collect();
        self.note(due);
    }

    /// Notes the prompts that a broken promise sets off.
    pub(super) fn prompt_on_breach(&mut self, standard: &str) {
        let facts = self.contact.facts();
        let action_prompts = self.organisation.action_prompts();
        let due: Vec<_> = action_prompts
            .filter(|action_prompt| action_prompt.on_breach_of.iter().any(|id| id == standard))
            .filter(|action_prompt| applies(action_prompt, &facts))
            .map(|action_prompt| (action_prompt.notify, action_prompt.id.clone()))
            .collect();
        self.note(due);
    }

    /// Notes the prompts that what happened before would have set off, had the contact been sorted
    /// as it is now and not as it was.
    pub(super) fn prompt_after_sorting(&mut self, before: &Facts<'_>) {
        let facts = self.contact.facts();
        let reached = |m: &Milestone| self.contact.milestone_at(*m).is_some();
        let action_prompts = self.organisation.action_prompts();
        let due: Vec<_> = action_prompts
            .filter(|action_prompt| {
                applies(action_prompt, &facts) && !applies(action_prompt, before)
            })
            .filter(|action_prompt| action_prompt.on.0.iter().any(reached))
            .map(|action_prompt| (action_prompt.notify, action_prompt.id.clone()))
            .collect();
        self.note(due);
    }

    fn note(&mut self, due: Vec<(Recipient, String)>) {
        for action_prompt in due {
            if !self.prompted.contains(&action_prompt) {
                self.prompted.push(action_prompt);
            }
        }
    }

    /// Whether a mail that is no answer may be sent to the customer: not to a machine.
    pub(super) fn may_tell_customer(&self) -> bool {
        let machine = matches!(
            self.contact.acknowledgement,
            crate::contact::Acknowledgement::Suppressed { why: Suppressed::Automatic(_) }
        );
        self.contact.customer.email.is_some() && !machine
    }

    /// Mails the prompts that were noted.
    pub(super) fn mail_prompts(&mut self) {
        let mut mails: Vec<(Addressee, Vec<String>)> = Vec::new();
        for (notify, action_prompt) in std::mem::take(&mut self.prompted) {
            let to = if notify == Recipient::Customer && self.may_tell_customer() {
                Addressee::Customer
            } else {
                // Whom no mail reaches has to be told by somebody.
                let notify = if notify == Recipient::Customer { Recipient::Owner } else { notify };
                let Some(person) = self.person(notify) else { continue };
                Addressee::Person(person)
            };
            match mails.iter_mut().find(|(other, _)| *other == to) {
                Some((_, action_prompts)) => action_prompts.push(action_prompt),
                None => mails.push((to, vec![action_prompt])),
            }
        }
        for (to, action_prompts) in mails {
            let person = match &to {
                Addressee::Person(person) => Some(person.clone()),
                Addressee::Customer => None,
            };
            self.event(Event::ActionPrompted { action_prompts: action_prompts.clone(), person });
            if !self.add_to_news(&to, &action_prompts) {
                self.mail(to, MailKind::ActionPrompt { action_prompts });
            }
        }
    }
}

fn applies(action_prompt: &ActionPrompt, facts: &Facts<'_>) -> bool {
    Applies::any(&action_prompt.applies_to.0, facts)
}
