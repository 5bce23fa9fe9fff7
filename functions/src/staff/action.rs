//! The actions that staff take on a contact's page. Each is a form of its own.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::contact::ContactId;
use domain::decide::{Command, Refusal, Request, StaffCommand};
use domain::organisation::{PersonId, TeamId};
use domain::plain_text::lines;
use domain::time::{instant, parse_local};
use serde::Deserialize;

use super::contact::{Feedback, contact_page, not_found};
use super::reply::ReplyChoice;
use crate::http::{problem, unavailable};
use crate::sign_in::SignedIn;
use crate::{App, Outcome};

/// The longest idempotency key in bytes. Those of our own forms are shorter.
const MAX_KEY: usize = 80;

/// An action, which is also the last segment of its form's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Replies to the customer, closes the contact without an answer, or leaves a note.
    Reply,
    /// Says that an earlier reply was the full response.
    Confirm,
    /// Records a call that did not reach the customer.
    CallAttempt,
    /// Records a milestone.
    Milestone,
    /// Takes back a milestone that ended something.
    TakeBack,
    /// Sets the category and the priority.
    Triage,
    /// Starts the next stage of a complaint.
    Escalate,
    /// Says that the customer did not ask for the present stage.
    NotAStageRequest,
    /// Declines the request for the present stage, which came too late.
    DeclineStage,
    /// Says that the request for the present stage had come earlier.
    DateStageRequest,
    /// Assigns the contact to a person.
    Assign,
    /// Hands the contact over to another team.
    HandOver,
    /// Closes the contact.
    Close,
    /// Opens the contact again.
    Reopen,
}

/// The fields of all the forms. Each form has some of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActionForm {
    /// The idempotency key.
    key: String,
    pub(super) means: String,
    text: String,
    /// The organisation's local time.
    pub(super) at: String,
    pub(super) closes: String,
    /// A date.
    pub(super) until: String,
    what: String,
    /// The number of the commit in which a reply was written.
    reply: String,
    to: String,
    reason: String,
    category: String,
    priority: String,
    post: String,
    pub(super) confirmed: String,
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
    let text = lines(&form.text);
    let request = match request(&app, &signed_in, action, &form, &text) {
        Ok(request) => request,
        Err(error) => return invalid(&app, &id, &signed_in, &error, (&form.what, &text)).await,
    };
    match app.execute(&id, &request).await {
        Ok(Outcome::Done(_) | Outcome::NoChange(..)) => {
            let done = if action == Action::Reply { &form.what } else { action.as_str() };
            Redirect::to(&format!("/staff/contacts/{id}?done={done}")).into_response()
        }
        Ok(Outcome::Refused(refusal @ Refusal::BeyondExtension { .. })) => {
            let error = &sentence(&refusal.to_string());
            let feedback = Feedback {
                error,
                what: &form.what,
                draft: &text,
                unconfirmed_until: &form.until,
                unconfirmed_means: &form.means,
                unconfirmed_at: &form.at,
                ..Feedback::default()
            };
            contact_page(&app, &id, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, feedback).await
        }
        Ok(Outcome::Refused(refusal)) => {
            let error = sentence(&refusal.to_string());
            invalid(&app, &id, &signed_in, &error, (&form.what, &text)).await
        }
        Err(error) => unavailable(&error),
    }
}

/// Shows the contact's page with an error. The draft is kept: the choice of its meaning, and the text.
async fn invalid(
    app: &App,
    id: &ContactId,
    signed_in: &SignedIn,
    error: &str,
    (what, draft): (&str, &str),
) -> Response {
    let feedback = Feedback { error, what, draft, ..Feedback::default() };
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
    if !signed_in.role.may_waive() {
        if let StaffCommand::Close { reason: Some(_) } = command {
            return Err("Only a manager can close a contact that is still owed an answer.".into());
        }
        if let StaffCommand::DeclineStage { .. } = command {
            return Err("Only a manager can decline a request for the next stage.".into());
        }
    }
    let has_key = !form.key.is_empty() && form.key.len() < MAX_KEY;
    let key = has_key.then(|| format!("{}-{}", action.as_str(), form.key));
    let command = Command::Staff { person: signed_in.person.clone(), command };
    Ok(Request { key, command })
}

impl Action {
    const ALL: [Self; 14] = [
        Self::Reply,
        Self::Confirm,
        Self::CallAttempt,
        Self::Milestone,
        Self::TakeBack,
        Self::Triage,
        Self::Escalate,
        Self::NotAStageRequest,
        Self::DeclineStage,
        Self::DateStageRequest,
        Self::Assign,
        Self::HandOver,
        Self::Close,
        Self::Reopen,
    ];

    /// Returns the action with this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The name in paths.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Confirm => "confirm",
            Self::CallAttempt => "call-attempt",
            Self::Milestone => "milestone",
            Self::TakeBack => "take-back",
            Self::Triage => "triage",
            Self::Escalate => "escalate",
            Self::NotAStageRequest => "not-a-stage-request",
            Self::DeclineStage => "decline-stage",
            Self::DateStageRequest => "date-stage-request",
            Self::Assign => "assign",
            Self::HandOver => "hand-over",
            Self::Close => "close",
            Self::Reopen => "reopen",
        }
    }

    /// The message on the contact's page after the action.
    pub(super) const fn notice(self) -> &'static str {
        match self {
            Self::Reply => "",
            Self::Confirm => "The reply counts as our full response.",
            Self::CallAttempt => "The call has been added to the history.",
            Self::Milestone => "The milestone has been recorded.",
            Self::TakeBack => "The milestone has been taken back. What it ended is owed again.",
            Self::Triage => {
                "The category and priority have been set. The deadlines are up to date."
            }
            Self::Escalate => {
                "The next stage has started. Assign it to someone who has not dealt with this \
                 complaint before."
            }
            Self::NotAStageRequest => "The complaint is at the stage before it again.",
            Self::DeclineStage => {
                "The request has been declined. The complaint is at the stage before it again."
            }
            Self::DateStageRequest => "The deadlines count from the earlier request.",
            Self::Assign => "The contact has been assigned.",
            Self::HandOver => "The contact has been handed over.",
            Self::Close => "The contact has been closed.",
            Self::Reopen => "The contact is open again. What closing it waived is owed again.",
        }
    }

    /// Returns the command that a form gives, or the error in it.
    fn command(self, app: &App, form: &ActionForm, text: &str) -> Result<StaffCommand, String> {
        let text = text.to_owned();
        Ok(match self {
            Self::Reply => {
                let choice = ReplyChoice::parse(&form.what).ok_or("Select what you want to do.")?;
                choice.command(app, form, &text)?
            }
            Self::Confirm => StaffCommand::ConfirmResponse {
                entry: form.reply.parse().map_err(|_| "Select the reply.".to_owned())?,
                closes: form.closes == "yes",
            },
            Self::CallAttempt => StaffCommand::RecordCallAttempt { text },
            Self::Milestone => StaffCommand::RecordMilestone {
                milestone: app
                    .organisation
                    .milestone(&form.what)
                    .map_err(|_| "Select a milestone.".to_owned())?,
                at: time_or_now(app, &form.at)?,
                by_post: form.post == "yes",
                reason: (!text.is_empty()).then_some(text),
            },
            Self::TakeBack => StaffCommand::TakeBackMilestone {
                milestone: app
                    .organisation
                    .milestone(&form.what)
                    .map_err(|_| "Select a milestone.".to_owned())?,
                reason: lines(&form.reason),
            },
            Self::Triage => StaffCommand::Triage {
                category: form.category.parse().map_err(|_| "Select a category.".to_owned())?,
                priority: form.priority.parse().map_err(|_| "Select a priority.".to_owned())?,
            },
            Self::Escalate => StaffCommand::Escalate { at: time_or_now(app, &form.at)? },
            Self::NotAStageRequest => StaffCommand::NotAStageRequest,
            Self::DeclineStage => StaffCommand::DeclineStage { reason: lines(&form.reason) },
            Self::DateStageRequest if form.at.trim().is_empty() => {
                return Err("Enter when they had asked.".into());
            }
            Self::DateStageRequest => {
                StaffCommand::DateStageRequest { at: time_or_now(app, &form.at)? }
            }
            Self::Assign => {
                let reason = lines(&form.reason);
                let reason = (!reason.is_empty()).then_some(reason);
                StaffCommand::Assign { person: PersonId(form.to.clone()), reason }
            }
            Self::HandOver => StaffCommand::HandOver { team: TeamId(form.to.clone()) },
            Self::Close => StaffCommand::Close { reason: None },
            Self::Reopen => StaffCommand::Reopen { reason: lines(&form.reason) },
        })
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
