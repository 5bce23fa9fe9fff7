//! The scenario file, as people write it.

use std::collections::BTreeMap;

use domain::standards::{Category, Channel, Milestone, Priority};
use domain::toml_file::{Date, LocalTime};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::commands::play::facts::FactEvent;

/// A scenario: what customers and staff do, and when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    /// The scenario in a few words.
    pub(crate) title: String,
    /// A paragraph about what to watch for.
    #[serde(default)]
    pub(super) about: String,
    /// The organisation in which it plays: the id of a built-in one, or a file, found from the folder of
    /// the scenario. `--organisation` overrides it.
    pub(super) organisation: Option<String>,
    /// The end of the play, in local time.
    pub(super) until: LocalTime,
    /// The steps in order of time.
    #[serde(default)]
    pub(super) step: Vec<StepTable>,
    /// The ids of the promises that it shows, for `kept promises --page`.
    #[serde(default)]
    pub(crate) shows: Vec<String>,
    /// The facts that have to be among those of the play, or must not be.
    #[serde(default)]
    pub(super) expect: Vec<Expectation>,
}

/// A fact that is expected. It has to match in every key that is given.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    /// The kind of fact.
    pub(crate) event: FactEvent,
    /// The contact, by its name.
    pub(crate) contact: Option<String>,
    /// The standard, with the number of a later round.
    pub(crate) standard: Option<String>,
    /// When it is recorded, in local time.
    pub(crate) at: Option<LocalTime>,
    /// When the promise is due, in local time.
    pub(crate) due_at: Option<LocalTime>,
    /// The person, `customer` or `kept`; for a promise that was kept, the milestone.
    pub(crate) by: Option<String>,
    /// The name of the reason.
    pub(crate) reason: Option<String>,
    /// The recipient of an email.
    pub(crate) to: Option<String>,
    /// The kind of email.
    pub(crate) kind: Option<String>,
    /// Words that are in its sentence, its reason, what was written or the text of its email.
    pub(crate) says: Option<String>,
    /// True if no such fact may be there.
    #[serde(default)]
    pub(crate) never: bool,
}

/// A step: a time and one action.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepTable {
    /// Local time.
    pub(super) at: LocalTime,
    /// A name for the contact that this step makes, by which later steps can refer to it.
    #[serde(rename = "as")]
    pub(super) name: Option<String>,
    /// The contact that this step is about, by its name. Without it, the first open contact of the first
    /// team that has one, or else the last contact.
    pub(super) contact: Option<String>,
    /// A customer, or a machine, sends an email.
    pub(super) email: Option<Email>,
    /// A customer fills in the form on the website.
    pub(super) form: Option<Form>,
    /// A member of staff records a contact that came by phone, letter, visit, social media or any other
    /// way.
    pub(super) record: Option<Record>,
    /// A customer replies to the last email that they were sent.
    pub(super) customer_reply: Option<CustomerReply>,
    /// A member of staff replies by email to the last notification that they were sent.
    pub(super) staff_reply: Option<StaffReply>,
    /// A member of staff records a call in which they answered the customer.
    pub(super) staff_call: Option<StaffCall>,
    /// A member of staff does something on the page of a contact.
    pub(super) staff_action: Option<StaffActionTable>,
    /// Something happens to the server that takes Kept's emails.
    pub(super) mail_server: Option<MailServer>,
}

/// An email that arrives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Email {
    /// The author's address.
    pub(crate) from: String,
    /// The author's name.
    #[serde(default)]
    pub(crate) name: String,
    /// The recipients: addresses of teams, or of members of staff.
    pub(crate) to: Vec<String>,
    /// The subject.
    pub(crate) subject: String,
    /// The text.
    pub(crate) text: String,
    /// Further header fields, such as `Auto-Submitted = "auto-replied"`.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The names of attached files.
    #[serde(default)]
    pub(crate) attachments: Vec<String>,
    /// The sender of the envelope, if it is not the author; empty for a report about a delivery.
    pub(crate) envelope_sender: Option<String>,
    /// How often the email is delivered. A mail system delivers again if it is not sure of the first
    /// time.
    #[serde(default = "once")]
    pub(crate) deliveries: u32,
}

fn once() -> u32 {
    1
}

/// The form on the website, filled in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    /// The customer's name.
    #[serde(default)]
    pub(crate) name: String,
    /// Their email address.
    #[serde(default)]
    pub(crate) email: String,
    /// Their phone number.
    #[serde(default)]
    pub(crate) phone: String,
    /// Their address.
    #[serde(default)]
    pub(crate) address: String,
    /// The subject that they chose: a category of the organisation.
    #[serde(default)]
    pub(crate) category: String,
    /// The message.
    pub(crate) text: String,
}

/// A contact that a member of staff records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The member of staff, by id.
    pub(crate) person: String,
    /// How it came.
    pub(crate) channel: Channel,
    /// When it came, in local time; without it, at the time of the step.
    pub(crate) received: Option<LocalTime>,
    /// The team that has it; without it, the team of the member of staff.
    #[serde(default)]
    pub(crate) team: String,
    /// The category.
    pub(crate) category: Option<Category>,
    /// The priority.
    #[serde(default = "normal")]
    pub(crate) priority: Priority,
    /// The customer's name.
    #[serde(default)]
    pub(crate) name: String,
    /// Their email address.
    #[serde(default)]
    pub(crate) email: String,
    /// Their phone number.
    #[serde(default)]
    pub(crate) phone: String,
    /// Their address.
    #[serde(default)]
    pub(crate) address: String,
    /// The subject; without it, the first words of the text.
    #[serde(default)]
    pub(crate) subject: String,
    /// The words that they said or wrote.
    pub(crate) text: String,
    /// True if a call back was promised.
    #[serde(default)]
    pub(crate) call_back: bool,
}

/// A customer's reply.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerReply {
    /// The customer's address.
    pub(crate) from: String,
    /// The words above the quotation.
    pub(crate) text: String,
    /// Further header fields.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The names of attached files.
    #[serde(default)]
    pub(crate) attachments: Vec<String>,
}

/// A reply by staff to a notification.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffReply {
    /// The member of staff who was notified, by id.
    pub(crate) person: String,
    /// The address from which they reply, if it is not their own.
    pub(crate) from: Option<String>,
    /// The words above the quotation.
    pub(crate) text: String,
    /// Further header fields.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The names of attached files.
    #[serde(default)]
    pub(crate) attachments: Vec<String>,
}

/// A call in which staff answered the customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffCall {
    /// The member of staff, by id.
    pub(crate) person: String,
    /// The words that were said.
    pub(crate) text: String,
}

/// An action on the page of a contact: one of `answer`, `update`, `delay`, `confirm_response`,
/// `call_attempt`, `note`, `milestone`, `take_back`, `triage`, `assign`, `hand_over`, `escalate`, `not_a_stage_request`,
/// `decline_stage`, `date_stage_request`, `no_answer_needed`, `close` and `reopen`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffActionTable {
    /// The member of staff, by id.
    pub(super) person: String,
    /// Answers the customer.
    pub(super) answer: Option<AnswerTable>,
    /// Tells the customer something that is not the answer.
    pub(super) update: Option<String>,
    /// Says that the last reply was the full response.
    #[serde(default)]
    pub(super) confirm_response: bool,
    /// Tells the customer that the answer takes longer.
    pub(super) delay: Option<DelayTable>,
    /// Records a call that did not reach the customer, with a note about it.
    pub(super) call_attempt: Option<String>,
    /// Leaves a note for colleagues.
    pub(super) note: Option<String>,
    /// Records a milestone.
    pub(super) milestone: Option<Milestone>,
    /// Takes back a milestone that ended something and was recorded by mistake.
    pub(super) take_back: Option<Milestone>,
    /// Sets the category and the priority.
    pub(super) triage: Option<TriageTable>,
    /// Gives the contact to a person, by id.
    pub(super) assign: Option<String>,
    /// Gives the contact to another team, by id.
    pub(super) hand_over: Option<String>,
    /// Records that the customer asks for the next stage of the complaints procedure.
    #[serde(default)]
    pub(super) escalate: bool,
    /// Says that the customer did not ask for the present stage.
    #[serde(default)]
    pub(super) not_a_stage_request: bool,
    /// Declines the request for the present stage, which came too late. The text is the reason.
    pub(super) decline_stage: Option<String>,
    /// Says that the request for the present stage had come earlier, at this local time.
    pub(super) date_stage_request: Option<LocalTime>,
    /// Closes the contact without an answer. The text is the reason.
    pub(super) no_answer_needed: Option<String>,
    /// Closes the contact.
    #[serde(default)]
    pub(super) close: bool,
    /// Opens the contact again. The text is the reason.
    pub(super) reopen: Option<String>,
    /// With `update`: the means; `email` without it.
    pub(super) means: Option<AnswerMeans>,
    /// With `milestone` or `escalate`: when it happened, in local time; for an appointment or an agreed
    /// call, the time agreed. Without it, the time of the step.
    pub(super) happened_at: Option<LocalTime>,
    /// With `milestone`: true if it is on its way by post.
    #[serde(default)]
    pub(super) by_post: bool,
    /// With `milestone`: the reason, which is needed if it ends what the law asks for. With `assign`: the
    /// reason, which is needed if they considered the complaint at an earlier stage. With `take_back`: the
    /// reason.
    pub(super) reason: Option<String>,
}

/// An answer to the customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerTable {
    /// The means.
    pub(super) means: AnswerMeans,
    /// The words that were written or said.
    pub(super) text: String,
    /// When it was given, in local time; without it, at the time of the step. An email counts when it is
    /// sent.
    pub(super) at: Option<LocalTime>,
    /// True to close the contact with it, if nothing else is owed.
    #[serde(default = "yes")]
    pub(super) closes: bool,
}

/// The means of an answer.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AnswerMeans {
    /// An email that Kept sends.
    Email,
    /// A call.
    Phone,
    /// A letter.
    Letter,
    /// A conversation in person.
    InPerson,
}

fn yes() -> bool {
    true
}

/// A category and a priority.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriageTable {
    /// The category.
    pub(super) category: Category,
    /// The priority; `normal` without it.
    #[serde(default = "normal")]
    pub(super) priority: Priority,
}

fn normal() -> Priority {
    Priority::Normal
}

/// A delay notice.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DelayTable {
    /// The means; `email` without it.
    pub(super) means: Option<AnswerMeans>,
    /// The new date.
    pub(super) until: Date,
    /// The reasons.
    pub(super) text: String,
    /// When it was given, in local time, if not by email; without it, at the time of the step.
    pub(super) at: Option<LocalTime>,
    /// True if the notice goes out even if the date is later than the standards allow.
    #[serde(default)]
    pub(super) confirmed: bool,
}

/// The server that takes Kept's emails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailServer {
    /// Addresses whose emails it refuses for good from now on.
    #[serde(default)]
    pub(crate) refuses: Vec<String>,
    /// True if it takes no emails for the time being.
    #[serde(default)]
    pub(crate) down: bool,
}
