//! Writing an email: from the facts that a commit holds to the message that a mailer sends.

use adapters::emails::{
    Acknowledgement, ActionPrompt, Answer, Delay, DeliveryProblem, DueLine, EmailText, NewContact,
    Notice, Reminder, StageStarted, StageTakenBack, Update, UpdateSent, WindowClosing,
};
use adapters::errors::error_chain;
use adapters::mail::{ANSWER_ABOVE, Mailbox, Outgoing, Reason, message_id, with_tag};
use domain::contact::{Addressee, Contact, Holder, Mail, MailKind, MailProblem, MailTopic};
use domain::deadline::{Deadline, DeadlineId};
use domain::organisation::{PersonId, Team};
use domain::standards::{AppearsIn, Milestone};
use domain::wording;

use crate::App;
use crate::views;

/// Writes an email. `message` is the customer's first message, for the emails that show it.
///
/// # Errors
/// Returns the reason if the email has no recipient any more or cannot be rendered.
pub(super) fn write(
    app: &App,
    contact: &Contact,
    mail: &Mail,
    message: Option<&str>,
) -> Result<Outgoing, MailProblem> {
    let organisation = &app.organisation;
    let team = organisation.team(contact.team.as_str()).or_else(|| organisation.teams().first());
    let team = team.ok_or(MailProblem::NotWritten)?;
    let writer = EmailWriter { app, contact, team, message };
    let (to, holder, reason) = writer.addressee(mail)?;
    let email = writer.email(mail).map_err(|error| {
        let error = error_chain(&error);
        tracing::error!(contact = %contact.id, mail = %mail.id, error, "an email cannot be written");
        MailProblem::NotWritten
    })?;
    let token = app.secret.token(&contact.id, &holder);
    let mailbox = team.mailbox();
    let domain = mailbox.rsplit_once('@').map_or(mailbox, |(_, domain)| domain);
    // With this the customer's email program shows our message below theirs.
    let thread = contact.thread.as_ref().filter(|_| mail.to == Addressee::Customer);
    Ok(Outgoing {
        name: format!(
            "{}.{}.{}",
            contact.reference(organisation),
            mail.id,
            file_name(mail.kind.topic())
        ),
        from: Mailbox { name: organisation.name.clone(), address: mailbox.to_owned() },
        to,
        reply_to: with_tag(mailbox, &contact.id, token.as_str()),
        subject: email.subject,
        text: email.text,
        html: email.html,
        message_id: message_id(&contact.id, &mail.id, token.as_str(), domain),
        in_reply_to: thread.map(|thread| thread.message_id.clone()),
        date: app.now(),
        reason,
        possible_duplicate: false,
    })
}

/// Returns the topic as it stands in the email's file name, if emails go to a folder.
fn file_name(topic: MailTopic) -> &'static str {
    match topic {
        MailTopic::Acknowledgement => "acknowledgement",
        MailTopic::NewContact => "new-contact",
        MailTopic::ActionPrompt => "to-do",
        MailTopic::CustomerWrote => "wrote-again",
        MailTopic::Reminder => "reminder",
        MailTopic::Escalation => "escalation",
        MailTopic::Answer => "answer",
        MailTopic::Update => "update",
        MailTopic::UpdateSent => "update-sent",
        MailTopic::StageStarted => "stage-started",
        MailTopic::StageTakenBack => "stage-taken-back",
        MailTopic::Delay => "delay",
        MailTopic::Undelivered => "undelivered",
        MailTopic::ReplyNotSent => "reply-not-sent",
    }
}

/// The message of which staff are notified.
#[derive(Default)]
struct CustomerMessage<'a> {
    /// The customer's message.
    text: &'a str,
    /// True if the customer has written before.
    again: bool,
    /// The stage of the complaints procedure that they ask for.
    asks_for_stage: Option<u8>,
    /// The reason why no acknowledgement was sent, if none was.
    unacknowledged: Option<&'a str>,
    /// The texts of the action prompts.
    action_prompts: &'a [String],
}

struct EmailWriter<'a> {
    app: &'a App,
    contact: &'a Contact,
    team: &'a Team,
    message: Option<&'a str>,
}

impl EmailWriter<'_> {
    /// Returns the mailbox, the holder of the token in the reply address, and the reason for the email.
    fn addressee(&self, mail: &Mail) -> Result<(Mailbox, Holder, Reason), MailProblem> {
        match &mail.to {
            Addressee::Person(id) => {
                let person = self.app.organisation.person(id.as_str());
                let person =
                    person.ok_or_else(|| MailProblem::UnknownPerson { person: id.clone() })?;
                let to = Mailbox { name: person.name.clone(), address: person.email.clone() };
                Ok((to, Holder::Person(id.clone()), Reason::Notice))
            }
            Addressee::Customer => {
                let customer = &self.contact.customer;
                // An automatic reply goes to the author, and a personal one to the address that the
                // author wants replies at (RFC 3834, section 4).
                let (address, reason) = match mail.kind {
                    MailKind::Acknowledgement => (customer.email.as_deref(), Reason::Reply),
                    MailKind::Answer { .. } | MailKind::Update { .. } | MailKind::Delay { .. } => {
                        (customer.answer_to(), Reason::Person)
                    }
                    _ => (customer.email.as_deref(), Reason::Notice),
                };
                let address = address.ok_or(MailProblem::NoAddress)?.to_owned();
                Ok((Mailbox { name: customer.name.clone(), address }, Holder::Customer, reason))
            }
        }
    }

    fn email(&self, mail: &Mail) -> Result<EmailText, askama::Error> {
        let organisation = &self.app.organisation;
        let provider = views::provider(organisation);
        let reference = &self.contact.reference(organisation);
        let subject = &self.contact.subject;
        match &mail.kind {
            MailKind::Acknowledgement => {
                let promises = &views::promises(organisation, self.contact, self.app.now());
                let required_wording = &self.required_wording(AppearsIn::Acknowledgement);
                Acknowledgement { provider, reference, subject, promises, required_wording }.write()
            }
            MailKind::Answer { text, by, .. } => {
                let (by, team) = (&self.name(by), &self.team.name);
                let required_wording = &self.required_wording(AppearsIn::Answer);
                Answer { provider, reference, subject, text, by, team, required_wording }.write()
            }
            MailKind::Update { text, by, .. } => {
                let (by, team) = (&self.name(by), &self.team.name);
                let promises = &views::open_promises(organisation, self.contact, self.app.now());
                Update { provider, reference, subject, text, by, team, promises }.write()
            }
            MailKind::StageStarted { stage } => {
                let promises = &views::open_promises(organisation, self.contact, self.app.now());
                let requested_at = self.contact.stage_requests.last().map(|request| request.at);
                let day = views::today(organisation, requested_at.unwrap_or(self.app.now()));
                let requested = &wording::date(day, views::today(organisation, self.app.now()));
                let stage = *stage;
                StageStarted { provider, reference, subject, stage, requested, promises }.write()
            }
            MailKind::StageTakenBack { stage, declined } => {
                let promises = &views::open_promises(organisation, self.contact, self.app.now());
                let (stage, declined) = (*stage, declined.as_deref().unwrap_or_default());
                let required_wording = &self.required_wording(AppearsIn::Answer);
                StageTakenBack {
                    provider,
                    reference,
                    subject,
                    stage,
                    declined,
                    promises,
                    required_wording,
                }
                .write()
            }
            MailKind::UpdateSent { entry } => self.update_sent(reference, *entry),
            MailKind::Delay { text, by, until } => {
                let today = views::today(organisation, self.app.now());
                let (until, by) = (&wording::date(*until, today), &self.name(by));
                let required_wording = &self.required_wording(AppearsIn::Delay);
                Delay { provider, reference, subject, text, until, by, required_wording }.write()
            }
            MailKind::NewContact { unacknowledged, action_prompts } => {
                let text = self.message.unwrap_or("(the message is on the page below)");
                let unacknowledged = unacknowledged.map(wording::suppression);
                let action_prompts = &self.action_prompts(action_prompts);
                let message = CustomerMessage {
                    text,
                    unacknowledged,
                    action_prompts,
                    ..CustomerMessage::default()
                };
                self.new_contact(reference, &message)
            }
            MailKind::CustomerWrote { text, stage, action_prompts } => {
                let action_prompts = &self.action_prompts(action_prompts);
                let (again, asks_for_stage) = (true, *stage);
                let message = CustomerMessage {
                    text,
                    again,
                    asks_for_stage,
                    action_prompts,
                    ..CustomerMessage::default()
                };
                self.new_contact(reference, &message)
            }
            MailKind::ActionPrompt { action_prompts } if mail.to == Addressee::Customer => {
                let action_prompts = &self.action_prompts(action_prompts);
                Notice { provider, reference, subject, action_prompts }.write()
            }
            MailKind::ActionPrompt { action_prompts } => {
                let (action_prompts, url) =
                    (&self.action_prompts(action_prompts), &self.app.staff_url(&self.contact.id));
                let customer = &wording::customer(self.contact);
                ActionPrompt { reference, subject, customer, action_prompts, url }.write()
            }
            MailKind::Reminder { deadlines, .. } if mail.to == Addressee::Customer => {
                let named = deadlines.iter().filter_map(|id| self.contact.deadline(id));
                let windows = &views::windows(organisation, named, self.app.now());
                WindowClosing { provider, reference, subject, windows }.write()
            }
            MailKind::Reminder { deadlines, overdue, action_prompts } => {
                let action_prompts = &self.action_prompts(action_prompts);
                self.reminder(reference, deadlines, *overdue, action_prompts)
            }
            MailKind::Undelivered { topic, why } => {
                self.delivery_problem(reference, &wording::undelivered(*topic, why))
            }
            MailKind::ReplyNotSent { why } => {
                self.delivery_problem(reference, &wording::reply_not_sent(*why))
            }
        }
    }

    fn new_contact(
        &self,
        reference: &str,
        message: &CustomerMessage<'_>,
    ) -> Result<EmailText, askama::Error> {
        let CustomerMessage { text, again, asks_for_stage, unacknowledged, action_prompts } =
            *message;
        NewContact {
            answer_above: ANSWER_ABOVE,
            reference,
            again,
            asks_for_stage,
            subject: &self.contact.subject,
            customer: &wording::customer(self.contact),
            channel: &wording::channel(&self.app.organisation, self.contact.channel),
            text,
            due: &self.due(
                self.contact.deadlines.iter().filter(|d| d.is_outstanding() && self.is_work(d)),
            ),
            unacknowledged,
            action_prompts,
            can_answer: self.contact.customer.answer_to().is_some(),
            reply_is_update: self.reply_is_update(),
            url: &self.app.staff_url(&self.contact.id),
        }
        .write()
    }

    fn reminder(
        &self,
        reference: &str,
        deadlines: &[DeadlineId],
        overdue: bool,
        action_prompts: &[String],
    ) -> Result<EmailText, askama::Error> {
        let owner = self.contact.owner.as_ref().unwrap_or(&self.team.duty);
        let named = deadlines.iter().filter_map(|id| self.contact.deadline(id));
        Reminder {
            answer_above: ANSWER_ABOVE,
            reference,
            subject: &self.contact.subject,
            customer: &wording::customer(self.contact),
            owner: &format!("{}, {}", self.name(owner), self.team.name),
            overdue,
            due: &self.due(named),
            action_prompts,
            can_answer: self.contact.customer.answer_to().is_some(),
            reply_is_update: self.reply_is_update(),
            url: &self.app.staff_url(&self.contact.id),
        }
        .write()
    }

    fn update_sent(&self, reference: &str, entry: u32) -> Result<EmailText, askama::Error> {
        let organisation = &self.app.organisation;
        let facts = self.contact.facts();
        let rows = organisation.full_responses(&facts);
        let parts: Vec<String> = rows.flat_map(|row| &row.parts).cloned().collect();
        let owed = self.contact.deadlines.iter().filter(|deadline| {
            let standard = deadline.standard(organisation);
            deadline.is_outstanding() && standard.is_some_and(|s| s.kept_by(Milestone::Responded))
        });
        UpdateSent {
            reference,
            subject: &self.contact.subject,
            customer: &wording::customer(self.contact),
            due: &self.due(owed),
            parts: &parts,
            url: &format!("{}?reply={entry}", self.app.staff_url(&self.contact.id)),
        }
        .write()
    }

    /// Returns true if a reply to a notification counts as an update, and not as the answer.
    fn reply_is_update(&self) -> bool {
        self.app.organisation.needs_full_response(&self.contact.facts())
    }

    fn delivery_problem(
        &self,
        reference: &str,
        problem: &wording::DeliveryProblem,
    ) -> Result<EmailText, askama::Error> {
        let wording::DeliveryProblem { what, why, remedy } = problem;
        let url = &self.app.staff_url(&self.contact.id);
        DeliveryProblem { reference, subject: &self.contact.subject, what, why, remedy, url }
            .write()
    }

    /// Returns the lines of deadlines, the earliest due first.
    fn due<'d>(&self, deadlines: impl Iterator<Item = &'d Deadline>) -> Vec<DueLine> {
        let mut deadlines: Vec<_> = deadlines.collect();
        deadlines.sort_by_key(|deadline| deadline.due_at);
        let line = |deadline| views::due_line(&self.app.organisation, deadline, self.app.now());
        deadlines.into_iter().map(line).collect()
    }

    /// Returns true if staff have to act to meet the deadline. An acknowledgement is sent
    /// automatically, and a promise to tell the customer about a delay is kept with the answer.
    fn is_work(&self, deadline: &Deadline) -> bool {
        deadline.standard(&self.app.organisation).is_some_and(|standard| {
            standard.shares_due_with.is_none()
                && standard
                    .options
                    .iter()
                    .any(|option| option.kept_by.iter().any(|m| *m != Milestone::Acknowledged))
        })
    }

    /// Returns the sentences that the standards require in an email.
    fn required_wording(&self, appears_in: AppearsIn) -> Vec<&str> {
        let facts = self.contact.facts();
        let required_wording = self.app.organisation.required_wording(appears_in, &facts);
        required_wording.map(|wording| wording.text.as_str()).collect()
    }

    /// Returns the texts of action prompts. Those that are no longer in the standards are left out.
    fn action_prompts(&self, ids: &[String]) -> Vec<String> {
        let organisation = &self.app.organisation;
        let known = ids.iter().filter_map(|id| organisation.action_prompts().find(|p| p.id == *id));
        known.map(|action_prompt| action_prompt.text.replace("{team}", &self.team.name)).collect()
    }

    fn name(&self, person: &PersonId) -> String {
        wording::person(&self.app.organisation, person)
    }
}
