//! What staff do from a contact's page.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, NaiveDateTime};
use domain::contact::{Actor, ContactId, Means};
use domain::decide::{Answer, Command, DelayNotice, Request};
use domain::organisation::{PersonId, TeamId};
use domain::time::instant;
use serde::Deserialize;

use super::contact::{Said, page_of, unknown};
use crate::http::{problem, unavailable};
use crate::intake_web::clean;
use crate::sign_in::SignedIn;
use crate::{App, Outcome};

/// The fields of every form on the page; each form has some of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    key: String,
    means: String,
    text: String,
    at: String,
    closes: String,
    until: String,
    what: String,
    to: String,
    reason: String,
    category: String,
    priority: String,
    post: String,
}

pub(super) async fn take(
    State(app): State<App>,
    who: SignedIn,
    Path((id, action)): Path<(String, String)>,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let Ok(id) = id.parse::<ContactId>() else { return unknown() };
    let fields = match form {
        Ok(Form(fields)) => fields,
        Err(rejection) => {
            return problem(rejection.status(), "That was not done", &rejection.body_text());
        }
    };
    let text = clean(&fields.text, true);
    let wrong = |error: String| {
        let (app, who, text) = (app.clone(), who.clone(), text.clone());
        async move {
            let said = Said { notice: "", error: &error, draft: &text };
            page_of(&app, &id, &who, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    };
    let command = match command(&app, &action, &fields, &text) {
        Ok(Some(command)) => command,
        Ok(None) => return unknown(),
        Err(error) => return wrong(error).await,
    };
    if matches!(command, Command::Close { reason: Some(_) }) && !who.role.may_waive() {
        return wrong("Only a manager decides that no answer is needed.".into()).await;
    }
    let key = Some(format!("{action}-{}", fields.key))
        .filter(|_| !fields.key.is_empty() && fields.key.len() < 80);
    let request = Request { key, by: Actor::Staff(who.person.clone()), command };
    match app.execute(&id, &request).await {
        Ok(Outcome::Done(_) | Outcome::NoChange(..)) => {
            Redirect::to(&format!("/staff/contacts/{id}?done={action}")).into_response()
        }
        Ok(Outcome::Refused(refusal)) => wrong(sentence(&refusal.to_string())).await,
        Err(error) => unavailable(&error),
    }
}

/// What a form asks for; `None` where there is no such form.
fn command(
    app: &App,
    action: &str,
    fields: &Fields,
    text: &str,
) -> Result<Option<Command>, String> {
    Ok(Some(match action {
        "answer" => {
            let means = match fields.means.as_str() {
                "email" => Means::Email,
                "phone" => Means::Phone,
                "letter" => Means::Letter,
                "in-person" => Means::InPerson,
                _ => {
                    return Err(
                        "Choose how you answered: by email, telephone, letter or in person.".into(),
                    );
                }
            };
            let at = when(app, &fields.at)?.unwrap_or_else(|| app.now());
            Command::Answer(Answer {
                means,
                text: text.to_owned(),
                at,
                closes: fields.closes == "yes",
            })
        }
        "delay" => {
            let until = NaiveDate::parse_from_str(&fields.until, "%Y-%m-%d")
                .map_err(|_| "Give the new date as a day, month and year.".to_owned())?;
            Command::NotifyDelay(DelayNotice { until, text: text.to_owned() })
        }
        "log" => match fields.what.as_str() {
            "tried" => Command::RecordCallAttempt { text: text.to_owned() },
            "still-looking" => Command::GiveUpdate { text: text.to_owned() },
            "note" if text.is_empty() => return Err("Write the note.".into()),
            "note" => Command::Note { text: text.to_owned() },
            _ => return Err("Choose what you log.".into()),
        },
        "happened" => {
            let milestone = fields.what.parse().map_err(|_| "Choose what happened.".to_owned())?;
            let at = when(app, &fields.at)?.unwrap_or_else(|| app.now());
            Command::RecordMilestone { milestone, at, by_post: fields.post == "yes" }
        }
        "sort" => Command::Triage {
            category: fields.category.parse().map_err(|_| "Choose what it is about.".to_owned())?,
            priority: fields
                .priority
                .parse()
                .map_err(|_| "Choose how pressing it is.".to_owned())?,
        },
        "escalate" => Command::Escalate { at: when(app, &fields.at)?.unwrap_or_else(|| app.now()) },
        "assign" => Command::Assign { person: PersonId(fields.to.clone()) },
        "pass" => Command::HandOver { team: TeamId(fields.to.clone()) },
        "close" => {
            let reason = clean(&fields.reason, true);
            Command::Close { reason: (!reason.is_empty()).then_some(reason) }
        }
        _ => return Ok(None),
    }))
}

/// A local time as a browser sends it; `None` where none was given.
pub(super) fn when(app: &App, text: &str) -> Result<Option<chrono::DateTime<chrono::Utc>>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text.trim(), format).ok())
        .map(|local| Some(instant(app.organisation.zone(), local)))
        .ok_or_else(|| format!("“{}” is not a date and time; write 2026-05-01T16:50.", text.trim()))
}

/// A refusal as a sentence on a page.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.map_or_else(String::new, |first| {
        format!("{}{}.", first.collect::<String>(), chars.as_str())
    })
}
