//! One thing goes wrong at a time.

use domain::contact::ContactId;
use serde_json::json;
use tests::cloud::Fault;

use crate::harness::StreamHarness;
use crate::mapping::{Mapping, USUAL};

/// One lane, so that everything is in everything's way.
const NARROW: Mapping = Mapping { shards: 1, factor: 1, ..USUAL };

/// A record that nobody can read, as a faulty writer might leave it.
fn poison(harness: &StreamHarness, key: &str) {
    harness.cloud.put_raw(&json!({
        "pk": { "S": key }, "sk": { "S": "#00000001" }, "data": { "S": "{ not a commit" },
    }));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_in_nobodys_way() {
    let mut harness = StreamHarness::new(NARROW).await;
    let before = harness.tenant_writes().await;
    poison(&harness, "C#7KQ4M2XP9DRT");
    poison(&harness, "no contact at all");
    let after = harness.tenant_writes().await;
    harness.flow();
    // The first delivery sees to everybody else
    harness.invoke((0, 0)).await;
    assert_eq!(harness.mails().len(), 4);
    harness.assert_done(&[before, after]).await;
    // In the end the lane is free, and the on-failure destination knows where they were
    harness.work_off().await;
    assert_eq!(harness.stream.abandoned.len(), 1, "{:?}", harness.stream.abandoned);
    assert_eq!(harness.stream.abandoned[0].condition, "RetryAttemptsExhausted");
    assert!(harness.invocations <= 2 * (NARROW.retries + 1), "{}", harness.invocations);
    // Who writes now is seen to at once
    let next = harness.tenant_writes().await;
    harness.work_off().await;
    harness.assert_done(&[before, after, next]).await;
    harness.assert_order();
    assert!(harness.mails().values().all(|went| *went == (1, 0)));
}

#[tokio::test]
async fn others_need_not_wait_for_a_record_that_is_tried_again_and_again() {
    // With lanes, those in the others are not even delayed
    let mut harness = StreamHarness::new(Mapping { shards: 1, factor: 8, ..USUAL }).await;
    poison(&harness, "C#7KQ4M2XP9DRT");
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.flow();
    for lane in harness.stream.busy() {
        harness.invoke(lane).await;
    }
    harness.assert_done(&contacts).await;
    harness.work_off().await;
    assert_eq!(harness.stream.abandoned.len(), 1);
}

#[tokio::test]
async fn a_timer_that_is_refused_does_not_hold_up_the_mail() {
    let mut harness = StreamHarness::new(NARROW).await;
    let unlucky = harness.tenant_writes().await;
    let other = harness.tenant_writes().await;
    harness.cloud.state().refuse_schedules_of.insert(unlucky);
    harness.flow();
    harness.invoke((0, 0)).await;
    harness.assert_done(&[unlucky, other]).await;
    harness.work_off().await;
    assert_eq!(harness.stream.abandoned.len(), 1);
    // What the timer would have done, the schedule finds
    harness.app.clock.move_to(tests::at("2026-06-04 09:30"));
    assert!(harness.look_for_missed().await.timers >= 1);
    harness.assert_order();
}

async fn crash(fault: Fault, call: u32) -> (StreamHarness, Vec<ContactId>) {
    let mut harness = StreamHarness::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..4 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.flow();
    harness.cloud.fail_at(call, fault);
    harness.work_off().await;
    for _ in 0..3 {
        harness.look_for_missed().await;
    }
    (harness, contacts)
}

#[tokio::test]
async fn a_crash_in_the_middle_loses_nothing_and_sends_nothing_twice_unawares() {
    let calls = {
        let (harness, contacts) = crash(Fault::Busy, 0).await;
        harness.assert_done(&contacts).await;
        let held = harness.cloud.state();
        held.calls.iter().filter(|(name, _)| !name.starts_with("DynamoDB")).map(|(_, n)| n).sum()
    };
    // At every call that the function makes to the outside, in turn
    for call in 1..=calls {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            let (harness, contacts) = crash(fault, call).await;
            harness.assert_done(&contacts).await;
            harness.assert_order();
            let mails = harness.mails();
            let marked: Vec<_> = mails.values().filter(|(_, marked)| *marked > 0).collect();
            // Of one commit at most, which has two mails, it is not known how far it came
            assert!(marked.len() <= 2, "{fault:?} at {call}: {mails:?}");
            // What was sent before the crash is confirmed together with what was to come after it.
            let twice = mails.values().filter(|(plain, marked)| plain + marked > 1).count();
            assert!(twice <= if fault == Fault::CrashAfter { 2 } else { 1 }, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn a_mail_whose_answer_was_not_heard_goes_out_again_as_a_possible_duplicate() {
    // The third call is the first mail: two timers come before it
    let mut harness = StreamHarness::new(NARROW).await;
    let id = harness.tenant_writes().await;
    harness.flow();
    let timers = harness.app.store.log(&id).await.unwrap()[0].timers.len();
    harness.cloud.fail_at(u32::try_from(timers).unwrap() + 1, Fault::Unconfirmed);
    harness.work_off().await;
    assert!(harness.stream.abandoned.is_empty(), "it is nobody's fault and in nobody's way");
    harness.look_for_missed().await;
    harness.assert_done(&[id]).await;
    let went: Vec<_> = harness.mails().into_values().collect();
    assert_eq!(went.iter().filter(|went| **went == (1, 1)).count(), 1, "{went:?}");
    assert!(went.iter().all(|went| matches!(went, (1, 0 | 1))), "{went:?}");
}

#[tokio::test]
async fn what_is_left_when_the_time_is_over_comes_again() {
    let mut harness = StreamHarness::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..3 {
        contacts.push(harness.tenant_writes().await);
    }
    harness.flow();
    let records = harness.stream.next((0, 0), harness.app.now()).unwrap();
    let response = functions::dispatch::stream::process_records(
        &harness.dispatch,
        &records,
        harness.app.now(),
    )
    .await;
    assert_eq!(response.batch_item_failures.len(), 3, "each commit, and nothing else");
    assert!(harness.mails().is_empty());
    harness.stream.came_of_it((0, 0), Some(response));
    harness.work_off().await;
    harness.assert_done(&contacts).await;
}
