//! One contact: who, what, its clocks with their derivations, its history, what can be done.

use adapters::pages::{Choice, ClockCard, ContactPage};
use adapters::store::StoreError;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::contact::{Acknowledgement, Commit, Contact, ContactId, Event, Suppressed};
use domain::deadline::DeadlineState;
use domain::deadline::Derivation;
use domain::standards::{AppearsIn, Priority};
use serde::Deserialize;

use super::list::subject;
use super::{happened, history, people, teams};
use crate::http::{page, problem, unavailable};
use crate::intake_web::categories;
use crate::sign_in::SignedIn;
use crate::{App, wording};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let notice = match asked.done.as_str() {
        "answer" => {
            "Recorded. An email goes out at once; what it keeps is shown below when it has."
        }
        "delay" => "The customer is told at once.",
        "log" => "Logged.",
        "happened" => "Recorded.",
        "sort" => "Sorted; the clocks are those that apply now.",
        "escalate" => "The next stage has begun. Give it to somebody who has not considered it.",
        "assign" => "Assigned.",
        "pass" => "Passed on.",
        "close" => "Closed.",
        "record" => "Recorded.",
        _ => "",
    };
    let said = Said { notice, error: "", draft: "" };
    match id.parse() {
        Ok(id) => page_of(&app, &id, &who, StatusCode::OK, said).await,
        Err(_) => unknown(),
    }
}

/// What the page says besides the contact.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    /// What came of the last action.
    pub(super) notice: &'a str,
    /// What was wrong with it.
    pub(super) error: &'a str,
    /// What was typed and could not be sent.
    pub(super) draft: &'a str,
}

pub(super) fn unknown() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "There is no such contact",
        "Check the reference, or look in the work list.",
    )
}

/// A contact's page.
pub(super) async fn page_of(
    app: &App,
    id: &ContactId,
    who: &SignedIn,
    status: StatusCode,
    said: Said<'_>,
) -> Response {
    let read: Result<_, StoreError> =
        async { Ok((app.store.load(id).await?, app.store.log(id).await?)) }.await;
    match read {
        Ok((Some(contact), log)) => show_contact(app, &contact, &log, who, status, said),
        Ok((None, _)) => unknown(),
        Err(error) => unavailable(&error),
    }
}

fn show_contact(
    app: &App,
    contact: &Contact,
    log: &[Commit],
    who: &SignedIn,
    status: StatusCode,
    said: Said<'_>,
) -> Response {
    let (organisation, now) = (&app.organisation, app.now());
    let name = |id: &str| organisation.person(id).map_or_else(|| id.to_owned(), |p| p.name.clone());
    let team = organisation.team(contact.team.as_str());
    let owner =
        contact.owner.as_ref().map_or_else(|| "nobody yet".into(), |owner| name(owner.as_str()));
    let category = organisation.category(contact.category.as_str());
    let stands = match &contact.closed {
        Some(closed) => format!("closed {}", wording::moment(organisation, closed.at, now)),
        None => "open".into(),
    };
    let facts = [
        ("About", category.map_or_else(|| contact.category.to_string(), |c| c.label.clone())),
        ("Priority", contact.priority.to_string()),
        ("Stage", if contact.stage > 1 { contact.stage.to_string() } else { "first".into() }),
        ("Team", team.map_or_else(|| contact.team.to_string(), |team| team.name.clone())),
        ("With", owner),
        ("State", stands),
    ];
    let customer = &contact.customer;
    let mut lines = vec![wording::customer(contact)];
    if let Some(reply_to) = &customer.reply_to {
        lines.push(format!("wants to be answered at {reply_to}"));
    }
    lines.extend(
        [&customer.phone, &customer.address].into_iter().filter(|l| !l.is_empty()).cloned(),
    );
    let (acknowledgement, missing) = acknowledgement(app, contact);
    let contact_facts = contact.facts();
    let required_wording = organisation.required_wording(AppearsIn::StaffPage, &contact_facts);
    let checklist: Vec<&str> = required_wording.map(|content| content.text.as_str()).collect();
    let priorities: Vec<&str> = Priority::ALL.iter().map(|priority| priority.as_str()).collect();
    let received = wording::moment(organisation, contact.received_at, now);
    page(
        status,
        &ContactPage {
            signed: who.page(),
            id: contact.id.as_str(),
            reference: &contact.reference(organisation),
            subject: subject(contact),
            notice: said.notice,
            error: said.error,
            customer: &lines,
            received: &format!("{received}, by {}", wording::channel(contact.channel)),
            facts: &facts,
            acknowledgement: &acknowledgement,
            acknowledgement_missing: missing,
            clocks: &clocks(app, contact, log),
            history: &history::lines(app, log),
            closed: contact.closed.is_some(),
            can_email: customer.answer_to().is_some(),
            people: &people(app),
            me: who.person.as_str(),
            teams: &teams(app),
            checklist: &checklist,
            categories: &sorts(app),
            category: contact.category.as_str(),
            priorities: &priorities,
            priority: contact.priority.as_str(),
            happenings: &happened::choices(organisation, contact),
            has_next_stage: happened::has_next_stage(organisation, contact),
            draft: said.draft,
            key: &uuid::Uuid::new_v4().to_string(),
        },
    )
}

/// What a contact can be about: what customers choose from, and what only the standards know.
fn sorts(app: &App) -> Vec<Choice> {
    let mut choices = categories(app);
    for category in app.organisation.known_categories() {
        if !choices.iter().any(|choice| choice.value == category.as_str()) {
            let label = category.as_str().replace('-', " ");
            choices.push(Choice { value: category.to_string(), label });
        }
    }
    choices
}

/// Whether receipt was confirmed, and whether somebody has to look at that.
fn acknowledgement(app: &App, contact: &Contact) -> (String, bool) {
    match &contact.acknowledgement {
        Acknowledgement::OnItsWay => ("An acknowledgement is on its way.".into(), false),
        Acknowledgement::Outcome { at } => {
            let at = wording::moment(&app.organisation, *at, app.now());
            (format!("Acknowledged {at}."), false)
        }
        Acknowledgement::Suppressed { why } => {
            let fine = matches!(why, Suppressed::RecordedByStaff | Suppressed::NoAddress);
            (format!("No acknowledgement went out: {}.", why.in_words()), !fine)
        }
        Acknowledgement::Failed => (
            "The acknowledgement could not be delivered: check the customer's address.".into(),
            true,
        ),
    }
}

/// The clocks with the account of each as it was last given.
fn clocks(app: &App, contact: &Contact, log: &[Commit]) -> Vec<ClockCard> {
    let given = |id: &str| -> Option<&Derivation> {
        let events = log.iter().rev().flat_map(|commit| commit.events.iter().rev());
        events.into_iter().find_map(|event| match event {
            Event::DeadlineStarted { deadline, derivation, .. }
            | Event::DeadlineMoved { deadline, derivation, .. }
                if deadline == id =>
            {
                derivation.as_ref()
            }
            _ => None,
        })
    };
    let mut deadlines: Vec<_> = contact.deadlines.iter().collect();
    deadlines.sort_by_key(|deadline| (!deadline.is_outstanding(), deadline.due_at));
    let card = |deadline: &domain::deadline::Deadline| ClockCard {
        line: wording::due_line(&app.organisation, deadline, app.now()),
        account: given(&deadline.id).map(Derivation::account).unwrap_or_default(),
        post_by: wording::post_by(&app.organisation, deadline, app.now()),
        look: match deadline.state {
            DeadlineState::Open => "running",
            DeadlineState::Missed | DeadlineState::Late { .. } => "late",
            DeadlineState::Kept { .. } => "kept",
            DeadlineState::Waived { .. } | DeadlineState::Lapsed => "off",
        },
        internal: deadline.internal,
    };
    deadlines.into_iter().map(card).collect()
}
