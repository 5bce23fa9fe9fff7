//! The work list: open contacts, the next due first.

use adapters::pages::{WorkList, WorkRow};
use adapters::store::StoreError;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::contact::{Acknowledgement, Contact, SuppressionReason};
use domain::deadline::DeadlineState;
use domain::wording;
use serde::Deserialize;

use super::{owner, teams};
use crate::App;
use crate::http::{page, unavailable};
use crate::sign_in::SignedIn;

/// The most contacts that are shown, and read of each team. The next due are among them.
const MAX_ROWS: usize = 200;

/// The query of the work list.
#[derive(Deserialize)]
pub(super) struct ListQuery {
    /// The id of the team to show. Without a known team, all teams are shown.
    #[serde(default)]
    team: String,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(query): Query<ListQuery>,
) -> Response {
    let team = app.organisation.team(&query.team).map(|team| team.id.to_string());
    let team = team.unwrap_or_default();
    match rows(&app, &team).await {
        Ok((rows, more)) => page(
            StatusCode::OK,
            &WorkList {
                user: signed_in.page_user(),
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

/// Returns the rows of a team, or of all teams if `team` is empty, and true if there are more.
async fn rows(app: &App, team: &str) -> Result<(Vec<WorkRow>, bool), StoreError> {
    let mut contacts = Vec::new();
    let mut more = false;
    let ids = || app.organisation.teams().iter().map(|team| team.id.as_str());
    // Contacts of teams that no longer exist are listed with the first team.
    let former = app.store.former_teams().iter().map(String::as_str);
    let former = former.filter(|_| team.is_empty() || ids().next() == Some(team));
    let limit = i32::try_from(MAX_ROWS).unwrap_or(i32::MAX);
    for each in ids().filter(|id| team.is_empty() || *id == team).chain(former) {
        let list = app.store.open_contacts(each, None, limit).await?;
        more |= list.next.is_some();
        contacts.extend(app.store.load_all(&list.items).await?);
    }
    let organisation = &app.organisation;
    contacts.sort_by_key(|contact| {
        let due = contact.next_due(organisation).map(|deadline| deadline.due_at);
        (due.is_none(), due, contact.received_at)
    });
    more |= contacts.len() > MAX_ROWS;
    Ok((contacts.iter().take(MAX_ROWS).map(|contact| row(app, contact)).collect(), more))
}

fn row(app: &App, contact: &Contact) -> WorkRow {
    let (organisation, now) = (&app.organisation, app.now());
    let next = contact.next_due(organisation);
    WorkRow {
        id: contact.id.to_string(),
        reference: contact.reference(organisation),
        subject: subject(contact).to_owned(),
        customer: wording::customer(contact),
        due: next.map_or_else(|| "Nothing due".into(), |d| wording::due(organisation, d, now)),
        left: next.map_or_else(String::new, |d| wording::time_left(d, now)),
        overdue: next.is_some_and(|d| d.state == DeadlineState::Missed || d.due_at < now),
        owner: owner(app, contact),
        team: wording::team(organisation, &contact.team),
        remark: remark(app, contact),
    }
}

/// Returns a remark on what somebody should look into; empty if there is nothing.
fn remark(app: &App, contact: &Contact) -> String {
    let acknowledgement = match contact.acknowledgement {
        Acknowledgement::Suppressed {
            why:
                SuppressionReason::RecordedByStaff
                | SuppressionReason::NoAddress
                | SuppressionReason::NotNeeded,
        }
        | Acknowledgement::Confirmed { .. }
        | Acknowledgement::OnItsWay => None,
        Acknowledgement::Suppressed { .. } => Some("No acknowledgement was sent".to_owned()),
        Acknowledgement::Failed => Some("The acknowledgement could not be delivered".to_owned()),
    };
    let unreachable = contact
        .unreachable_staff
        .iter()
        .map(|id| format!("Emails to {} do not arrive", wording::person(&app.organisation, id)));
    acknowledgement.into_iter().chain(unreachable).collect::<Vec<_>>().join(". ")
}

/// Returns the subject, or words that stand for an empty one.
pub(super) fn subject(contact: &Contact) -> &str {
    if contact.subject.is_empty() { "(no subject)" } else { &contact.subject }
}
