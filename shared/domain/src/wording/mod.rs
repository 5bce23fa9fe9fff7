//! Wording: what people read, made from facts.

mod labels;
mod mail;

pub use labels::{suppression, waiver};
pub use mail::{mail_problem, mail_topic, reply_rejection};
