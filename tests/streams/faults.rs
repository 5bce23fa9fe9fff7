//! One fault at a time.

use domain::contact::ContactId;
use serde_json::json;
use tests::cloud::Fault;

use crate::harness::StreamHarness;
use crate::mapping::{Mapping, USUAL};

/// A single lane, in which every record waits for the one before it.
const NARROW: Mapping = Mapping { shards: 1, factor: 1, ..USUAL };

/// Puts an item that cannot be decoded, as a faulty writer might leave it.
fn put_undecodable(harness: &StreamHarness, key: &str) {
    harness.cloud.put_raw(&json!({
        "pk": { "S": key }, "sk": { "S": "#00000001" }, "data": { "S": "{ not a commit" },
    }));
}

#[tokio::test]
async fn a_record_that_cannot_be_decoded_does_not_block_others() {
    let mut harness = StreamHarness::new(NARROW).await;
    let before = harness.tenant_writes().await;
    put_undecodable(&harness, "C#7KQ4M2XP9DRT");
    put_undecodable(&harness, "no contact at all");
    let after = harness.tenant_writes().await;
    harness.pull_records();
    // The first delivery carries out everything else.
    harness.invoke((0, 0)).await;
    assert_eq!(harness.mails().len(), 4);
    harness.assert_done(&[before, after]).await;
    // In the end the lane is free, and the on-failure destination knows where the records were.
    harness.drain().await;
    assert_eq!(harness.stream.discarded.len(), 1, "{:?}", harness.stream.discarded);
    assert_eq!(harness.stream.discarded[0].condition, "RetryAttemptsExhausted");
    assert!(harness.invocations <= 2 * (NARROW.retries + 1), "{}", harness.invocations);
    // A new message is handled at once.
    let next = harness.tenant_writes().await;
    harness.drain().await;
    harness.assert_done(&[before, after, next]).await;
    harness.assert_order();
    assert!(harness.mails().values().all(|went| *went == (1, 0)));
}

#[tokio::test]
async fn other_lanes_do_not_wait_for_a_record_that_is_retried() {
    // With several lanes, contacts in the others are not even delayed.
    let mut harness = StreamHarness::new(Mapping { shards: 1, factor: 8, ..USUAL }).await;
    put_undecodable(&harness, "C#7KQ4M2XP9DRT");
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.pull_records();
    for lane in harness.stream.busy() {
        harness.invoke(lane).await;
    }
    harness.assert_done(&contacts).await;
    harness.drain().await;
    assert_eq!(harness.stream.discarded.len(), 1);
}

#[tokio::test]
async fn a_refused_timer_does_not_hold_up_emails() {
    let mut harness = StreamHarness::new(NARROW).await;
    let unlucky = harness.tenant_writes().await;
    let other = harness.tenant_writes().await;
    harness.cloud.state().refuse_schedules_of.insert(unlucky);
    harness.pull_records();
    harness.invoke((0, 0)).await;
    harness.assert_done(&[unlucky, other]).await;
    harness.drain().await;
    assert_eq!(harness.stream.discarded.len(), 1);
    // The sweep does what the timer would have done.
    harness.app.clock.move_to(tests::at("2026-06-04 09:30"));
    assert!(harness.sweep().await.timers >= 1);
    harness.assert_order();
}

async fn crash(fault: Fault, call: u32) -> (StreamHarness, Vec<ContactId>) {
    let mut harness = StreamHarness::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..4 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.pull_records();
    harness.cloud.fail_at(call, fault);
    harness.drain().await;
    for _ in 0..3 {
        harness.sweep().await;
    }
    (harness, contacts)
}

#[tokio::test]
async fn a_crash_loses_no_email_and_sends_none_twice_without_a_mark() {
    let calls = {
        let (harness, contacts) = crash(Fault::Busy, 0).await;
        harness.assert_done(&contacts).await;
        let state = harness.cloud.state();
        state.calls.iter().filter(|(name, _)| !name.starts_with("DynamoDB")).map(|(_, n)| n).sum()
    };
    // At each call to another service in turn.
    for call in 1..=calls {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            let (harness, contacts) = crash(fault, call).await;
            harness.assert_done(&contacts).await;
            harness.assert_order();
            let mails = harness.mails();
            let marked: Vec<_> = mails.values().filter(|(_, marked)| *marked > 0).collect();
            // It is not known how far one commit came, and a commit has two emails.
            assert!(marked.len() <= 2, "{fault:?} at {call}: {mails:?}");
            // The results of a commit's emails are recorded together, so both may be repeated.
            let twice = mails.values().filter(|(plain, marked)| plain + marked > 1).count();
            assert!(twice <= if fault == Fault::CrashAfter { 2 } else { 1 }, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn an_email_without_an_answer_is_sent_again_as_a_possible_duplicate() {
    // The timers come before the first email.
    let mut harness = StreamHarness::new(NARROW).await;
    let id = harness.tenant_writes().await;
    harness.pull_records();
    let timers = harness.app.store.log(&id).await.unwrap()[0].timers.len();
    harness.cloud.fail_at(u32::try_from(timers).unwrap() + 1, Fault::Unconfirmed);
    harness.drain().await;
    assert!(
        harness.stream.discarded.is_empty(),
        "the record succeeds, because no result is needed"
    );
    harness.sweep().await;
    harness.assert_done(&[id]).await;
    let went: Vec<_> = harness.mails().into_values().collect();
    assert_eq!(went.iter().filter(|went| **went == (1, 1)).count(), 1, "{went:?}");
    assert!(went.iter().all(|went| matches!(went, (1, 0 | 1))), "{went:?}");
}

#[tokio::test]
async fn records_left_when_time_is_over_come_again() {
    let mut harness = StreamHarness::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..3 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.pull_records();
    let records = harness.stream.next((0, 0), harness.app.now()).unwrap();
    let response = functions::dispatch::stream::process_records(
        &harness.dispatch,
        &records,
        harness.app.now(),
    )
    .await;
    assert_eq!(response.batch_item_failures.len(), 3, "each commit is returned, and nothing else");
    assert!(harness.mails().is_empty());
    harness.stream.finish((0, 0), Some(response));
    harness.drain().await;
    harness.assert_done(&contacts).await;
}
