//! The responses to a submitted message: pages for people who used the form, and JSON for a landlord's
//! own website.

use adapters::emails::Promise;
use adapters::pages::{FieldError, FormFields, FormPage, SentPage};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::contact::Contact;
use domain::decide::Refusal;
use domain::wording;
use serde::Serialize;

use crate::contact_form::{categories, random_key};
use crate::http::{page, problem};
use crate::{App, views};

/// The format that the sender expects, which is the format of the request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseFormat {
    Html,
    Json,
}

/// The JSON for a message that was recorded.
#[derive(Serialize)]
struct SentJson {
    reference: String,
    status_url: String,
    deadlines: Vec<DeadlineJson>,
}

#[derive(Serialize)]
struct DeadlineJson {
    /// The id of the standard.
    standard: String,
    /// RFC 3339, with the offset of the organisation's local time.
    due_at: String,
    /// The reason for the date, in sentences.
    explanation: String,
}

/// The JSON for a message that was not recorded.
#[derive(Serialize)]
struct ErrorsJson<'a> {
    errors: &'a [FieldError],
}

/// Returns the form, filled in with `fields`.
pub(super) fn form_page(
    app: &App,
    status: StatusCode,
    fields: &FormFields,
    errors: &[FieldError],
) -> Response {
    let categories = &categories(app);
    let provider = views::provider(&app.organisation);
    page(status, &FormPage { provider, fields, errors, categories })
}

/// Returns the reference, the dates and the link to the status page. A message that is sent twice by a
/// double click gets the same response twice.
pub(super) fn sent(app: &App, contact: &Contact, format: ResponseFormat) -> Response {
    let organisation = &app.organisation;
    let reference = contact.reference(organisation);
    let status_url = app.status_url(&contact.id);
    let location = [(header::LOCATION, status_url.clone())];
    match format {
        ResponseFormat::Json => {
            let deadlines = deadlines(app, contact);
            let body = SentJson { reference, status_url, deadlines };
            (StatusCode::CREATED, location, Json(body)).into_response()
        }
        ResponseFormat::Html => {
            let promises: Vec<Promise> = views::promises(organisation, contact, app.now());
            let sent = SentPage {
                provider: views::provider(organisation),
                reference: &reference,
                promises: &promises,
                status_url: &status_url,
                by_email: contact.customer.email.is_some(),
            };
            (location, page(StatusCode::CREATED, &sent)).into_response()
        }
    }
}

fn deadlines(app: &App, contact: &Contact) -> Vec<DeadlineJson> {
    let organisation = &app.organisation;
    let today = views::today(organisation, app.now());
    let owed = views::answers_owed(organisation, contact).into_iter();
    owed.map(|(deadline, standard)| DeadlineJson {
        standard: standard.id.to_string(),
        due_at: deadline.due_at.with_timezone(&organisation.zone()).to_rfc3339(),
        explanation: deadline
            .derivation(organisation)
            .map_or_else(String::new, |derivation| wording::explanation(&derivation, today)),
    })
    .collect()
}

/// Returns the errors in the fields. The form keeps what was filled in.
pub(super) fn invalid(
    app: &App,
    fields: &FormFields,
    errors: &[FieldError],
    format: ResponseFormat,
) -> Response {
    match format {
        ResponseFormat::Json => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(ErrorsJson { errors })).into_response()
        }
        ResponseFormat::Html => form_page(app, StatusCode::UNPROCESSABLE_ENTITY, fields, errors),
    }
}

/// Returns the response to an idempotency key that was used for another message.
///
/// It says nothing about that message, because its sender may be somebody else. The form keeps what was
/// filled in, under a new key.
pub(super) fn key_used(app: &App, mut fields: FormFields, format: ResponseFormat) -> Response {
    match format {
        ResponseFormat::Json => {
            let message = Refusal::KeyUsedForAnotherMessage.to_string();
            refused(StatusCode::CONFLICT, "idempotency_key", message)
        }
        ResponseFormat::Html => {
            fields.idempotency_key = random_key();
            let message =
                "You have already sent a different message from this page. To send this one \
                           too, select Send again"
                    .to_owned();
            let errors = [FieldError { field: "message", message }];
            form_page(app, StatusCode::CONFLICT, &fields, &errors)
        }
    }
}

/// Returns the response to a request that could not be read.
pub(super) fn unreadable(status: StatusCode, message: String, format: ResponseFormat) -> Response {
    match format {
        ResponseFormat::Json => refused(status, "body", message),
        ResponseFormat::Html => problem(status, "We could not read your message", &message),
    }
}

/// Returns an error about a field as JSON.
pub(super) fn refused(status: StatusCode, field: &'static str, message: String) -> Response {
    (status, Json(ErrorsJson { errors: &[FieldError { field, message }] })).into_response()
}
