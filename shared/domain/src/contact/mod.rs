//! A contact: its state, its log, and the emails to send.
//!
//! - [`Contact`] is the current state, small and bounded whatever the history.
//! - [`Commit`] is one entry of the log: [`Event`]s, [`Mail`]s to send and [`Timer`]s to set.
//! - [`MailKind`] says what an email is about; how it reads is made when it is sent.
//! - [`ContactId`], [`Token`] and [`Secret`] identify contacts and prove who may do what.
//!
//! Everything here is stored as JSON. Enums and facts are stored, never sentences; those are made by
//! [`wording`](crate::wording) when somebody reads them.

mod commit;
mod event;
mod identity;
mod mail;
mod stages;
mod state;

pub use commit::{Actor, Commit, Timer};
pub use event::{Event, Means, MoveReason};
pub use identity::{ContactId, Holder, ReferenceError, Secret, Token};
pub use mail::{
    Addressee, Mail, MailId, MailKind, MailProblem, MailTopic, PendingMail, ReplyRejection,
};
pub use stages::{ConsideredBy, StageRequest};
pub use state::{
    Acknowledgement, AutomaticSender, Closed, Contact, Customer, StaffReply, SuppressionReason,
    ThreadMark,
};
