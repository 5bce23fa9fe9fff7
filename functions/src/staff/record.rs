//! Staff record a contact that came by telephone, letter, visit or social media.

use adapters::digest::digest;
use adapters::pages::{Choice, RecordFields, RecordPage};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{Actor, Customer};
use domain::decide::{Command, Message, NewContact, Request};
use domain::email_address::is_email_address;
use domain::organisation::TeamId;
use domain::standards::{Category, Channel, Milestone, Priority};
use serde::Deserialize;

use super::actions::when;
use super::teams;
use crate::http::{page, problem, unavailable};
use crate::intake_web::{categories, clean};
use crate::sign_in::SignedIn;
use crate::{App, Outcome, wording};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    key: String,
    channel: String,
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

pub(super) async fn form(State(app): State<App>, who: SignedIn) -> Response {
    show(&app, &who, StatusCode::OK, "", &RecordFields::default())
}

fn show(
    app: &App,
    who: &SignedIn,
    status: StatusCode,
    error: &str,
    fields: &RecordFields,
) -> Response {
    let channels: Vec<Choice> = Channel::ALL
        .iter()
        .filter(|channel| !matches!(channel, Channel::Email | Channel::WebForm))
        .map(|channel| Choice {
            value: channel.to_string(),
            label: wording::channel(*channel).into(),
        })
        .collect();
    let record = RecordPage {
        signed: who.page(),
        error,
        channels: &channels,
        categories: &categories(app),
        teams: &teams(app),
        fields,
        key: &uuid::Uuid::new_v4().to_string(),
    };
    page(status, &record)
}

pub(super) async fn take(
    State(app): State<App>,
    who: SignedIn,
    form: Result<Form<Written>, FormRejection>,
) -> Response {
    let written = match form {
        Ok(Form(written)) => written,
        Err(rejection) => {
            return problem(rejection.status(), "That was not done", &rejection.body_text());
        }
    };
    let fields = RecordFields {
        channel: written.channel.clone(),
        received: written.received.clone(),
        category: written.category.clone(),
        priority: written.priority.clone(),
        team: written.team.clone(),
        name: clean(&written.name, false),
        email: clean(&written.email, false),
        phone: clean(&written.phone, false),
        address: clean(&written.address, false),
        subject: clean(&written.subject, false),
        message: clean(&written.message, true),
        call_back: written.call_back == "yes",
    };
    let new = match contact(&app, &written, &fields) {
        Ok(new) => new,
        Err(error) => {
            return show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, &error, &fields);
        }
    };
    let id = new.id;
    let command = Command::Receive(Box::new(new));
    match app
        .execute(&id, &Request { key: None, by: Actor::Staff(who.person.clone()), command })
        .await
    {
        Ok(Outcome::Done(_) | Outcome::NoChange(..)) => {
            Redirect::to(&format!("/staff/contacts/{id}?done=record")).into_response()
        }
        Ok(Outcome::Refused(refusal)) => {
            show(&app, &who, StatusCode::CONFLICT, &refusal.to_string(), &fields)
        }
        Err(error) => unavailable(&error),
    }
}

fn contact(app: &App, written: &Written, fields: &RecordFields) -> Result<NewContact, String> {
    let organisation = &app.organisation;
    let channel: Channel = fields.channel.parse().map_err(|_| "Choose how it came.".to_owned())?;
    let category: Category = fields.category.parse().unwrap_or_default();
    let priority = fields.priority.parse().unwrap_or(Priority::Normal);
    let team = organisation.team(&fields.team).ok_or("Choose a team.")?;
    if fields.message.is_empty() {
        return Err("Write what they said or wrote.".into());
    }
    if fields.message.len() > 20_000 {
        return Err("Write what they said in at most 20,000 characters.".into());
    }
    if !fields.email.is_empty() && !is_email_address(&fields.email) {
        return Err("Write an email address such as name@example.com.".into());
    }
    let received_at = when(app, &fields.received)?.unwrap_or_else(|| app.now());
    if received_at > app.now() {
        return Err("It cannot have come later than now.".into());
    }
    // A form without a mark was not made by this page; each sending is then a contact of its own.
    let key =
        if written.key.is_empty() { uuid::Uuid::new_v4().to_string() } else { written.key.clone() };
    let content = format!("{fields:?}");
    let subject = if fields.subject.is_empty() {
        fields.message.lines().next().unwrap_or_default().chars().take(70).collect()
    } else {
        fields.subject.clone()
    };
    // Who visits has arrived.
    let visits = channel == Channel::OfficeVisit;
    let also = [(fields.call_back, Milestone::MessageTaken), (visits, Milestone::Arrived)];
    let also = also.into_iter().filter(|(happened, _)| *happened).map(|(_, m)| m).collect();
    Ok(NewContact {
        id: app.secret.contact_of_record(&key),
        fingerprint: digest(content.as_bytes()),
        received_at,
        channel,
        category,
        priority,
        team: TeamId(team.id.to_string()),
        owner: None,
        customer: Customer {
            name: fields.name.clone(),
            email: (!fields.email.is_empty()).then(|| fields.email.clone()),
            reply_to: None,
            phone: fields.phone.clone(),
            address: fields.address.clone(),
        },
        subject,
        message: Message { text: fields.message.clone(), ..Message::default() },
        automatic: None,
        acknowledged_today: 0,
        also,
    })
}
