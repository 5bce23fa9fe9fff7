//! EventBridge.

use std::sync::Arc;

use adapters::aws::EventBridgeBus;
use adapters::ports::{CommitNotice, EventBus as _, PortError};
use chrono::DateTime;
use domain::contact::{ContactId, Event};
use domain::standards::load_built_in;
use serde_json::{Value, json};

use super::{Answer, Recorded, answer, refusal};

async fn tell(
    events: &[Event],
    answers: impl IntoIterator<Item = Answer>,
) -> (Vec<Value>, Result<(), PortError>) {
    let (recorded, aws) = Recorded::answers(answers);
    let organisation = Arc::new(load_built_in("westkent").unwrap());
    let bus = EventBridgeBus::new(&aws, "kept".into(), organisation);
    let contact: ContactId = "7KQ4M2XP9DRT".parse().unwrap();
    let at = DateTime::from_timestamp(1_778_084_101, 0).unwrap();
    let told = bus.publish(&CommitNotice { contact: &contact, number: 3, at, events }).await;
    let asked = recorded.asked().into_iter().map(|asked| {
        assert_eq!(asked.line, "POST https://events.eu-west-2.amazonaws.com/");
        assert_eq!(asked.target.as_deref(), Some("AWSEvents.PutEvents"));
        asked.body
    });
    (asked.collect(), told)
}

fn breaches(count: usize) -> Vec<Event> {
    let due_at = DateTime::from_timestamp(1_778_084_100, 0).unwrap();
    let deadline = "wk-email-cs".parse().unwrap();
    vec![Event::DeadlineMissed { deadline, due_at }; count]
}

/// The answer to some entries: taken, or failed with a code.
fn answers(codes: &[Option<&str>]) -> Answer {
    let entries = codes.iter().map(|code| match code {
        None => json!({ "EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860" }),
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": "said" }),
    });
    let failed = codes.iter().flatten().count();
    answer(200, json!({ "FailedEntryCount": failed, "Entries": entries.collect::<Vec<_>>() }))
}

fn ids(body: &Value) -> Vec<String> {
    let details = body["Entries"].as_array().unwrap().iter().map(|entry| {
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        detail["id"].as_str().unwrap().to_owned()
    });
    details.collect()
}

#[tokio::test]
async fn what_happened_is_put_as_documented() {
    let (asked, told) = tell(&breaches(1), [answers(&[None])]).await;
    told.unwrap();
    let mut body = asked[0].clone();
    let detail: Value =
        serde_json::from_str(body["Entries"][0]["Detail"].as_str().unwrap()).unwrap();
    body["Entries"][0]["Detail"] = detail;
    let entry = json!({
        "EventBusName": "kept",
        "Source": "kept",
        "DetailType": "deadline.missed",
        "Detail": {
            "version": 1,
            "id": "7KQ4M2XP9DRT-3-0",
            "type": "deadline.missed",
            "reference": "WK-7KQ4-M2XP-9DRT",
            "entry": 3,
            "place": 0,
            "at": "2026-05-06T16:15:01Z",
            "day": "2026-05-06",
            "deadline": "wk-email-cs",
            "standard": "wk-email-cs",
            "internal": false,
            "due_at": "2026-05-06T16:15:00Z",
        },
    });
    assert_eq!(body, json!({ "Entries": [entry] }));
}

#[tokio::test]
async fn ten_at_once_and_nothing_where_there_is_nothing_to_tell() {
    let (asked, told) = tell(&breaches(23), [10, 10, 3].map(|n| answers(&vec![None; n]))).await;
    told.unwrap();
    let sizes: Vec<_> = asked.iter().map(|body| ids(body).len()).collect();
    assert_eq!(sizes, [10, 10, 3]);
    let (asked, told) = tell(&[Event::NoteAdded { text: "for colleagues".into() }], []).await;
    told.unwrap();
    assert!(asked.is_empty());
}

#[tokio::test]
async fn only_the_entries_that_failed_are_offered_again() {
    let first = answers(&[None, Some("ThrottlingException"), None, Some("InternalFailure")]);
    let (asked, told) = tell(&breaches(4), [first, answers(&[None, None])]).await;
    told.unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!(ids(&asked[1]), ["7KQ4M2XP9DRT-3-1", "7KQ4M2XP9DRT-3-3"]);
    // They go on failing: later
    let busy = || answers(&[Some("InternalException")]);
    let (asked, told) = tell(&breaches(1), [busy(), busy(), busy()]).await;
    assert!(matches!(told, Err(PortError::Unavailable { .. })), "{told:?}");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn an_entry_that_will_never_be_taken_is_refused() {
    let codes = [None, Some("NotAuthorizedForSourceException")];
    let (asked, told) = tell(&breaches(2), [answers(&codes)]).await;
    assert!(matches!(told, Err(PortError::Refused { .. })), "{told:?}");
    assert_eq!(asked.len(), 1);
    let denied = refusal(400, "AccessDeniedException", "not authorized to perform");
    let (_, told) = tell(&breaches(1), [denied]).await;
    assert!(matches!(told, Err(PortError::Refused { .. })), "{told:?}");
    let internal = || refusal(500, "InternalException", "");
    let (asked, told) = tell(&breaches(1), [internal(), internal(), internal()]).await;
    assert!(matches!(told, Err(PortError::Unavailable { .. })), "{told:?}");
    assert_eq!(asked.len(), 3);
}
