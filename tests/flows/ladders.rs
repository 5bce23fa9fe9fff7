//! What staff do with a contact besides answering it.

use chrono::NaiveDate;
use domain::contact::{DeadlineState, NotOwed};
use domain::decide::{Command, DelayNotice, Refusal};
use functions::Given;
use tests::{Scene, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn a_delay_notice_with_a_date_keeps_its_own_promise_and_not_the_answers() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Lease", "Please explain").await;
    let until = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
    let notice = DelayNotice { until, text: "We have to ask our solicitor.".into() };
    scene.staff("priya.shah", &id, Command::TellDelay(notice)).await;
    let mail = scene.last_to("jo@tenant.example");
    assert!(mail.text.contains("by the end of Wednesday 10 June"), "{}", mail.text);
    assert!(matches!(scene.deadline(&id, "wk-email-cs-delay").await, DeadlineState::Kept { .. }));
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    scene.until("2026-06-05 12:00").await;
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    assert!(matches!(scene.deadline(&id, "wk-email-cs-delay").await, DeadlineState::Kept { .. }));
    scene.end().await;
}

#[tokio::test]
async fn a_new_date_that_is_not_ahead_is_refused() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Lease", "Please explain").await;
    let until = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap();
    let given = scene
        .staff("priya.shah", &id, Command::TellDelay(DelayNotice { until, text: String::new() }))
        .await;
    assert!(matches!(given, Given::Refused(Refusal::DateNotAhead)), "{given:?}");
    scene.end().await;
}

#[tokio::test]
async fn passing_it_on_starts_the_teams_own_clock_and_still_looking_starts_it_again() {
    let mut scene = Scene::at("2026-05-20 10:05").await;
    let id = scene.tenant_emails(HELP, "Damp", "There is damp").await;
    scene.staff("priya.shah", &id, Command::Pass { team: "housing".into() }).await;
    let contact = scene.contact(&id).await;
    // Five working days over the spring bank holiday
    assert_eq!(contact.deadline("wk-team-update").unwrap().due_at, at("2026-05-28 17:15"));
    assert!(scene.last_to("sam.reid@westkent.example").subject.starts_with("New"));
    assert!(scene.last_to("sam.reid@westkent.example").text.contains("There is damp"));
    scene.until("2026-05-27 12:00").await;
    let text = "The surveyor comes next week.".into();
    scene.staff("sam.reid", &id, Command::StillLooking { text }).await;
    assert!(matches!(scene.deadline(&id, "wk-team-update").await, DeadlineState::Kept { .. }));
    let again = scene.contact(&id).await.deadline("wk-team-update~2").unwrap().clone();
    assert!(again.internal, "that it is said again was promised to nobody");
    assert_eq!(again.due_at, at("2026-06-03 17:15"));
    // Customer services' own promise of the next working day was broken meanwhile
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    scene.end().await;
}

#[tokio::test]
async fn closing_while_an_answer_is_owed_needs_a_reason_and_is_counted_apart() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Spam", "Buy now").await;
    let given = scene.staff("priya.shah", &id, Command::Close { reason: Some("  ".into()) }).await;
    assert!(matches!(given, Given::Refused(Refusal::StillOwed)), "{given:?}");
    scene.staff("priya.shah", &id, Command::Close { reason: Some("advertising".into()) }).await;
    let why = NotOwed::ClosedByStaff("advertising".into());
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::NotOwed { why });
    let figures = functions::report::month(&scene.stage.desk, "2026-06").await.unwrap();
    assert_eq!(figures["wk-email-cs"].not_owed, 1);
    assert_eq!(figures["wk-email-cs"].missed, 0);
    assert_eq!(figures["wk-email-ack"].kept, 1);
    scene.end().await;
}

#[tokio::test]
async fn an_assigned_contact_reminds_whoever_has_it() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    scene.staff("priya.shah", &id, Command::Assign { person: "tom.okafor".into() }).await;
    scene.until("2026-06-03 09:00").await;
    assert!(scene.last_to("tom.okafor@westkent.example").subject.starts_with("Reminder"));
    let nobody = Command::Assign { person: "nobody".into() };
    let given = scene.staff("priya.shah", &id, nobody).await;
    assert!(matches!(given, Given::Refused(Refusal::UnknownPerson(_))), "{given:?}");
    scene.end().await;
}

#[tokio::test]
async fn a_voicemail_is_not_a_call_back() {
    use domain::contact::Means;
    use domain::decide::Answer;
    use domain::standards::Milestone;
    let mut scene = Scene::at("2026-06-01 10:00").await;
    let id = scene.tenant_emails(HELP, "Call me", "Please ring").await;
    // The contact is a call for a colleague, recorded by staff
    let desk = scene.stage.desk.clone();
    let new = domain::decide::NewContact {
        id: desk.secret.contact_of_record("call"),
        fingerprint: "x".into(),
        received_at: desk.now(),
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
    scene.staff("priya.shah", &call, Command::Receive(Box::new(new))).await;
    assert_eq!(
        scene.contact(&call).await.deadline("wk-callback-person").unwrap().due_at,
        at("2026-06-08 17:15")
    );
    scene.staff("sam.reid", &call, Command::TriedToCall { text: "voicemail".into() }).await;
    assert_eq!(scene.deadline(&call, "wk-callback-person").await, DeadlineState::Open);
    let spoke = Answer { means: Means::Phone, text: "Spoke".into(), at: desk.now(), closes: true };
    scene.staff("sam.reid", &call, Command::Answer(spoke)).await;
    assert!(matches!(
        scene.deadline(&call, "wk-callback-person").await,
        DeadlineState::Kept { .. }
    ));
    let close = Command::Close { reason: Some("done".into()) };
    scene.staff("priya.shah", &id, close).await;
    scene.end().await;
}
