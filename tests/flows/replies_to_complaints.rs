//! Replies by staff to complaints: an update until somebody says that it was the full response.

use axum::http::StatusCode;
use domain::contact::ContactId;
use domain::deadline::DeadlineState;
use domain::decide::StaffCommand;
use domain::standards::Priority;
use functions::intake_email::Intake;
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";
const PRIYA: &str = "priya.shah@westkent.example";

/// A complaint that Priya has sorted and defined.
async fn complaint(scenario: &mut Scenario) -> ContactId {
    let id = scenario.tenant_emails(HELP, "Nobody came", "I waited all day.").await;
    let category = "complaint".parse().unwrap();
    let triage = StaffCommand::Triage { category, priority: Priority::Normal };
    scenario.staff("priya.shah", &id, triage).await;
    let at = scenario.simulation.app.now();
    let milestone = "complaint-defined".parse().unwrap();
    let defined = StaffCommand::RecordMilestone { milestone, at, by_post: false, reason: None };
    scenario.staff("priya.shah", &id, defined).await;
    id
}

#[tokio::test]
async fn a_holding_reply_to_a_complaint_goes_to_the_tenant_and_the_answer_is_still_owed() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = complaint(&mut scenario).await;
    let notification = scenario.last_to(PRIYA);
    let taken = scenario.reply(PRIYA, &notification, "I will look into it.", "").await;
    assert_eq!(taken, [Intake::Updated(id)]);
    let update = scenario.last_to("jo@tenant.example");
    assert!(update.text.starts_with("I will look into it.\n\nPriya Shah\n"), "{}", update.text);
    assert!(
        update.text.contains("We will answer you by 5.15pm on Monday 15 June"),
        "{}",
        update.text
    );
    assert_eq!(scenario.deadline(&id, "chc-s1-response").await, DeadlineState::Open);
    assert!(scenario.contact(&id).await.closed.is_none());
    scenario.end().await;
}

#[tokio::test]
async fn the_link_to_say_that_it_was_the_full_response_leads_to_a_page_behind_the_sign_in() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = complaint(&mut scenario).await;
    let notification = scenario.last_to(PRIYA);
    scenario.advance_to("2026-06-09 15:00").await;
    scenario.reply(PRIYA, &notification, "We uphold your complaint, because ...", "").await;
    // Given the question that Priya gets
    let question = scenario.last_to(PRIYA);
    assert!(question.subject.starts_with("Sent as an update: Nobody came"), "{}", question.subject);
    assert!(question.text.contains("- the remedy\n"), "{}", question.text);
    let start = question.text.find("https://").unwrap();
    let link = question.text[start..].split_whitespace().next().unwrap();
    let path = link.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
    // Then nobody can follow the link without a sign-in, which leads back to it
    let app = scenario.simulation.app.clone();
    let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
    let mut stranger = Browser::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080");
    let answer = stranger.get(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let reply = path.split_once("?reply=").unwrap().1;
    assert!(answer.location.ends_with(&format!("{id}%3Freply%3D{reply}")), "{}", answer.location);
    // And opening it changes nothing
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let page = priya.get(&path).await.page;
    assert!(page.contains("<details open><summary>Say that an earlier reply"), "{page}");
    assert!(page.contains("required checked><label for=\"reply-"), "{page}");
    assert_eq!(scenario.deadline(&id, "chc-s1-response").await, DeadlineState::Open);
    // When she says so a week later, the complaint was answered when the reply was sent
    scenario.advance_to("2026-06-16 09:00").await;
    assert_eq!(scenario.deadline(&id, "chc-s1-response").await, DeadlineState::Missed);
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let confirm = format!("/staff/contacts/{id}/confirm");
    let answer = priya.post(&confirm, &format!("reply={reply}&closes=yes")).await;
    assert_eq!(answer.location, format!("/staff/contacts/{id}?done=confirm"));
    scenario.run_until_idle().await;
    let DeadlineState::Met { at, .. } = scenario.deadline(&id, "chc-s1-response").await else {
        panic!("not met")
    };
    assert_eq!(at, tests::at("2026-06-09 15:00"));
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}

#[tokio::test]
async fn on_the_page_staff_choose_what_they_write_means() {
    let choices = ["answer", "update", "takes-longer", "no-answer", "note"];
    for choice in choices {
        let mut scenario = Scenario::at("2026-06-01 10:00").await;
        let id = complaint(&mut scenario).await;
        let mut tom = Browser::signed_in(&scenario, "tom.okafor").await;
        let page = tom.get(&format!("/staff/contacts/{id}")).await.page;
        for offered in choices {
            assert!(page.contains(&format!("value=\"{offered}\"")), "{offered}: {page}");
        }
        assert!(page.contains("the remedy, any outstanding actions and how to escalate"), "{page}");
        let before = scenario.sent_to("jo@tenant.example").len();
        let form = format!("what={choice}&means=email&text=This.&until=2026-06-12&closes=yes");
        let answer = tom.post(&format!("/staff/contacts/{id}/reply"), &form).await;
        assert_eq!(answer.location, format!("/staff/contacts/{id}?done={choice}"));
        assert!(tom.get(&answer.location).await.page.contains("class=\"notice\""), "{choice}");
        scenario.run_until_idle().await;
        let sent = scenario.sent_to("jo@tenant.example").len() - before;
        let state = scenario.deadline(&id, "chc-s1-response").await;
        let as_expected = match choice {
            "answer" => sent == 1 && matches!(state, DeadlineState::Met { .. }),
            "update" | "takes-longer" => sent == 1 && state == DeadlineState::Open,
            "no-answer" => sent == 0 && matches!(state, DeadlineState::Waived { .. }),
            _ => sent == 0 && state == DeadlineState::Open,
        };
        assert!(as_expected, "{choice}: {sent} sent, {state:?}");
        scenario.end().await;
    }
}

#[tokio::test]
async fn an_update_from_the_page_asks_nobody_if_it_was_the_full_response() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = complaint(&mut scenario).await;
    let before = scenario.sent_to(PRIYA).len();
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let form = "what=update&means=email&text=Still+looking.";
    priya.post(&format!("/staff/contacts/{id}/reply"), form).await;
    scenario.run_until_idle().await;
    assert_eq!(scenario.sent_to(PRIYA).len(), before);
    // The page still offers to say so
    let page = priya.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(page.contains("Say that an earlier reply was our full response"), "{page}");
    scenario.end().await;
}
