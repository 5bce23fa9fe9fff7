//! EventBridge.

use std::sync::Arc;

use adapters::aws::EventBridgeBus;
use adapters::ports::{CommitNotice, EventBus as _, PortError};
use chrono::DateTime;
use domain::contact::{ContactId, Event};
use domain::library::load_built_in;
use serde_json::{Value, json};

use super::{Recording, Response, error_response, response};

/// Publishes events, and returns the bodies of the requests with the result.
async fn publish(
    events: &[Event],
    responses: impl IntoIterator<Item = Response>,
) -> (Vec<Value>, Result<(), PortError>) {
    let (recording, aws) = Recording::of(responses);
    let organisation = Arc::new(load_built_in("westkent").unwrap());
    let bus = EventBridgeBus::new(&aws, "kept".into(), organisation);
    let contact: ContactId = "7KQ4M2XP9DRT".parse().unwrap();
    let at = DateTime::from_timestamp(1_778_084_101, 0).unwrap();
    let published = bus.publish(&CommitNotice { contact: &contact, number: 3, at, events }).await;
    let requests = recording.requests().into_iter().map(|request| {
        assert_eq!(request.line, "POST https://events.eu-west-2.amazonaws.com/");
        assert_eq!(request.target.as_deref(), Some("AWSEvents.PutEvents"));
        request.body
    });
    (requests.collect(), published)
}

fn breaches(count: usize) -> Vec<Event> {
    let due_at = DateTime::from_timestamp(1_778_084_100, 0).unwrap();
    let deadline = "wk-email-cs".parse().unwrap();
    vec![Event::DeadlineMissed { deadline, internal: false, due_at }; count]
}

/// The response to some entries: accepted, or failed with a code.
fn entries(codes: &[Option<&str>]) -> Response {
    let entries = codes.iter().map(|code| match code {
        None => json!({ "EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860" }),
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": "said" }),
    });
    let failed = codes.iter().flatten().count();
    response(200, json!({ "FailedEntryCount": failed, "Entries": entries.collect::<Vec<_>>() }))
}

fn ids(body: &Value) -> Vec<String> {
    let details = body["Entries"].as_array().unwrap().iter().map(|entry| {
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        detail["id"].as_str().unwrap().to_owned()
    });
    details.collect()
}

#[tokio::test]
async fn an_event_is_put_as_documented() {
    let (requests, published) = publish(&breaches(1), [entries(&[None])]).await;
    published.unwrap();
    let mut body = requests[0].clone();
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
async fn at_most_ten_entries_are_put_at_once_and_none_for_an_unpublished_event() {
    let (requests, published) =
        publish(&breaches(23), [10, 10, 3].map(|n| entries(&vec![None; n]))).await;
    published.unwrap();
    let sizes: Vec<_> = requests.iter().map(|body| ids(body).len()).collect();
    assert_eq!(sizes, [10, 10, 3]);
    let (requests, published) =
        publish(&[Event::NoteAdded { text: "for colleagues".into() }], []).await;
    published.unwrap();
    assert!(requests.is_empty());
}

#[tokio::test]
async fn only_the_entries_that_failed_are_put_again() {
    let first = entries(&[None, Some("ThrottlingException"), None, Some("InternalFailure")]);
    let (requests, published) = publish(&breaches(4), [first, entries(&[None, None])]).await;
    published.unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(ids(&requests[1]), ["7KQ4M2XP9DRT-3-1", "7KQ4M2XP9DRT-3-3"]);
    // If they go on failing, the bus is unavailable.
    let busy = || entries(&[Some("InternalException")]);
    let (requests, published) = publish(&breaches(1), [busy(), busy(), busy()]).await;
    assert!(matches!(published, Err(PortError::Unavailable { .. })), "{published:?}");
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn an_entry_that_will_never_be_accepted_is_refused() {
    let codes = [None, Some("NotAuthorizedForSourceException")];
    let (requests, published) = publish(&breaches(2), [entries(&codes)]).await;
    assert!(matches!(published, Err(PortError::Refused { .. })), "{published:?}");
    assert_eq!(requests.len(), 1);
    let denied = error_response(400, "AccessDeniedException", "not authorized to perform");
    let (_, published) = publish(&breaches(1), [denied]).await;
    assert!(matches!(published, Err(PortError::Refused { .. })), "{published:?}");
    let internal = || error_response(500, "InternalException", "");
    let (requests, published) = publish(&breaches(1), [internal(), internal(), internal()]).await;
    assert!(matches!(published, Err(PortError::Unavailable { .. })), "{published:?}");
    assert_eq!(requests.len(), 3);
}
