//! The private status page of a contact. It shows dates and the state of things, and never what was
//! written.

use adapters::pages::{StatusLine, StatusPage};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::contact::{ContactId, Holder};
use domain::wording;

use crate::http::{page, problem, unavailable};
use crate::{App, views};

pub(super) async fn show(
    State(app): State<App>,
    Path((id, token)): Path<(String, String)>,
) -> Response {
    let id =
        id.parse::<ContactId>().ok().filter(|id| app.secret.verify(id, &Holder::Status, &token));
    // A wrong token and an unknown contact get the same response, so that neither gives the other away.
    let Some(id) = id else { return not_found() };
    let (contact, log) = match (app.store.load(&id).await, app.store.log(&id).await) {
        (Ok(Some(contact)), Ok(log)) => (contact, log),
        (Ok(None), _) => return not_found(),
        (Err(error), _) | (_, Err(error)) => return unavailable(&error),
    };
    let (organisation, now) = (&app.organisation, app.now());
    let mut history = Vec::new();
    for commit in &log {
        for event in &commit.events {
            if let Some((at, what)) = wording::status_line(organisation, event, commit.at, now) {
                let at = wording::date_time(organisation, at, now);
                history.push(StatusLine { at, what });
            }
        }
    }
    page(
        StatusCode::OK,
        &StatusPage {
            provider: views::provider(organisation),
            reference: &contact.reference(organisation),
            received: &wording::date_time(organisation, contact.received_at, now),
            summary: wording::status(organisation, &contact),
            promises: &views::promises(organisation, &contact, now),
            history: &history,
        },
    )
}

fn not_found() -> Response {
    let text = "Check the link. It is in the message that you got when you contacted us.";
    problem(StatusCode::NOT_FOUND, "Page not found", text)
}
