//! Servers that are killed and started again.

use std::collections::BTreeSet;

use crate::kept::{Folder, Running, kept, message, run};

#[test]
fn every_accepted_message_is_acknowledged_once_however_often_the_server_is_killed() {
    let data = Folder::new();
    let mut taken = BTreeSet::new();
    for round in 0..4 {
        let running = Running::start(&data, &[]);
        let mut conversation = running.smtp();
        for n in 0..15 {
            let id = format!("{round}-{n}");
            let answer =
                conversation.send("jo@tenant.example", "help@westkent.example", &message(&id, &id));
            assert!(answer.starts_with("250"), "{answer}");
            taken.insert(id);
        }
        // At once, while emails are being written
        running.kill();
    }
    let running = Running::start(&data, &[]);
    // A sender gets at most ten acknowledgements a day; staff are notified of every message
    let notifications = data.wait_for("outbox", "new-contact", taken.len());
    assert_eq!(notifications.len(), taken.len());
    let acknowledged = data.wait_for("outbox", "acknowledgement", 10);
    assert_eq!(acknowledged.len(), 10);
    let list = running.get("/staff").1;
    for id in &taken {
        assert!(list.contains(&format!(">{id}<")), "{id} is lost");
    }
    assert_eq!(data.files("inbox").len(), taken.len());
    // Messages that are delivered again change nothing
    let mut conversation = running.smtp();
    for id in taken.iter().take(5) {
        let answer =
            conversation.send("jo@tenant.example", "help@westkent.example", &message(id, id));
        assert!(answer.starts_with("250"), "{answer}");
    }
    assert_eq!(running.stop(), 0);
    assert_eq!(data.files("outbox").len(), notifications.len() + acknowledged.len());
}

#[test]
fn a_damaged_contact_blocks_neither_the_start_nor_the_others() {
    use serde_json::json;
    // Given two contacts with unsent emails, one of them damaged
    let data = Folder::new();
    let arguments = ["receive", "--from", "jo@tenant.example", "--to", "help@westkent.example"];
    let take = |id: &str| {
        let (status, output, error) =
            run(kept(data.path()).args(arguments), message(id, "Hello").as_bytes());
        assert_eq!(status, 0, "{error}");
        output.trim().trim_start_matches("new contact WK-").replace('-', "")
    };
    let (damaged, whole) = (take("a"), take("b"));
    let database = dynoxide::Database::new(data.path().join("kept.db").to_str().unwrap()).unwrap();
    let update = json!({
        "TableName": "kept",
        "Key": { "pk": { "S": format!("C#{damaged}") }, "sk": { "S": "HEAD" } },
        "UpdateExpression": "SET #data = :damaged",
        "ExpressionAttributeNames": { "#data": "data" },
        "ExpressionAttributeValues": { ":damaged": { "S": "{" } },
    });
    database.update_item(serde_json::from_value(update).unwrap()).unwrap();
    drop(database);
    // When the server starts
    let running = Running::start(&data, &[]);
    // Then the emails of the other are sent
    let sent = data.wait_for("outbox", "acknowledgement", 1);
    assert!(sent[0].replace('-', "").contains(&whole), "{sent:?}");
    assert_eq!(running.get("/healthz").0, 200);
    assert_eq!(running.stop(), 0);
}
