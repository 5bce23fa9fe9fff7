//! The pages of staff: what is open and due next, one contact with its history and its clocks, and
//! what can be done about it.

mod actions;
mod contact;
mod happened;
pub mod history;
mod list;
mod record;

use adapters::pages::Choice;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, header};
use axum::routing::{get, post};

use crate::Desk;
use crate::http::{BODY_LIMIT, guard, same_site};

/// The routes of this function.
pub fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/staff", get(list::show))
        .route("/staff/record", get(record::form).post(record::take))
        .route("/staff/contacts/{id}", get(contact::show))
        .route("/staff/contacts/{id}/{action}", post(actions::take))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn(same_site))
        .layer(axum::middleware::from_fn(guard))
        .with_state(desk)
}

/// The cookie that remembers who acted last in this browser.
const ME: &str = "kept-me";

/// Who acted last in this browser, if they are still somebody.
fn me(desk: &Desk, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, id) = pairs.find(|(name, _)| *name == ME)?;
    desk.organisation.person(id).map(|person| person.id.to_string())
}

/// The cookie that says so.
fn remember(person: &str) -> String {
    format!("{ME}={person}; Path=/staff; HttpOnly; SameSite=Strict; Max-Age=31536000")
}

fn people(desk: &Desk) -> Vec<Choice> {
    let choice = |p: &domain::organisation::Person| Choice {
        value: p.id.to_string(),
        label: p.name.clone(),
    };
    desk.organisation.people().map(choice).collect()
}

fn teams(desk: &Desk) -> Vec<Choice> {
    let choice =
        |t: &domain::organisation::Team| Choice { value: t.id.to_string(), label: t.name.clone() };
    desk.organisation.teams().iter().map(choice).collect()
}
