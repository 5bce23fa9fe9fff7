//! The outbox of one machine: the emails that were sent.

use askama::Template;

use super::User;

/// An email in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// The name of its file.
    pub file: String,
    /// When it was sent.
    pub date: String,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
}

/// The list of emails that were sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/outbox.html")]
pub struct OutboxPage<'a> {
    /// The person who is signed in.
    pub user: User<'a>,
    /// The emails, the newest first.
    pub rows: &'a [OutboxRow],
    /// True if there are more than are shown.
    pub more: bool,
}

/// An email that was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/outbox-mail.html")]
pub struct MailPage<'a> {
    /// The person who is signed in.
    pub user: User<'a>,
    /// The name of its file.
    pub file: &'a str,
    /// The header fields and their values.
    pub headers: &'a [(String, String)],
    /// The text.
    pub text: &'a str,
}
