//! The actions that staff take on a contact's page. Each is a form of its own.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::contact::{ContactId, Means};
use domain::decide::{Answer, Command, DelayNotice, Request, StaffCommand};
use domain::organisation::{PersonId, TeamId};
use domain::time::{instant, parse_local};
use serde::Deserialize;

use super::contact::{Feedback, contact_page, not_found};
use crate::contact_form::clean_text;
use crate::http::{problem, unavailable};
use crate::sign_in::SignedIn;
use crate::{App, Outcome};

/// The longest idempotency key in bytes. Those of our own forms are shorter.
const MAX_KEY: usize = 80;

/// An action, which is also the last segment of its form's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Answers the customer, or records an answer by other means.
    Answer,
    /// Sends a delay notice.
    Delay,
    /// Records a call attempt, an update or a note.
    Log,
    /// Records a milestone.
    Milestone,
    /// Sets the category and the priority.
    Triage,
    /// Starts the next stage of a complaint.
    Escalate,
    /// Assigns the contact to a person.
    Assign,
    /// Hands the contact over to another team.
    HandOver,
    /// Closes the contact.
    Close,
}

/// The fields of all the forms. Each form has some of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActionForm {
    /// The idempotency key.
    key: String,
    means: String,
    text: String,
    /// The organisation's local time.
    at: String,
    closes: String,
    /// A date.
    until: String,
    what: String,
    to: String,
    reason: String,
    category: String,
    priority: String,
    post: String,
}

pub(super) async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, action)): Path<(String, String)>,
    form: Result<Form<ActionForm>, FormRejection>,
) -> Response {
    let (Ok(id), Some(action)) = (id.parse::<ContactId>(), Action::parse(&action)) else {
        return not_found();
    };
    let Form(form) = match form {
        Ok(form) => form,
        Err(rejection) => {
            return problem(rejection.status(), "Nothing was saved", &rejection.body_text());
        }
    };
    let text = clean_text(&form.text);
    let request = match request(&app, &signed_in, action, &form, &text) {
        Ok(request) => request,
        Err(error) => return invalid(&app, &id, &signed_in, &error, &text).await,
    };
    match app.execute(&id, &request).await {
        Ok(Outcome::Done(_) | Outcome::NoChange(..)) => {
            Redirect::to(&format!("/staff/contacts/{id}?done={}", action.as_str())).into_response()
        }
        Ok(Outcome::Refused(refusal)) => {
            invalid(&app, &id, &signed_in, &sentence(&refusal.to_string()), &text).await
        }
        Err(error) => unavailable(&error),
    }
}

/// Shows the contact's page with an error. The text that was written is kept.
async fn invalid(
    app: &App,
    id: &ContactId,
    signed_in: &SignedIn,
    error: &str,
    draft: &str,
) -> Response {
    let feedback = Feedback { notice: "", error, draft };
    contact_page(app, id, signed_in, StatusCode::UNPROCESSABLE_ENTITY, feedback).await
}

fn request(
    app: &App,
    signed_in: &SignedIn,
    action: Action,
    form: &ActionForm,
    text: &str,
) -> Result<Request, String> {
    let command = action.command(app, form, text)?;
    if matches!(command, StaffCommand::Close { reason: Some(_) }) && !signed_in.role.may_waive() {
        return Err("Only a manager can close a contact that is still owed an answer.".into());
    }
    let has_key = !form.key.is_empty() && form.key.len() < MAX_KEY;
    let key = has_key.then(|| format!("{}-{}", action.as_str(), form.key));
    let command = Command::Staff { person: signed_in.person.clone(), command };
    Ok(Request { key, command })
}

impl Action {
    const ALL: [Self; 9] = [
        Self::Answer,
        Self::Delay,
        Self::Log,
        Self::Milestone,
        Self::Triage,
        Self::Escalate,
        Self::Assign,
        Self::HandOver,
        Self::Close,
    ];

    /// Returns the action with this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The name in paths.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Delay => "delay",
            Self::Log => "log",
            Self::Milestone => "milestone",
            Self::Triage => "triage",
            Self::Escalate => "escalate",
            Self::Assign => "assign",
            Self::HandOver => "hand-over",
            Self::Close => "close",
        }
    }

    /// The message on the contact's page after the action.
    pub(super) const fn notice(self) -> &'static str {
        match self {
            Self::Answer => {
                "Your answer has been recorded. If it is an email, it is being sent now."
            }
            Self::Delay => "The delay notice is being sent to the customer.",
            Self::Log => "Your entry has been added to the history.",
            Self::Milestone => "The milestone has been recorded.",
            Self::Triage => {
                "The category and priority have been set. The deadlines are up to date."
            }
            Self::Escalate => {
                "The next stage has started. Assign it to someone who has not dealt with this \
                 complaint before."
            }
            Self::Assign => "The contact has been assigned.",
            Self::HandOver => "The contact has been handed over.",
            Self::Close => "The contact has been closed.",
        }
    }

    /// Returns the command that a form gives, or the error in it.
    fn command(self, app: &App, form: &ActionForm, text: &str) -> Result<StaffCommand, String> {
        let text = text.to_owned();
        Ok(match self {
            Self::Answer => StaffCommand::Answer(Answer {
                means: means(&form.means)?,
                text,
                at: time_or_now(app, &form.at)?,
                closes: form.closes == "yes",
            }),
            Self::Delay => {
                let until = NaiveDate::parse_from_str(&form.until, "%Y-%m-%d")
                    .map_err(|_| "Enter the new date, including day, month and year.".to_owned())?;
                StaffCommand::NotifyDelay(DelayNotice { until, text })
            }
            Self::Log => match form.what.as_str() {
                "tried" => StaffCommand::RecordCallAttempt { text },
                "still-looking" => StaffCommand::GiveUpdate { text },
                "note" if text.is_empty() => return Err("Enter the note.".into()),
                "note" => StaffCommand::AddNote { text },
                _ => return Err("Select what you want to record.".into()),
            },
            Self::Milestone => StaffCommand::RecordMilestone {
                milestone: form.what.parse().map_err(|_| "Select a milestone.".to_owned())?,
                at: time_or_now(app, &form.at)?,
                by_post: form.post == "yes",
                reason: (!text.is_empty()).then_some(text),
            },
            Self::Triage => StaffCommand::Triage {
                category: form.category.parse().map_err(|_| "Select a category.".to_owned())?,
                priority: form.priority.parse().map_err(|_| "Select a priority.".to_owned())?,
            },
            Self::Escalate => StaffCommand::Escalate { at: time_or_now(app, &form.at)? },
            Self::Assign => StaffCommand::Assign { person: PersonId(form.to.clone()) },
            Self::HandOver => StaffCommand::HandOver { team: TeamId(form.to.clone()) },
            Self::Close => {
                let reason = clean_text(&form.reason);
                StaffCommand::Close { reason: (!reason.is_empty()).then_some(reason) }
            }
        })
    }
}

fn means(means: &str) -> Result<Means, String> {
    match means {
        "email" => Ok(Means::Email),
        "phone" => Ok(Means::Phone),
        "letter" => Ok(Means::Letter),
        "in-person" => Ok(Means::InPerson),
        _ => Err("Select how you answered: by email, by phone, by letter or in person.".into()),
    }
}

/// Returns the time in a field, or the present time if it is empty.
///
/// # Errors
/// Returns an error for people if the field is not a local date and time.
pub(super) fn time_or_now(app: &App, text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(app.now());
    }
    let local = parse_local(text);
    let at = local.map(|local| instant(app.organisation.zone(), local));
    at.ok_or_else(|| format!("“{text}” is not a date and time. Enter it like 2026-05-01T16:50."))
}

/// Returns a refusal as a sentence on a page.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.map_or_else(String::new, |first| {
        format!("{}{}.", first.collect::<String>(), chars.as_str())
    })
}
