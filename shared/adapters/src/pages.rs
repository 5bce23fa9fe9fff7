//! The pages that people see, each from a template under `shared/templates/pages`.

use askama::Template;

use crate::emails::{DueLine, Promise, Provider};

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("../../templates/pages/style.css");

/// A choice in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

/// What a customer typed.
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
    /// What was typed.
    pub fields: &'a FormFields,
    /// What is wrong with it.
    pub errors: &'a [FieldError],
    /// What it can be about.
    pub categories: &'a [Choice],
}

impl FormPage<'_> {
    /// What is wrong with a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// After the form was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sent.html")]
pub struct SentPage<'a> {
    /// The provider.
    pub provider: Provider<'a>,
    /// The reference.
    pub reference: &'a str,
    /// What was promised.
    pub promises: &'a [Promise],
    /// Where the customer can see how it stands.
    pub status_url: &'a str,
    /// Whether an acknowledgement goes out by email.
    pub by_email: bool,
}

/// How a contact stands, for its customer.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/status.html")]
pub struct StatusPage<'a> {
    /// The provider.
    pub provider: Provider<'a>,
    /// The reference.
    pub reference: &'a str,
    /// "Friday 1 May at 4.50pm".
    pub received: &'a str,
    /// In a sentence.
    pub summary: &'a str,
    /// What was promised and is still owed.
    pub promises: &'a [Promise],
    /// What happened, oldest first.
    pub history: &'a [StatusLine],
}

/// A line of a contact's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// "Friday 1 May at 4.50pm".
    pub at: String,
    /// What happened.
    pub what: String,
}

/// Something that cannot be shown, and what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/problem.html")]
pub struct ProblemPage<'a> {
    /// What it is.
    pub title: &'a str,
    /// What to do.
    pub text: &'a str,
}

/// Who is signed in, for the head of a page and its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<'a> {
    /// What they are called.
    pub name: &'a str,
    /// What every form carries in the field `csrf`.
    pub csrf: &'a str,
    /// Whether they may change anything.
    pub may_act: bool,
    /// Whether they may decide that an answer is not owed.
    pub may_waive: bool,
}

/// Somebody whom staff can choose to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInChoice {
    /// Names the person.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// Their team.
    pub team: String,
    /// What they may do.
    pub role: &'static str,
}

/// Where staff on one machine choose who they are.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// Everybody.
    pub people: &'a [SignInChoice],
    /// The page to show next.
    pub to: &'a str,
}

/// What there is to say to somebody who is not signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in_notice.html")]
pub struct SignInNotice<'a> {
    /// What it is.
    pub title: &'a str,
    /// What to do; may be empty.
    pub text: &'a str,
    /// Where to sign in, where that helps.
    pub link: Option<SignInLink<'a>>,
}

/// Where to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInLink<'a> {
    /// The address.
    pub href: &'a str,
}

/// A contact in the work list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRow {
    /// The id, for the link.
    pub id: String,
    /// The reference.
    pub reference: String,
    /// The subject.
    pub subject: String,
    /// Who brought it.
    pub customer: String,
    /// "Tuesday 28 April, 5.15pm"; empty where nothing is due.
    pub due: String,
    /// "2 hours left"; "answered" where nothing is due.
    pub left: String,
    /// Whether the time is over.
    pub overdue: bool,
    /// Who has it.
    pub owner: String,
    /// The team.
    pub team: String,
    /// Something to look at: "No acknowledgement went out".
    pub remark: String,
}

/// The work list.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-list.html")]
pub struct WorkList<'a> {
    /// Who is signed in.
    pub signed: Signed<'a>,
    /// The provider's name.
    pub provider: &'a str,
    /// The contacts, the next due first.
    pub rows: &'a [WorkRow],
    /// The teams.
    pub teams: &'a [Choice],
    /// The team shown; empty for all.
    pub team: &'a str,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// An entry in a contact's history, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// "Friday 1 May at 4.50pm".
    pub at: String,
    /// Who.
    pub by: String,
    /// What happened.
    pub what: String,
    /// What was written or said; may be empty.
    pub text: String,
}

/// A deadline with what became of it, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockCard {
    /// The deadline.
    pub line: DueLine,
    /// Every step of its derivation.
    pub account: Vec<String>,
    /// `running`, `late`, `kept` or `off`: how it looks.
    pub look: &'static str,
    /// Whether it is a target of the provider's own.
    pub internal: bool,
    /// "Tuesday 7 April", where a letter has to arrive in time; empty otherwise.
    pub post_by: String,
}

/// A contact, for staff.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-contact.html")]
pub struct ContactPage<'a> {
    /// Who is signed in.
    pub signed: Signed<'a>,
    /// The id, for links.
    pub id: &'a str,
    /// The reference.
    pub reference: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// What came of the last action; may be empty.
    pub notice: &'a str,
    /// What was wrong with it; may be empty.
    pub error: &'a str,
    /// Who brought it, in lines.
    pub customer: &'a [String],
    /// How and when it came.
    pub received: &'a str,
    /// What it is about, who has it, how it stands.
    pub facts: &'a [(&'static str, String)],
    /// Whether it was acknowledged, in a sentence.
    pub acknowledgement: &'a str,
    /// Whether that needs somebody's attention.
    pub acknowledgement_missing: bool,
    /// Its clocks.
    pub clocks: &'a [ClockCard],
    /// What happened, oldest first.
    pub history: &'a [HistoryLine],
    /// Whether it is closed.
    pub closed: bool,
    /// Whether it can be answered by email.
    pub can_email: bool,
    /// Everyone it can be assigned to.
    pub people: &'a [Choice],
    /// Who is signed in, by id.
    pub me: &'a str,
    /// The teams it can be passed to.
    pub teams: &'a [Choice],
    /// What to say and do, by the standards.
    pub checklist: &'a [&'a str],
    /// What it can be about.
    pub categories: &'a [Choice],
    /// What it is about.
    pub category: &'a str,
    /// How pressing it can be.
    pub priorities: &'a [&'a str],
    /// How pressing it is.
    pub priority: &'a str,
    /// What can be recorded as having happened.
    pub happenings: &'a [Choice],
    /// Whether the customer can ask for a further stage.
    pub has_next_stage: bool,
    /// What was typed and could not be sent.
    pub draft: &'a str,
    /// A mark that makes a double click one command.
    pub key: &'a str,
}

/// The form with which staff record a contact by telephone, letter or visit.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/staff-record.html")]
pub struct RecordPage<'a> {
    /// Who is signed in.
    pub signed: Signed<'a>,
    /// What was wrong; may be empty.
    pub error: &'a str,
    /// How it can have come.
    pub channels: &'a [Choice],
    /// What it can be about.
    pub categories: &'a [Choice],
    /// Who can have it.
    pub teams: &'a [Choice],
    /// What was typed, by field.
    pub fields: &'a RecordFields,
    /// A mark that makes a double click one contact.
    pub key: &'a str,
}

/// What staff typed.
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

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its file.
    pub file: String,
    /// When it was sent.
    pub date: String,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
}

/// What was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/outbox.html")]
pub struct OutboxPage<'a> {
    /// Who is signed in.
    pub signed: Signed<'a>,
    /// The mails, the newest first.
    pub rows: &'a [OutboxRow],
    /// Whether there are more than are shown.
    pub more: bool,
}

/// One mail that was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/outbox-mail.html")]
pub struct MailPage<'a> {
    /// Who is signed in.
    pub signed: Signed<'a>,
    /// Its file.
    pub file: &'a str,
    /// Its header fields.
    pub headers: &'a [(String, String)],
    /// Its text.
    pub text: &'a str,
}
