//! Pages for staff.

use askama::Template;
use domain::decide::StaffAction;

use super::{Choice, User};
use crate::emails::DueLine;

/// A contact in the work list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRow {
    /// The id, for the link.
    pub id: String,
    /// The reference.
    pub reference: String,
    /// The subject.
    pub subject: String,
    /// The customer.
    pub customer: String,
    /// When the next deadline is due: "Tuesday 28 April at 5.15pm"; empty if nothing is.
    pub due: String,
    /// The time left: "2 hours left"; "answered" if nothing is due.
    pub left: String,
    /// True if the deadline is missed.
    pub overdue: bool,
    /// The owner.
    pub owner: String,
    /// The team.
    pub team: String,
    /// A remark: "No acknowledgement went out"; may be empty.
    pub remark: String,
}

/// The work list.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-list.html")]
pub struct WorkList<'a> {
    /// The person who is signed in.
    pub user: User<'a>,
    /// The provider's name.
    pub provider: &'a str,
    /// The contacts, the next due first.
    pub rows: &'a [WorkRow],
    /// The teams to choose from.
    pub teams: &'a [Choice],
    /// The team that is shown; empty for all.
    pub team: &'a str,
    /// True if there are more contacts than are shown.
    pub more: bool,
}

/// A line of a contact's history, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// When it happened: "Friday 1 May at 4.50pm".
    pub at: String,
    /// The person who did it.
    pub by: String,
    /// The event, in a sentence.
    pub what: String,
    /// The text that was written or spoken; may be empty.
    pub text: String,
}

/// A deadline on a contact's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineCard {
    /// The deadline.
    pub line: DueLine,
    /// The derivation, step by step.
    pub derivation: Vec<String>,
    /// The class of its style: `open`, `late`, `met` or `waived`.
    pub status: &'static str,
    /// True if it is a target of the provider's own.
    pub internal: bool,
    /// The options of an either-or promise, each in a sentence; empty if it has one option only.
    pub options: Vec<String>,
    /// The last day to post a letter that has to arrive in time: "Tuesday 7 April"; empty if none has.
    pub post_by: String,
}

/// A contact.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-contact.html")]
pub struct ContactPage<'a> {
    /// The person who is signed in.
    pub user: User<'a>,
    /// The contact's id, for links.
    pub id: &'a str,
    /// The reference.
    pub reference: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The outcome of the last action; may be empty.
    pub notice: &'a str,
    /// The error in the last action; may be empty.
    pub error: &'a str,
    /// The customer, in lines.
    pub customer: &'a [String],
    /// The channel and the time of receipt.
    pub received: &'a str,
    /// Labels and values: category, owner, status.
    pub facts: &'a [(&'static str, String)],
    /// The state of the acknowledgement, in a sentence.
    pub acknowledgement: &'a str,
    /// True if somebody has to see to the acknowledgement.
    pub acknowledgement_missing: bool,
    /// The deadlines, the open ones first.
    pub deadlines: &'a [DeadlineCard],
    /// The history, oldest first.
    pub history: &'a [HistoryLine],
    /// The actions that can be taken now, by the person who is signed in.
    pub actions: &'a [StaffAction],
    /// The parts that the full response gives; may be empty.
    pub parts: &'a [&'a str],
    /// The replies that can have been the full response, the latest first.
    pub replies: &'a [ReplyLine],
    /// The reply that a link asks about; 0 if none.
    pub asked: u32,
    /// True if it can be answered by email.
    pub can_email: bool,
    /// The stage of the complaints procedure, from 1.
    pub stage: u8,
    /// The names of those who considered it at an earlier stage, so that somebody else has to now; may be
    /// empty.
    pub considered_before: &'a str,
    /// True if the person who is signed in is one of them and does not have it.
    pub for_somebody_else: bool,
    /// The people it can be assigned to.
    pub people: &'a [Choice],
    /// The id of the person who is signed in.
    pub me: &'a str,
    /// The teams it can be handed over to.
    pub teams: &'a [Choice],
    /// The sentences that the standards ask staff to say or do.
    pub checklist: &'a [&'a str],
    /// The categories to choose from.
    pub categories: &'a [Choice],
    /// The contact's category.
    pub category: &'a str,
    /// The priorities to choose from.
    pub priorities: &'a [&'a str],
    /// The contact's priority.
    pub priority: &'a str,
    /// The milestones that can be recorded.
    pub milestones: &'a [Choice],
    /// The milestones that ended something, so that they can be taken back.
    pub endings: &'a [Choice],
    /// The choice that was made for a reply that could not be sent; may be empty.
    pub what: &'a str,
    /// The text that could not be sent; may be empty.
    pub draft: &'a str,
    /// The date of a delay notice, as the form has it ("2026-06-12"), if it is later than the standards
    /// allow and staff have to confirm it; empty otherwise.
    pub unconfirmed_until: &'a str,
    /// The means of that notice, such as "phone"; empty if there is none.
    pub unconfirmed_means: &'a str,
    /// When that notice was given, as the form has it ("2026-06-12T10:00"); empty if it is now.
    pub unconfirmed_at: &'a str,
    /// The idempotency key, which makes a double click one command.
    pub key: &'a str,
}

impl ContactPage<'_> {
    fn can(&self, action: StaffAction) -> bool {
        self.actions.contains(&action)
    }
}

/// A reply that can have been the full response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyLine {
    /// The number of the commit in which it was written.
    pub entry: u32,
    /// When it was given, and its author: "Tuesday 2 June at 10.05am, Priya Shah".
    pub label: String,
    /// The text.
    pub text: String,
}

/// The form with which staff record a contact by telephone, letter or visit.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-record.html")]
pub struct RecordPage<'a> {
    /// The person who is signed in.
    pub user: User<'a>,
    /// The error in the fields; may be empty.
    pub error: &'a str,
    /// The channels to choose from.
    pub channels: &'a [Choice],
    /// The categories to choose from.
    pub categories: &'a [Choice],
    /// The teams to choose from.
    pub teams: &'a [Choice],
    /// The fields as they were filled in.
    pub fields: &'a RecordFields,
    /// The idempotency key, which makes a double click one contact.
    pub key: &'a str,
}

/// The fields of the form, as staff filled them in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the form")]
pub struct RecordFields {
    pub channel: String,
    pub received: String,
    pub category: String,
    pub priority: String,
    pub team: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub subject: String,
    pub message: String,
    pub call_back: bool,
}
