//! Reminders and escalations while nobody answers.

use chrono::Timelike as _;
use domain::deadline::DeadlineState;
use domain::decide::StaffCommand;
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn reminders_go_from_the_owner_to_the_manager_in_working_time() {
    let mut scenario = Scenario::at("2026-05-01 16:50").await;
    let id = scenario.tenant_emails(HELP, "No hot water", "Please help").await;
    scenario.advance_to("2026-05-08 18:00").await;
    let notified: Vec<(String, String)> = scenario
        .mailer()
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
    assert_eq!(notified, expected);
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    // After the last reminder no timer is left
    assert_eq!(scenario.contact(&id).await.next_timer_at(), None);
    scenario.end().await;
}

#[tokio::test]
async fn an_answer_in_the_last_second_is_in_time_and_one_a_second_later_is_late() {
    for (answered, kept) in [("2026-06-03 17:15:00", true), ("2026-06-03 17:15:01", false)] {
        let mut scenario = Scenario::at("2026-06-02 10:00").await;
        let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
        scenario.advance_to("2026-06-03 17:20").await;
        // Logged a few minutes later, with the time at which it happened
        let answer = domain::decide::Answer {
            means: domain::contact::Means::Phone,
            text: "Rang them".into(),
            at: at(answered),
            closes: true,
        };
        scenario.staff("priya.shah", &id, StaffCommand::Answer(answer)).await;
        let state = scenario.deadline(&id, "wk-email-cs").await;
        assert_eq!(matches!(state, DeadlineState::Met { .. }), kept, "{answered}: {state:?}");
        scenario.end().await;
    }
}

#[tokio::test]
async fn an_answered_contact_sends_no_reminders() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    let answer = domain::decide::Answer {
        means: domain::contact::Means::Phone,
        text: "Rang them".into(),
        at: at("2026-06-02 10:00"),
        closes: false,
    };
    scenario.staff("priya.shah", &id, StaffCommand::Answer(answer)).await;
    let before = scenario.mailer().sent().len();
    scenario.advance_to("2026-06-20 12:00").await;
    assert_eq!(scenario.mailer().sent().len(), before);
    scenario.end().await;
}

#[tokio::test]
async fn a_timer_that_fires_early_late_or_twice_does_no_harm() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    let app = scenario.simulation.app.clone();
    let before = scenario.contact(&id).await;
    functions::deadline::fired(&app, &id).await.unwrap();
    assert_eq!(scenario.contact(&id).await, before, "it came early");
    scenario.advance_to("2026-06-03 12:00").await;
    let sent = scenario.mailer().sent().len();
    functions::deadline::fired(&app, &id).await.unwrap();
    scenario.run_until_idle().await;
    assert_eq!(scenario.mailer().sent().len(), sent, "it came twice");
    let nobody = "000000000000".parse().unwrap();
    functions::deadline::fired(&app, &nobody).await.unwrap();
    scenario.end().await;
}

#[tokio::test]
async fn no_reminder_is_sent_at_night_or_at_the_weekend() {
    for start in ["2026-06-02 10:00", "2026-06-05 23:50", "2026-12-23 16:00", "2026-03-28 01:00"] {
        let mut scenario = Scenario::at(start).await;
        scenario.tenant_emails(HELP, "Hello", "Hello").await;
        scenario.tenant_emails("repairs@westkent.example", "Hello", "Hello").await;
        let first = scenario.mailer().sent().len();
        scenario
            .simulation
            .advance_to(scenario.simulation.app.now() + chrono::TimeDelta::days(21))
            .await
            .unwrap();
        let sent = scenario.mailer().sent();
        assert!(sent.len() > first);
        for mail in &sent[first..] {
            let local = mail.date.with_timezone(&chrono_tz::Tz::Europe__London);
            let minutes = local.hour() * 60 + local.minute();
            assert!((525..=1035).contains(&minutes), "{local}: {}", mail.subject);
        }
        scenario.end().await;
    }
}
