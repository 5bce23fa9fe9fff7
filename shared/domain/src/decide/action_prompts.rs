//! Action prompts: somebody is asked to act, because of what happened.

use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind};
use crate::standards::{ActionPrompt, Applies, Facts, Milestone, Recipient, StandardId};

impl Transaction<'_> {
    /// Notes the action prompts that a milestone sets off. They are mailed when the commit is finished,
    /// all that are for one person in one email.
    pub(super) fn prompt_on(&mut self, milestone: Milestone) {
        let facts = self.contact.facts();
        let due =
            self.prompts(|prompt| prompt.on.0.contains(&milestone) && applies(prompt, &facts));
        self.note(due);
    }

    /// Notes the action prompts that a missed deadline sets off.
    pub(super) fn prompt_on_breach(&mut self, standard: &StandardId) {
        let facts = self.contact.facts();
        let due = self
            .prompts(|prompt| prompt.on_breach_of.contains(standard) && applies(prompt, &facts));
        self.note(due);
    }

    /// Notes the action prompts that earlier milestones would have set off, had the contact had its
    /// present category and priority from the beginning.
    pub(super) fn prompt_after_triage(&mut self, before: &Facts<'_>) {
        let facts = self.contact.facts();
        let happened = |m: &Milestone| self.contact.milestone_at(*m).is_some();
        let due = self.prompts(|prompt| {
            applies(prompt, &facts) && !applies(prompt, before) && prompt.on.0.iter().any(happened)
        });
        self.note(due);
    }

    fn prompts(&self, which: impl Fn(&ActionPrompt) -> bool) -> Vec<(Recipient, String)> {
        let prompts = self.organisation.action_prompts().filter(|prompt| which(prompt));
        prompts.map(|prompt| (prompt.notify, prompt.id.clone())).collect()
    }

    fn note(&mut self, due: Vec<(Recipient, String)>) {
        for prompt in due {
            if !self.prompted.contains(&prompt) {
                self.prompted.push(prompt);
            }
        }
    }

    /// Mails the action prompts that were noted.
    pub(super) fn mail_prompts(&mut self) {
        let mut mails: Vec<(Addressee, Vec<String>)> = Vec::new();
        for (recipient, prompt) in std::mem::take(&mut self.prompted) {
            let Some(to) = self.prompt_addressee(recipient) else { continue };
            match mails.iter_mut().find(|(other, _)| *other == to) {
                Some((_, prompts)) => prompts.push(prompt),
                None => mails.push((to, vec![prompt])),
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

    /// Returns the addressee of an action prompt. The owner has to tell a customer whom no email
    /// reaches.
    fn prompt_addressee(&self, recipient: Recipient) -> Option<Addressee> {
        match recipient {
            Recipient::Customer if self.may_notify_customer() => Some(Addressee::Customer),
            Recipient::Customer => self.person(Recipient::Owner).map(Addressee::Person),
            staff => self.person(staff).map(Addressee::Person),
        }
    }
}

fn applies(prompt: &ActionPrompt, facts: &Facts<'_>) -> bool {
    Applies::any(&prompt.applies_to.0, facts)
}
