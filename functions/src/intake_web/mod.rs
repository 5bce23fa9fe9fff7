//! The intake-web function: the form with which customers write, the same as JSON for a landlord's own
//! website, and the private status page of a contact.
//!
//! - `submission`: the fields that are sent, and the contact that they make.
//! - `response`: what the sender gets back, as a page or as JSON.
//! - `status`: the private status page.
//!
//! This function only writes contacts. The acknowledgement is sent by [`crate::dispatch`].

mod response;
mod status;
mod submission;

use adapters::pages::{FieldError, FormFields};
use adapters::store::StoreError;
use axum::extract::{DefaultBodyLimit, FromRequest, Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::on;
use axum::{Form, Json, Router};
use domain::contact::Contact;
use domain::decide::{Command, Refusal, Request};

use crate::contact_form::random_key;
use crate::http::{BODY_LIMIT, security_headers, style, unavailable};
use crate::routes::{self, CustomerEndpoint};
use crate::{App, Outcome};
use response::{ResponseFormat, form_page, invalid, key_used, refused, sent, unreadable};
use submission::Submission;

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
        category: category.map_or_else(String::new, |category| category.id.to_string()),
        idempotency_key: random_key(),
        ..FormFields::default()
    };
    form_page(&app, StatusCode::OK, &fields, &[])
}

async fn send(State(app): State<App>, request: HttpRequest) -> Response {
    let Some(format) = format(request.headers()) else {
        let message = "send application/x-www-form-urlencoded or application/json";
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", message.into());
    };
    let submission: Result<Submission, _> = match format {
        ResponseFormat::Json => match Json::from_request(request, &()).await {
            Ok(Json(submission)) => Ok(submission),
            Err(rejection) => Err((rejection.status(), rejection.body_text())),
        },
        ResponseFormat::Html => match Form::from_request(request, &()).await {
            Ok(Form(submission)) => Ok(submission),
            Err(rejection) => Err((rejection.status(), rejection.body_text())),
        },
    };
    match submission {
        Ok(submission) => receive(&app, submission.fields(), format).await,
        Err((status, message)) => unreadable(status, message, format),
    }
}

/// Returns the format of a request by its content type; `None` for types that are not accepted.
fn format(headers: &HeaderMap) -> Option<ResponseFormat> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match content_type.split(';').next()?.trim().to_ascii_lowercase().as_str() {
        "application/json" => Some(ResponseFormat::Json),
        "application/x-www-form-urlencoded" => Some(ResponseFormat::Html),
        _ => None,
    }
}

async fn receive(app: &App, fields: FormFields, format: ResponseFormat) -> Response {
    match submit(app, &fields).await {
        Ok(Submitted::Recorded(contact)) => sent(app, &contact, format),
        Ok(Submitted::Invalid(errors)) => invalid(app, &fields, &errors, format),
        Ok(Submitted::Refused(Refusal::KeyUsedForAnotherMessage)) => key_used(app, fields, format),
        Ok(Submitted::Refused(refusal)) => {
            refused(StatusCode::CONFLICT, "body", refusal.to_string())
        }
        Ok(Submitted::NoChange) => {
            refused(StatusCode::CONFLICT, "body", "nothing was recorded".into())
        }
        Err(error) => unavailable(&error),
    }
}

/// The outcome of a submitted message.
#[derive(Debug)]
pub enum Submitted {
    /// It was recorded, now or when it was submitted before. This is the contact.
    Recorded(Box<Contact>),
    /// Some fields have errors.
    Invalid(Vec<FieldError>),
    /// It was refused.
    Refused(Refusal),
    /// Nothing was recorded.
    NoChange,
}

/// Records the message of a form.
///
/// # Errors
/// Returns an error if the table is unreachable.
pub async fn submit(app: &App, fields: &FormFields) -> Result<Submitted, StoreError> {
    let mut new = match submission::contact(app, fields) {
        Ok(new) => new,
        Err(errors) => return Ok(Submitted::Invalid(errors)),
    };
    if let Some(email) = &new.customer.email {
        new.acknowledged_today = app.acknowledged_today(email).await?;
    }
    let id = new.id;
    let request = Request { key: None, command: Command::Receive(Box::new(new)) };
    Ok(match app.execute(&id, &request).await? {
        Outcome::Done(contact) | Outcome::NoChange(_, Some(contact)) => {
            Submitted::Recorded(contact)
        }
        Outcome::Refused(refusal) => Submitted::Refused(refusal),
        Outcome::NoChange(_, None) => Submitted::NoChange,
    })
}
