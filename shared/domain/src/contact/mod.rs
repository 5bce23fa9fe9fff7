//! A contact: its state, what happened to it, and what is to be done about it.

mod commit;
mod event;
mod identity;
mod mail;
mod state;

pub use commit::{Actor, Commit, Timer};
pub use event::{Event, Means, MoveReason};
pub use identity::{ContactId, Holder, ReferenceError, Secret, Token};
pub use mail::{
    Addressee, Mail, MailId, MailKind, MailProblem, MailTopic, PendingMail, ReplyRejection,
};
pub use state::{
    Acknowledgement, AutomaticSender, Closed, Contact, Customer, SuppressionReason, ThreadMark,
};
