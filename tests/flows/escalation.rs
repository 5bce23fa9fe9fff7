//! Nobody answers: who is told when.

use chrono::Timelike as _;
use domain::contact::DeadlineState;
use domain::decide::Command;
use tests::{Scene, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn the_ladder_is_walked_from_owner_to_manager_in_working_time() {
    let mut scene = Scene::at("2026-05-01 16:50").await;
    let id = scene.tenant_emails(HELP, "No hot water", "Please help").await;
    scene.until("2026-05-08 18:00").await;
    let told: Vec<(String, String)> = scene
        .letterbox()
        .sent()
        .into_iter()
        .filter(|mail| {
            mail.to.address.ends_with("@westkent.example") && !mail.subject.starts_with("New")
        })
        .map(|mail| {
            let local = mail.date.with_timezone(&chrono_tz::Tz::Europe__London);
            (local.format("%a %-d %b %H:%M:%S").to_string(), mail.to.address)
        })
        .collect();
    let expected = [
        ("Tue 5 May 08:45:00", "priya.shah@westkent.example"),
        ("Wed 6 May 08:45:00", "priya.shah@westkent.example"),
        ("Wed 6 May 17:15:01", "tom.okafor@westkent.example"),
        ("Thu 7 May 17:15:00", "helen.ward@westkent.example"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(at, who)| ((*at).to_owned(), (*who).to_owned())).collect();
    assert_eq!(told, expected);
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    // Once everything has been said, nothing is left to wake for
    assert_eq!(scene.contact(&id).await.wakes_at(), None);
    scene.end().await;
}

#[tokio::test]
async fn an_answer_in_the_last_second_keeps_the_promise_and_one_after_it_does_not() {
    for (answered, kept) in [("2026-06-03 17:15:00", true), ("2026-06-03 17:15:01", false)] {
        let mut scene = Scene::at("2026-06-02 10:00").await;
        let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
        scene.until("2026-06-03 17:20").await;
        // Logged a few minutes later, for the time at which it happened
        let answer = domain::decide::Answer {
            means: domain::contact::Means::Phone,
            text: "Rang them".into(),
            at: at(answered),
            closes: true,
        };
        scene.staff("priya.shah", &id, Command::Answer(answer)).await;
        let state = scene.deadline(&id, "wk-email-cs").await;
        assert_eq!(matches!(state, DeadlineState::Kept { .. }), kept, "{answered}: {state:?}");
        scene.end().await;
    }
}

#[tokio::test]
async fn a_contact_that_was_answered_reminds_nobody() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    let answer = domain::decide::Answer {
        means: domain::contact::Means::Phone,
        text: "Rang them".into(),
        at: at("2026-06-02 10:00"),
        closes: false,
    };
    scene.staff("priya.shah", &id, Command::Answer(answer)).await;
    let before = scene.letterbox().sent().len();
    scene.until("2026-06-20 12:00").await;
    assert_eq!(scene.letterbox().sent().len(), before);
    scene.end().await;
}

#[tokio::test]
async fn a_timer_that_fires_late_early_or_twice_does_no_harm() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    let desk = scene.stage.desk.clone();
    let before = scene.contact(&id).await;
    functions::deadline::fired(&desk, &id).await.unwrap();
    assert_eq!(scene.contact(&id).await, before, "it came early");
    scene.until("2026-06-03 12:00").await;
    let sent = scene.letterbox().sent().len();
    functions::deadline::fired(&desk, &id).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.letterbox().sent().len(), sent, "it came twice");
    let nobody = "000000000000".parse().unwrap();
    functions::deadline::fired(&desk, &nobody).await.unwrap();
    scene.end().await;
}

#[tokio::test]
async fn no_reminder_is_sent_at_night_or_on_a_weekend() {
    for start in ["2026-06-02 10:00", "2026-06-05 23:50", "2026-12-23 16:00", "2026-03-28 01:00"] {
        let mut scene = Scene::at(start).await;
        scene.tenant_emails(HELP, "Hello", "Hello").await;
        scene.tenant_emails("repairs@westkent.example", "Hello", "Hello").await;
        let first = scene.letterbox().sent().len();
        scene.stage.advance(scene.stage.desk.now() + chrono::TimeDelta::days(21)).await.unwrap();
        let sent = scene.letterbox().sent();
        assert!(sent.len() > first);
        for mail in &sent[first..] {
            let local = mail.date.with_timezone(&chrono_tz::Tz::Europe__London);
            let minutes = local.hour() * 60 + local.minute();
            assert!((525..=1035).contains(&minutes), "{local}: {}", mail.subject);
        }
        scene.end().await;
    }
}
