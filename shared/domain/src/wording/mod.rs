//! Wording: the sentences, phrases and labels that people read.
//!
//! Every function turns facts into text and does nothing else, so a translator finds in this room every
//! sentence that is not in a template. Text is plain: templates escape it for HTML.
//!
//! | Text about | Functions |
//! |---|---|
//! | dates and times | [`date`], [`date_time`], [`short_date`], [`clock_time`], [`duration`] |
//! | due dates | [`due_phrase`], [`due`], [`time_left`], [`options`], [`deadline_title`], [`promise`], [`window`] |
//! | how a due date was found | [`explanation`] for customers; [`account`], [`account_line`] for staff |
//! | a contact | [`customer`], [`acknowledgement`], [`status`] |
//! | its history | [`history_line`] for staff, [`status_line`] for customers, [`actor`] |
//! | labels of states and reasons | [`channel`], [`milestone`], [`recipient`], [`suppression`], [`waiver`] |
//! | emails | [`mail`], [`mail_problem`], [`undelivered`], [`reply_not_sent`] |
//! | refused commands | the text of a [`Refusal`](crate::decide::Refusal) |

mod account;
mod closed_days;
mod contact;
mod dates;
mod due;
mod explanation;
mod history;
mod labels;
mod mail;
mod refusal;
mod status;

pub use account::{account, account_line};
pub use contact::{acknowledgement, customer};
pub use dates::{clock_time, date, date_time, duration, hours_and_minutes, short_date};
pub use due::{deadline_title, due, due_phrase, options, promise, time_left, window};
pub use explanation::explanation;
pub use history::{HistoryLine, actor, follows_from_another, history_line};
pub use labels::{
    channel, milestone, milestone_label, person, recipient, suppression, team, waiver,
};
pub use mail::{DeliveryProblem, mail, mail_problem, reply_not_sent, reply_rejection, undelivered};
pub use status::{status, status_line};
