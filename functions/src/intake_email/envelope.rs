//! The envelope of a message.

use adapters::mail::Incoming;
use chrono::{DateTime, Utc};
use domain::email_address::is_email_address;
use domain::organisation::Organisation;

/// The envelope of a message: its sender and recipients in SMTP, whatever its header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The sender: `Some("")` for the empty sender of machines, `None` if it is not known.
    pub sender: Option<String>,
    /// The recipients.
    pub recipients: Vec<String>,
    /// When the message reached the provider, in UTC, if that was before it is taken in. It counts from
    /// then, however long Kept could not be reached.
    pub received_at: Option<DateTime<Utc>>,
}

impl Envelope {
    /// The envelope of a message that came without one, as the last mail system noted it in the header:
    /// the sender in `Return-Path`; and of the recipients in `To`, `Cc` and `Received: … for`, the
    /// organisation's own. A blind copy may name none of them.
    #[must_use]
    pub fn from_header(organisation: &Organisation, message: &Incoming) -> Self {
        let named = message.recipients.iter().chain(&message.noted_recipient);
        let own = named.filter(|address| organisation.address_owner(address).is_some());
        Self {
            sender: message.return_path.as_deref().map(sender),
            recipients: own.cloned().collect(),
            received_at: None,
        }
    }

    /// Adds the first team as the recipient if there is none.
    #[must_use]
    pub fn or_first_team(mut self, organisation: &Organisation) -> Self {
        if self.recipients.is_empty() {
            let first = organisation.teams().first();
            self.recipients.extend(first.map(|team| team.mailbox().to_owned()));
        }
        self
    }
}

/// The sender that a mail system gives, or the empty sender if that is not an address: some write
/// `MAILER-DAEMON` for the empty sender.
#[must_use]
pub fn sender(given: &str) -> String {
    let given = given.trim();
    if is_email_address(given) { given.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use domain::library::load_built_in;

    use super::*;

    #[test]
    fn the_header_names_the_sender_and_our_own_recipients() {
        let organisation = load_built_in("westkent").unwrap();
        let read = |header: &str| {
            let message = Incoming::parse(format!("{header}\r\n\r\nHello").as_bytes());
            Envelope::from_header(&organisation, &message)
        };
        let envelope = read(
            "Return-Path: <jo@tenant.example>\r\nTo: help@westkent.example, x@elsewhere.example\r\n\
             Cc: repairs@westkent.example",
        );
        assert_eq!(envelope.sender.as_deref(), Some("jo@tenant.example"));
        assert_eq!(envelope.recipients, ["help@westkent.example", "repairs@westkent.example"]);
        assert_eq!(read("Return-Path: <>").sender.as_deref(), Some(""));
        assert_eq!(read("Return-Path: MAILER-DAEMON").sender.as_deref(), Some(""));
        let blind_copy = read("To: x@elsewhere.example");
        assert_eq!(blind_copy, Envelope::default());
        let first = blind_copy.or_first_team(&organisation).recipients;
        assert_eq!(first, ["help@westkent.example"]);
    }
}
