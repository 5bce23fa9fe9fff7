//! The staff function: the pages on which staff see what is open and act on it.
//!
//! - `list`: the work list.
//! - `contact`: the page of one contact.
//! - `action`: the forms on that page, and the command that each gives.
//! - `reply`: the form with which they reply, and the choice of what the reply means.
//! - `record`: the form for a contact that came by phone, letter, visit or social media.

mod action;
mod contact;
mod list;
mod record;
mod reply;

use adapters::pages::Choice;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::on;
use domain::contact::Contact;
use domain::organisation::{Person, Team};
use domain::wording;

use crate::App;
use crate::http::{BODY_LIMIT, security_headers};
use crate::routes::{self, StaffEndpoint};
use crate::sign_in::SignIn;

pub use record::{RecordError, submit as record_contact};

/// The routes of this function: its pages behind the sign-in, and the sign-in.
pub fn routes(app: App, sign_in: &SignIn) -> Router {
    let pages = routes::router(&routes::STAFF, |endpoint, method| match endpoint {
        StaffEndpoint::WorkList => on(method, list::show),
        StaffEndpoint::RecordForm => on(method, record::form),
        StaffEndpoint::Record => on(method, record::record),
        StaffEndpoint::Contact => on(method, contact::show),
        StaffEndpoint::Act => on(method, action::act),
    });
    sign_in
        .behind(pages)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn(security_headers))
        .with_state(app)
        .merge(sign_in.routes())
}

/// Returns everybody to whom a contact can be assigned.
fn people(app: &App) -> Vec<Choice> {
    let choice = |p: &Person| Choice { value: p.id.to_string(), label: p.name.clone() };
    app.organisation.people().filter(|person| person.role.may_act()).map(choice).collect()
}

fn teams(app: &App) -> Vec<Choice> {
    let choice = |t: &Team| Choice { value: t.id.to_string(), label: t.name.clone() };
    app.organisation.teams().iter().map(choice).collect()
}

/// Returns the name of a contact's owner.
fn owner(app: &App, contact: &Contact) -> String {
    let owner = contact.owner.as_ref();
    owner.map_or_else(|| "Not assigned".into(), |id| wording::person(&app.organisation, id))
}
