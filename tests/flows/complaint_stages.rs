//! The stages of a complaint, from the customer's email to the staff page.

use axum::http::StatusCode;
use domain::contact::{ContactId, Means};
use domain::deadline::DeadlineState;
use domain::decide::{Answer, StaffCommand};
use domain::library::load_built_in;
use domain::standards::Priority;
use functions::intake_email::{Envelope, Intake};
use tests::{Browser, Scenario, at};

const JO: &str = "jo@tenant.example";

/// A complaint whose first stage one member of staff answers by email.
async fn answered(scenario: &mut Scenario, help: &str, person: &str) -> ContactId {
    let id = scenario.tenant_emails(help, "Nobody came", "I waited all day.").await;
    let category = "complaint".parse().unwrap();
    let triage = StaffCommand::Triage { category, priority: Priority::Normal };
    scenario.staff(person, &id, triage).await;
    let text = "We do not uphold it.".into();
    let at = scenario.simulation.app.now();
    let answer = Answer { means: Means::Email, text, at, closes: true };
    scenario.staff(person, &id, StaffCommand::Answer(answer)).await;
    id
}

async fn answered_by_priya(scenario: &mut Scenario) -> ContactId {
    answered(scenario, "help@westkent.example", "priya.shah").await
}

#[tokio::test]
async fn a_reply_by_email_to_the_answer_starts_stage_two_from_when_it_was_received() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = answered_by_priya(&mut scenario).await;
    // Given a reply of Friday evening that is taken in on Monday, because the table could not be reached
    let answer = scenario.last_to(JO);
    let headers = format!("In-Reply-To: <{}>\r\n", answer.message_id);
    let raw = scenario.message(JO, &answer.reply_to, "Re: Nobody came", "I disagree.", &headers);
    scenario.advance_to("2026-06-08 09:00").await;
    let envelope = Envelope {
        sender: Some(JO.into()),
        recipients: vec![answer.reply_to],
        received_at: Some(at("2026-06-05 20:00")),
    };
    let taken = scenario.simulation.deliver(&envelope, &raw).await.unwrap();
    assert_eq!(taken, [Intake::Joined(id)]);
    scenario.run_until_idle().await;
    // Then stage 2 counts from Friday
    let contact = scenario.contact(&id).await;
    assert_eq!((contact.stage, contact.stage_requests[0].at), (2, at("2026-06-05 20:00")));
    let due = contact.deadline(&"chc-s2-ack".parse().unwrap()).unwrap().due_at;
    assert_eq!(due, at("2026-06-12 16:45"));
    assert!(contact.closed.is_none(), "it is open again");
    // And the customer, the team and its lead hear of it
    let dates = scenario.last_to(JO);
    assert_eq!(
        dates.subject.split(" [").next(),
        Some("Auto: your complaint is at stage 2: Nobody came"),
        "{}",
        dates.subject
    );
    assert!(dates.text.starts_with("You asked us on Friday 5 June to look"), "{}", dates.text);
    let staff = scenario.mailer().sent();
    assert!(staff.iter().any(|mail| mail.subject.starts_with("Asked for stage 2")));
    insta::assert_snapshot!("stage-started", dates.text);
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_that_says_thanks_starts_no_stage() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = answered_by_priya(&mut scenario).await;
    let answer = scenario.last_to(JO);
    let thanks = "Thank you very much, Priya.\r\n\r\nKind regards\r\nJo Tenant";
    let taken = scenario.reply(JO, &answer, thanks, "").await;
    assert_eq!(taken, [Intake::Joined(id)]);
    assert_eq!(scenario.contact(&id).await.stage, 1);
    assert_eq!(scenario.last_to(JO).message_id, answer.message_id, "no email goes to Jo");
    let notification = scenario.last_to("priya.shah@westkent.example");
    assert!(notification.subject.starts_with("Wrote again"), "{}", notification.subject);
    scenario.end().await;
}

#[tokio::test]
async fn an_automatic_reply_to_the_answer_starts_no_stage() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = answered_by_priya(&mut scenario).await;
    let answer = scenario.last_to(JO);
    let before = scenario.mailer().sent().len();
    let headers = "Auto-Submitted: auto-replied\r\n";
    scenario.reply(JO, &answer, "I am away until Monday.", headers).await;
    assert_eq!(scenario.contact(&id).await.stage, 1);
    assert_eq!(scenario.mailer().sent().len(), before, "nobody hears of it");
    scenario.end().await;
}

#[tokio::test]
async fn the_page_keeps_the_next_stage_for_somebody_else() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = answered_by_priya(&mut scenario).await;
    let answer = scenario.last_to(JO);
    scenario.advance_to("2026-06-03 10:00").await;
    scenario.reply(JO, &answer, "I disagree.", "").await;
    let path = format!("/staff/contacts/{id}");
    // Priya answered stage 1
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let page = priya.get(&path).await.page;
    assert!(page.contains("<dt>Considered by</dt><dd>stage 1: Priya Shah</dd>"), "{page}");
    assert!(page.contains("You considered this complaint at an earlier stage"), "{page}");
    assert!(!page.contains("value=\"answer\"") && page.contains("value=\"update\""), "{page}");
    let refused = priya.post(&format!("{path}/assign"), "to=priya.shah").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.page.contains("considered the complaint at an earlier stage"));
    // Helen takes it
    let mut helen = Browser::signed_in(&scenario, "helen.ward").await;
    let page = helen.get(&path).await.page;
    assert!(page.contains("Reason, if you choose Priya Shah"), "{page}");
    let assigned = helen.post(&format!("{path}/assign"), "to=helen.ward").await;
    assert_eq!(assigned.location, format!("{path}?done=assign"));
    let answered = "what=answer&means=phone&text=So.&closes=yes";
    let answered = helen.post(&format!("{path}/reply"), answered).await;
    assert_eq!(answered.location, format!("{path}?done=answer"));
    let page = helen.get(&path).await.page;
    assert!(page.contains("<dd>stage 1: Priya Shah; stage 2: Helen Ward</dd>"), "{page}");
    scenario.run_until_idle().await;
    scenario.end().await;
}

#[tokio::test]
async fn staff_correct_a_request_on_the_page_and_the_customer_is_told() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = answered_by_priya(&mut scenario).await;
    let answer = scenario.last_to(JO);
    scenario.advance_to("2026-06-03 10:00").await;
    scenario.reply(JO, &answer, "My new number is 01632 960 000.", "").await;
    let path = format!("/staff/contacts/{id}");
    let mut tom = Browser::signed_in(&scenario, "tom.okafor").await;
    let page = tom.get(&path).await.page;
    assert!(page.contains("They did not ask for stage 2"), "{page}");
    assert!(!page.contains("Decline the late request"), "West Kent sets no time to ask: {page}");
    let without = tom.post(&format!("{path}/date-stage-request"), "at=").await;
    assert!(without.page.contains("Enter when they had asked."), "{}", without.page);
    // They had called on the day before
    let form = "at=2026-06-02T09:00";
    let dated = tom.post(&format!("{path}/date-stage-request"), form).await;
    assert_eq!(dated.location, format!("{path}?done=date-stage-request"));
    scenario.run_until_idle().await;
    let dates = scenario.last_to(JO);
    assert!(dates.text.starts_with("You asked us on Tuesday 2 June to look"), "{}", dates.text);
    // They had called about something else
    let corrected = tom.post(&format!("{path}/not-a-stage-request"), "").await;
    assert_eq!(corrected.location, format!("{path}?done=not-a-stage-request"));
    scenario.run_until_idle().await;
    assert_eq!(scenario.contact(&id).await.stage, 1);
    insta::assert_snapshot!("stage-taken-back", scenario.last_to(JO).text);
    let page = tom.get(&path).await.page;
    assert!(page.contains("The customer had not asked for stage 2."), "{page}");
    // The deadlines that the message restarted send their reminders
    scenario.advance_to("2026-06-03 10:01").await;
    scenario.end().await;
}

#[tokio::test]
async fn a_manager_declines_a_late_request_and_the_customer_is_told_why() {
    let mut scenario = Scenario::of(load_built_in("kht").unwrap(), "2026-06-01 10:00").await;
    let id = answered(&mut scenario, "help@kht.example", "jo.bell").await;
    let answer = scenario.last_to(JO);
    scenario.advance_to("2026-06-25 10:00").await;
    scenario.reply(JO, &answer, "It is still wet.", "").await;
    assert_eq!(scenario.contact(&id).await.stage, 2, "it counts until somebody declines it");
    let path = format!("/staff/contacts/{id}");
    let form = "reason=The+repair+was+finished+in+March.";
    let mut jo = Browser::signed_in(&scenario, "jo.bell").await;
    assert!(!jo.get(&path).await.page.contains("Decline the late request"));
    let refused = jo.post(&format!("{path}/decline-stage"), form).await;
    assert!(refused.page.contains("Only a manager can decline"), "{}", refused.page);
    let mut ruth = Browser::signed_in(&scenario, "ruth.lane").await;
    assert!(ruth.get(&path).await.page.contains("Decline the late request for stage 2"));
    let declined = ruth.post(&format!("{path}/decline-stage"), form).await;
    assert_eq!(declined.location, format!("{path}?done=decline-stage"));
    scenario.run_until_idle().await;
    insta::assert_snapshot!("stage-declined", scenario.last_to(JO).text);
    let state = scenario.deadline(&id, "chc-s2-response").await;
    assert!(matches!(state, DeadlineState::Waived { .. }), "{state:?}");
    let page = ruth.get(&path).await.page;
    assert!(page.contains("The repair was finished in March."), "{page}");
    scenario.end().await;
}
