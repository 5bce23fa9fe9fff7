//! Outgoing emails.

use chrono::{DateTime, Utc};
use domain::plain_text::is_unseen;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

/// A person or a team with an email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

/// The reason why an email is sent, as other machines have to know it (RFC 3834, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A machine answers a message: `Auto-Submitted: auto-replied`, and an empty sender, so that no
    /// machine answers it.
    Reply,
    /// A machine sends it unasked: `Auto-Submitted: auto-generated`, and an empty sender.
    Notice,
    /// A person wrote it, and is its sender.
    Person,
}

/// An email that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// A name that is fit for a file, and the same each time the email is sent.
    pub name: String,
    /// The author.
    pub from: Mailbox,
    /// The only recipient.
    pub to: Mailbox,
    /// The address to which a reply goes.
    pub reply_to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The text in HTML.
    pub html: String,
    /// The Message-ID, without angle brackets.
    pub message_id: String,
    /// The Message-ID of the message that it answers.
    pub in_reply_to: Option<String>,
    /// When it is sent, in UTC.
    pub date: DateTime<Utc>,
    /// The reason why it is sent.
    pub reason: Reason,
    /// True if an earlier attempt may have been accepted as well. A header of the email says so.
    pub possible_duplicate: bool,
}

impl Outgoing {
    /// The sender of the envelope; `None` is the empty sender of what a machine sends, which no other
    /// machine answers.
    #[must_use]
    pub fn envelope_sender(&self) -> Option<&str> {
        match self.reason {
            Reason::Reply | Reason::Notice => None,
            Reason::Person => Some(&self.from.address),
        }
    }

    /// The message as it goes over the wire. The same email gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mailbox = |m: &Mailbox| {
            let name = one_line(&m.name);
            Address::new_address((!name.is_empty()).then_some(name), one_line(&m.address))
        };
        let mut message = MessageBuilder::new()
            .from(mailbox(&self.from))
            .to(mailbox(&self.to))
            .reply_to(Address::new_address(None::<String>, one_line(&self.reply_to)))
            .subject(one_line(&self.subject))
            .date(self.date.timestamp())
            .message_id(self.message_id.clone());
        if let Some(id) = self.in_reply_to.as_deref().map(plain_id) {
            message = message.in_reply_to(id.clone()).references(id.clone());
        }
        match self.reason {
            Reason::Reply => message = message.header("Auto-Submitted", Raw::new("auto-replied")),
            Reason::Notice => {
                message = message.header("Auto-Submitted", Raw::new("auto-generated"));
            }
            Reason::Person => {}
        }
        if self.possible_duplicate {
            message = message.header("X-Kept-Possible-Duplicate", Raw::new("yes"));
        }
        let boundary = format!("=_{}", crate::digest::digest(self.message_id.as_bytes()));
        let parts = vec![
            MimePart::new("text/plain", self.text.as_str()),
            MimePart::new("text/html", self.html.as_str()),
        ];
        let both = ContentType::new("multipart/alternative").attribute("boundary", boundary);
        // Writing into memory does not fail.
        message.body(MimePart::new(both, parts)).write_to_vec().unwrap_or_default()
    }
}

/// A Message-ID without any character that could end it.
fn plain_id(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_graphic() && !"<>".contains(*c)).collect()
}

/// A text without line breaks, so that it stays one header.
fn one_line(text: &str) -> String {
    text.replace(is_unseen, " ")
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn outgoing() -> Outgoing {
        let mailbox =
            |name: &str, address: &str| Mailbox { name: name.into(), address: address.into() };
        Outgoing {
            name: "x".into(),
            from: mailbox("Café Housing", "help@p.example"),
            to: mailbox("Jo", "jo@tenant.example"),
            reply_to: "help+x@p.example".into(),
            subject: "Auto: Noise".into(),
            text: "Hello £".into(),
            html: "<p>Hello £</p>".into(),
            message_id: "kept.1@p.example".into(),
            in_reply_to: Some("1@tenant.example".into()),
            date: DateTime::from_timestamp(1_777_000_000, 0).unwrap(),
            reason: Reason::Reply,
            possible_duplicate: false,
        }
    }

    #[test]
    fn a_composed_email_is_read_back_by_another_parser() {
        let raw = outgoing().to_bytes();
        assert_eq!(raw, outgoing().to_bytes(), "the same email gives the same bytes");
        let read = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(read.subject(), Some("Auto: Noise"));
        assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Café Housing"));
        assert_eq!(read.message_id(), Some("kept.1@p.example"));
        assert_eq!(read.in_reply_to().as_text(), Some("1@tenant.example"));
        assert_eq!(read.header_raw("Auto-Submitted").map(str::trim), Some("auto-replied"));
        assert_eq!(read.body_text(0).unwrap().trim(), "Hello £");
        assert_eq!(read.body_html(0).unwrap().trim(), "<p>Hello £</p>");
        assert_eq!(outgoing().envelope_sender(), None);
    }

    #[test]
    fn nothing_in_an_email_can_add_a_header() {
        let mut mail = outgoing();
        mail.subject = "x\r\nBcc: victim@example.com\r\n\r\nbody".into();
        mail.to.name = "Jo\r\nBcc: victim@example.com".into();
        mail.in_reply_to = Some("a@b>\r\nBcc: victim@example.com\r\nX: <".into());
        let raw = mail.to_bytes();
        let read = MessageParser::default().parse(&raw).unwrap();
        assert!(read.bcc().is_none(), "{}", String::from_utf8_lossy(&raw));
        assert!(read.header_raw("X").is_none(), "{}", String::from_utf8_lossy(&raw));
    }
}
