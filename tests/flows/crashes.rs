//! Crashes at any moment: nothing is lost, and a possible duplicate is marked as one.

use adapters::clock::Clock;
use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};
use chrono::TimeDelta;
use domain::contact::{Acknowledgement, Event};
use domain::deadline::DeadlineState;
use domain::decide::MAIL_GRACE;
use functions::dispatch::DispatchError;

use tests::{FaultyMailer, MailFault, Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn a_crash_between_commit_and_dispatch_delays_the_email_until_the_next_start() {
    // Given a message that was committed
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    // When the process is killed before anything is sent, and starts again
    scenario.crash();
    assert!(scenario.mailer().sent().is_empty());
    scenario.restart().await;
    // Then it is sent once, and not marked as a possible duplicate
    let sent = scenario.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 1);
    assert!(!sent[0].possible_duplicate);
    scenario.end().await;
}

#[tokio::test]
async fn a_crash_between_sending_and_recording_marks_the_second_email_as_a_possible_duplicate() {
    // Given a dispatch that claimed the mails and was killed while sending
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    let taken = scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    let functions::intake_email::Intake::New(id) = taken[0] else { panic!("{taken:?}") };
    scenario.crash();
    let app = scenario.simulation.app.clone();
    let claim = app.store.claim(&id, 1, app.now(), chrono::TimeDelta::zero()).await.unwrap();
    assert_eq!(claim, adapters::store::Claim::Fresh);
    // When the next process starts
    scenario.restart().await;
    // Then the email is sent as a possible duplicate, with the same Message-ID
    let sent = scenario.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 1);
    assert!(sent[0].possible_duplicate);
    assert!(
        String::from_utf8_lossy(&sent[0].to_bytes()).contains("X-Kept-Possible-Duplicate: yes")
    );
    let log = scenario.log(&id).await;
    let marked = log
        .iter()
        .flat_map(|c| &c.events)
        .filter(|event| matches!(event, Event::MailSent { possible_duplicate: true, .. }));
    assert_eq!(marked.count(), 2);
    scenario.end().await;
}

#[tokio::test]
async fn two_dispatches_of_one_commit_send_each_email_once() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    let taken = scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    let functions::intake_email::Intake::New(id) = taken[0] else { panic!("{taken:?}") };
    let app = scenario.simulation.app.clone();
    // One dispatch has claimed the emails a moment ago
    app.store.claim(&id, 1, app.now(), chrono::TimeDelta::seconds(30)).await.unwrap();
    let mut other = tests::dispatch(app.clone(), scenario.mailer().clone());
    other.lease = chrono::TimeDelta::seconds(30);
    let commit = app.store.log_entry(&id, 1).await.unwrap().unwrap().commit;
    let committed = adapters::store::Committed { id, commit, contact: None };
    // The other leaves them alone and tries again later
    assert!(matches!(other.process(&committed).await, Err(DispatchError::Busy)));
    assert!(scenario.mailer().sent().is_empty());
    // Once the claim has expired, it sends them as possible duplicates
    app.clock.move_to(at("2026-06-02 10:01"));
    other.process(&committed).await.unwrap();
    assert!(scenario.last_to("jo@tenant.example").possible_duplicate);
    // A further dispatch does nothing
    other.process(&committed).await.unwrap();
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    // And neither does the first dispatch
    scenario.run_until_idle().await;
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn timers_that_came_due_while_nothing_ran_fire_at_the_next_start() {
    // Given an open contact
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    // When no process runs for a week
    scenario.crash();
    scenario.simulation.app.clock.move_to(at("2026-06-09 09:30"));
    scenario.restart().await;
    // Then the breach is recorded at the time when it happened, and each person is notified once
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Missed);
    let log = scenario.log(&id).await;
    let breach = log.iter().flat_map(|c| &c.events).find_map(|event| match event {
        Event::DeadlineMissed { deadline, due_at, .. } if deadline.to_string() == "wk-email-cs" => {
            Some(*due_at)
        }
        _ => None,
    });
    assert_eq!(breach, Some(at("2026-06-03 17:15")));
    for person in ["priya.shah", "tom.okafor", "helen.ward"] {
        let overdue: Vec<_> = scenario
            .sent_to(&format!("{person}@westkent.example"))
            .into_iter()
            .filter(|mail| mail.subject.starts_with("OVERDUE"))
            .collect();
        assert_eq!(overdue.len(), 1, "{person}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_conflicting_command_is_decided_again_from_the_new_state() {
    use domain::contact::Means;
    use domain::decide::{Answer, Command, Request, StaffCommand};
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    // Several commands for the same contact at once
    let mut writers = Vec::new();
    for n in 0..8 {
        let app = scenario.simulation.app.clone();
        writers.push(tokio::spawn(async move {
            let note = StaffCommand::AddNote { text: format!("note {n}") };
            let command = Command::Staff { person: "priya.shah".into(), command: note };
            app.execute(&id, &Request { key: None, command }).await
        }));
    }
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    scenario.run_until_idle().await;
    let notes = scenario.log(&id).await;
    let notes =
        notes.iter().flat_map(|c| &c.events).filter(|e| matches!(e, Event::NoteAdded { .. }));
    assert_eq!(notes.count(), 8, "every note is there");
    // The same command twice counts once
    let answer = Answer {
        means: Means::Phone,
        text: "Done".into(),
        at: at("2026-06-02 10:00"),
        closes: false,
    };
    let answer = StaffCommand::Answer(answer);
    let command = Command::Staff { person: "priya.shah".into(), command: answer };
    let request = Request { key: Some("one".into()), command };
    scenario.simulation.app.execute(&id, &request).await.unwrap();
    scenario.simulation.app.execute(&id, &request).await.unwrap();
    scenario.run_until_idle().await;
    let log = scenario.log(&id).await;
    let answers =
        log.iter().flat_map(|c| &c.events).filter(|e| matches!(e, Event::Answered { .. }));
    assert_eq!(answers.count(), 1);
    assert!(matches!(
        scenario.contact(&id).await.acknowledgement,
        Acknowledgement::Confirmed { .. }
    ));
    scenario.end().await;
}

#[tokio::test]
async fn an_unconfirmed_email_is_sent_again_as_a_possible_duplicate_and_given_up_in_the_end() {
    // Given a server that accepts emails without confirming them
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.mailer().fail(MailFault::Unconfirmed);
    scenario.tenant_emails(HELP, "Hello", "Hello").await;
    // Then the email is sent again as a possible duplicate, at growing intervals, and given up in the end
    scenario.advance_to("2026-06-06 10:00").await;
    let sent = scenario.sent_to("jo@tenant.example");
    assert!((2..=12).contains(&sent.len()), "{}", sent.len());
    let marks: Vec<_> = sent.iter().map(|mail| mail.possible_duplicate).collect();
    assert!(!marks[0] && marks[1..].iter().all(|mark| *mark), "{marks:?}");
    scenario.mailer().recover();
    scenario.advance_to("2026-06-09 10:00").await;
    scenario.end().await;
}

#[tokio::test]
async fn a_possible_duplicate_stays_marked_however_often_it_is_deferred() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.mailer().fail(MailFault::Unconfirmed);
    scenario.tenant_emails(HELP, "Hello", "Hello").await;
    scenario.mailer().fail(MailFault::Transient("busy".into()));
    scenario.advance_to("2026-06-02 10:20").await;
    scenario.mailer().recover();
    scenario.advance_to("2026-06-02 12:00").await;
    let sent = scenario.sent_to("jo@tenant.example");
    assert_eq!(sent.len(), 2);
    assert!(sent[1].possible_duplicate);
    scenario.end().await;
}

/// A mail server that takes 100 seconds for each email.
#[derive(Clone)]
struct Slow {
    clock: Clock,
    mailer: FaultyMailer,
}

impl Mailer for Slow {
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let sent = self.mailer.send(mail).await;
        self.clock.move_to(self.clock.now() + TimeDelta::seconds(100));
        sent
    }
}

#[tokio::test]
async fn a_slow_mail_server_finishes_a_commit_before_the_sweep_looks_at_its_emails() {
    // Given a commit that notifies several people
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    let app = scenario.simulation.app.clone();
    app.clock.move_to(at("2026-06-09 09:30"));
    functions::reconcile::sweep(&app, app.now()).await.unwrap();
    let commit = scenario.log(&id).await.pop().unwrap();
    let people: Vec<_> = commit.mails.iter().map(|mail| mail.id.clone()).collect();
    assert!(people.len() >= 3, "{:?}", commit.mails);
    let before = scenario.mailer().sent().len();
    // When the server needs longer for all of them than the time allowed
    let slow = Slow { clock: app.clock.clone(), mailer: scenario.mailer().clone() };
    let dispatch = tests::dispatch(app.clone(), slow);
    let committed = adapters::store::Committed { id, commit: commit.clone(), contact: None };
    dispatch.process(&committed).await.unwrap();
    // Then the results are recorded in time, and the other emails are deferred
    let results = scenario.log(&id).await.pop().unwrap();
    assert!(results.at - commit.at < MAIL_GRACE, "{} to {}", commit.at, results.at);
    let mailed = results.events.iter().filter(|e| matches!(e, Event::MailSent { .. })).count();
    let deferred =
        results.events.iter().filter(|e| matches!(e, Event::MailDeferred { .. })).count();
    assert_eq!((mailed, mailed + deferred), (2, people.len()));
    // And in the end each has been sent once, and none as a possible duplicate
    scenario.crash();
    scenario.advance_to("2026-06-09 10:30").await;
    let sent = scenario.mailer().sent().split_off(before);
    assert_eq!(sent.len(), people.len());
    assert!(sent.iter().all(|mail| !mail.possible_duplicate));
    scenario.end().await;
}

#[tokio::test]
async fn a_commit_that_waited_too_long_is_left_to_the_sweep() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    // It is dispatched in the minute in which the sweep may look at it
    scenario.simulation.app.clock.move_to(at("2026-06-02 10:04:59"));
    scenario.dispatch_next().await;
    assert!(scenario.mailer().sent().is_empty());
    scenario.advance_to("2026-06-02 10:10").await;
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    assert!(!scenario.last_to("jo@tenant.example").possible_duplicate);
    scenario.end().await;
}

#[tokio::test]
async fn many_long_emails_that_wait_together_are_all_sent() {
    // Given a server that is down while a tenant sends long messages again and again
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    let acknowledgement = scenario.last_to("jo@tenant.example");
    scenario.mailer().fail(MailFault::Transient("away".into()));
    let long = "All of it matters. ".repeat(3000);
    for _ in 0..10 {
        scenario.reply("jo@tenant.example", &acknowledgement, &long, "").await;
    }
    // Together they are too large for one commit
    scenario.advance_to("2026-06-02 10:30").await;
    assert_eq!(scenario.contact(&id).await.pending.len(), 10);
    scenario.mailer().recover();
    let before = scenario.mailer().sent().len();
    scenario.advance_to("2026-06-02 16:00").await;
    let sent = scenario.mailer().sent().split_off(before);
    assert_eq!(sent.iter().filter(|mail| mail.text.contains(long.trim())).count(), 10);
    scenario.end().await;
}
