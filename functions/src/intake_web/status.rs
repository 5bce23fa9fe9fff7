//! The private status page of a contact. It shows dates and the state of things, and never what was
//! written.

use adapters::pages::{StatusLine, StatusPage};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactId, Event, Holder, Means};
use domain::standards::Milestone;
use domain::time::date_in_words;

use crate::http::{page, problem, unavailable};
use crate::{App, wording};

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
            if let Some((at, what)) = history_line(&app, event, commit.at) {
                let at = wording::moment(organisation, at, now);
                history.push(StatusLine { at, what });
            }
        }
    }
    page(
        StatusCode::OK,
        &StatusPage {
            provider: wording::provider(organisation),
            reference: &contact.reference(organisation),
            received: &wording::moment(organisation, contact.received_at, now),
            summary: summary(&app, &contact),
            promises: &wording::promises(organisation, &contact, now),
            history: &history,
        },
    )
}

fn not_found() -> Response {
    let text = "Check the link. It is in the message that you got when you contacted us.";
    problem(StatusCode::NOT_FOUND, "Page not found", text)
}

/// Returns the state of a contact in a sentence.
fn summary(app: &App, contact: &Contact) -> &'static str {
    // An answer from before the customer last wrote belongs to an earlier message.
    let second = |milestone| contact.milestone_at(milestone).map(|at| at.timestamp());
    let answered =
        second(Milestone::Responded).is_some_and(|at| Some(at) >= second(Milestone::Received));
    match (contact.closed.is_some(), answered) {
        (true, true) => {
            "We have answered and closed it. If you write to us about it again, we will reopen it."
        }
        (true, false) => "It is closed. If you write to us about it again, we will reopen it.",
        (false, _) if contact.owes_answer(&app.organisation) && contact.is_overdue() => {
            "We should have answered by now. We are sorry for the delay. Our managers have been told."
        }
        (false, true) if !contact.owes_answer(&app.organisation) => "We have answered.",
        (false, _) => "We have not answered yet.",
    }
}

/// Returns an event in a sentence for the customer, and when it happened; `None` for events that
/// customers are not shown.
fn history_line(app: &App, event: &Event, at: DateTime<Utc>) -> Option<(DateTime<Utc>, String)> {
    let today = wording::today(&app.organisation, app.now());
    Some(match event {
        Event::Received { .. } => (at, "We received your message.".into()),
        Event::CustomerWrote { .. } => (at, "You wrote to us again.".into()),
        Event::MilestoneRecorded { milestone: Milestone::Responded, at, .. } => {
            (*at, "We answered.".into())
        }
        Event::Answered { means: Means::Phone | Means::InPerson, at, .. } => {
            (*at, "We spoke to you.".into())
        }
        Event::CallAttempted { .. } => (at, "We tried to call you but could not reach you.".into()),
        Event::UpdateGiven { .. } => (at, "We told you that we are still looking into it.".into()),
        Event::DelayNotified { until, .. } => {
            let until = date_in_words(*until, today);
            (at, format!("We told you that our answer will take longer, until the end of {until}."))
        }
        Event::HandedOver { team } => {
            let team =
                app.organisation.team(team.as_str()).map_or(team.as_str(), |team| &team.name);
            (at, format!("We handed it over to another team: {team}."))
        }
        Event::Escalated { stage, .. } => (
            at,
            format!("You asked us to look at your complaint again. It is now at stage {stage}."),
        ),
        Event::DeadlineMissed { due_at, deadline } => {
            let standard = app.organisation.standard(&deadline.standard)?;
            if standard.internal || !standard.kept_by(Milestone::Responded) {
                return None;
            }
            (*due_at, "Our answer was due, but we had not answered.".into())
        }
        Event::Closed { .. } => (at, "We closed it.".into()),
        Event::Reopened => (at, "We reopened it.".into()),
        _ => return None,
    })
}
