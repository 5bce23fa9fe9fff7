//! A process may be stopped at any moment; nothing is lost and nothing is done twice unawares.

use adapters::clock::Clock;
use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};
use chrono::TimeDelta;
use domain::contact::{Acknowledgement, DeadlineState, Event};
use domain::decide::MAIL_GRACE;
use functions::dispatch::DispatchError;
use local::stage::{Answer, Letterbox};
use tests::{Scene, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn killed_between_commit_and_dispatch_the_mail_goes_out_at_the_next_start() {
    // Given a message that was committed
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let raw = scene.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scene.deliver_only("jo@tenant.example", &[HELP], &raw).await;
    // When the process is killed before anything is sent, and starts again
    scene.stage.crash();
    assert!(scene.letterbox().sent().is_empty());
    scene.stage.start_again().await.unwrap();
    // Then it is sent, once, and nobody is told that it might be the second time
    let sent = scene.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 1);
    assert!(!sent[0].possible_duplicate);
    scene.end().await;
}

#[tokio::test]
async fn killed_between_sending_and_writing_that_down_the_second_mail_is_marked() {
    // Given a dispatch that claimed the mails and was killed while sending
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let raw = scene.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    let taken = scene.deliver_only("jo@tenant.example", &[HELP], &raw).await;
    let functions::intake_email::Taken::New(id) = taken[0] else { panic!("{taken:?}") };
    scene.stage.crash();
    let desk = scene.stage.desk.clone();
    let claim = desk.store.claim(&id, 1, desk.now(), chrono::TimeDelta::zero()).await.unwrap();
    assert_eq!(claim, adapters::store::Claim::Fresh);
    // When the next process starts
    scene.stage.start_again().await.unwrap();
    // Then the mail goes out marked, under the same Message-ID
    let sent = scene.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 1);
    assert!(sent[0].possible_duplicate);
    assert!(
        String::from_utf8_lossy(&sent[0].to_bytes()).contains("X-Kept-Possible-Duplicate: yes")
    );
    let log = scene.log(&id).await;
    let marked = log
        .iter()
        .flat_map(|c| &c.events)
        .filter(|event| matches!(event, Event::Mailed { possible_duplicate: true, .. }));
    assert_eq!(marked.count(), 2);
    scene.end().await;
}

#[tokio::test]
async fn two_dispatchers_of_one_commit_do_not_both_send() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let raw = scene.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    let taken = scene.deliver_only("jo@tenant.example", &[HELP], &raw).await;
    let functions::intake_email::Taken::New(id) = taken[0] else { panic!("{taken:?}") };
    let desk = scene.stage.desk.clone();
    // One has claimed the mails a moment ago
    desk.store.claim(&id, 1, desk.now(), chrono::TimeDelta::seconds(30)).await.unwrap();
    let mut other = local::pump::dispatch(desk.clone(), scene.letterbox().clone());
    other.lease = chrono::TimeDelta::seconds(30);
    let commit = desk.store.entry(&id, 1).await.unwrap().unwrap().commit;
    let committed = adapters::store::Committed { id, commit, contact: None };
    // The other leaves them alone, and is to come again
    assert!(matches!(other.see_to(&committed).await, Err(DispatchError::Busy)));
    assert!(scene.letterbox().sent().is_empty());
    // Once the claim belongs to nobody any more, it sends, marked
    desk.clock.move_to(at("2026-06-02 10:01"));
    other.see_to(&committed).await.unwrap();
    assert!(scene.last_to("jo@tenant.example").possible_duplicate);
    // Seen to once more, nothing happens
    other.see_to(&committed).await.unwrap();
    assert_eq!(scene.sent_to("jo@tenant.example").len(), 1);
    // And neither does anything when the first hears of it after all
    scene.settle().await;
    assert_eq!(scene.sent_to("jo@tenant.example").len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn timers_that_came_due_while_nothing_ran_fire_at_the_next_start() {
    // Given an open contact
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    // When nothing runs for a week
    scene.stage.crash();
    scene.stage.desk.clock.move_to(at("2026-06-09 09:30"));
    scene.stage.start_again().await.unwrap();
    // Then the breach is recorded at its own instant, and everybody concerned is told once
    assert_eq!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    let log = scene.log(&id).await;
    let breach = log.iter().flat_map(|c| &c.events).find_map(|event| match event {
        Event::Breached { deadline, due_at } if deadline == "wk-email-cs" => Some(*due_at),
        _ => None,
    });
    assert_eq!(breach, Some(at("2026-06-03 17:15")));
    for person in ["priya.shah", "tom.okafor", "helen.ward"] {
        let overdue: Vec<_> = scene
            .sent_to(&format!("{person}@westkent.example"))
            .into_iter()
            .filter(|mail| mail.subject.starts_with("OVERDUE"))
            .collect();
        assert_eq!(overdue.len(), 1, "{person}");
    }
    scene.end().await;
}

#[tokio::test]
async fn a_conflict_is_decided_again_from_what_was_written_meanwhile() {
    use domain::contact::{Actor, Means};
    use domain::decide::{Answer, Command, Request};
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    // Many write the same contact at once
    let mut writers = Vec::new();
    for n in 0..8 {
        let desk = scene.stage.desk.clone();
        writers.push(tokio::spawn(async move {
            let note = Command::Note { text: format!("note {n}") };
            let by = Actor::Staff("priya.shah".into());
            desk.give(&id, &Request { key: None, by, command: note }).await
        }));
    }
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    scene.settle().await;
    let notes = scene.log(&id).await;
    let notes = notes.iter().flat_map(|c| &c.events).filter(|e| matches!(e, Event::Noted { .. }));
    assert_eq!(notes.count(), 8, "every note is there");
    // And the same command twice is one
    let answer = Answer {
        means: Means::Phone,
        text: "Done".into(),
        at: at("2026-06-02 10:00"),
        closes: false,
    };
    let by = Actor::Staff("priya.shah".into());
    let request = Request { key: Some("one".into()), by, command: Command::Answer(answer) };
    scene.stage.desk.give(&id, &request).await.unwrap();
    scene.stage.desk.give(&id, &request).await.unwrap();
    scene.settle().await;
    let log = scene.log(&id).await;
    let answers =
        log.iter().flat_map(|c| &c.events).filter(|e| matches!(e, Event::Answered { .. }));
    assert_eq!(answers.count(), 1);
    assert!(matches!(scene.contact(&id).await.acknowledgement, Acknowledgement::Given { .. }));
    scene.end().await;
}

#[tokio::test]
async fn a_mail_whose_server_fell_silent_at_the_end_is_sent_again_marked_and_not_for_ever() {
    // Given a server that takes mails and does not say so
    let mut scene = Scene::at("2026-06-02 10:00").await;
    scene.letterbox().answer(Some(Answer::Unheard));
    scene.tenant_emails(HELP, "Hello", "Hello").await;
    // Then it is tried again as what may have been taken, each time later, and given up in the end
    scene.until("2026-06-06 10:00").await;
    let sent = scene.sent_to("jo@tenant.example");
    assert!((2..=12).contains(&sent.len()), "{}", sent.len());
    let marks: Vec<_> = sent.iter().map(|mail| mail.possible_duplicate).collect();
    assert!(!marks[0] && marks[1..].iter().all(|mark| *mark), "{marks:?}");
    scene.letterbox().answer(None);
    scene.until("2026-06-09 10:00").await;
    scene.end().await;
}

#[tokio::test]
async fn what_may_have_been_taken_once_stays_marked_however_often_it_is_put_off() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    scene.letterbox().answer(Some(Answer::Unheard));
    scene.tenant_emails(HELP, "Hello", "Hello").await;
    scene.letterbox().answer(Some(Answer::Later("busy".into())));
    scene.until("2026-06-02 10:20").await;
    scene.letterbox().answer(None);
    scene.until("2026-06-02 12:00").await;
    let sent = scene.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 2);
    assert!(sent[1].possible_duplicate);
    scene.end().await;
}

/// A server that takes its time.
#[derive(Clone)]
struct Slow {
    clock: Clock,
    letterbox: Letterbox,
}

impl Mailer for Slow {
    const REPEATABLE: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let sent = self.letterbox.send(mail).await;
        self.clock.move_to(self.clock.now() + TimeDelta::seconds(100));
        sent
    }
}

#[tokio::test]
async fn a_slow_server_is_done_with_a_commit_before_anybody_else_looks_at_its_mails() {
    // Given a commit that tells several people at once
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    let desk = scene.stage.desk.clone();
    desk.clock.move_to(at("2026-06-09 09:30"));
    functions::reconcile::sweep(&desk, desk.now()).await.unwrap();
    let commit = scene.log(&id).await.pop().unwrap();
    let people: Vec<_> = commit.mails.iter().map(|mail| mail.id.clone()).collect();
    assert!(people.len() >= 3, "{:?}", commit.mails);
    let before = scene.letterbox().sent().len();
    // When the server takes longer for all of them than anybody waits
    let slow = Slow { clock: desk.clock.clone(), letterbox: scene.letterbox().clone() };
    let dispatch = local::pump::dispatch(desk.clone(), slow);
    let committed = adapters::store::Committed { id, commit: commit.clone(), contact: None };
    dispatch.see_to(&committed).await.unwrap();
    // Then what became of them is written down in time, and the rest waits for another time
    let results = scene.log(&id).await.pop().unwrap();
    assert!(results.at - commit.at < MAIL_GRACE, "{} to {}", commit.at, results.at);
    let mailed = results.events.iter().filter(|e| matches!(e, Event::Mailed { .. })).count();
    let put_off = results.events.iter().filter(|e| matches!(e, Event::MailDeferred { .. })).count();
    assert_eq!((mailed, mailed + put_off), (2, people.len()));
    // And in the end each has gone out once, and none as if it might be the second time
    scene.stage.crash();
    scene.until("2026-06-09 10:30").await;
    let sent = scene.letterbox().sent().split_off(before);
    assert_eq!(sent.len(), people.len());
    assert!(sent.iter().all(|mail| !mail.possible_duplicate));
    scene.end().await;
}

#[tokio::test]
async fn a_commit_that_waited_too_long_for_its_turn_is_left_to_the_sweep() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let raw = scene.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scene.deliver_only("jo@tenant.example", &[HELP], &raw).await;
    // Its turn comes in the minute in which the sweep may look at it
    scene.stage.desk.clock.move_to(at("2026-06-02 10:04:59"));
    scene.stage.see_to_one().await.unwrap();
    assert!(scene.letterbox().sent().is_empty());
    scene.until("2026-06-02 10:10").await;
    assert_eq!(scene.sent_to("jo@tenant.example").len(), 1);
    assert!(!scene.last_to("jo@tenant.example").possible_duplicate);
    scene.end().await;
}

#[tokio::test]
async fn many_long_mails_that_wait_together_are_all_sent_in_the_end() {
    // Given a server that is away while a tenant writes again and again, at length
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Hello", "Hello").await;
    let acknowledgement = scene.last_to("jo@tenant.example");
    scene.letterbox().answer(Some(Answer::Later("away".into())));
    let long = "All of it matters. ".repeat(3000);
    for _ in 0..10 {
        scene.reply("jo@tenant.example", &acknowledgement, &long, "").await;
    }
    // Together they are more than one commit can hold
    scene.until("2026-06-02 10:30").await;
    assert_eq!(scene.contact(&id).await.pending.len(), 10);
    scene.letterbox().answer(None);
    let before = scene.letterbox().sent().len();
    scene.until("2026-06-02 16:00").await;
    let sent = scene.letterbox().sent().split_off(before);
    assert_eq!(sent.iter().filter(|mail| mail.text.contains(long.trim())).count(), 10);
    scene.end().await;
}
