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
use axum::routing::on;

use crate::App;
use crate::http::{BODY_LIMIT, security_headers};
use crate::routes::{self, StaffEndpoint};
use crate::sign_in::SignIn;

/// The routes of this function: its pages behind the sign-in, and the sign-in.
pub fn routes(app: App, sign_in: &SignIn) -> Router {
    let pages = routes::router(&routes::STAFF, |endpoint, method| match endpoint {
        StaffEndpoint::WorkList => on(method, list::show),
        StaffEndpoint::RecordForm => on(method, record::form),
        StaffEndpoint::Record => on(method, record::take),
        StaffEndpoint::Contact => on(method, contact::show),
        StaffEndpoint::Act => on(method, actions::take),
    });
    sign_in
        .behind(pages)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn(security_headers))
        .with_state(app)
        .merge(sign_in.routes())
}

/// Everyone a contact can be assigned to.
fn people(app: &App) -> Vec<Choice> {
    let choice = |p: &domain::organisation::Person| Choice {
        value: p.id.to_string(),
        label: p.name.clone(),
    };
    app.organisation.people().filter(|person| person.role.may_act()).map(choice).collect()
}

fn teams(app: &App) -> Vec<Choice> {
    let choice =
        |t: &domain::organisation::Team| Choice { value: t.id.to_string(), label: t.name.clone() };
    app.organisation.teams().iter().map(choice).collect()
}
