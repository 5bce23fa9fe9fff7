//! Customers who write again, and answers from before and after they did.

use domain::contact::{Acknowledgement, MailKind, MailProblem, Means};
use domain::deadline::DeadlineState;
use domain::decide::{Answer, Command, MailOutcome, MailResult, StaffCommand, SystemCommand};
use domain::standards::Channel;

use crate::case::Case;

#[test]
fn the_promises_are_those_for_the_channel_used_this_time() {
    let mut case = Case::new("westkent", "letter", "general", "2026-06-01T10:00");
    assert_eq!(case.due("wk-letter"), "2026-06-08T17:15:00");
    case.at("2026-06-03T10:00").answered_by(Means::Email);
    case.at("2026-06-09T10:00").customer_writes(Channel::Email);
    assert_eq!(case.due("wk-email-cs"), "2026-06-10T17:15:00");
}

#[test]
fn a_breach_survives_closing_and_sends_no_more_reminders() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-02T17:16");
    assert_eq!(case.state("wk-email-cs"), "missed");
    case.staff(StaffCommand::Close { reason: Some("Spam.".into()) }).unwrap();
    assert_eq!(case.state("wk-email-cs"), "missed");
    case.mails();
    case.at("2026-06-20T10:00");
    assert_eq!(case.mails(), Vec::<String>::new());
    // The next message starts a second round with a deadline of its own.
    case.customer_writes(Channel::Email);
    assert_eq!(case.due("wk-email-cs~2"), "2026-06-23T17:15:00");
}

#[test]
fn an_old_call_does_not_meet_a_deadline_that_started_after_it() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-02T10:00").answered_by(Means::Email);
    let call = case.now;
    case.at("2026-06-10T10:00").customer_writes(Channel::Email);
    let answer = Answer { means: Means::Phone, text: "Rang.".into(), at: call, closes: true };
    case.staff(StaffCommand::Answer(answer)).unwrap();
    assert_eq!(case.state("wk-email-cs~2"), "open");
    assert!(case.contact.closed.is_none());
}

#[test]
fn a_delayed_answer_does_not_close_a_contact_to_which_the_customer_wrote_meanwhile() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.delivers = false;
    let answer = Answer { means: Means::Email, text: "So.".into(), at: case.now, closes: true };
    case.staff(StaffCommand::Answer(answer)).unwrap();
    let mails = case.log.last().unwrap().mails.clone();
    case.customer_writes(Channel::Email);
    case.accept(mails);
    assert!(case.contact.closed.is_none());
}

#[test]
fn an_unsent_acknowledgement_is_withdrawn_when_the_customer_is_answered() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.contact.acknowledgement = Acknowledgement::OnItsWay;
    let mut fresh = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    // The same contact before its acknowledgement was accepted.
    let first = fresh.log.remove(0);
    let mail = first.mails.iter().find(|mail| mail.kind == MailKind::Acknowledgement).unwrap();
    case.contact.pending.push(domain::contact::PendingMail {
        id: mail.id.clone(),
        commit: 1,
        attempts: 0,
        deferred: false,
        not_before: case.now,
    });
    case.delivers = false;
    let outcome = MailOutcome::Deferred { why: MailProblem::Server { response: "busy".into() } };
    let result = MailResult { mail: mail.clone(), outcome };
    case.execute(Command::System(SystemCommand::RecordMailResults(vec![result]))).unwrap();
    assert!(case.contact.pending.iter().any(|pending| pending.id == mail.id));
    case.answered_by(Means::Phone);
    assert!(!case.contact.pending.iter().any(|pending| pending.id == mail.id));
    assert!(matches!(case.contact.acknowledgement, Acknowledgement::Confirmed { .. }));
    assert!(matches!(
        case.contact.deadline(&"wk-email-cs".parse().unwrap()).unwrap().state,
        DeadlineState::Met { .. }
    ));
}
