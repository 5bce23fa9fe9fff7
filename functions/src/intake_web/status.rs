//! The private page of a contact: dates and how it stands, never what was written.

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
    // The same answer for no such contact and for a wrong token: neither tells the other.
    let Some(id) = id else { return unknown() };
    let (contact, log) = match (app.store.load(&id).await, app.store.log(&id).await) {
        (Ok(Some(contact)), Ok(log)) => (contact, log),
        (Ok(None), _) => return unknown(),
        (Err(error), _) | (_, Err(error)) => return unavailable(&error),
    };
    let (organisation, now) = (&app.organisation, app.now());
    let mut history = Vec::new();
    for commit in &log {
        for event in &commit.events {
            if let Some((at, what)) = told(&app, event, commit.at) {
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

fn unknown() -> Response {
    let text = "Check the address; it is the one that you were given when you wrote to us.";
    problem(StatusCode::NOT_FOUND, "We do not have that page", text)
}

fn summary(app: &App, contact: &Contact) -> &'static str {
    // What was reached before the customer last wrote is about an earlier message.
    let second = |milestone| contact.milestone_at(milestone).map(|at| at.timestamp());
    let answered =
        second(Milestone::Responded).is_some_and(|at| Some(at) >= second(Milestone::Received));
    if contact.closed.is_some() && !answered {
        "It is closed. If you write to us again about it, it is opened again."
    } else if contact.closed.is_some() {
        "It has been answered and closed. If you write to us again about it, it is opened again."
    } else if contact.owes_answer(&app.organisation) {
        if contact.is_overdue() {
            "We should have answered by now and have not. We are sorry; our managers have been told."
        } else {
            "We have not answered yet."
        }
    } else if answered {
        "We have answered."
    } else {
        "We have not answered yet."
    }
}

/// What a customer is told of an event, and when it was.
fn told(app: &App, event: &Event, at: DateTime<Utc>) -> Option<(DateTime<Utc>, String)> {
    let today = wording::today(&app.organisation, app.now());
    Some(match event {
        Event::Received { .. } => (at, "Your message reached us.".into()),
        Event::CustomerWrote { .. } => (at, "You wrote again.".into()),
        Event::MilestoneRecorded { milestone: Milestone::Responded, at, .. } => {
            (*at, "We answered.".into())
        }
        Event::Answered { means: Means::Phone | Means::InPerson, at, .. } => {
            (*at, "We spoke to you.".into())
        }
        Event::CallAttempted { .. } => (at, "We tried to ring you and did not reach you.".into()),
        Event::UpdateGiven { .. } => (at, "We told you that we are still looking into it.".into()),
        Event::DelayNotified { until, .. } => {
            let until = date_in_words(*until, today);
            (at, format!("We told you that it takes longer, until the end of {until}."))
        }
        Event::HandedOver { team } => {
            let team =
                app.organisation.team(team.as_str()).map_or(team.as_str(), |team| &team.name);
            (at, format!("We passed it to the team {team}."))
        }
        Event::Escalated { stage, .. } => (at, format!("You asked for stage {stage}.")),
        Event::DeadlineMissed { due_at, deadline } => {
            let standard = app.organisation.standard(&deadline.standard)?;
            if standard.internal || !standard.kept_by(Milestone::Responded) {
                return None;
            }
            (*due_at, "Our answer was due and did not come in time.".into())
        }
        Event::Closed { .. } => (at, "We closed it.".into()),
        Event::Reopened => (at, "We opened it again.".into()),
        _ => return None,
    })
}
