//! Delays, hand-overs, updates, calls and closing: actions of staff other than an answer.

use chrono::NaiveDate;
use domain::contact::Means;
use domain::deadline::{DeadlineState, WaiverReason};
use domain::decide::{Command, Refusal, StaffCommand, Update};
use functions::Outcome;
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn a_delay_notice_meets_its_own_deadline_and_not_the_deadline_of_the_answer() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Lease", "Please explain").await;
    let until = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
    let notice = scenario.delay_notice(until, "We have to ask our solicitor.");
    scenario.staff("priya.shah", &id, notice).await;
    let mail = scenario.last_to("jo@tenant.example");
    assert!(mail.text.contains("by the end of Wednesday 10 June"), "{}", mail.text);
    assert!(matches!(scenario.deadline(&id, "wk-email-cs-delay").await, DeadlineState::Met { .. }));
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    scenario.advance_to("2026-06-05 12:00").await;
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    assert!(matches!(scenario.deadline(&id, "wk-email-cs-delay").await, DeadlineState::Met { .. }));
    scenario.end().await;
}

#[tokio::test]
async fn a_delay_notice_with_a_past_date_is_refused() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Lease", "Please explain").await;
    let until = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap();
    let notice = scenario.delay_notice(until, "");
    let given = scenario.staff("priya.shah", &id, notice).await;
    assert!(matches!(given, Outcome::Refused(Refusal::DateNotAhead)), "{given:?}");
    scenario.end().await;
}

#[tokio::test]
async fn a_hand_over_starts_the_deadline_of_the_new_team_and_an_update_restarts_it() {
    let mut scenario = Scenario::at("2026-05-20 10:05").await;
    let id = scenario.tenant_emails(HELP, "Damp", "There is damp").await;
    scenario.staff("priya.shah", &id, StaffCommand::HandOver { team: "housing".into() }).await;
    let contact = scenario.contact(&id).await;
    // Five working days over the spring bank holiday
    assert_eq!(
        contact.deadline(&"wk-team-update".parse().unwrap()).unwrap().due_at,
        at("2026-05-28 17:15")
    );
    assert!(scenario.last_to("sam.reid@westkent.example").subject.starts_with("New"));
    assert!(scenario.last_to("sam.reid@westkent.example").text.contains("There is damp"));
    scenario.advance_to("2026-05-27 12:00").await;
    let text = "The surveyor comes next week.".into();
    let update = Update { means: Means::Phone, text, at: at("2026-05-27 12:00") };
    scenario.staff("sam.reid", &id, StaffCommand::GiveUpdate(update)).await;
    assert!(matches!(scenario.deadline(&id, "wk-team-update").await, DeadlineState::Met { .. }));
    let again =
        scenario.contact(&id).await.deadline(&"wk-team-update~2".parse().unwrap()).unwrap().clone();
    assert!(again.internal, "that it is said again was promised to nobody");
    assert_eq!(again.due_at, at("2026-06-03 17:15"));
    // The deadline of customer services, the next working day, has been missed meanwhile
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    scenario.end().await;
}

#[tokio::test]
async fn closing_while_an_answer_is_due_needs_a_reason_and_is_counted_separately() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Spam", "Buy now").await;
    let given =
        scenario.staff("priya.shah", &id, StaffCommand::Close { reason: Some("  ".into()) }).await;
    assert!(matches!(given, Outcome::Refused(Refusal::StillOwed)), "{given:?}");
    scenario
        .staff("priya.shah", &id, StaffCommand::Close { reason: Some("advertising".into()) })
        .await;
    let why = WaiverReason::ClosedByStaff("advertising".into());
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Waived { why });
    let figures = functions::report::month(&scenario.simulation.app, "2026-06").await.unwrap();
    assert_eq!(figures["wk-email-cs"].not_owed, 1);
    assert_eq!(figures["wk-email-cs"].missed, 0);
    assert_eq!(figures["wk-email-ack"].kept, 1);
    scenario.end().await;
}

#[tokio::test]
async fn reminders_go_to_the_person_who_is_assigned() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    scenario
        .staff(
            "priya.shah",
            &id,
            StaffCommand::Assign { person: "tom.okafor".into(), reason: None },
        )
        .await;
    scenario.advance_to("2026-06-03 09:00").await;
    assert!(scenario.last_to("tom.okafor@westkent.example").subject.starts_with("Reminder"));
    let nobody = StaffCommand::Assign { person: "nobody".into(), reason: None };
    let given = scenario.staff("priya.shah", &id, nobody).await;
    assert!(matches!(given, Outcome::Refused(Refusal::UnknownPerson(_))), "{given:?}");
    scenario.end().await;
}

#[tokio::test]
async fn a_voicemail_is_not_a_call_back() {
    use domain::contact::Means;
    use domain::decide::Answer;
    use domain::standards::Milestone;
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = scenario.tenant_emails(HELP, "Call me", "Please ring").await;
    // The contact is a call for a colleague, recorded by staff
    let app = scenario.simulation.app.clone();
    let new = domain::decide::NewContact {
        id: app.secret.contact_of_record("call"),
        fingerprint: "x".into(),
        received_at: app.now(),
        recorded_by: Some("priya.shah".into()),
        channel: domain::standards::Channel::Phone,
        category: domain::standards::Category::default(),
        priority: domain::standards::Priority::Normal,
        team: "housing".into(),
        owner: None,
        customer: domain::contact::Customer {
            name: "Jo".into(),
            phone: "01234".into(),
            ..Default::default()
        },
        subject: "Wants Sam".into(),
        message: domain::decide::Message::default(),
        automatic: None,
        acknowledged_today: 0,
        also: vec![Milestone::MessageTaken],
    };
    let call = new.id;
    scenario.execute(&call, Command::Receive(Box::new(new))).await;
    assert_eq!(
        scenario
            .contact(&call)
            .await
            .deadline(&"wk-callback-person".parse().unwrap())
            .unwrap()
            .due_at,
        at("2026-06-08 17:15")
    );
    scenario
        .staff("sam.reid", &call, StaffCommand::RecordCallAttempt { text: "voicemail".into() })
        .await;
    assert_eq!(scenario.deadline(&call, "wk-callback-person").await, DeadlineState::Open);
    let spoke = Answer { means: Means::Phone, text: "Spoke".into(), at: app.now(), closes: true };
    scenario.staff("sam.reid", &call, StaffCommand::Answer(spoke)).await;
    assert!(matches!(
        scenario.deadline(&call, "wk-callback-person").await,
        DeadlineState::Met { .. }
    ));
    let close = StaffCommand::Close { reason: Some("done".into()) };
    scenario.staff("priya.shah", &id, close).await;
    scenario.end().await;
}
