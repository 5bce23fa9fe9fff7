//! Action prompts: somebody is asked to act, because of what happened.

use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind};
use crate::standards::{ActionPrompt, Applies, Facts, Milestone, Recipient, StandardId};

impl Transaction<'_> {
    /// Notes the action prompts that a milestone sets off. They are mailed when the commit is finished,
    /// all that are for one person in one email.
    pub(super) fn prompt_on(&mut self, milestone: Milestone) {
        let facts = self.contact.facts();
        let due = self.action_prompts(|action_prompt| {
            action_prompt.on.0.contains(&milestone) && applies(action_prompt, &facts)
        });
        self.note(due);
    }

    /// Notes the action prompts that a missed deadline sets off.
    pub(super) fn prompt_on_breach(&mut self, standard: &StandardId) {
        let facts = self.contact.facts();
        let due = self.action_prompts(|action_prompt| {
            action_prompt.on_breach_of.contains(standard) && applies(action_prompt, &facts)
        });
        self.note(due);
    }

    /// Notes the action prompts that earlier milestones would have set off, had the contact had its
    /// present category and priority from the beginning.
    pub(super) fn prompt_after_triage(&mut self, before: &Facts<'_>) {
        let facts = self.contact.facts();
        let recorded = |m: &Milestone| self.contact.milestone_at(*m).is_some();
        let due = self.action_prompts(|action_prompt| {
            applies(action_prompt, &facts)
                && !applies(action_prompt, before)
                && action_prompt.on.0.iter().any(recorded)
        });
        self.note(due);
    }

    fn action_prompts(&self, which: impl Fn(&ActionPrompt) -> bool) -> Vec<(Recipient, String)> {
        let action_prompts =
            self.organisation.action_prompts().filter(|action_prompt| which(action_prompt));
        action_prompts
            .map(|action_prompt| (action_prompt.notify, action_prompt.id.clone()))
            .collect()
    }

    fn note(&mut self, due: Vec<(Recipient, String)>) {
        for action_prompt in due {
            if !self.prompted.contains(&action_prompt) {
                self.prompted.push(action_prompt);
            }
        }
    }

    /// Mails the action prompts that were noted.
    pub(super) fn mail_prompts(&mut self) {
        let mut mails: Vec<(Addressee, Vec<String>)> = Vec::new();
        for (recipient, action_prompt) in std::mem::take(&mut self.prompted) {
            let Some(to) = self.prompt_addressee(recipient) else { continue };
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
            if !self.add_to_notification(&to, &action_prompts) {
                self.mail(to, MailKind::ActionPrompt { action_prompts });
            }
        }
    }

    /// Returns the addressee of an action action_prompt. The owner has to tell a customer whom no email
    /// reaches.
    fn prompt_addressee(&self, recipient: Recipient) -> Option<Addressee> {
        match recipient {
            Recipient::Customer if self.may_notify_customer() => Some(Addressee::Customer),
            Recipient::Customer => self.person(Recipient::Owner).map(Addressee::Person),
            staff => self.person(staff).map(Addressee::Person),
        }
    }
}

fn applies(action_prompt: &ActionPrompt, facts: &Facts<'_>) -> bool {
    Applies::any(&action_prompt.applies_to.0, facts)
}
