//! The pages that Kept shows, each from a template under `shared/templates/pages`.
//!
//! Customers see [`FormPage`], [`SentPage`] and [`StatusPage`]. Staff see [`WorkList`],
//! [`ContactPage`] and [`RecordPage`], sign in on [`SignInPage`], and look at sent emails on
//! [`OutboxPage`] and [`MailPage`]. Anybody may see a [`ProblemPage`].

mod customer;
mod outbox;
mod sign_in;
mod staff;

use askama::Template;

pub use customer::{FieldError, FormFields, FormPage, SentPage, StatusLine, StatusPage};
pub use outbox::{MailPage, OutboxPage, OutboxRow};
pub use sign_in::{SignInChoice, SignInLink, SignInNotice, SignInPage, User};
pub use staff::{
    ContactPage, DeadlineCard, HistoryLine, RecordFields, RecordPage, ReplyLine, WorkList, WorkRow,
};

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("../../../templates/pages/style.css");

/// An option of a list in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that the form sends.
    pub value: String,
    /// The text that people see.
    pub label: String,
}

/// A problem: a page that cannot be shown or an action that was not done, and what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/problem.html")]
pub struct ProblemPage<'a> {
    /// The problem.
    pub title: &'a str,
    /// The advice.
    pub text: &'a str,
}
