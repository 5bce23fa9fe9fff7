//! Acknowledgements: a tenant is told at once that the message has arrived, and when the answer is due.

use adapters::mail::Reason;
use domain::contact::{Acknowledgement, AutomaticSender, SuppressionReason};
use domain::deadline::{DeadlineState, WaiverReason};
use domain::decide::{Command, MailOutcome, MailResult, SystemCommand};
use functions::intake_email::Intake;
use tests::{MailFault, Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn an_email_is_acknowledged_at_once_with_a_reliable_date() {
    // Given a Friday, a minute after closing, before a bank holiday
    let mut scenario = Scenario::at("2026-05-01 16:46").await;
    // When a tenant emails
    let id = scenario.tenant_emails(HELP, "No hot water", "There is no hot water.").await;
    // Then the acknowledgement gives the date of the answer, and the reason for it
    let mail = scenario.last_to("jo@tenant.example");
    assert!(
        mail.text.contains("We will answer you by 5.15pm on Wednesday 6 May."),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Monday 4 May is a bank holiday"), "{}", mail.text);
    assert!(mail.text.contains("0800 169 1122"), "{}", mail.text);
    assert_eq!(mail.reason, Reason::Reply);
    assert_eq!(mail.envelope_sender(), None);
    assert!(mail.subject.starts_with("Auto: No hot water"), "{}", mail.subject);
    assert_eq!(mail.in_reply_to.as_deref(), Some("m1@tenant.example"));
    // And the deadline of the acknowledgement is met, and the deadline of the answer is open
    assert!(matches!(scenario.deadline(&id, "wk-email-ack").await, DeadlineState::Met { .. }));
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    assert_eq!(
        scenario.contact(&id).await.deadline(&"wk-email-cs".parse().unwrap()).unwrap().due_at,
        at("2026-05-06 17:15")
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_message_delivered_twice_is_one_contact_and_one_acknowledgement() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello?", "");
    let first = scenario.deliver("jo@tenant.example", &[HELP], &raw).await;
    // The same message again, by another route
    let again = [b"Received: from another relay\r\n".as_slice(), &raw].concat();
    let second = scenario.deliver("jo@tenant.example", &[HELP], &again).await;
    let [Intake::New(id)] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!(second, [Intake::Duplicate(*id)]);
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    assert_eq!(scenario.log(id).await.len(), 2, "received, and the mails' results");
    scenario.end().await;
}

#[tokio::test]
async fn a_message_to_two_teams_becomes_a_contact_for_each() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message("jo@tenant.example", HELP, "Gate", "The gate is broken.", "");
    let to = [HELP, "repairs@westkent.example", "help+x@westkent.example"];
    let taken = scenario.deliver("jo@tenant.example", &to, &raw).await;
    // Two addresses of one team are one recipient
    let [Intake::New(one), Intake::New(two)] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!(scenario.contact(one).await.team.as_str(), "customer-services");
    assert_eq!(scenario.contact(two).await.team.as_str(), "repairs");
    assert_eq!(
        scenario.contact(two).await.deadline(&"wk-email-direct".parse().unwrap()).unwrap().due_at,
        at("2026-06-09 17:15")
    );
    assert_eq!(scenario.sent_to("priya.shah@westkent.example").len(), 1);
    assert_eq!(scenario.sent_to("dan.fisher@westkent.example").len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn an_email_to_a_person_counts_as_direct_email_to_their_team() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails("priya.shah@westkent.example", "Hello", "Hello Priya").await;
    let contact = scenario.contact(&id).await;
    assert_eq!(
        contact.owner.as_ref().map(domain::organisation::PersonId::as_str),
        Some("priya.shah")
    );
    // Five working days, not the end of the next: she is not the customer services mailbox
    assert!(contact.deadline(&"wk-email-cs".parse().unwrap()).is_none());
    assert_eq!(
        contact.deadline(&"wk-email-direct".parse().unwrap()).unwrap().due_at,
        at("2026-06-09 17:15")
    );
    scenario.end().await;
}

#[tokio::test]
async fn an_automatic_message_starts_deadlines_without_an_acknowledgement_and_staff_are_notified() {
    for (headers, sender, sign) in [
        ("Auto-Submitted: auto-replied\r\n", "jo@tenant.example", AutomaticSender::AutoSubmitted),
        ("", "", AutomaticSender::NullSender),
        ("List-Id: <tenants.list.example>\r\n", "jo@tenant.example", AutomaticSender::MailingList),
        ("Precedence: bulk\r\n", "jo@tenant.example", AutomaticSender::Bulk),
        ("", "mailer-daemon@tenant.example", AutomaticSender::SystemAddress),
    ] {
        let mut scenario = Scenario::at("2026-06-02 10:00").await;
        let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", headers);
        let taken = scenario.deliver(sender, &[HELP], &raw).await;
        let [Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
        let contact = scenario.contact(id).await;
        let why = SuppressionReason::Automatic(sign);
        assert_eq!(contact.acknowledgement, Acknowledgement::Suppressed { why });
        assert_eq!(
            scenario.deadline(id, "wk-email-ack").await,
            DeadlineState::Waived { why: WaiverReason::AutomaticSender }
        );
        assert_eq!(scenario.deadline(id, "wk-email-cs").await, DeadlineState::Open);
        assert!(scenario.sent_to("jo@tenant.example").is_empty());
        let notification = scenario.last_to("priya.shah@westkent.example");
        assert!(notification.text.contains("NO ACKNOWLEDGEMENT WAS SENT"), "{}", notification.text);
        scenario.end().await;
    }
}

#[tokio::test]
async fn a_message_from_our_own_address_is_not_acknowledged() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw =
        scenario.message("help@westkent.example", "repairs@westkent.example", "Loop", "Loop", "");
    let taken =
        scenario.deliver("help@westkent.example", &["repairs@westkent.example"], &raw).await;
    let [Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
    let why = SuppressionReason::Automatic(AutomaticSender::OwnAddress);
    assert_eq!(scenario.contact(id).await.acknowledgement, Acknowledgement::Suppressed { why });
    assert!(scenario.sent_to("help@westkent.example").is_empty());
    scenario.end().await;
}

#[tokio::test]
async fn acknowledgements_to_one_sender_are_limited_per_day() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    for n in 0..12 {
        scenario.tenant_emails(HELP, &format!("Message {n}"), "Again").await;
    }
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 10);
    // The limit is per day
    scenario.advance_to("2026-06-03 10:01").await;
    let id = scenario.tenant_emails(HELP, "Next day", "Again").await;
    assert!(matches!(
        scenario.contact(&id).await.acknowledgement,
        Acknowledgement::Confirmed { .. }
    ));
    scenario.end().await;
}

#[tokio::test]
async fn an_acknowledgement_counts_when_the_mail_server_accepts_it() {
    // Given a mail server that accepts no emails
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.mailer().fail(MailFault::Transient("451 try again".into()));
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    assert_eq!(scenario.contact(&id).await.acknowledgement, Acknowledgement::OnItsWay);
    assert_eq!(scenario.deadline(&id, "wk-email-ack").await, DeadlineState::Open);
    // When it accepts emails again after the promised 300 seconds
    scenario.advance_to("2026-06-02 10:05:30").await;
    scenario.mailer().recover();
    scenario.advance_to("2026-06-02 10:40").await;
    // Then the acknowledgement is late, and says so
    assert!(matches!(scenario.deadline(&id, "wk-email-ack").await, DeadlineState::MetLate { .. }));
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    assert!(
        !scenario.last_to("jo@tenant.example").possible_duplicate,
        "it was refused before, for certain"
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_permanently_refused_acknowledgement_is_still_due_and_staff_are_notified() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.mailer().fail(MailFault::Permanent("550 no such mailbox".into()));
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    scenario.mailer().recover();
    assert_eq!(scenario.contact(&id).await.acknowledgement, Acknowledgement::Failed);
    assert_eq!(scenario.deadline(&id, "wk-email-ack").await, DeadlineState::Open);
    // Staff could not be notified of it either, but a reminder reaches the team lead
    scenario.advance_to("2026-06-02 10:06").await;
    assert_eq!(scenario.deadline(&id, "wk-email-ack").await, DeadlineState::Missed);
    assert!(scenario.last_to("tom.okafor@westkent.example").subject.starts_with("OVERDUE"));
    scenario.end().await;
}

#[tokio::test]
async fn results_of_emails_that_are_no_longer_pending_change_nothing() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Hello", "Hello").await;
    let mail = scenario.log(&id).await[0].mails[0].clone();
    let outcome = MailOutcome::Accepted { at: at("2026-06-02 10:30"), possible_duplicate: true };
    let results = vec![MailResult { mail, outcome }];
    let command = Command::System(SystemCommand::RecordMailResults(results));
    let before = scenario.contact(&id).await;
    scenario.execute(&id, command).await;
    assert_eq!(scenario.contact(&id).await, before);
    scenario.end().await;
}

#[tokio::test]
async fn our_own_email_delivered_to_us_is_only_archived() {
    // Given a notification that comes back: the duty mailbox is forwarded to the team's, or the
    // mail system delivers the mail of a member of staff to Kept
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to("priya.shah@westkent.example").to_bytes();
    let acknowledgement = scenario.last_to("jo@tenant.example").to_bytes();
    let before = scenario.mailer().sent().len();
    for to in [HELP, "priya.shah@westkent.example", "repairs@westkent.example"] {
        for raw in [&notification, &acknowledgement] {
            assert_eq!(scenario.deliver("", &[to], raw).await, [Intake::Ignored], "{to}");
        }
    }
    assert_eq!(scenario.mailer().sent().len(), before, "and nobody is notified");
    // A forged Message-ID of that kind makes the message like any other
    let raw = String::from_utf8(notification).unwrap();
    let token = scenario.last_to("priya.shah@westkent.example").message_id;
    let forged = raw.replace(&token, &format!("{}0000000000@westkent.example", &token[..21]));
    let taken = scenario.deliver("", &[HELP], forged.as_bytes()).await;
    assert!(matches!(taken.as_slice(), [Intake::New(_)]), "{taken:?}");
    scenario.end().await;
}

#[tokio::test]
async fn a_different_message_with_the_same_message_id_is_not_lost() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let first = scenario.message("jo@tenant.example", HELP, "Bins", "Which day?", "");
    let second = String::from_utf8(first.clone()).unwrap().replace("Which day?", "No heating!");
    let third = second.replace("Subject: Bins", "Subject: Heating");
    let mut contacts = std::collections::BTreeSet::new();
    for raw in [first.as_slice(), second.as_bytes(), third.as_bytes()] {
        let taken = scenario.deliver("jo@tenant.example", &[HELP], raw).await;
        let [Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
        assert!(contacts.insert(*id));
    }
    // Delivered again by another route, each is recognised
    for raw in [first.as_slice(), second.as_bytes(), third.as_bytes()] {
        let again = [b"Received: from another relay\r\n".as_slice(), raw].concat();
        let taken = scenario.deliver("jo@tenant.example", &[HELP], &again).await;
        assert!(
            matches!(taken.as_slice(), [Intake::Duplicate(id)] if contacts.contains(id)),
            "{taken:?}"
        );
    }
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 3);
    // The same holds in the thread of a contact
    let acknowledgement = scenario.last_to("jo@tenant.example").reply_to;
    for text in ["One", "Two", "Two"] {
        let raw =
            format!("From: jo@tenant.example\r\nMessage-ID: <same@tenant.example>\r\n\r\n{text}");
        scenario.deliver("jo@tenant.example", &[&acknowledgement], raw.as_bytes()).await;
    }
    let notifications = scenario.sent_to("priya.shah@westkent.example");
    assert_eq!(notifications.iter().filter(|m| m.subject.starts_with("Wrote again")).count(), 2);
    scenario.end().await;
}
