//! The pages as people see them. A change of words is a change of these snapshots, for somebody to
//! read.

use axum::Router;
use functions::intake_web;
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";

/// Compares a page with its snapshot. The keys and tokens of its forms are random, and are left out.
fn assert_page(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    for field in ["idempotency_key", "key", "csrf"] {
        settings.add_filter(
            &format!(r#"name="{field}" value="[\w-]{{30,}}"#),
            format!(r#"name="{field}" value="(random)"#),
        );
    }
    settings.bind(|| insta::assert_snapshot!(name, page));
}

fn customer(scenario: &Scenario) -> Browser {
    let pages: Router = intake_web::routes(scenario.simulation.app.clone());
    Browser::new(pages, "https://kept.example")
}

async fn page(scenario: &Scenario, person: &str, path: &str) -> String {
    Browser::signed_in(scenario, person).await.get(path).await.page
}

#[tokio::test]
async fn the_form_empty_and_with_errors() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let mut browser = customer(&scenario);
    assert_page("form", &browser.get("/").await.page);
    let body = "name=&email=jo%40&phone=abc&category=general&message=&idempotency_key=";
    assert_page("form-with-errors", &browser.post_without_token("/contacts", body, &[]).await.page);
    scenario.end().await;
}

#[tokio::test]
async fn a_message_that_was_sent_and_its_status() {
    let mut scenario = Scenario::at("2026-05-01 16:50").await;
    let mut browser = customer(&scenario);
    let body = "name=Jo&email=jo%40tenant.example&phone=&address=1+Oak+Road&category=repair\
                &message=My+tap+drips&idempotency_key=k1";
    let sent = browser.post_without_token("/contacts", body, &[]).await;
    scenario.run_until_idle().await;
    assert_page("sent", &sent.page);
    let status = browser.get(&sent.location).await;
    assert_page("status", &status.page);
    scenario.advance_to("2026-05-08 09:00").await;
    assert_page("status-overdue", &browser.get(&sent.location).await.page);
    assert_page("not-found", &browser.get("/contacts/000000000000/aaaaaaaaaa").await.page);
    scenario.end().await;
}

#[tokio::test]
async fn the_work_list_with_work_and_without() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    assert_page("work-list-empty", &page(&scenario, "priya.shah", "/staff").await);
    scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let automatic = "Auto-Submitted: auto-generated\r\n";
    let raw = scenario.message("robot@tenant.example", HELP, "", "beep", automatic);
    scenario.deliver("robot@tenant.example", &[HELP], &raw).await;
    scenario.advance_to("2026-06-03 18:00").await;
    assert_page("work-list", &page(&scenario, "priya.shah", "/staff").await);
    scenario.end().await;
}

#[tokio::test]
async fn a_contact_for_staff_and_a_complaint_for_a_manager() {
    let mut scenario = Scenario::at("2026-05-01 16:50").await;
    let id = scenario.tenant_emails(HELP, "No hot water", "Hello <b>there</b>").await;
    let path = format!("/staff/contacts/{id}");
    assert_page("contact", &page(&scenario, "priya.shah", &path).await);
    let triage = "category=complaint&priority=normal";
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    priya.post(&format!("{path}/triage"), triage).await;
    scenario.advance_to("2026-05-20 09:00").await;
    let mut helen = Browser::signed_in(&scenario, "helen.ward").await;
    assert_page("complaint", &helen.get(&format!("{path}?done=triage")).await.page);
    let error = helen.post(&format!("{path}/reply"), "what=update&means=email&text=").await;
    assert_page("contact-with-error", &error.page);
    scenario.end().await;
}

#[tokio::test]
async fn the_form_for_recording_a_contact() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    assert_page("record", &priya.get("/staff/record").await.page);
    let error = priya.post("/staff/record", "channel=letter&team=repairs&message=").await;
    assert_page("record-with-error", &error.page);
    scenario.end().await;
}

#[tokio::test]
async fn signing_in_and_out_on_one_machine() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let app = scenario.simulation.app.clone();
    let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
    let mut browser = Browser::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080");
    assert_page("sign-in", &browser.get("/sign-in").await.page);
    assert_page("signed-out", &browser.get("/signed-out").await.page);
    let expired = browser.post("/staff/record", "message=x").await;
    assert_page("session-expired", &expired.page);
    scenario.end().await;
}
