//! The page of one contact: the customer, the deadlines with their derivations, the history and the
//! actions.

use std::collections::{BTreeMap, BTreeSet};

use adapters::pages::{Choice, ContactPage, DeadlineCard, ReplyLine};
use adapters::store::StoreError;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::contact::{
    Acknowledgement, Commit, Contact, ContactId, Event, StaffReply, SuppressionReason,
};
use domain::deadline::{Deadline, DeadlineId, DeadlineState, Derivation};
use domain::decide::{allowed_actions, endings, milestones};
use domain::organisation::{Organisation, PersonId};
use domain::standards::{AppearsIn, Category, Milestone, Priority};
use domain::wording;
use serde::Deserialize;

use super::action::Action;
use super::list::subject;
use super::reply::ReplyChoice;
use super::{owner, people, teams};
use crate::contact_form::{categories, random_key};
use crate::http::{page, problem, unavailable};
use crate::sign_in::SignedIn;
use crate::{App, views};

/// The query of a contact's page.
#[derive(Deserialize)]
pub(super) struct ContactQuery {
    /// The name of the action that led here, or `record`.
    #[serde(default)]
    done: String,
    /// The number of the commit of a reply that may have been the full response.
    reply: Option<u32>,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<ContactQuery>,
) -> Response {
    let Ok(id) = id.parse() else { return not_found() };
    let notice = match query.done.as_str() {
        "record" => "The contact has been recorded.",
        done => Action::parse(done)
            .map(Action::notice)
            .or_else(|| ReplyChoice::parse(done).map(ReplyChoice::notice))
            .unwrap_or_default(),
    };
    let feedback = Feedback { notice, reply: query.reply, ..Feedback::default() };
    contact_page(&app, &id, &signed_in, StatusCode::OK, feedback).await
}

/// The feedback on the last action.
#[derive(Clone, Copy, Default)]
pub(super) struct Feedback<'a> {
    /// The message after an action; empty if there was none.
    pub(super) notice: &'a str,
    /// The error in an action; empty if there was none.
    pub(super) error: &'a str,
    /// The choice that was made for an action that failed.
    pub(super) what: &'a str,
    /// The text that was written for an action that failed.
    pub(super) draft: &'a str,
    /// The reply that a link asks about.
    pub(super) reply: Option<u32>,
    /// The new date of a delay notice that has to be confirmed; empty if there is none.
    pub(super) unconfirmed_until: &'a str,
    /// The means of that notice; empty if there is none.
    pub(super) unconfirmed_means: &'a str,
    /// When that notice was given, as the form has it; empty if it is now, or there is none.
    pub(super) unconfirmed_at: &'a str,
}

pub(super) fn not_found() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "Contact not found",
        "Check the reference, or look for the contact in the work list.",
    )
}

/// Returns a contact's page.
pub(super) async fn contact_page(
    app: &App,
    id: &ContactId,
    signed_in: &SignedIn,
    status: StatusCode,
    feedback: Feedback<'_>,
) -> Response {
    let loaded: Result<_, StoreError> =
        async { Ok((app.store.load(id).await?, app.store.log(id).await?)) }.await;
    match loaded {
        Ok((Some(contact), log)) => render(app, &contact, &log, signed_in, status, feedback),
        Ok((None, _)) => not_found(),
        Err(error) => unavailable(&error),
    }
}

fn render(
    app: &App,
    contact: &Contact,
    log: &[Commit],
    signed_in: &SignedIn,
    status: StatusCode,
    feedback: Feedback<'_>,
) -> Response {
    let (organisation, now) = (&app.organisation, app.now());
    let contact_facts = contact.facts();
    let required_wording = organisation.required_wording(AppearsIn::StaffPage, &contact_facts);
    let checklist: Vec<&str> = required_wording.map(|wording| wording.text.as_str()).collect();
    let parts: Vec<&str> = organisation
        .full_responses(&contact_facts)
        .flat_map(|row| row.parts.iter().map(String::as_str))
        .collect();
    let milestones: Vec<Choice> =
        milestones(contact, organisation).into_iter().map(|m| milestone(organisation, m)).collect();
    let endings: Vec<Choice> =
        endings(contact, organisation).into_iter().map(|m| milestone(organisation, m)).collect();
    let priorities: Vec<&str> = Priority::ALL.iter().map(|priority| priority.as_str()).collect();
    let received = wording::date_time(organisation, contact.received_at, now);
    page(
        status,
        &ContactPage {
            user: signed_in.page_user(),
            id: contact.id.as_str(),
            reference: &contact.reference(organisation),
            subject: subject(contact),
            notice: feedback.notice,
            error: feedback.error,
            customer: &customer(contact),
            received: &format!(
                "{received}, by {}",
                wording::channel(organisation, contact.channel)
            ),
            facts: &facts(app, contact),
            acknowledgement: &wording::acknowledgement(organisation, contact, now),
            acknowledgement_missing: acknowledgement_missing(contact),
            deadlines: &deadlines(app, contact, log),
            history: &views::history(organisation, log, now),
            actions: &allowed_actions(
                contact,
                &signed_in.person,
                signed_in.role,
                now,
                organisation,
            ),
            parts: &parts,
            replies: &replies(app, contact, log),
            asked: feedback.reply.unwrap_or_default(),
            what: feedback.what,
            can_email: contact.customer.answer_to().is_some(),
            people: &people(app),
            stage: contact.stage,
            considered_before: &considered_before(app, contact),
            for_somebody_else: contact.is_for_somebody_else_than(&signed_in.person),
            me: signed_in.person.as_str(),
            teams: &teams(app),
            checklist: &checklist,
            categories: &known_categories(app),
            category: contact.category.as_str(),
            priorities: &priorities,
            priority: contact.priority.as_str(),
            milestones: &milestones,
            endings: &endings,
            draft: feedback.draft,
            unconfirmed_until: feedback.unconfirmed_until,
            unconfirmed_means: feedback.unconfirmed_means,
            unconfirmed_at: feedback.unconfirmed_at,
            key: &random_key(),
        },
    )
}

/// Returns the labels and values at the head of the page.
fn facts(app: &App, contact: &Contact) -> Vec<(&'static str, String)> {
    let (organisation, now) = (&app.organisation, app.now());
    let category = organisation.category(contact.category.as_str());
    let category = category.map_or_else(|| contact.category.to_string(), |c| c.label.clone());
    let status = match &contact.closed {
        Some(closed) => format!("Closed on {}", wording::date_time(organisation, closed.at, now)),
        None => "Open".into(),
    };
    let mut facts = vec![("Category", category), ("Priority", contact.priority.to_string())];
    if contact.category.as_str() == Category::COMPLAINT {
        facts.push(("Complaint stage", contact.stage.to_string()));
        let considered = considered_by(app, contact);
        if !considered.is_empty() {
            facts.push(("Considered by", considered));
        }
    }
    facts.extend([
        ("Team", wording::team(&app.organisation, &contact.team)),
        ("Assigned to", owner(app, contact)),
        ("Status", status),
    ]);
    facts
}

fn milestone(organisation: &Organisation, milestone: Milestone) -> Choice {
    let label = wording::milestone_label(organisation, milestone).into_owned();
    Choice { value: milestone.as_str().to_owned(), label }
}

/// Returns the replies that can be the full response, the latest first.
fn replies(app: &App, contact: &Contact, log: &[Commit]) -> Vec<ReplyLine> {
    let (organisation, now) = (&app.organisation, app.now());
    let line = |reply: &StaffReply| {
        let commit = log.iter().find(|commit| commit.number == reply.entry);
        let events = commit.into_iter().flat_map(|commit| &commit.events);
        let text = events.into_iter().find_map(|event| match event {
            Event::Answered { text, .. } | Event::UpdateGiven { text, .. } => Some(text.clone()),
            _ => None,
        });
        let at = wording::date_time(organisation, reply.at, now);
        ReplyLine {
            entry: reply.entry,
            label: format!("{at}, {}", wording::person(organisation, &reply.by)),
            text: text.unwrap_or_default(),
        }
    };
    contact.replies_to_confirm(organisation).into_iter().rev().map(line).collect()
}

/// Returns the names of the staff who considered the complaint at an earlier stage: "Priya Shah, Tom
/// Okafor"; empty if nobody did.
fn considered_before(app: &App, contact: &Contact) -> String {
    let earlier = contact.considered_by.iter().filter(|by| by.stage < contact.stage);
    let ids: BTreeSet<&PersonId> = earlier.map(|by| &by.person).collect();
    let names = ids.into_iter().map(|id| wording::person(&app.organisation, id));
    names.collect::<Vec<_>>().join(", ")
}

/// Returns the staff who considered the complaint, by stage: "stage 1: Priya Shah; stage 2: Helen Ward".
fn considered_by(app: &App, contact: &Contact) -> String {
    let mut stages: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for by in &contact.considered_by {
        let name = wording::person(&app.organisation, &by.person);
        stages.entry(by.stage).or_default().push(name);
    }
    let stage = |(stage, names): (u8, Vec<String>)| format!("stage {stage}: {}", names.join(", "));
    stages.into_iter().map(stage).collect::<Vec<_>>().join("; ")
}

/// Returns the customer's name and details, in lines.
fn customer(contact: &Contact) -> Vec<String> {
    let customer = &contact.customer;
    let mut lines = vec![wording::customer(contact)];
    if let Some(reply_to) = &customer.reply_to {
        lines.push(format!("Reply to {reply_to}"));
    }
    let details = [&customer.phone, &customer.address];
    lines.extend(details.into_iter().filter(|line| !line.is_empty()).cloned());
    lines
}

/// Returns the categories that staff can set: those that customers choose from, and those that only
/// the standards know.
fn known_categories(app: &App) -> Vec<Choice> {
    let mut choices = categories(app);
    for category in app.organisation.known_categories() {
        if !choices.iter().any(|choice| choice.value == category.as_str()) {
            let label = category.as_str().replace('-', " ");
            choices.push(Choice { value: category.to_string(), label });
        }
    }
    choices
}

/// Returns true if somebody should look into a missing acknowledgement.
fn acknowledgement_missing(contact: &Contact) -> bool {
    match contact.acknowledgement {
        Acknowledgement::OnItsWay | Acknowledgement::Confirmed { .. } => false,
        Acknowledgement::Suppressed { why } => !matches!(
            why,
            SuppressionReason::RecordedByStaff
                | SuppressionReason::NoAddress
                | SuppressionReason::NotNeeded
        ),
        Acknowledgement::Failed => true,
    }
}

/// Returns the deadlines, the open ones first. Each has the derivation that the log holds.
fn deadlines(app: &App, contact: &Contact, log: &[Commit]) -> Vec<DeadlineCard> {
    let last_derivation = |id: &DeadlineId| -> Option<&Derivation> {
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
    let card = |deadline: &Deadline| DeadlineCard {
        line: views::due_line(&app.organisation, deadline, app.now()),
        derivation: last_derivation(&deadline.id).map(wording::account).unwrap_or_default(),
        post_by: views::post_by(&app.organisation, deadline, app.now()),
        status: match deadline.state {
            DeadlineState::Open => "open",
            DeadlineState::Missed | DeadlineState::MetLate { .. } => "late",
            DeadlineState::Met { .. } => "met",
            DeadlineState::Waived { .. } | DeadlineState::Lapsed => "waived",
        },
        internal: deadline.internal,
        options: wording::options(&app.organisation, deadline, app.now()),
    };
    deadlines.into_iter().map(card).collect()
}
