//! The steps of a scenario as facts.

use domain::organisation::Organisation;
use domain::wording::channel;

use super::facts::{FactEvent, StepFact};
use super::message::address;
use super::scenario::Action;

impl Action {
    /// The action as a fact, without its number and contact.
    pub(super) fn description(&self, organisation: &Organisation) -> StepFact {
        let (by, what, text) = match self {
            Self::Email(email) => (
                address(&email.name, &email.from),
                format!("sends an email to {}: {}", email.to.join(", "), email.subject),
                email.text.clone(),
            ),
            Self::Form(form) => {
                let name = if form.name.is_empty() { "customer" } else { &form.name };
                (address(name, &form.email), "fills in the form".into(), form.text.clone())
            }
            Self::Record(record) => {
                let what =
                    format!("records a contact by {}", channel(organisation, record.channel));
                (record.person.clone(), what, record.text.clone())
            }
            Self::CustomerReply(reply) => {
                (reply.from.clone(), "replies by email".into(), reply.text.clone())
            }
            Self::StaffReply(reply) => {
                let what = "replies by email to the notification".to_owned();
                (reply.person.clone(), what, reply.text.clone())
            }
            Self::StaffPage(person, action) => {
                (person.to_string(), action.what.clone(), action.text.clone())
            }
            Self::MailServer(server) => {
                let what = match (server.down, server.refuses.as_slice()) {
                    (true, _) => "takes no emails for the time being".to_owned(),
                    (false, []) => "takes emails".to_owned(),
                    (false, refused) => format!("refuses emails to {}", refused.join(", ")),
                };
                ("mail server".into(), what, String::new())
            }
        };
        StepFact {
            event: FactEvent::Step,
            step: 0,
            by,
            contact: None,
            what,
            why: String::new(),
            text,
        }
    }
}
