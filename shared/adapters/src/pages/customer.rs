//! Pages for customers.

use askama::Template;

use super::Choice;
use crate::emails::{Promise, Provider};

/// An error in a field of a form.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// The error, and how to correct it.
    pub message: String,
}

/// The fields of the form, as the customer filled them in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the form")]
pub struct FormFields {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub category: String,
    pub message: String,
    pub idempotency_key: String,
}

/// The form with which a customer writes.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/form.html")]
pub struct FormPage<'a> {
    /// The provider.
    pub provider: Provider<'a>,
    /// The fields as they were filled in.
    pub fields: &'a FormFields,
    /// The errors in them.
    pub errors: &'a [FieldError],
    /// The categories to choose from.
    pub categories: &'a [Choice],
}

impl FormPage<'_> {
    /// The error in a field, if there is one.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// The page after the form was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sent.html")]
pub struct SentPage<'a> {
    /// The provider.
    pub provider: Provider<'a>,
    /// The contact's reference.
    pub reference: &'a str,
    /// The promises that apply.
    pub promises: &'a [Promise],
    /// The address of the private status page.
    pub status_url: &'a str,
    /// True if an acknowledgement is sent by email.
    pub by_email: bool,
}

/// The private page on which a customer follows their contact.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/status.html")]
pub struct StatusPage<'a> {
    /// The provider.
    pub provider: Provider<'a>,
    /// The contact's reference.
    pub reference: &'a str,
    /// When the contact was received: "Friday 1 May at 4.50pm".
    pub received: &'a str,
    /// The status, in a sentence.
    pub summary: &'a str,
    /// The promises that are still owed.
    pub promises: &'a [Promise],
    /// The history, oldest first.
    pub history: &'a [StatusLine],
}

/// A line of a contact's history, for its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// When it happened: "Friday 1 May at 4.50pm".
    pub at: String,
    /// The event, in a sentence.
    pub what: String,
}
