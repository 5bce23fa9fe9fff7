//! Many contacts and commits, and no faults.

use crate::harness::StreamHarness;
use crate::mapping::USUAL;

#[tokio::test]
async fn every_commit_is_carried_out_once_and_in_order() {
    let mut harness = StreamHarness::new(USUAL).await;
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(harness.tenant_writes().await);
    }
    for round in 0..3 {
        for id in &contacts {
            harness.note(id, &format!("note {round}")).await;
        }
    }
    harness.drain().await;
    harness.assert_done(&contacts).await;
    harness.assert_order();
    // Each tenant has an acknowledgement and each team a notification, none of them marked.
    let mails = harness.mails();
    assert_eq!(mails.len(), 24);
    assert!(mails.values().all(|went| *went == (1, 0)), "{mails:?}");
    // Each event was published once.
    let events = harness.cloud.state().events.clone();
    let ids: std::collections::BTreeSet<_> = events.iter().map(|e| e["id"].as_str()).collect();
    assert_eq!(ids.len(), events.len());
    // Every deadline with a next timer has a schedule, and no other has.
    let mut expected = 0;
    for id in &contacts {
        let contact = harness.app.store.load(id).await.unwrap().unwrap();
        expected += contact.deadlines.iter().filter(|d| d.next_timer_at.is_some()).count();
    }
    assert_eq!(harness.cloud.state().schedules.len(), expected);
    assert!(expected >= contacts.len());
    assert!(harness.stream.discarded.is_empty());
}

#[tokio::test]
async fn a_stream_replayed_from_its_beginning_changes_nothing() {
    let mut harness = StreamHarness::new(USUAL).await;
    let mut contacts = Vec::new();
    for _ in 0..6 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.drain().await;
    let (mails, items) = (harness.mails(), harness.cloud.items());
    harness.replay();
    harness.drain().await;
    assert_eq!(harness.mails(), mails);
    // Only the claims may differ: they are made again.
    let without_claims = |mut items: Vec<serde_json::Value>| {
        for item in &mut items {
            item.as_object_mut().unwrap().remove("claimed");
        }
        items
    };
    assert_eq!(without_claims(harness.cloud.items()), without_claims(items));
    harness.assert_done(&contacts).await;
    harness.assert_order();
}
