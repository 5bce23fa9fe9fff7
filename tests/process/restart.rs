//! Killed at any moment and started again.

use std::collections::BTreeSet;

use crate::kept::{Folder, Running, kept, message, run};

#[test]
fn everything_that_was_taken_is_acknowledged_once_however_often_it_is_killed() {
    let data = Folder::new();
    let mut taken = BTreeSet::new();
    for round in 0..4 {
        let running = Running::start(&data.0, &[]);
        let mut conversation = running.smtp();
        for n in 0..15 {
            let id = format!("{round}-{n}");
            let answer =
                conversation.send("jo@tenant.example", "help@westkent.example", &message(&id, &id));
            assert!(answer.starts_with("250"), "{answer}");
            taken.insert(id);
        }
        // At once, while mails are being written
        running.kill();
    }
    let running = Running::start(&data.0, &[]);
    // One sender is sent ten acknowledgements a day; staff are told of every message
    let told = data.wait_for("outbox", "new-contact", taken.len());
    assert_eq!(told.len(), taken.len());
    let acknowledged = data.wait_for("outbox", "acknowledgement", 10);
    assert_eq!(acknowledged.len(), 10);
    let list = running.get("/staff").1;
    for id in &taken {
        assert!(list.contains(&format!(">{id}<")), "{id} is lost");
    }
    assert_eq!(data.files("inbox").len(), taken.len());
    // Delivered once more, nothing changes
    let mut conversation = running.smtp();
    for id in taken.iter().take(5) {
        let answer =
            conversation.send("jo@tenant.example", "help@westkent.example", &message(id, id));
        assert!(answer.starts_with("250"), "{answer}");
    }
    assert_eq!(running.stop(), 0);
    assert_eq!(data.files("outbox").len(), told.len() + acknowledged.len());
}

#[test]
fn a_contact_that_cannot_be_read_keeps_neither_the_start_nor_the_others_from_going_on() {
    use serde_json::json;
    // Given two contacts with mails to be sent, of which one is damaged
    let data = Folder::new();
    let arguments = ["receive", "--from", "jo@tenant.example", "--to", "help@westkent.example"];
    let take = |id: &str| {
        let (status, said, error) =
            run(kept(&data.0).args(arguments), message(id, "Hello").as_bytes());
        assert_eq!(status, 0, "{error}");
        said.trim().trim_start_matches("new contact WK-").replace('-', "")
    };
    let (damaged, whole) = (take("a"), take("b"));
    let database = dynoxide::Database::new(data.0.join("kept.db").to_str().unwrap()).unwrap();
    let update = json!({
        "TableName": "kept",
        "Key": { "pk": { "S": format!("C#{damaged}") }, "sk": { "S": "HEAD" } },
        "UpdateExpression": "SET #data = :damaged",
        "ExpressionAttributeNames": { "#data": "data" },
        "ExpressionAttributeValues": { ":damaged": { "S": "{" } },
    });
    database.update_item(serde_json::from_value(update).unwrap()).unwrap();
    drop(database);
    // When it starts
    let running = Running::start(&data.0, &[]);
    // Then the other is seen to
    let sent = data.wait_for("outbox", "acknowledgement", 1);
    assert!(sent[0].replace('-', "").contains(&whole), "{sent:?}");
    assert_eq!(running.get("/healthz").0, 200);
    assert_eq!(running.stop(), 0);
}
