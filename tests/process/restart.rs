//! Killed at any moment and started again.

use std::collections::BTreeSet;

use crate::kept::{Folder, Running, message};

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
