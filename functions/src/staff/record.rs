//! The form with which staff record a contact that came by phone, letter, visit or social media.

use adapters::pages::{Choice, RecordFields, RecordPage};
use adapters::store::StoreError;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::ContactId;
use domain::decide::{Command, NewContact, Refusal, Request};
use domain::organisation::PersonId;
use domain::plain_text::{lines, one_line};
use domain::standards::{Channel, Milestone, Priority};
use domain::wording;
use serde::Deserialize;

use super::action::{sentence, time_or_now};
use super::teams;
use crate::contact_form::{ContactForm, categories, key_or_random, random_key};
use crate::http::{page, problem, unavailable};
use crate::sign_in::SignedIn;
use crate::{App, Outcome};

/// The fields of the form as they are sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RecordForm {
    /// The idempotency key.
    key: String,
    channel: String,
    /// The organisation's local time.
    received: String,
    category: String,
    priority: String,
    team: String,
    name: String,
    email: String,
    phone: String,
    address: String,
    subject: String,
    message: String,
    call_back: String,
}

impl RecordForm {
    fn fields(&self) -> RecordFields {
        RecordFields {
            channel: self.channel.clone(),
            received: self.received.clone(),
            category: self.category.clone(),
            priority: self.priority.clone(),
            team: self.team.clone(),
            name: one_line(&self.name),
            email: one_line(&self.email),
            phone: one_line(&self.phone),
            address: one_line(&self.address),
            subject: one_line(&self.subject),
            message: lines(&self.message),
            call_back: self.call_back == "yes",
        }
    }
}

pub(super) async fn form(State(app): State<App>, signed_in: SignedIn) -> Response {
    form_page(&app, &signed_in, StatusCode::OK, "", &RecordFields::default())
}

fn form_page(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    error: &str,
    fields: &RecordFields,
) -> Response {
    let own = app.organisation.own_words().channels.iter().map(|(own, _)| own);
    let channels: Vec<Choice> = Channel::ALL
        .iter()
        .chain(own)
        .filter(|channel| !matches!(channel, Channel::Email | Channel::WebForm))
        .map(|channel| Choice {
            value: channel.to_string(),
            label: wording::channel(&app.organisation, *channel).into_owned(),
        })
        .collect();
    let record = RecordPage {
        user: signed_in.page_user(),
        error,
        channels: &channels,
        categories: &categories(app),
        teams: &teams(app),
        fields,
        key: &random_key(),
    };
    page(status, &record)
}

pub(super) async fn record(
    State(app): State<App>,
    signed_in: SignedIn,
    form: Result<Form<RecordForm>, FormRejection>,
) -> Response {
    let Form(form) = match form {
        Ok(form) => form,
        Err(rejection) => {
            return problem(rejection.status(), "Nothing was saved", &rejection.body_text());
        }
    };
    let fields = form.fields();
    match submit(&app, &signed_in.person, &form.key, &fields).await {
        Ok(Ok(id)) => Redirect::to(&format!("/staff/contacts/{id}?done=record")).into_response(),
        Ok(Err(RecordError::Field(error))) => {
            form_page(&app, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, &error, &fields)
        }
        Ok(Err(RecordError::Refused(refusal))) => {
            let error = sentence(&refusal.to_string());
            form_page(&app, &signed_in, StatusCode::CONFLICT, &error, &fields)
        }
        Err(error) => unavailable(&error),
    }
}

/// The reason why a contact was not recorded.
#[derive(Debug)]
pub enum RecordError {
    /// A field has an error, in a sentence.
    Field(String),
    /// It was refused.
    Refused(Refusal),
}

/// Records a contact for a member of staff, and returns its id. `key` makes a double click one contact.
///
/// # Errors
/// The outer error is that of a table that is unreachable, the inner one says why nothing was recorded.
pub async fn submit(
    app: &App,
    person: &PersonId,
    key: &str,
    fields: &RecordFields,
) -> Result<Result<ContactId, RecordError>, StoreError> {
    let new = match contact(app, key, fields) {
        Ok(new) => NewContact { recorded_by: Some(person.clone()), ..new },
        Err(error) => return Ok(Err(RecordError::Field(error))),
    };
    let id = new.id;
    let request = Request { key: None, command: Command::Receive(Box::new(new)) };
    Ok(match app.execute(&id, &request).await? {
        Outcome::Done(_) | Outcome::NoChange(..) => Ok(id),
        Outcome::Refused(refusal) => Err(RecordError::Refused(refusal)),
    })
}

/// Returns the contact that the fields make, or the first error in them.
fn contact(app: &App, key: &str, fields: &RecordFields) -> Result<NewContact, String> {
    let channel =
        app.organisation.channel(&fields.channel).map_err(|_| "Select how it came.".to_owned())?;
    let team = app.organisation.team(&fields.team).ok_or("Select a team.")?;
    let received_at = time_or_now(app, &fields.received)?;
    if received_at > app.now() {
        return Err("The time it came cannot be in the future.".into());
    }
    let form = ContactForm {
        name: &fields.name,
        email: &fields.email,
        phone: &fields.phone,
        address: &fields.address,
        message: &fields.message,
    };
    if let Some(error) = form.errors("Enter what they said or wrote").into_iter().next() {
        return Err(format!("{}.", error.message));
    }
    let id = app.secret.contact_of_record(&key_or_random(key));
    let values = [format!("{fields:?}")];
    let values = values.each_ref().map(String::as_str);
    let new = form.contact(app, id, &values, channel, team.id.clone());
    // Somebody who visits the office has arrived.
    let visit = channel == Channel::OfficeVisit;
    let also = [(fields.call_back, Milestone::MessageTaken), (visit, Milestone::Arrived)];
    Ok(NewContact {
        received_at,
        category: fields.category.parse().unwrap_or_default(),
        priority: fields.priority.parse().unwrap_or(Priority::Normal),
        subject: Some(fields.subject.clone()).filter(|s| !s.is_empty()).unwrap_or(new.subject),
        also: also.into_iter().filter(|(applies, _)| *applies).map(|(_, m)| m).collect(),
        ..new
    })
}
