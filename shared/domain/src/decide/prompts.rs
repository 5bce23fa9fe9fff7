//! Somebody is told to do something, because of what happened.

use super::draft::Draft;
use crate::contact::{Addressee, Event, MailKind, Suppressed};
use crate::standards::{Applies, Facts, Milestone, Prompt, Tell};

impl Draft<'_> {
    /// Notes the prompts that a milestone sets off. They are mailed with the commit, all that are
    /// for one person in one mail.
    pub(super) fn prompt_on(&mut self, milestone: Milestone) {
        let facts = self.contact.facts();
        let prompts = self.organisation.prompts();
        let due: Vec<_> = prompts
            .filter(|prompt| prompt.on.0.contains(&milestone) && applies(prompt, &facts))
            .map(|prompt| (prompt.tell, prompt.id.clone()))
            .collect();
        self.note(due);
    }

    /// Notes the prompts that a broken promise sets off.
    pub(super) fn prompt_on_breach(&mut self, standard: &str) {
        let facts = self.contact.facts();
        let prompts = self.organisation.prompts();
        let due: Vec<_> = prompts
            .filter(|prompt| prompt.on_breach_of.iter().any(|id| id == standard))
            .filter(|prompt| applies(prompt, &facts))
            .map(|prompt| (prompt.tell, prompt.id.clone()))
            .collect();
        self.note(due);
    }

    /// Notes the prompts that what happened before would have set off, had the contact been sorted
    /// as it is now and not as it was.
    pub(super) fn prompt_after_sorting(&mut self, before: &Facts<'_>) {
        let facts = self.contact.facts();
        let reached = |m: &Milestone| self.contact.reached_at(*m).is_some();
        let prompts = self.organisation.prompts();
        let due: Vec<_> = prompts
            .filter(|prompt| applies(prompt, &facts) && !applies(prompt, before))
            .filter(|prompt| prompt.on.0.iter().any(reached))
            .map(|prompt| (prompt.tell, prompt.id.clone()))
            .collect();
        self.note(due);
    }

    fn note(&mut self, due: Vec<(Tell, String)>) {
        for prompt in due {
            if !self.prompted.contains(&prompt) {
                self.prompted.push(prompt);
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
        for (tell, prompt) in std::mem::take(&mut self.prompted) {
            let to = if tell == Tell::Customer && self.may_tell_customer() {
                Addressee::Customer
            } else {
                // Whom no mail reaches has to be told by somebody.
                let tell = if tell == Tell::Customer { Tell::Owner } else { tell };
                let Some(person) = self.person(tell) else { continue };
                Addressee::Person(person)
            };
            match mails.iter_mut().find(|(other, _)| *other == to) {
                Some((_, prompts)) => prompts.push(prompt),
                None => mails.push((to, vec![prompt])),
            }
        }
        for (to, prompts) in mails {
            let person = match &to {
                Addressee::Person(person) => Some(person.clone()),
                Addressee::Customer => None,
            };
            self.event(Event::Prompted { prompts: prompts.clone(), person });
            if !self.add_to_news(&to, &prompts) {
                self.mail(to, MailKind::Prompt { prompts });
            }
        }
    }
}

fn applies(prompt: &Prompt, facts: &Facts<'_>) -> bool {
    Applies::any(&prompt.applies_to.0, facts)
}
