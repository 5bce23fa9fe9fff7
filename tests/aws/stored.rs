//! Stored items: this version reads what earlier versions stored, and an item with fields it does not
//! know.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::contact::Means;
use domain::contact::{Commit, Contact, ContactId};
use domain::decide::{Answer, Command, DelayNotice, StaffCommand};
use serde_json::{Value, json};
use tests::at;
use tests::cloud::Cloud;

use crate::life::Life;

/// The stored sets by number: one file for each form that was ever stored, the current one last.
fn sets() -> BTreeMap<u32, Vec<Value>> {
    let files = std::fs::read_dir(folder()).unwrap();
    let sets = files.map(|file| {
        let path = file.unwrap().path();
        let number = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        (number, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    });
    sets.collect()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/aws/stored"))
}

/// Contacts to which most of what can happen has happened.
pub(crate) async fn lives() -> Life {
    let mut life = Life::at("2026-06-02 10:00").await;
    // Assigned, noted, delayed, missed, answered, reopened by its customer, closed.
    let id = life.tenant_writes("No hot water", "Since Sunday").await;
    life.staff(&id, StaffCommand::Assign { person: "tom.okafor".into(), reason: None }).await;
    life.staff(&id, StaffCommand::AddNote { text: "Rang the engineer".into() }).await;
    life.staff(&id, StaffCommand::RecordCallAttempt { text: "No answer".into() }).await;
    let notice = DelayNotice {
        means: Means::Email,
        at: life.app.now(),
        until: at("2026-06-09 10:00").date_naive(),
        text: "Parts".into(),
        confirmed: false,
    };
    life.staff(&id, StaffCommand::NotifyDelay(notice)).await;
    life.until("2026-06-05 12:00").await;
    life.replies("tom.okafor@westkent.example", "An engineer comes on Monday.").await;
    life.replies("jo@tenant.example", "Nobody came.").await;
    life.until("2026-06-08 12:00").await;
    life.staff(&id, StaffCommand::Close { reason: Some("Solved at the door".into()) }).await;
    // Answered in time, by telephone.
    let id = life.tenant_writes("Bins", "Which day?").await;
    let answer =
        Answer { means: Means::Phone, text: "Thursdays".into(), at: life.app.now(), closes: true };
    life.staff(&id, StaffCommand::Answer(answer)).await;
    // Sent by a machine.
    let headers = "Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n";
    life.receives("away@other.example", "help@westkent.example", headers, "I am away").await;
    // Handed over and left open.
    let id = life.tenant_writes("Noise", "Next door").await;
    let teams: Vec<_> = life.app.organisation.teams().iter().map(|team| team.id.clone()).collect();
    life.staff(&id, StaffCommand::HandOver { team: teams.last().unwrap().clone() }).await;
    life
}

/// The items of these contacts, in order.
async fn written() -> Vec<Value> {
    let mut items = lives().await.cloud.items();
    items.sort_by_key(|item| format!("{}{}", item["pk"], item["sk"]));
    items
}

async fn cloud_with(items: &[Value]) -> Cloud {
    let cloud = Cloud::new().await;
    for item in items {
        cloud.put_raw(item);
    }
    cloud
}

fn ids(items: &[Value]) -> Vec<ContactId> {
    let heads = items.iter().filter(|item| item["sk"]["S"] == "HEAD");
    let ids = heads.map(|item| item["pk"]["S"].as_str().unwrap()[2..].parse().unwrap());
    ids.collect()
}

/// Every contact with its log, as the store reads it.
async fn read(items: &[Value]) -> Vec<(Contact, Vec<Commit>)> {
    let cloud = cloud_with(items).await;
    let app = cloud.app("2026-06-12 10:00");
    let mut read = Vec::new();
    for id in ids(items) {
        let contact = app.store.load(&id).await.unwrap().unwrap();
        let log = app.store.log(&id).await.unwrap();
        assert_eq!(contact.version, log.last().unwrap().number);
        read.push((contact, log));
    }
    read
}

#[tokio::test]
async fn every_stored_set_is_read_and_staff_can_go_on_with_its_contacts() {
    for (number, items) in sets() {
        let read = read(&items).await;
        assert!(read.len() >= 4, "set {number}");
        // Staff go on with each contact.
        let cloud = cloud_with(&items).await;
        let app = cloud.app("2026-06-12 10:00");
        for (contact, _) in read {
            let request = domain::decide::Request {
                key: None,
                command: Command::Staff {
                    person: "priya.shah".into(),
                    command: StaffCommand::AddNote { text: "still here".into() },
                },
            };
            app.execute(&contact.id, &request).await.unwrap();
            let now = app.store.load(&contact.id).await.unwrap().unwrap();
            assert_eq!(now.version, contact.version + 1);
        }
    }
}

#[tokio::test]
async fn the_current_form_is_the_last_stored_set() {
    let items = written().await;
    let sets = sets();
    if std::env::var_os("KEPT_WRITE").is_some() {
        let next = sets.keys().last().map_or(1, |last| last + 1);
        let text = serde_json::to_string_pretty(&items).unwrap();
        std::fs::write(folder().join(format!("{next}.json")), text + "\n").unwrap();
        return;
    }
    let (number, last) = sets.last_key_value().unwrap();
    for (stored, now) in last.iter().zip(&items) {
        assert_eq!(
            stored, now,
            "the stored form has changed since set {number}: see CONTRIBUTING.md, \"Stored data\""
        );
    }
    assert_eq!(last.len(), items.len());
}

/// Adds a field that this version does not know to every map, unless the map names the variant of an
/// enum and so has one entry. Returns the number of fields added.
fn add_unknown_fields(value: &mut Value) -> u32 {
    match value {
        Value::Object(map) => {
            let mut added: u32 = map.values_mut().map(add_unknown_fields).sum();
            if map.len() > 1 {
                map.insert("of_a_later_version".into(), json!({ "is": ["new"] }));
                added += 1;
            }
            added
        }
        Value::Array(values) => values.iter_mut().map(add_unknown_fields).sum(),
        _ => 0,
    }
}

#[tokio::test]
async fn fields_of_a_later_version_are_ignored() {
    let items = written().await;
    let expected = read(&items).await;
    let mut added = 0;
    let later: Vec<Value> = items
        .iter()
        .map(|item| {
            let mut item = item.clone();
            let mut data: Value =
                serde_json::from_str(item["data"]["S"].as_str().unwrap()).unwrap();
            added += add_unknown_fields(&mut data);
            item["data"]["S"] = data.to_string().into();
            item["of_a_later_version"] = json!({ "S": "an attribute" });
            item
        })
        .collect();
    assert!(added > 100, "only {added}");
    assert_eq!(read(&later).await, expected);
}
