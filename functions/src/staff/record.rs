//! Staff record a contact that came by telephone, letter, visit or social media.

use adapters::archive::digest;
use adapters::mail::is_address;
use adapters::pages::{Choice, RecordFields, RecordPage};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{Actor, Customer};
use domain::decide::{Command, Message, NewContact, Request};
use domain::organisation::TeamId;
use domain::standards::{Category, Channel, Milestone, Priority};
use serde::Deserialize;

use super::actions::when;
use super::{me, people, remember, teams};
use crate::http::{page, problem, unavailable};
use crate::intake_web::{categories, clean};
use crate::{Desk, Given, words};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    by: String,
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

pub(super) async fn form(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    show(&desk, StatusCode::OK, "", &RecordFields::default(), me(&desk, &headers).as_deref())
}

fn show(
    desk: &Desk,
    status: StatusCode,
    error: &str,
    fields: &RecordFields,
    me: Option<&str>,
) -> Response {
    let channels: Vec<Choice> = Channel::ALL
        .iter()
        .filter(|channel| !matches!(channel, Channel::Email | Channel::WebForm))
        .map(|channel| Choice {
            value: channel.to_string(),
            label: words::channel(*channel).into(),
        })
        .collect();
    let record = RecordPage {
        error,
        channels: &channels,
        categories: &categories(desk),
        teams: &teams(desk),
        people: &people(desk),
        me: me.unwrap_or_default(),
        fields,
        key: &uuid::Uuid::new_v4().to_string(),
    };
    page(status, &record)
}

pub(super) async fn take(
    State(desk): State<Desk>,
    headers: HeaderMap,
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
    let me = Some(written.by.clone()).filter(|by| !by.is_empty()).or_else(|| me(&desk, &headers));
    let (person, new) = match contact(&desk, &written, &fields) {
        Ok(new) => new,
        Err(error) => {
            return show(&desk, StatusCode::UNPROCESSABLE_ENTITY, &error, &fields, me.as_deref());
        }
    };
    let id = new.id;
    let cookie = [(header::SET_COOKIE, remember(person.as_str()))];
    let command = Command::Receive(Box::new(new));
    match desk.give(&id, &Request { key: None, by: Actor::Staff(person), command }).await {
        Ok(Given::Done(_) | Given::Nothing(..)) => {
            (cookie, Redirect::to(&format!("/staff/contacts/{id}?done=record"))).into_response()
        }
        Ok(Given::Refused(refusal)) => {
            show(&desk, StatusCode::CONFLICT, &refusal.to_string(), &fields, me.as_deref())
        }
        Err(error) => unavailable(&error),
    }
}

fn contact(
    desk: &Desk,
    written: &Written,
    fields: &RecordFields,
) -> Result<(domain::organisation::PersonId, NewContact), String> {
    let organisation = &desk.organisation;
    let person = organisation.person(&written.by).ok_or("Choose your name.")?;
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
    if !fields.email.is_empty() && !is_address(&fields.email) {
        return Err("Write an email address such as name@example.com.".into());
    }
    let received_at = when(desk, &fields.received)?.unwrap_or_else(|| desk.now());
    if received_at > desk.now() {
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
    let new = NewContact {
        id: desk.secret.contact_of_record(&key),
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
    };
    Ok((person.id.clone(), new))
}
