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
use axum::routing::{get, post};

use crate::App;
use crate::http::{BODY_LIMIT, guard};
use crate::sign_in::SignIn;

/// The routes of this function: its pages behind the sign-in, and the sign-in.
pub fn routes(app: App, sign_in: &SignIn) -> Router {
    let pages = Router::new()
        .route("/staff", get(list::show))
        .route("/staff/record", get(record::form).post(record::take))
        .route("/staff/contacts/{id}", get(contact::show))
        .route("/staff/contacts/{id}/{action}", post(actions::take));
    sign_in
        .behind(pages)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn(guard))
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
