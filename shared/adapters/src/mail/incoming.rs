//! Incoming messages, as far as Kept has to understand them.

use domain::contact::AutomaticSender;
use domain::email_address::is_email_address;
use domain::plain_text::is_unseen;
use mail_parser::{Address, HeaderValue, Message, MessageParser};

use super::automatic::{automatic_sender, header_sign};
use super::header::header;
use super::text::{MAX_TEXT, message_text};

/// The most Message-IDs that are looked up to find the thread.
const MAX_REFERENCES: usize = 20;

/// The most recipients of one message.
const MAX_RECIPIENTS: usize = 200;

/// The most bytes of a Message-ID, characters of a name, and characters of a subject.
const MAX_ID: usize = 400;
const MAX_NAME: usize = 120;
const MAX_SUBJECT: usize = 200;

/// The note at the end of a text that is not all of its message.
const NOT_ALL: &str = "[This is not the whole message. The whole of it is in the archive.]";

/// An incoming message. Every part is bounded and free of control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// The Message-IDs that it answers, the nearest first.
    pub answers: Vec<String>,
    /// The author's name; may be empty.
    pub name: String,
    /// The author's address; without a valid one, the sender of the envelope.
    pub from: Option<String>,
    /// The address to which the author wants answers, if it is another one.
    pub reply_to: Option<String>,
    /// The addresses of `To` and `Cc`.
    pub recipients: Vec<String>,
    /// The recipient that the last mail system noted, in `Received: … for <address>`.
    pub noted_recipient: Option<String>,
    /// The sender that the last mail system noted in `Return-Path`; empty for a report about a
    /// delivery.
    pub return_path: Option<String>,
    /// The subject in one line; may be empty.
    pub subject: String,
    /// The text. A message in HTML alone has been turned into text.
    pub text: String,
    /// The number of attachments.
    pub attachments: u32,
    /// The number of attachments that somebody meant to send. Pictures shown in the text, such as a
    /// logo in a signature, and machine-made signatures do not count.
    pub files: u32,
    /// The sign that a machine sent it, if there is one.
    pub automatic: Option<AutomaticSender>,
    /// The sign in the headers alone, from which `automatic` is worked out once the sender is known.
    header_sign: Option<AutomaticSender>,
}

impl Incoming {
    /// Reads a raw message that came in an envelope; `sender` is `None` if nobody says who sent it.
    #[must_use]
    pub fn read(raw: &[u8], sender: Option<&str>) -> Self {
        let message = Self::parse(raw);
        match sender {
            Some(sender) => message.with_sender(sender),
            None => message,
        }
    }

    /// Parses a raw message without an envelope. `Return-Path` stands in for the sender.
    ///
    /// Every message can be parsed. One that is damaged beyond understanding has no parts, and
    /// [`AutomaticSender::Malformed`].
    #[must_use]
    pub fn parse(raw: &[u8]) -> Self {
        let header = header(raw);
        let Some(message) = MessageParser::default().parse_headers(&header.fields) else {
            return Self::unreadable();
        };
        let body = message_text(raw, &header.fields, header.end);
        let text = paragraphs(&body.text, MAX_TEXT, header.complete && body.complete);
        let author = message.from().and_then(Address::first);
        let from = author.and_then(valid_address);
        let reply_to = message
            .reply_to()
            .and_then(Address::first)
            .and_then(valid_address)
            .filter(|reply_to| Some(reply_to) != from.as_ref());
        let name = author.and_then(|from| from.name()).unwrap_or_default();
        let return_path = message
            .headers_raw()
            .find(|(name, _)| name.eq_ignore_ascii_case("Return-Path"))
            .map(|(_, path)| line(path, MAX_ID).trim_matches(['<', '>']).trim().to_owned());
        let header_sign = header_sign(&message);
        let automatic = automatic_sender(header_sign, return_path.as_deref());
        Self {
            message_id: message.message_id().map(|id| line(id, MAX_ID)).filter(|id| !id.is_empty()),
            answers: answers(&message),
            name: line(name, MAX_NAME),
            automatic: automatic.or(from.is_none().then_some(AutomaticSender::Malformed)),
            header_sign,
            from,
            reply_to,
            recipients: recipients(&message),
            noted_recipient: noted_recipient(&message),
            return_path,
            subject: line(message.subject().unwrap_or_default(), MAX_SUBJECT),
            text,
            attachments: u32::try_from(body.attachments).unwrap_or(u32::MAX),
            files: u32::try_from(body.files).unwrap_or(u32::MAX),
        }
    }

    /// A message that is damaged beyond understanding. It has no parts, and says so in its text.
    #[must_use]
    pub fn unreadable() -> Self {
        let malformed = Some(AutomaticSender::Malformed);
        let text = NOT_ALL.to_owned();
        Self { automatic: malformed, header_sign: malformed, text, ..Self::default() }
    }

    /// The same message in an envelope with this sender, which is empty for a report about a
    /// delivery. It counts for more than `Return-Path`.
    #[must_use]
    pub fn with_sender(mut self, sender: &str) -> Self {
        if self.header_sign == Some(AutomaticSender::Malformed) {
            return self;
        }
        let sender = sender.trim();
        if self.from.is_none() && is_email_address(sender) {
            // Without a usable author the envelope says where the message came from.
            self.from = Some(sender.to_owned());
            self.reply_to = self.reply_to.filter(|reply_to| reply_to != sender);
        }
        let malformed = self.from.is_none().then_some(AutomaticSender::Malformed);
        self.automatic = automatic_sender(self.header_sign, Some(sender)).or(malformed);
        self
    }
}

fn valid_address(address: &mail_parser::Addr<'_>) -> Option<String> {
    let text = address.address()?.trim();
    is_email_address(text).then(|| text.to_owned())
}

fn noted_recipient(message: &Message<'_>) -> Option<String> {
    let address = message.received()?.for_()?.trim_matches(['<', '>']);
    is_email_address(address).then(|| address.to_owned())
}

fn answers(message: &Message<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let nearest = list(message.in_reply_to());
    // References begin with the oldest.
    let mut older = list(message.references());
    older.reverse();
    for id in nearest.into_iter().chain(older) {
        let id = line(&id, MAX_ID);
        if !ids.contains(&id) && ids.len() < MAX_REFERENCES {
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
    lists.flat_map(Address::iter).filter_map(valid_address).take(MAX_RECIPIENTS).collect()
}

/// Text in one line: no control characters, no runs of spaces, at most `limit` characters.
fn line(text: &str, limit: usize) -> String {
    let plain = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).take(limit * 4);
    let plain: String = plain.collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(limit).collect()
}

/// Text in lines: no control characters but line ends, at most `limit` bytes. A note follows if there is
/// more, or if the text is not `complete`.
fn paragraphs(text: &str, limit: usize, mut complete: bool) -> String {
    let mut plain = String::with_capacity(text.len().min(limit));
    for c in text.replace("\r\n", "\n").chars() {
        if plain.len() + c.len_utf8() > limit {
            complete = false;
            break;
        }
        match c {
            '\n' => plain.push('\n'),
            '\t' => plain.push(' '),
            c if is_unseen(c) => {}
            c => plain.push(c),
        }
    }
    let plain = plain.trim();
    if complete { plain.to_owned() } else { format!("{plain}\n\n{NOT_ALL}").trim().to_owned() }
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
            assert!(read.text.len() < MAX_TEXT + 100);
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
