//! Contacts that are closed, or to which nothing is owed: the actions that are possible.

use axum::http::StatusCode;
use domain::contact::ContactId;
use domain::deadline::DeadlineState;
use functions::intake_email::Intake;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";
const PRIYA: &str = "priya.shah@westkent.example";

/// Sends a form about a contact as Tom Okafor, a manager. Returns the status and the page.
async fn post(
    scenario: &mut Scenario,
    id: &ContactId,
    action: &str,
    form: &str,
) -> (StatusCode, String) {
    let mut tom = Browser::signed_in(scenario, "tom.okafor").await;
    let answer = tom.post(&format!("/staff/contacts/{id}/{action}"), form).await;
    scenario.run_until_idle().await;
    (answer.status, answer.page)
}

async fn page(scenario: &Scenario, id: &ContactId) -> String {
    Browser::signed_in(scenario, "tom.okafor")
        .await
        .get(&format!("/staff/contacts/{id}"))
        .await
        .page
}

/// A contact that Priya answered from her mailbox, which closed it.
async fn answered(scenario: &mut Scenario) -> ContactId {
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    scenario.reply(PRIYA, &notification, "Thursdays.", "").await;
    assert!(scenario.contact(&id).await.closed.is_some());
    id
}

#[tokio::test]
async fn a_closed_contact_offers_a_note_and_reopening_and_refuses_everything_else() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = answered(&mut scenario).await;
    let shown = page(&scenario, &id).await;
    assert!(shown.contains("Leave a note") && shown.contains("Reopen contact"), "{shown}");
    for not_offered in
        ["value=\"answer\"", "value=\"takes-longer\"", "/triage", "/assign", "/milestone", "/close"]
    {
        assert!(!shown.contains(not_offered), "{not_offered}: {shown}");
    }
    let before = scenario.sent_to("jo@tenant.example").len();
    for (action, form) in [
        ("reply", "what=answer&means=email&text=x"),
        ("reply", "what=update&means=email&text=x"),
        ("reply", "what=takes-longer&until=2026-06-12&text=x"),
        ("call-attempt", "text=x"),
        ("triage", "category=repair&priority=urgent"),
        ("assign", "to=priya.shah"),
        ("hand-over", "to=housing"),
        ("milestone", "what=made-safe"),
    ] {
        let (status, shown) = post(&mut scenario, &id, action, form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{action} {form}");
        assert!(shown.contains("This contact is closed; reopen it first."), "{action}: {shown}");
    }
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), before, "nothing was sent");
    let (status, _) = post(&mut scenario, &id, "reply", "what=note&text=Rang+back").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    scenario.end().await;
}

#[tokio::test]
async fn a_tenant_who_was_answered_is_not_told_that_the_answer_will_be_late() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    post(&mut scenario, &id, "reply", "what=answer&means=email&text=Thursdays.").await;
    assert!(scenario.contact(&id).await.closed.is_none());
    let shown = page(&scenario, &id).await;
    for not_offered in ["value=\"update\"", "value=\"takes-longer\"", "value=\"no-answer\""] {
        assert!(!shown.contains(not_offered), "{not_offered}: {shown}");
    }
    assert!(shown.contains("value=\"answer\"") && shown.contains("Close contact"), "{shown}");
    for form in [
        "what=takes-longer&until=2026-06-12&text=x",
        "what=update&means=email&text=x",
        "what=update&means=phone&text=x",
    ] {
        let (status, shown) = post(&mut scenario, &id, "reply", form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(shown.contains("Nothing is owed to the customer"), "{form}: {shown}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn reopening_needs_a_reason_and_makes_owed_again_what_closing_waived() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    post(&mut scenario, &id, "reply", "what=no-answer&text=Advertising").await;
    assert!(matches!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Waived { .. }));
    let (status, shown) = post(&mut scenario, &id, "reopen", "reason=+").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.contains("Give the reason"), "{shown}");
    let (status, _) = post(&mut scenario, &id, "reopen", "reason=It+was+a+tenant").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    let shown = page(&scenario, &id).await;
    assert!(shown.contains("It was a tenant") && shown.contains("owed again"), "{shown}");
    // Reminders and the breach follow as if it had never been closed
    scenario.advance_to("2026-06-03 18:00").await;
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    assert!(scenario.last_to("tom.okafor@westkent.example").subject.starts_with("OVERDUE"));
    scenario.end().await;
}

#[tokio::test]
async fn what_was_due_while_a_contact_was_closed_in_error_is_missed_when_it_is_reopened() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    post(&mut scenario, &id, "reply", "what=no-answer&text=Advertising").await;
    scenario.advance_to("2026-06-08 10:00").await;
    post(&mut scenario, &id, "reopen", "reason=It+was+a+tenant").await;
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    scenario.advance_to("2026-06-08 10:01").await;
    scenario.end().await;
}

#[tokio::test]
async fn a_second_reply_from_a_mailbox_reaches_the_tenant_though_the_contact_is_closed() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = answered(&mut scenario).await;
    let notification = scenario.sent_to(PRIYA).remove(0);
    let taken = scenario.reply(PRIYA, &notification, "Sorry, Fridays.", "").await;
    assert_eq!(taken, [Intake::Answered(id)]);
    assert!(scenario.last_to("jo@tenant.example").text.starts_with("Sorry, Fridays."));
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}
