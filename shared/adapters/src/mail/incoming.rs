//! A message as it came, as far as Kept has to understand it.

use domain::contact::AutomaticSender;
use domain::email_address::is_email_address;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _};

use super::automatic_sign;

/// More of a text than anybody writes; the whole of it stays in the archive.
const MOST_TEXT: usize = 60_000;

/// Enough to find a thread by.
const MOST_REFERENCES: usize = 20;

/// A message as it came. Every part is bounded and free of control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Its Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// The Message-IDs that it answers, the nearest first.
    pub answers: Vec<String>,
    /// The author's name; empty where none is given.
    pub name: String,
    /// The author's address, if it is one.
    pub from: Option<String>,
    /// Where the author wants to be answered, where that is another address.
    pub reply_to: Option<String>,
    /// Every address of `To` and `Cc`.
    pub recipients: Vec<String>,
    /// The subject in a line; empty where none is given.
    pub subject: String,
    /// The text; of a message in HTML alone, its text.
    pub text: String,
    /// How many files came with it.
    pub attachments: u32,
    /// How many of them somebody meant to send: not the pictures that its own text shows, such as the
    /// logo below a signature, and not a signature made by a machine.
    pub files: u32,
    /// What shows that a machine sent it.
    pub automatic: Option<AutomaticSender>,
}

impl Incoming {
    /// Reads a raw message. There is no message that cannot be read: one that is damaged beyond
    /// that has no parts, and [`AutomaticSender::Malformed`].
    #[must_use]
    pub fn read(raw: &[u8], envelope_sender: Option<&str>) -> Self {
        let Some(message) = MessageParser::default().parse(raw) else {
            return Self { automatic: Some(AutomaticSender::Malformed), ..Self::default() };
        };
        let author = message.from().and_then(Address::first);
        let written =
            author.and_then(|from| from.address()).map(str::trim).filter(|a| is_email_address(a));
        let envelope = envelope_sender.map(str::trim).filter(|sender| is_email_address(sender));
        // Without a usable author the envelope says where the message came from.
        let from = written.or(envelope).map(str::to_owned);
        let reply_to = message
            .reply_to()
            .and_then(Address::first)
            .and_then(|a| a.address())
            .map(str::trim)
            .filter(|a| is_email_address(a))
            .map(str::to_owned)
            .filter(|reply_to| Some(reply_to) != from.as_ref());
        let automatic = automatic_sign(&message, envelope_sender);
        Self {
            message_id: message.message_id().map(|id| line(id, 400)).filter(|id| !id.is_empty()),
            answers: answers(&message),
            name: author
                .and_then(|from| from.name())
                .map(|name| line(name, 120))
                .unwrap_or_default(),
            automatic: automatic.or(from.is_none().then_some(AutomaticSender::Malformed)),
            from,
            reply_to,
            recipients: recipients(&message),
            subject: message.subject().map(|subject| line(subject, 200)).unwrap_or_default(),
            text: text(&message),
            attachments: u32::try_from(message.attachment_count()).unwrap_or(u32::MAX),
            files: files(&message),
        }
    }
}

/// For whom the last mail system took a message, as it noted in `Received: … for <address>`.
#[must_use]
pub fn noted_recipient(raw: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse_headers(raw)?;
    let address = message.received()?.for_()?.trim_matches(['<', '>']).to_owned();
    is_email_address(&address).then_some(address)
}

/// The sender that the last mail system noted in `Return-Path`; empty for the empty sender.
#[must_use]
pub fn return_path(raw: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse_headers(raw)?;
    Some(message.header_raw("Return-Path")?.trim().trim_matches(['<', '>']).to_owned())
}

fn answers(message: &Message<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let nearest = list(message.in_reply_to());
    // References begin with the oldest.
    let mut older = list(message.references());
    older.reverse();
    for id in nearest.into_iter().chain(older) {
        let id = line(&id, 400);
        if !ids.contains(&id) && ids.len() < MOST_REFERENCES {
            ids.push(id);
        }
    }
    ids
}

fn list(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(texts) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn recipients(message: &Message<'_>) -> Vec<String> {
    let lists = [message.to(), message.cc()].into_iter().flatten();
    lists
        .flat_map(Address::iter)
        .filter_map(|recipient| recipient.address())
        .map(str::trim)
        .filter(|address| is_email_address(address))
        .take(200)
        .map(str::to_owned)
        .collect()
}

fn files(message: &Message<'_>) -> u32 {
    let html = || (0..message.html_body_count().min(20)).filter_map(|n| message.body_html(n));
    let shown = |part: &MessagePart<'_>| {
        part.content_id().is_some_and(|id| {
            let link = format!("cid:{}", id.trim_matches(['<', '>']));
            html().any(|html| html.contains(&link))
        })
    };
    let signature = |part: &MessagePart<'_>| {
        part.content_type().and_then(|kind| kind.subtype()).is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            matches!(kind.as_str(), "pkcs7-signature" | "x-pkcs7-signature" | "pgp-signature")
        })
    };
    // Whoever sends thousands has sent one.
    let parts = message.attachments().take(100);
    let files = parts.filter(|part| !shown(part) && !signature(part)).count();
    u32::try_from(files).unwrap_or(u32::MAX)
}

fn text(message: &Message<'_>) -> String {
    let mut text = String::new();
    for index in 0..message.text_body_count().min(20) {
        if let Some(part) = message.body_text(index) {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&part);
        }
        if text.len() > MOST_TEXT {
            break;
        }
    }
    // A forwarded message is a file to a mail program and all there is to a person.
    if text.trim().is_empty()
        && let Some(inner) = message.attachments().find_map(|part| part.message())
        && let Some(inner) = inner.body_text(0)
    {
        text = inner.into_owned();
    }
    paragraphs(&text, MOST_TEXT)
}

/// Text in one line: no control characters, no runs of spaces, at most so many characters.
fn line(text: &str, most: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most * 4);
    let plain: String = plain.collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// Text in lines: no control characters but line ends, at most so many bytes.
fn paragraphs(text: &str, most: usize) -> String {
    let mut plain = String::with_capacity(text.len().min(most));
    for c in text.replace("\r\n", "\n").chars() {
        if plain.len() + c.len_utf8() > most {
            plain.push_str("\n[The message goes on; the whole of it is in the archive.]");
            break;
        }
        match c {
            '\n' => plain.push('\n'),
            '\t' => plain.push(' '),
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_message_is_read_whole() {
        let raw = "From: \"Jo O'Tenant\" <jo@tenant.example>\r\n\
                   To: help@p.example, Repairs <repairs@p.example>\r\n\
                   Message-ID: <1@tenant.example>\r\n\
                   In-Reply-To: <b@p.example>\r\n\
                   References: <a@p.example> <b@p.example>\r\n\
                   Subject: =?utf-8?q?Caf=C3=A9?= below\r\n us\r\n\r\nHello,\r\n\r\nit is loud.\r\n";
        let read = Incoming::read(raw.as_bytes(), Some("jo@tenant.example"));
        assert_eq!(read.name, "Jo O'Tenant");
        assert_eq!(read.from.as_deref(), Some("jo@tenant.example"));
        assert_eq!(read.message_id.as_deref(), Some("1@tenant.example"));
        assert_eq!(read.answers, ["b@p.example", "a@p.example"]);
        assert_eq!(read.recipients, ["help@p.example", "repairs@p.example"]);
        assert_eq!(read.subject, "Café below us");
        assert_eq!(read.text, "Hello,\n\nit is loud.");
        assert_eq!(read.automatic, None);
    }

    #[test]
    fn html_alone_becomes_text() {
        let raw = "From: jo@tenant.example\r\nContent-Type: text/html\r\n\r\n<p>No <b>heating</b></p><script>x()</script>";
        let read = Incoming::read(raw.as_bytes(), None);
        assert!(read.text.contains("No heating"), "{}", read.text);
        assert!(!read.text.contains('<'), "{}", read.text);
    }

    #[test]
    fn whatever_comes_is_read_within_bounds() {
        let deep = format!(
            "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}",
            "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n".repeat(5000)
        );
        let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(5000);
        let wide = format!("From: a@b.example\r\nTo: {}\r\n\r\nx", "a@b.example,".repeat(50_000));
        let long = format!(
            "From: a@b.example\r\nSubject: {}\r\n\r\n{}",
            "s".repeat(100_000),
            "é".repeat(200_000)
        );
        let cases: [&[u8]; 8] = [
            b"",
            b"\r\n",
            b"\0\xff\xfe",
            b"Subject: =?utf-8?b?////?=\r\nFrom: =?broken\r\n\r\n\xff\xff",
            deep.as_bytes(),
            nested.as_bytes(),
            wide.as_bytes(),
            long.as_bytes(),
        ];
        for raw in cases {
            let read = Incoming::read(raw, Some("bad sender"));
            assert!(read.text.len() < MOST_TEXT + 100);
            assert!(read.subject.chars().count() <= 200);
            assert!(read.recipients.len() <= 200);
            assert!(!read.subject.contains(['\r', '\n', '\0']));
        }
        assert_eq!(Incoming::read(b"", None).automatic, Some(AutomaticSender::Malformed));
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header() {
        let raw = "From: jo@tenant.example\r\nSubject: =?utf-8?q?x=0D=0ABcc:_victim@example.com?=\r\n\r\nx";
        assert_eq!(Incoming::read(raw.as_bytes(), None).subject, "x Bcc: victim@example.com");
    }
}
