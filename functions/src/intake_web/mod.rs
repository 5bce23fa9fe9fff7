//! The form with which customers write, the same for a landlord's own website as JSON, and the
//! private page on which they see how it stands. This function can do nothing but write contacts.

mod fields;
pub(crate) use fields::clean;
mod status;

use adapters::emails::Promise;
use adapters::pages::{Choice, FieldError, FormFields, FormPage, SentPage};
use adapters::store::StoreError;
use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Request as HttpRequest, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use axum::{Form, Json, Router};
use domain::contact::{Actor, Contact};
use domain::decide::{Command, Refusal, Request};
use serde::Serialize;

use crate::http::{BODY_LIMIT, page, security_headers, style, unavailable};
use crate::routes::{self, CustomerEndpoint};
use crate::{App, Outcome, wording};
use fields::Written;

/// The routes of this function.
pub fn routes(app: App) -> Router {
    let pages = routes::router(&routes::CUSTOMER, |endpoint, method| match endpoint {
        CustomerEndpoint::Form => on(method, form),
        CustomerEndpoint::Send => on(method, send),
        CustomerEndpoint::Status => on(method, status::show),
        CustomerEndpoint::Style => on(method, style),
    });
    pages
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn(security_headers))
        .with_state(app)
}

async fn form(State(app): State<App>) -> Response {
    let category = app.organisation.categories.first();
    let fields = FormFields {
        category: category.map_or_else(String::new, |choice| choice.id.to_string()),
        idempotency_key: uuid::Uuid::new_v4().to_string(),
        ..FormFields::default()
    };
    form_page(&app, StatusCode::OK, &fields, &[])
}

fn form_page(
    app: &App,
    status: StatusCode,
    fields: &FormFields,
    errors: &[FieldError],
) -> Response {
    let categories: Vec<Choice> = categories(app);
    let provider = wording::provider(&app.organisation);
    page(status, &FormPage { provider, fields, errors, categories: &categories })
}

/// What a contact can be about.
pub(crate) fn categories(app: &App) -> Vec<Choice> {
    let choices = app.organisation.categories.iter();
    choices
        .map(|choice| Choice { value: choice.id.to_string(), label: choice.label.clone() })
        .collect()
}

/// How the sender wants to be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Html,
    Json,
}

/// What a landlord's own website is answered.
#[derive(Serialize)]
struct Sent {
    reference: String,
    status_url: String,
    deadlines: Vec<SentDeadline>,
}

#[derive(Serialize)]
struct SentDeadline {
    standard: String,
    due_at: String,
    explanation: String,
}

#[derive(Serialize)]
struct Errors<'a> {
    errors: &'a [FieldError],
}

async fn send(State(app): State<App>, request: HttpRequest) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind =
        kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (speaks, written) = match kind.as_str() {
        "application/json" => (
            Speaks::Json,
            Json::<Written>::from_request(request, &())
                .await
                .map(|Json(written)| written)
                .map_err(from_json),
        ),
        "application/x-www-form-urlencoded" => (
            Speaks::Html,
            Form::<Written>::from_request(request, &())
                .await
                .map(|Form(written)| written)
                .map_err(from_form),
        ),
        _ => {
            let message = "send application/x-www-form-urlencoded or application/json";
            return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", message.into());
        }
    };
    match written {
        Ok(written) => take(&app, written, speaks).await,
        Err((status, message)) if speaks == Speaks::Json => refused(status, "body", message),
        Err((status, message)) => {
            crate::http::problem(status, "Your message could not be read", &message)
        }
    }
}

async fn take(app: &App, written: Written, speaks: Speaks) -> Response {
    let (fields, new) = written.check(app);
    let new = match new {
        Ok(new) => new,
        Err(errors) => return wrong(app, &fields, &errors, speaks),
    };
    let id = new.id;
    let new = match with_count(app, new).await {
        Ok(new) => new,
        Err(error) => return unavailable(&error),
    };
    let command = Command::Receive(Box::new(new));
    let request = Request { key: None, by: Actor::Customer, command };
    match app.execute(&id, &request).await {
        Ok(Outcome::Done(contact) | Outcome::NoChange(_, Some(contact))) => {
            sent(app, &contact, speaks)
        }
        Ok(Outcome::Refused(Refusal::KeyUsedForAnotherMessage)) => used_before(app, fields, speaks),
        Ok(Outcome::Refused(refusal)) => refused(StatusCode::CONFLICT, "body", refusal.to_string()),
        Ok(Outcome::NoChange(_, None)) => {
            refused(StatusCode::CONFLICT, "body", "nothing was recorded".into())
        }
        Err(error) => unavailable(&error),
    }
}

/// How many acknowledgements this sender has been sent lately, for the decision about another.
async fn with_count(
    app: &App,
    mut new: domain::decide::NewContact,
) -> Result<domain::decide::NewContact, StoreError> {
    if let Some(email) = &new.customer.email {
        let key = app.secret.customer_key(email);
        let most = app.organisation.acknowledgements_per_sender_per_day;
        new.acknowledged_today = app.store.count_in_day(&key, new.received_at, most).await?;
    }
    Ok(new)
}

/// The same answer for the message sent once and for the one sent again by a double click.
fn sent(app: &App, contact: &Contact, speaks: Speaks) -> Response {
    let organisation = &app.organisation;
    let reference = contact.reference(organisation);
    let status_url = app.status_url(&contact.id);
    let location = [(header::LOCATION, status_url.clone())];
    match speaks {
        Speaks::Json => {
            let deadlines = wording::answers_owed(organisation, contact).into_iter().map(
                |(deadline, standard)| {
                    let derivation = deadline.derivation(organisation);
                    let today = wording::today(organisation, app.now());
                    SentDeadline {
                        standard: standard.id.clone(),
                        due_at: deadline.due_at.with_timezone(&organisation.zone()).to_rfc3339(),
                        explanation: derivation.map_or_else(String::new, |d| d.for_customer(today)),
                    }
                },
            );
            let body = Sent { reference, status_url, deadlines: deadlines.collect() };
            (StatusCode::CREATED, location, Json(body)).into_response()
        }
        Speaks::Html => {
            let promises: Vec<Promise> = wording::promises(organisation, contact, app.now());
            let page_of = SentPage {
                provider: wording::provider(organisation),
                reference: &reference,
                promises: &promises,
                status_url: &status_url,
                by_email: contact.customer.email.is_some(),
            };
            (location, page(StatusCode::CREATED, &page_of)).into_response()
        }
    }
}

fn wrong(app: &App, fields: &FormFields, errors: &[FieldError], speaks: Speaks) -> Response {
    match speaks {
        Speaks::Json => (StatusCode::UNPROCESSABLE_ENTITY, Json(Errors { errors })).into_response(),
        Speaks::Html => form_page(app, StatusCode::UNPROCESSABLE_ENTITY, fields, errors),
    }
}

/// The key has been used for another message. Nothing of that message is said: whoever asks may not
/// be who sent it. What was typed is kept, under a new key.
fn used_before(app: &App, mut fields: FormFields, speaks: Speaks) -> Response {
    let message = Refusal::KeyUsedForAnotherMessage.to_string();
    if speaks == Speaks::Json {
        return refused(StatusCode::CONFLICT, "idempotency_key", message);
    }
    fields.idempotency_key = uuid::Uuid::new_v4().to_string();
    let errors = [FieldError {
        field: "message",
        message:
            "You sent another message with this page already. If this one is new, send it now."
                .into(),
    }];
    form_page(app, StatusCode::CONFLICT, &fields, &errors)
}

fn refused(status: StatusCode, field: &'static str, message: String) -> Response {
    (status, Json(Errors { errors: &[FieldError { field, message }] })).into_response()
}

fn from_json(rejection: JsonRejection) -> (StatusCode, String) {
    (rejection.status(), rejection.body_text())
}

fn from_form(rejection: FormRejection) -> (StatusCode, String) {
    (rejection.status(), rejection.body_text())
}
