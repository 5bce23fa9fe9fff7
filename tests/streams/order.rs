//! Many contacts, many commits, nothing wrong.

use crate::mapping::USUAL;
use crate::town::Town;

#[tokio::test]
async fn everything_is_seen_to_once_and_in_order() {
    let mut town = Town::new(USUAL).await;
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(town.tenant_writes().await);
    }
    for round in 0..3 {
        for id in &contacts {
            town.note(id, &format!("note {round}")).await;
        }
    }
    town.work_off().await;
    town.assert_done(&contacts).await;
    town.assert_order();
    // Each tenant has an acknowledgement and each team a notification, and none says otherwise
    let mails = town.mails();
    assert_eq!(mails.len(), 24);
    assert!(mails.values().all(|went| *went == (1, 0)), "{mails:?}");
    // Each event was told once
    let events = town.cloud.held().events.clone();
    let ids: std::collections::BTreeSet<_> = events.iter().map(|e| e["id"].as_str()).collect();
    assert_eq!(ids.len(), events.len());
    // Every open deadline that wakes has its timer, and no other has
    let mut expected = 0;
    for id in &contacts {
        let contact = town.desk.store.load(id).await.unwrap().unwrap();
        expected += contact.deadlines.iter().filter(|d| d.wakes_at.is_some()).count();
    }
    assert_eq!(town.cloud.held().schedules.len(), expected);
    assert!(expected >= contacts.len());
    assert!(town.stream.given_up.is_empty());
}

#[tokio::test]
async fn a_stream_that_comes_again_from_its_beginning_changes_nothing() {
    let mut town = Town::new(USUAL).await;
    let mut contacts = Vec::new();
    for _ in 0..6 {
        contacts.push(town.tenant_writes().await);
    }
    town.work_off().await;
    let (mails, items) = (town.mails(), town.cloud.items());
    town.replay();
    town.work_off().await;
    assert_eq!(town.mails(), mails);
    // What was claimed is claimed anew, which is all that may differ
    let without_claims = |mut items: Vec<serde_json::Value>| {
        for item in &mut items {
            item.as_object_mut().unwrap().remove("claimed");
        }
        items
    };
    assert_eq!(without_claims(town.cloud.items()), without_claims(items));
    town.assert_done(&contacts).await;
    town.assert_order();
}
