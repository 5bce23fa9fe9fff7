//! One thing goes wrong at a time.

use domain::contact::ContactId;
use serde_json::json;
use tests::cloud::Fault;

use crate::mapping::{Mapping, USUAL};
use crate::town::Town;

/// One lane, so that everything is in everything's way.
const NARROW: Mapping = Mapping { shards: 1, factor: 1, ..USUAL };

/// A record that nobody can read, as a faulty writer might leave it.
fn poison(town: &Town, key: &str) {
    town.cloud.put_raw(&json!({
        "pk": { "S": key }, "sk": { "S": "#00000001" }, "data": { "S": "{ not a commit" },
    }));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_in_nobodys_way() {
    let mut town = Town::new(NARROW).await;
    let before = town.tenant_writes().await;
    poison(&town, "C#7KQ4M2XP9DRT");
    poison(&town, "no contact at all");
    let after = town.tenant_writes().await;
    town.flow();
    // The first delivery sees to everybody else
    town.invoke((0, 0)).await;
    assert_eq!(town.mails().len(), 4);
    town.assert_done(&[before, after]).await;
    // In the end the lane is free, and the on-failure destination knows where they were
    town.work_off().await;
    assert_eq!(town.stream.given_up.len(), 1, "{:?}", town.stream.given_up);
    assert_eq!(town.stream.given_up[0].condition, "RetryAttemptsExhausted");
    assert!(town.invocations <= 2 * (NARROW.retries + 1), "{}", town.invocations);
    // Who writes now is seen to at once
    let next = town.tenant_writes().await;
    town.work_off().await;
    town.assert_done(&[before, after, next]).await;
    town.assert_order();
    assert!(town.mails().values().all(|went| *went == (1, 0)));
}

#[tokio::test]
async fn others_need_not_wait_for_a_record_that_is_tried_again_and_again() {
    // With lanes, those in the others are not even delayed
    let mut town = Town::new(Mapping { shards: 1, factor: 8, ..USUAL }).await;
    poison(&town, "C#7KQ4M2XP9DRT");
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(town.tenant_writes().await);
    }
    town.flow();
    for lane in town.stream.busy() {
        town.invoke(lane).await;
    }
    town.assert_done(&contacts).await;
    town.work_off().await;
    assert_eq!(town.stream.given_up.len(), 1);
}

#[tokio::test]
async fn a_timer_that_is_refused_does_not_hold_up_the_mail() {
    let mut town = Town::new(NARROW).await;
    let unlucky = town.tenant_writes().await;
    let other = town.tenant_writes().await;
    town.cloud.held().refuse_schedules_of.insert(unlucky);
    town.flow();
    town.invoke((0, 0)).await;
    town.assert_done(&[unlucky, other]).await;
    town.work_off().await;
    assert_eq!(town.stream.given_up.len(), 1);
    // What the timer would have done, the schedule finds
    town.desk.clock.move_to(tests::at("2026-06-04 09:30"));
    assert!(town.look_for_missed().await.timers >= 1);
    town.assert_order();
}

async fn crash(fault: Fault, call: u32) -> (Town, Vec<ContactId>) {
    let mut town = Town::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..4 {
        contacts.push(town.tenant_writes().await);
    }
    town.flow();
    town.cloud.break_at(call, fault);
    town.work_off().await;
    for _ in 0..3 {
        town.look_for_missed().await;
    }
    (town, contacts)
}

#[tokio::test]
async fn a_crash_in_the_middle_loses_nothing_and_sends_nothing_twice_unawares() {
    let calls = {
        let (town, contacts) = crash(Fault::Busy, 0).await;
        town.assert_done(&contacts).await;
        let held = town.cloud.held();
        held.calls.iter().filter(|(name, _)| !name.starts_with("DynamoDB")).map(|(_, n)| n).sum()
    };
    // At every call that the function makes to the outside, in turn
    for call in 1..=calls {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            let (town, contacts) = crash(fault, call).await;
            town.assert_done(&contacts).await;
            town.assert_order();
            let mails = town.mails();
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
    let mut town = Town::new(NARROW).await;
    let id = town.tenant_writes().await;
    town.flow();
    let timers = town.desk.store.log(&id).await.unwrap()[0].timers.len();
    town.cloud.break_at(u32::try_from(timers).unwrap() + 1, Fault::Unheard);
    town.work_off().await;
    assert!(town.stream.given_up.is_empty(), "it is nobody's fault and in nobody's way");
    town.look_for_missed().await;
    town.assert_done(&[id]).await;
    let went: Vec<_> = town.mails().into_values().collect();
    assert_eq!(went.iter().filter(|went| **went == (1, 1)).count(), 1, "{went:?}");
    assert!(went.iter().all(|went| matches!(went, (1, 0 | 1))), "{went:?}");
}

#[tokio::test]
async fn what_is_left_when_the_time_is_over_comes_again() {
    let mut town = Town::new(NARROW).await;
    let mut contacts = Vec::new();
    for _ in 0..3 {
        contacts.push(town.tenant_writes().await);
    }
    town.flow();
    let records = town.stream.next((0, 0), town.desk.now()).unwrap();
    let response =
        functions::dispatch::stream::see_to_records(&town.dispatch, &records, town.desk.now())
            .await;
    assert_eq!(response.batch_item_failures.len(), 3, "each commit, and nothing else");
    assert!(town.mails().is_empty());
    town.stream.came_of_it((0, 0), Some(response));
    town.work_off().await;
    town.assert_done(&contacts).await;
}
