//! The work list: open contacts, the next due first.

use adapters::pages::{WorkList, WorkRow};
use adapters::store::StoreError;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::contact::{Acknowledgement, Contact, Suppressed};
use domain::deadline::DeadlineState;
use domain::organisation::PersonId;
use serde::Deserialize;

use super::teams;
use crate::http::{page, unavailable};
use crate::sign_in::SignedIn;
use crate::{App, wording};

/// As many as anybody reads; what is due next is among the first.
const MOST: i32 = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    team: String,
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Response {
    let known = app.organisation.team(&asked.team).map(|team| team.id.to_string());
    let team = known.unwrap_or_default();
    match rows(&app, &team).await {
        Ok((rows, more)) => page(
            StatusCode::OK,
            &WorkList {
                signed: who.page(),
                provider: &app.organisation.name,
                rows: &rows,
                teams: &teams(&app),
                team: &team,
                more,
            },
        ),
        Err(error) => unavailable(&error),
    }
}

async fn rows(app: &App, team: &str) -> Result<(Vec<WorkRow>, bool), StoreError> {
    let mut contacts = Vec::new();
    let mut more = false;
    let ids = || app.organisation.teams().iter().map(|team| team.id.as_str());
    // The first team has what teams had that are no more.
    let former = app.store.former_teams().iter().map(String::as_str);
    let former = former.filter(|_| team.is_empty() || ids().next() == Some(team));
    for each in ids().filter(|id| team.is_empty() || *id == team).chain(former) {
        let list = app.store.open(each, None, MOST).await?;
        more |= list.next.is_some();
        contacts.extend(app.store.load_all(&list.items).await?);
    }
    let organisation = &app.organisation;
    contacts.sort_by_key(|contact| {
        let due = contact.next_due(organisation).map(|deadline| deadline.due_at);
        (due.is_none(), due, contact.received_at)
    });
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    more |= contacts.len() > most;
    Ok((contacts.iter().take(most).map(|contact| row(app, contact)).collect(), more))
}

fn row(app: &App, contact: &Contact) -> WorkRow {
    let (organisation, now) = (&app.organisation, app.now());
    let next = contact.next_due(organisation);
    let team = organisation.team(contact.team.as_str());
    let owner = contact.owner.as_ref().and_then(|owner| organisation.person(owner.as_str()));
    WorkRow {
        id: contact.id.to_string(),
        reference: contact.reference(organisation),
        subject: subject(contact).to_owned(),
        customer: wording::customer(contact),
        due: next.map_or_else(|| "Nothing due".into(), |d| wording::due(organisation, d, now)),
        left: next.map_or_else(String::new, |d| wording::left(d, now)),
        overdue: next.is_some_and(|d| d.state == DeadlineState::Missed || d.due_at < now),
        owner: owner.map_or_else(|| "Nobody yet".into(), |person| person.name.clone()),
        team: team.map_or_else(|| contact.team.to_string(), |team| team.name.clone()),
        remark: remark(app, contact),
    }
}

/// What somebody has to look at.
fn remark(app: &App, contact: &Contact) -> String {
    let acknowledgement = match contact.acknowledgement {
        Acknowledgement::Suppressed {
            why: Suppressed::RecordedByStaff | Suppressed::NoAddress,
        }
        | Acknowledgement::Outcome { .. }
        | Acknowledgement::OnItsWay => "",
        Acknowledgement::Suppressed { .. } => "No acknowledgement went out",
        Acknowledgement::Failed => "The acknowledgement could not be delivered",
    };
    let name = |id: &PersonId| {
        app.organisation.person(id.as_str()).map_or(id.to_string(), |person| person.name.clone())
    };
    let unreachable_staff =
        contact.unreachable_staff.iter().map(|id| format!("Mail to {} does not arrive", name(id)));
    let remarks = Some(acknowledgement.to_owned()).filter(|remark| !remark.is_empty());
    remarks.into_iter().chain(unreachable_staff).collect::<Vec<_>>().join(". ")
}

/// A subject, or what stands for one.
pub(super) fn subject(contact: &Contact) -> &str {
    if contact.subject.is_empty() { "(no subject)" } else { &contact.subject }
}
