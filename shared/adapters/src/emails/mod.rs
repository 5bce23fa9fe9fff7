//! The emails that Kept writes, each from a subject, a text and its HTML under
//! `shared/templates/mails`.
//!
//! To customers go [`Acknowledgement`], [`Answer`], [`Update`], [`StageStarted`], [`StageTakenBack`],
//! [`Delay`], [`Notice`] and [`WindowClosing`]; to staff [`NewContact`], [`Reminder`], [`ActionPrompt`], [`UpdateSent`] and
//! [`DeliveryProblem`]. Each has a method `write`, which returns an [`EmailText`].

mod customer;
mod staff;

pub use customer::{
    Acknowledgement, Answer, Delay, Notice, Promise, Provider, StageStarted, StageTakenBack,
    Update, WindowClosing,
};
pub use staff::{ActionPrompt, DeliveryProblem, DueLine, NewContact, Reminder, UpdateSent};

/// The text of an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailText {
    /// The subject, in one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The text in HTML.
    pub html: String,
}

/// An email: its fields, and its templates for the subject, the text and the HTML.
macro_rules! email {
    ($(#[$meta:meta])* $email:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)* } $subject:literal, $text:literal, $html:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $email<'a> { $($(#[$doc])* pub $field: $kind,)* }

        impl $email<'_> {
            /// Writes the email.
            ///
            /// # Errors
            /// Returns an error if a template cannot be rendered; those that come with Kept always
            /// can.
            pub fn write(&self) -> Result<$crate::emails::EmailText, askama::Error> {
                #[derive(askama::Template)]
                #[template(path = $subject, escape = "none")]
                struct Subject<'a> { v: &'a $email<'a> }
                #[derive(askama::Template)]
                #[template(path = $text, escape = "none")]
                struct Text<'a> { v: &'a $email<'a> }
                #[derive(askama::Template)]
                #[template(path = $html)]
                struct Html<'a> { v: &'a $email<'a> }
                use askama::Template as _;
                Ok($crate::emails::EmailText {
                    subject: Subject { v: self }.render()?.trim().to_owned(),
                    text: Text { v: self }.render()?,
                    html: Html { v: self }.render()?,
                })
            }
        }
    };
}
use email;
