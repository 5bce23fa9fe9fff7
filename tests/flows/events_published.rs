//! Events for other systems: as documented, and without personal data.

use adapters::ports::CommitNotice;
use adapters::store::Committed;
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::OutsideCalendar;
use domain::contact::{
    Actor, AutomaticSender, Commit, ContactId, Customer, Event, MailId, MailProblem, Means,
    MoveReason, ReplyRejection, SuppressionReason,
};
use domain::deadline::{DeadlineId, WaiverReason};
use domain::decide::{Answer, StaffCommand};
use domain::library::load_built_in;
use domain::organisation::Organisation;
use domain::standards::{Category, Channel, Milestone, Priority};
use serde_json::{Value, json};
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

/// The schema without room for further properties. Subscribers must ignore unknown properties, but Kept
/// must not publish undocumented ones.
fn schema() -> jsonschema::Validator {
    let text = include_str!("../../docs/events.schema.json");
    let mut schema: Value = serde_json::from_str(text).unwrap();
    schema["unevaluatedProperties"] = json!(false);
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn published(commits: &[Committed], organisation: &Organisation) -> Vec<Value> {
    let notice = commits.iter().flat_map(|Committed { id, commit, .. }| {
        let notice = CommitNotice {
            contact: id,
            number: commit.number,
            at: commit.at,
            events: &commit.events,
        };
        notice.published_events(organisation)
    });
    let published = notice.map(|published| {
        assert_eq!(published.detail["type"], published.kind);
        published.detail
    });
    published.collect()
}

fn assert_documented(events: &[Value]) {
    let schema = schema();
    for event in events {
        let faults: Vec<String> =
            schema.iter_errors(event).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{event:#}\n{faults:#?}");
    }
}

#[tokio::test]
async fn the_life_of_a_contact_is_published_as_documented() {
    // A contact that is answered late, closed and opened again
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "No hot water", "Since Sunday. Jo, 07700 900123").await;
    let mut commits = scenario.advance_to("2026-06-05 12:00").await;
    let answer = Answer {
        means: Means::Phone,
        text: "An engineer comes on Monday".into(),
        at: at("2026-06-05 12:00"),
        closes: true,
    };
    scenario.staff("priya.shah", &id, StaffCommand::Answer(answer)).await;
    let ack = scenario.last_to("jo@tenant.example");
    scenario.reply("jo@tenant.example", &ack, "Nobody came", "").await;
    scenario.advance_to("2026-06-12 12:00").await;
    let log = scenario.log(&id).await;
    commits.clear();
    commits.extend(log.into_iter().map(|commit| Committed { id, commit, contact: None }));
    let organisation = scenario.simulation.app.organisation.clone();
    let events = published(&commits, &organisation);
    assert_documented(&events);
    let kinds: std::collections::BTreeSet<_> =
        events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    for kind in [
        "contact.received",
        "contact.milestone",
        "contact.closed",
        "contact.reopened",
        "deadline.started",
        "deadline.met",
        "deadline.missed",
    ] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
    // Events that are published twice have the same id, and no two events share one
    let ids: std::collections::BTreeSet<_> =
        events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    assert_eq!(published(&commits, &organisation), events);
    scenario.end().await;
}

/// The text that stands for personal data in [`every_event`] and must not be published.
const SECRET: &str = "zz-personal-zz";

fn every_event() -> Vec<Event> {
    let secret = || SECRET.to_owned();
    let (now, mail) = (at("2026-06-02 10:00"), MailId::new(1, 0));
    let customer = Customer {
        name: secret(),
        email: Some(secret()),
        reply_to: Some(secret()),
        phone: secret(),
        address: secret(),
    };
    let deadline = || "wk-email-cs~2".parse::<DeadlineId>().unwrap();
    let problem = || MailProblem::Server { response: secret() };
    vec![
        Event::Received {
            channel: Channel::Email,
            category: Category::default(),
            priority: Priority::Normal,
            team: "customer-services".into(),
            customer,
            subject: secret(),
            text: secret(),
            attachments: 1,
            archived: Some(secret()),
        },
        Event::CustomerWrote { text: secret(), attachments: 1, archived: Some(secret()) },
        Event::DeadlineStarted {
            deadline: deadline(),
            internal: false,
            version: "2026-1".into(),
            due_at: now,
            derivation: None,
        },
        Event::DeadlineNotCounted {
            standard: "wk-email-cs".into(),
            outside: OutsideCalendar {
                date: NaiveDate::default(),
                first: NaiveDate::default(),
                last: NaiveDate::default(),
            },
        },
        Event::AcknowledgementSuppressed {
            why: SuppressionReason::Automatic(AutomaticSender::Bulk),
        },
        Event::MilestoneRecorded {
            milestone: Milestone::Responded,
            at: now,
            by_post: false,
            reason: Some(secret()),
        },
        Event::DeadlineMet {
            deadline: deadline(),
            internal: false,
            by: Milestone::Responded,
            at: now,
            option: Some("letter".into()),
            late: true,
        },
        Event::DeadlineMissed { deadline: deadline(), internal: true, due_at: now },
        Event::WindowClosed { deadline: deadline() },
        Event::DeadlineWaived {
            deadline: deadline(),
            internal: false,
            why: WaiverReason::ClosedByStaff(secret()),
        },
        Event::Notified { person: SECRET.into(), deadlines: vec![deadline()] },
        Event::MailSent { mail: mail.clone(), at: now, possible_duplicate: true },
        Event::MailDeferred { mail: mail.clone(), why: problem(), until: now },
        Event::MailFailed { mail: mail.clone(), why: problem() },
        Event::MailRetried { mail },
        Event::Answered { means: Means::Email, text: secret(), at: now },
        Event::CallAttempted { text: secret() },
        Event::UpdateGiven { means: Means::Phone, text: secret(), at: now },
        Event::DelayNotified {
            means: Means::Email,
            text: secret(),
            at: now,
            until: NaiveDate::default(),
            beyond: None,
        },
        Event::NoteAdded { text: secret() },
        Event::Assigned { person: SECRET.into(), reason: Some(secret()) },
        Event::HandedOver { team: "repairs".into() },
        Event::StaffReplyRejected { why: ReplyRejection::NoText },
        Event::Closed { reason: Some(secret()) },
        Event::Reopened { reason: Some(secret()) },
        Event::DeadlineMoved {
            deadline: deadline(),
            internal: false,
            because: MoveReason::Resumed,
            due_at: now,
            derivation: None,
        },
        Event::DeadlinePaused {
            deadline: deadline(),
            internal: false,
            at: now,
            until: Milestone::ClarificationReceived,
        },
        Event::Triaged { category: Category::default(), priority: Priority::Urgent },
        Event::Escalated { stage: 2, requested_at: now, after_window: true },
        Event::ActionPrompted { action_prompts: vec![secret()], person: Some(SECRET.into()) },
        Event::DeadlineReclassified { deadline: deadline(), internal: false, due_at: now },
        Event::DeadlineRestored { deadline: deadline(), internal: false, due_at: now },
        Event::ResponseConfirmed { entry: 3, at: now },
        Event::AnswerTakenBack { at: now },
        Event::StageTakenBack { stage: 1, declined: Some(secret()) },
        Event::StageRequestDated { stage: 2, requested_at: now, after_window: true },
        Event::MilestoneTakenBack { milestone: Milestone::OutOfScope, at: now, reason: secret() },
    ]
}

/// The position of an event in [`every_event`]. A new event does not compile until it has one.
fn place(event: &Event) -> usize {
    match event {
        Event::Received { .. } => 0,
        Event::CustomerWrote { .. } => 1,
        Event::DeadlineStarted { .. } => 2,
        Event::DeadlineNotCounted { .. } => 3,
        Event::AcknowledgementSuppressed { .. } => 4,
        Event::MilestoneRecorded { .. } => 5,
        Event::DeadlineMet { .. } => 6,
        Event::DeadlineMissed { .. } => 7,
        Event::WindowClosed { .. } => 8,
        Event::DeadlineWaived { .. } => 9,
        Event::Notified { .. } => 10,
        Event::MailSent { .. } => 11,
        Event::MailDeferred { .. } => 12,
        Event::MailFailed { .. } => 13,
        Event::MailRetried { .. } => 14,
        Event::Answered { .. } => 15,
        Event::CallAttempted { .. } => 16,
        Event::UpdateGiven { .. } => 17,
        Event::DelayNotified { .. } => 18,
        Event::NoteAdded { .. } => 19,
        Event::Assigned { .. } => 20,
        Event::HandedOver { .. } => 21,
        Event::StaffReplyRejected { .. } => 22,
        Event::Closed { .. } => 23,
        Event::Reopened { .. } => 24,
        Event::DeadlineMoved { .. } => 25,
        Event::DeadlinePaused { .. } => 26,
        Event::Triaged { .. } => 27,
        Event::Escalated { .. } => 28,
        Event::ActionPrompted { .. } => 29,
        Event::DeadlineReclassified { .. } => 30,
        Event::DeadlineRestored { .. } => 31,
        Event::ResponseConfirmed { .. } => 32,
        Event::AnswerTakenBack { .. } => 33,
        Event::MilestoneTakenBack { .. } => 36,
        Event::StageTakenBack { .. } => 34,
        Event::StageRequestDated { .. } => 35,
    }
}

#[test]
fn no_published_event_has_personal_data() {
    let events = every_event();
    for (index, event) in events.iter().enumerate() {
        assert_eq!(place(event), index);
    }
    let id: ContactId = "7KQ4M2XP9DRT".parse().unwrap();
    let now: DateTime<Utc> = at("2026-06-02 23:30");
    let commit =
        Commit { number: 1, at: now, by: Actor::Customer, events, mails: vec![], timers: vec![] };
    let organisation = load_built_in("westkent").unwrap();
    let published = published(&[Committed { id, commit, contact: None }], &organisation);
    assert_documented(&published);
    let kinds: Vec<_> = published.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "contact.received",
            "deadline.started",
            "contact.milestone",
            "deadline.met",
            "deadline.missed",
            "deadline.window-closed",
            "deadline.waived",
            "contact.handed-over",
            "contact.closed",
            "contact.reopened",
            "deadline.moved",
            "deadline.paused",
            "contact.triaged",
            "contact.escalated",
            "deadline.reclassified",
            "deadline.restored",
            "contact.stage-taken-back",
            "contact.stage-request-dated",
            "contact.milestone-taken-back",
        ]
    );
    for event in &published {
        assert!(!event.to_string().contains(SECRET), "{event:#}");
        // 11.30pm in London is 10.30pm in UTC. The day is London's
        assert_eq!(event["day"], "2026-06-02");
    }
    assert_eq!(published[1]["standard"], "wk-email-cs");
}

#[test]
fn the_document_lists_every_type_and_its_example_is_valid() {
    let document = include_str!("../../docs/events.md");
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/events.schema.json")).unwrap();
    for kind in schema["properties"]["type"]["enum"].as_array().unwrap() {
        assert!(document.contains(&format!("| `{}` |", kind.as_str().unwrap())), "{kind}");
    }
    let shown = document.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let shown: Value = serde_json::from_str(shown).unwrap();
    assert_documented(&[shown["detail"].clone()]);
    assert_eq!(shown["detail-type"], shown["detail"]["type"]);
}
