//! Replies that join their contact.

use domain::contact::Event;
use domain::deadline::{DeadlineState, WaiverReason};
use functions::intake_email::Intake;
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn a_reply_to_the_acknowledgement_joins_the_contact_and_restarts_nothing() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let acknowledgement = scenario.last_to("jo@tenant.example");
    scenario.advance_to("2026-06-02 15:00").await;
    let taken = scenario.reply("jo@tenant.example", &acknowledgement, "It is Oak Road.", "").await;
    assert_eq!(taken, [Intake::Joined(id)]);
    let contact = scenario.contact(&id).await;
    assert_eq!(
        contact.deadline(&"wk-email-cs".parse().unwrap()).unwrap().due_at,
        at("2026-06-03 17:15")
    );
    assert!(contact.deadline(&"wk-email-cs~2".parse().unwrap()).is_none());
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1, "one acknowledgement is enough");
    // The notification has the new text without the quoted one
    let notification = scenario.last_to("priya.shah@westkent.example");
    assert!(notification.subject.starts_with("Wrote again"), "{}", notification.subject);
    assert!(
        notification.text.contains("It is Oak Road.")
            && !notification.text.contains("We have your message"),
        "{}",
        notification.text
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_is_recognised_by_its_address_alone() {
    // Some mail programs drop In-Reply-To, and some services change the Message-ID of what they send
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let to = scenario.last_to("jo@tenant.example").reply_to;
    let raw = scenario.message("jo@other.example", &to, "something else", "Oak Road", "");
    assert_eq!(
        scenario.deliver("jo@other.example", &[&to.to_uppercase()], &raw).await,
        [Intake::Joined(id)]
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_is_recognised_by_our_message_id_alone() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let ours = scenario.last_to("jo@tenant.example").message_id;
    let raw = scenario.message(
        "jo@tenant.example",
        HELP,
        "x",
        "Oak Road",
        &format!("References: <a@b> <{ours}>\r\n"),
    );
    assert_eq!(scenario.deliver("jo@tenant.example", &[HELP], &raw).await, [Intake::Joined(id)]);
    scenario.end().await;
}

#[tokio::test]
async fn a_second_email_in_the_tenants_own_thread_joins_the_contact() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let raw = scenario.message(
        "jo@tenant.example",
        HELP,
        "Re: Bins",
        "PS",
        "In-Reply-To: <m1@tenant.example>\r\n",
    );
    assert_eq!(scenario.deliver("jo@tenant.example", &[HELP], &raw).await, [Intake::Joined(id)]);
    // A stranger who knows the Message-ID cannot join
    let raw = scenario.message(
        "eve@elsewhere.example",
        HELP,
        "Re: Bins",
        "PS",
        "In-Reply-To: <m1@tenant.example>\r\n",
    );
    let taken = scenario.deliver("eve@elsewhere.example", &[HELP], &raw).await;
    assert!(matches!(taken.as_slice(), [Intake::New(_)]), "{taken:?}");
    scenario.end().await;
}

#[tokio::test]
async fn a_reference_in_the_subject_works_for_the_tenant_only() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let reference = scenario.contact(&id).await.reference(&scenario.simulation.app.organisation);
    let raw =
        scenario.message("JO@tenant.example", HELP, &format!("about {reference}"), "Oak Road", "");
    assert_eq!(scenario.deliver("jo@tenant.example", &[HELP], &raw).await, [Intake::Joined(id)]);
    let raw = scenario.message(
        "eve@elsewhere.example",
        HELP,
        &format!("about {reference}"),
        "Oak Road",
        "",
    );
    let taken = scenario.deliver("eve@elsewhere.example", &[HELP], &raw).await;
    assert!(matches!(taken.as_slice(), [Intake::New(_)]), "{taken:?}");
    scenario.end().await;
}

#[tokio::test]
async fn a_message_after_the_answer_starts_the_deadlines_again() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    scenario.reply("priya.shah@westkent.example", &notification, "Thursdays.", "").await;
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.advance_to("2026-06-04 18:00").await;
    let answer = scenario.last_to("jo@tenant.example");
    assert_eq!(
        scenario.reply("jo@tenant.example", &answer, "And the recycling?", "").await,
        [Intake::Joined(id)]
    );
    let contact = scenario.contact(&id).await;
    assert!(contact.closed.is_none());
    // Thursday after closing: received on Friday, due on Monday
    assert_eq!(
        contact.deadline(&"wk-email-cs~2".parse().unwrap()).unwrap().due_at,
        at("2026-06-08 17:15")
    );
    assert_eq!(
        contact.deadline(&"wk-email-ack~2".parse().unwrap()).unwrap().state,
        DeadlineState::Waived { why: WaiverReason::AcknowledgedBefore }
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_tenants_out_of_office_reply_to_our_answer_starts_nothing() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    scenario.reply("priya.shah@westkent.example", &notification, "Thursdays.", "").await;
    let answer = scenario.last_to("jo@tenant.example");
    let before = scenario.mailer().sent().len();
    let taken = scenario
        .reply("jo@tenant.example", &answer, "I am away.", "Auto-Submitted: auto-replied\r\n")
        .await;
    assert_eq!(taken, [Intake::Joined(id)]);
    assert!(scenario.contact(&id).await.closed.is_some());
    assert_eq!(scenario.mailer().sent().len(), before);
    let log = scenario.log(&id).await;
    assert!(
        log.iter().flat_map(|c| &c.events).any(|e| matches!(e, Event::CustomerWrote { .. })),
        "it is recorded"
    );
    scenario.end().await;
}
