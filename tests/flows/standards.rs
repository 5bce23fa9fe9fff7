//! The parts of standards besides dates: required wording, action prompts, windows and extensions.

use chrono::NaiveDate;
use domain::contact::Means;
use domain::deadline::DeadlineState;
use domain::decide::{Answer, StaffCommand};
use domain::library::load_built_in;
use domain::organisation::{Organisation, TeamId};
use domain::standards::Priority;
use tests::{Browser, Scenario};

const JO: &str = "jo@tenant.example";

fn organisation(id: &str) -> Organisation {
    load_built_in(id).unwrap()
}

fn answer(scenario: &Scenario, means: Means) -> StaffCommand {
    let at = scenario.simulation.app.now();
    StaffCommand::Answer(Answer { means, text: "We are sorry.".into(), at, closes: false })
}

fn sorted_as(category: &str, priority: Priority) -> StaffCommand {
    StaffCommand::Triage { category: category.parse().unwrap(), priority }
}

#[tokio::test]
async fn emails_about_a_complaint_say_how_to_reach_the_ombudsman() {
    let mut scenario = Scenario::at("2026-06-05 10:00").await;
    let id = scenario.tenant_emails("help@westkent.example", "A complaint", "Nobody came.").await;
    scenario.staff("priya.shah", &id, sorted_as("complaint", Priority::Normal)).await;
    let reached = StaffCommand::RecordMilestone {
        reason: None,
        milestone: "complaint-defined".parse().unwrap(),
        at: scenario.simulation.app.now(),
        by_post: false,
    };
    scenario.staff("priya.shah", &id, reached).await;
    scenario.advance_to("2026-06-08 10:00").await;
    let until = NaiveDate::from_ymd_opt(2026, 6, 26).unwrap();
    let notice = scenario.delay_notice(until, "The surveyor is ill.");
    scenario.staff("priya.shah", &id, notice).await;
    let delay = scenario.last_to(JO);
    assert!(delay.text.contains("info@housing-ombudsman.org.uk"), "{}", delay.text);
    assert!(delay.html.contains("info@housing-ombudsman.org.uk"));
    let contact = scenario.contact(&id).await;
    let due = contact.deadline(&"chc-s1-response".parse().unwrap()).unwrap().due_at;
    assert_eq!(due, tests::at("2026-06-26 16:45"), "the notice puts the response off");
    let given = answer(&scenario, Means::Email);
    scenario.staff("priya.shah", &id, given).await;
    assert!(scenario.last_to(JO).text.contains("PO Box 1484"));
    scenario.end().await;
}

#[tokio::test]
async fn a_customer_is_told_which_team_has_their_contact() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails("help@westkent.example", "Gate", "It is stuck.").await;
    scenario
        .staff("priya.shah", &id, StaffCommand::HandOver { team: TeamId("repairs".into()) })
        .await;
    let word = scenario.last_to(JO);
    assert!(word.text.contains("our Repairs team"), "{}", word.text);
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        word.subject,
        word.text.replace(contact_ref(&word.subject), "WK-…")
    ));
    scenario.end().await;
}

fn contact_ref(subject: &str) -> &str {
    subject.rsplit_once('[').map_or("", |(_, rest)| rest.trim_end_matches(']'))
}

#[tokio::test]
async fn an_automatic_sender_is_not_told_of_a_hand_over() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let to = "help@westkent.example";
    let raw =
        scenario.message(JO, to, "Out of office", "Back soon.", "Auto-Submitted: auto-replied\r\n");
    let taken = scenario.deliver(JO, &[to], &raw).await;
    let [functions::intake_email::Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
    scenario
        .staff("priya.shah", id, StaffCommand::HandOver { team: TeamId("repairs".into()) })
        .await;
    assert!(scenario.sent_to(JO).is_empty());
    let notification = scenario.last_to("dan.fisher@westkent.example");
    assert!(
        notification.text.contains("TO DO: We have passed your enquiry to"),
        "{}",
        notification.text
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_customer_is_reminded_of_their_window_before_it_closes() {
    let mut scenario = Scenario::of(organisation("kht"), "2026-06-01 10:00").await;
    let id = scenario.tenant_emails("help@kht.example", "A complaint", "Nobody came.").await;
    scenario.staff("jo.bell", &id, sorted_as("complaint", Priority::Normal)).await;
    let given = answer(&scenario, Means::Email);
    scenario.staff("jo.bell", &id, given).await;
    let before = scenario.sent_to(JO).len();
    scenario.advance_to("2026-06-12 18:00").await;
    let letters = scenario.sent_to(JO);
    assert_eq!(letters.len(), before + 1);
    let window = letters.last().unwrap();
    assert!(window.text.contains("by the end of Monday 15 June"), "{}", window.text);
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        window.subject,
        window.text.replace(contact_ref(&window.subject), "KHT-…")
    ));
    assert!(matches!(scenario.deadline(&id, "kht-s2-window").await, DeadlineState::Open));
    scenario.end().await;
}

#[tokio::test]
async fn an_emergency_at_night_notifies_the_person_on_call_at_once() {
    let mut scenario = Scenario::of(organisation("kht"), "2026-06-06 02:00").await;
    let id = scenario.tenant_emails("repairs@kht.example", "Gas", "It smells of gas.").await;
    scenario.staff("kit.moss", &id, sorted_as("repair", Priority::Emergency)).await;
    let notification = scenario.last_to("amir.aziz@kht.example");
    assert!(notification.subject.starts_with("To do: Gas"), "{}", notification.subject);
    assert!(notification.text.contains("send somebody now"), "{}", notification.text);
    scenario.end().await;
}

#[tokio::test]
async fn an_acknowledgement_gives_firm_dates_and_required_wording() {
    let mut scenario = Scenario::of(organisation("nihe"), "2026-06-01 10:00").await;
    scenario.tenant_emails("help@nihe.example", "Question", "When?").await;
    let letter = scenario.last_to(JO);
    assert!(
        letter.text.contains("Out of hours, we help with emergency repairs"),
        "{}",
        letter.text
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_report_of_damp_is_acknowledged_with_the_date_of_the_investigation() {
    let scenario = Scenario::at("2026-06-06 10:00").await;
    let body = serde_json::json!({
        "name": "Jo", "email": JO, "category": "damp-and-mould", "message": "Black mould.",
        "idempotency_key": "once",
    });
    let request = axum::http::Request::post("/contacts")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let routes = functions::intake_web::routes(scenario.simulation.app.clone());
    let answer = tower::ServiceExt::oneshot(routes, request).await.unwrap();
    let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    let deadlines = answer["deadlines"].as_array().unwrap();
    let standards: Vec<_> = deadlines.iter().map(|d| d["standard"].as_str().unwrap()).collect();
    assert_eq!(standards, ["awaab-investigate"]);
    let mut scenario = scenario;
    scenario.run_until_idle().await;
    let letter = scenario.last_to(JO);
    assert!(
        letter.text.contains("We will complete our investigation by the end of Friday 19 June."),
        "{}",
        letter.text
    );
    scenario.end().await;
}

#[tokio::test]
async fn the_option_that_kept_an_either_or_promise_is_on_the_page_in_the_history_and_in_the_figures()
 {
    let mut scenario = Scenario::of(organisation("kht"), "2026-06-01 10:00").await;
    let id = scenario.tenant_emails("help@kht.example", "A complaint", "Nobody came.").await;
    scenario.staff("jo.bell", &id, sorted_as("complaint", Priority::Normal)).await;
    scenario.advance_to("2026-06-05 10:00").await;
    let mut browser = Browser::signed_in(&scenario, "jo.bell").await;
    let page = browser.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(page.contains("Letter: too late. Its time ended Thursday 4 June at 5pm."), "{page}");
    assert!(page.contains("Telephone call: in time until Monday 8 June at 5pm."), "{page}");
    let given = answer(&scenario, Means::Phone);
    scenario.staff("jo.bell", &id, given).await;
    let page = browser.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(page.contains("<li>Met by this option: Telephone call.</li>"), "{page}");
    assert!(
        page.contains("Acknowledgement of a complaint: met by this option: Telephone call."),
        "{page}"
    );
    let close = StaffCommand::Close { reason: Some("Answered by phone".into()) };
    scenario.staff("jo.bell", &id, close).await;
    let figures = functions::report::month(&scenario.simulation.app, "2026-06").await.unwrap();
    assert_eq!(figures["kht-complaint-ack"].kept_by["kht-complaint-ack-phone"], 1);
    scenario.end().await;
}
