//! From what a mail is about to the mail itself.

use adapters::letters::{
    Acknowledgement, Answer, Delay, DueLine, Letter, NewContact, Prompt, Reminder, Trouble, Window,
    Word,
};
use adapters::mail::{ANSWER_ABOVE, Mailbox, Outgoing, Reason, message_id, with_tag};
use domain::contact::{Addressee, Contact, Deadline, Holder, Mail, MailKind, Suppressed};
use domain::organisation::{PersonId, Team};
use domain::standards::{CarriedBy, Milestone};
use domain::time::date_in_words;

use crate::Desk;
use crate::words;

/// Writes a mail; says why where it cannot be written. `message` is what the customer first wrote,
/// for the mails that show it.
pub(super) fn write(
    desk: &Desk,
    contact: &Contact,
    mail: &Mail,
    message: Option<&str>,
) -> Result<Outgoing, String> {
    let organisation = &desk.organisation;
    let team = organisation.team(contact.team.as_str()).or_else(|| organisation.teams().first());
    let team = team.ok_or("the organisation has no teams")?;
    let writer = Writer { desk, contact, team, message };
    let (to, holder, reason) = writer.addressee(mail)?;
    let letter = writer.letter(mail).map_err(|error| error.to_string())?;
    let token = desk.secret.token(&contact.id, &holder);
    let mailbox = team.mailbox();
    let domain = mailbox.rsplit_once('@').map_or(mailbox, |(_, domain)| domain);
    // The customer's mail program shows our mail below theirs.
    let thread = contact.thread.as_ref().filter(|_| mail.to == Addressee::Customer);
    Ok(Outgoing {
        name: format!("{}.{}.{}", contact.reference(organisation), mail.id, kind(&mail.kind)),
        from: Mailbox { name: organisation.name.clone(), address: mailbox.to_owned() },
        to,
        reply_to: with_tag(mailbox, &contact.id, token.as_str()),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        message_id: message_id(&contact.id, &mail.id, token.as_str(), domain),
        in_reply_to: thread.map(|thread| thread.message_id.clone()),
        date: desk.now(),
        reason,
        possible_duplicate: false,
    })
}

fn kind(kind: &MailKind) -> &'static str {
    match kind {
        MailKind::Acknowledgement => "acknowledgement",
        MailKind::NewContact { .. } => "new-contact",
        MailKind::Prompt { .. } => "to-do",
        MailKind::CustomerWrote { .. } => "wrote-again",
        MailKind::Reminder { overdue: false, .. } => "reminder",
        MailKind::Reminder { overdue: true, .. } => "escalation",
        MailKind::Answer { .. } => "answer",
        MailKind::Delay { .. } => "delay",
        MailKind::Undelivered { .. } => "undelivered",
        MailKind::ReplyNotSent { .. } => "reply-not-sent",
    }
}

struct Writer<'a> {
    desk: &'a Desk,
    contact: &'a Contact,
    team: &'a Team,
    message: Option<&'a str>,
}

impl Writer<'_> {
    fn addressee(&self, mail: &Mail) -> Result<(Mailbox, Holder, Reason), String> {
        match &mail.to {
            Addressee::Person(id) => {
                let person = self.desk.organisation.person(id.as_str());
                let person =
                    person.ok_or_else(|| format!("there is nobody called {id} any more"))?;
                let to = Mailbox { name: person.name.clone(), address: person.email.clone() };
                Ok((to, Holder::Person(id.clone()), Reason::Notice))
            }
            Addressee::Customer => {
                let customer = &self.contact.customer;
                // A machine answers the author, a person whomever the author named (RFC 3834, 4).
                let (address, reason) = match mail.kind {
                    MailKind::Acknowledgement => (customer.email.as_deref(), Reason::Reply),
                    MailKind::Answer { .. } | MailKind::Delay { .. } => {
                        (customer.answer_to(), Reason::Person)
                    }
                    _ => (customer.email.as_deref(), Reason::Notice),
                };
                let address = address.ok_or("the customer gave no email address")?.to_owned();
                Ok((Mailbox { name: customer.name.clone(), address }, Holder::Customer, reason))
            }
        }
    }

    fn letter(&self, mail: &Mail) -> Result<Letter, askama::Error> {
        let organisation = &self.desk.organisation;
        let provider = words::provider(organisation);
        let reference = &self.contact.reference(organisation);
        let subject = &self.contact.subject;
        match &mail.kind {
            MailKind::Acknowledgement => {
                let promises = &words::promises(organisation, self.contact, self.desk.now());
                let contents = &self.contents(CarriedBy::Acknowledgement);
                Acknowledgement { provider, reference, subject, promises, contents }.write()
            }
            MailKind::Answer { text, by, .. } => {
                let (by, team) = (&self.name(by), &self.team.name);
                let contents = &self.contents(CarriedBy::Answer);
                Answer { provider, reference, subject, text, by, team, contents }.write()
            }
            MailKind::Delay { text, by, until } => {
                let today = words::today(organisation, self.desk.now());
                let (until, by) = (&date_in_words(*until, today), &self.name(by));
                let contents = &self.contents(CarriedBy::Delay);
                Delay { provider, reference, subject, text, until, by, contents }.write()
            }
            MailKind::NewContact { unacknowledged, prompts } => {
                let text = self.message.unwrap_or("(the message is on the page below)");
                let unacknowledged = unacknowledged.map(Suppressed::in_words);
                let prompts = &self.prompts(prompts);
                self.new_contact(reference, text, false, unacknowledged, prompts)
            }
            MailKind::CustomerWrote { text } => self.new_contact(reference, text, true, None, &[]),
            MailKind::Prompt { prompts } if mail.to == Addressee::Customer => {
                let prompts = &self.prompts(prompts);
                Word { provider, reference, subject, prompts }.write()
            }
            MailKind::Prompt { prompts } => {
                let (prompts, url) = (&self.prompts(prompts), &self.desk.staff_url(&self.contact.id));
                let customer = &words::customer(self.contact);
                Prompt { reference, subject, customer, prompts, url }.write()
            }
            MailKind::Reminder { deadlines, .. } if mail.to == Addressee::Customer => {
                let named = deadlines.iter().filter_map(|id| self.contact.deadline(id));
                let windows = &words::windows(organisation, named, self.desk.now());
                Window { provider, reference, subject, windows }.write()
            }
            MailKind::Reminder { deadlines, overdue } => self.reminder(reference, deadlines, *overdue),
            MailKind::Undelivered { why, what } => self.trouble(
                reference,
                &format!("A mail to the customer did not arrive: {what}"),
                why,
                "It will not be tried again. Ring or write to the customer, or correct the address.",
            ),
            MailKind::ReplyNotSent { why } => self.trouble(
                reference,
                "Your reply was not passed on to the customer",
                why,
                "Nothing went out. Answer again from your own mailbox, above the line in the notification, or on the page below.",
            ),
        }
    }

    fn new_contact(
        &self,
        reference: &str,
        text: &str,
        again: bool,
        unacknowledged: Option<&str>,
        prompts: &[String],
    ) -> Result<Letter, askama::Error> {
        NewContact {
            answer_above: ANSWER_ABOVE,
            reference,
            again,
            subject: &self.contact.subject,
            customer: &words::customer(self.contact),
            channel: words::channel(self.contact.channel),
            text,
            due: &self
                .due(self.contact.deadlines.iter().filter(|d| d.is_owed() && self.is_work(d))),
            unacknowledged,
            prompts,
            can_answer: self.contact.customer.answer_to().is_some(),
            url: &self.desk.staff_url(&self.contact.id),
        }
        .write()
    }

    fn reminder(
        &self,
        reference: &str,
        deadlines: &[String],
        overdue: bool,
    ) -> Result<Letter, askama::Error> {
        let owner = self.contact.owner.as_ref().unwrap_or(&self.team.duty);
        let named = deadlines.iter().filter_map(|id| self.contact.deadline(id));
        Reminder {
            answer_above: ANSWER_ABOVE,
            reference,
            subject: &self.contact.subject,
            customer: &words::customer(self.contact),
            owner: &format!("{}, {}", self.name(owner), self.team.name),
            overdue,
            due: &self.due(named),
            can_answer: self.contact.customer.answer_to().is_some(),
            url: &self.desk.staff_url(&self.contact.id),
        }
        .write()
    }

    fn trouble(
        &self,
        reference: &str,
        what: &str,
        why: &str,
        remedy: &str,
    ) -> Result<Letter, askama::Error> {
        let url = &self.desk.staff_url(&self.contact.id);
        Trouble { reference, subject: &self.contact.subject, what, why, remedy, url }.write()
    }

    /// What staff can do something about, the earliest first: an acknowledgement sends itself, and
    /// a promise to say that it takes longer goes with the answer.
    fn due<'d>(&self, deadlines: impl Iterator<Item = &'d Deadline>) -> Vec<DueLine> {
        let mut deadlines: Vec<_> = deadlines.collect();
        deadlines.sort_by_key(|deadline| deadline.due_at);
        let line = |deadline| words::due_line(&self.desk.organisation, deadline, self.desk.now());
        deadlines.into_iter().map(line).collect()
    }

    fn is_work(&self, deadline: &Deadline) -> bool {
        self.desk.organisation.standard(&deadline.standard).is_some_and(|standard| {
            standard.follows.is_none()
                && standard
                    .arms
                    .iter()
                    .any(|a| a.kept_by.iter().any(|m| *m != Milestone::Acknowledged))
        })
    }

    /// What the standards say that a letter says.
    fn contents(&self, carried_by: CarriedBy) -> Vec<&str> {
        let facts = self.contact.facts();
        let contents = self.desk.organisation.contents(carried_by, &facts);
        contents.map(|content| content.text.as_str()).collect()
    }

    /// What prompts say; one that is no longer in the standards says nothing.
    fn prompts(&self, ids: &[String]) -> Vec<String> {
        let organisation = &self.desk.organisation;
        let known = ids.iter().filter_map(|id| organisation.prompts().find(|p| p.id == *id));
        known.map(|prompt| prompt.text.replace("{team}", &self.team.name)).collect()
    }

    fn name(&self, person: &PersonId) -> String {
        let known = self.desk.organisation.person(person.as_str());
        known.map_or_else(|| person.to_string(), |person| person.name.clone())
    }
}
