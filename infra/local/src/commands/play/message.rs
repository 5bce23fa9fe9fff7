//! Emails that arrive, as raw messages.

use std::collections::BTreeMap;

use adapters::mail::Outgoing;
use domain::wording::short_date;

/// An email to be delivered.
#[derive(Debug, Default)]
pub(super) struct RawMessage<'a> {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// The Message-ID of the email that it answers.
    pub(super) in_reply_to: Option<&'a str>,
    pub(super) headers: Option<&'a BTreeMap<String, String>>,
    /// The names of attached files.
    pub(super) attachments: &'a [String],
}

impl<'a> RawMessage<'a> {
    /// A reply to an email, with the email quoted below it.
    pub(super) fn reply(from: &str, to: &'a Outgoing, text: &str) -> Self {
        let day = short_date(to.date.date_naive());
        let quoted: String = to.text.lines().map(|line| format!("> {line}\n")).collect();
        Self {
            from: from.to_owned(),
            to: to.reply_to.clone(),
            subject: format!("Re: {}", to.subject),
            text: format!("{text}\n\nOn {day}, {} wrote:\n\n{quoted}", to.from.name),
            in_reply_to: Some(&to.message_id),
            ..Self::default()
        }
    }

    /// The message as it goes over the wire. `id` makes its Message-ID.
    pub(super) fn to_bytes(&self, id: usize) -> Vec<u8> {
        const BOUNDARY: &str = "=_part";
        let Self { from, to, subject, .. } = self;
        let mut raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: \
             <scenario-{id}@play.example>\r\n"
        );
        if let Some(answered) = self.in_reply_to {
            raw.push_str(&format!("In-Reply-To: <{answered}>\r\n"));
        }
        for (name, value) in self.headers.into_iter().flatten() {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        let text = format!(
            "Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
            self.text.replace('\n', "\r\n")
        );
        if self.attachments.is_empty() {
            raw.push_str(&text);
            return raw.into_bytes();
        }
        raw.push_str(&format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\r\n\r\n\
             --{BOUNDARY}\r\n{text}\r\n"
        ));
        for file in self.attachments {
            raw.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Type: application/octet-stream\r\n\
                 Content-Disposition: attachment; filename=\"{file}\"\r\n\r\n{file}\r\n"
            ));
        }
        raw.push_str(&format!("--{BOUNDARY}--\r\n"));
        raw.into_bytes()
    }
}

/// A name with an address, as a mail program shows it.
pub(super) fn address(name: &str, address: &str) -> String {
    match (name, address) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}
