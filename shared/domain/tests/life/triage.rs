//! Triage: staff set another category or priority than the contact came with.

use domain::contact::Means;
use domain::decide::{NoChange, StaffCommand};

use crate::case::Case;

#[test]
fn an_urgent_contact_counts_from_its_receipt() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    assert_eq!(case.due("lhh-email-response"), "2026-06-04T17:00:00");
    case.at("2026-06-02T09:00").triage("general", "urgent");
    assert_eq!(case.state("lhh-email-response"), "waived");
    assert_eq!(case.due("lhh-email-response-urgent"), "2026-06-02T17:00:00");
}

#[test]
fn a_contact_found_urgent_too_late_is_due_by_closing_that_day() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-03T11:00").triage("general", "urgent");
    assert_eq!(case.due("lhh-email-response-urgent"), "2026-06-03T17:00:00");
    assert!(case.account("lhh-email-response-urgent").contains("made urgent"));
    let mut evening = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    evening.at("2026-06-03T18:00").triage("general", "urgent");
    assert_eq!(evening.due("lhh-email-response-urgent"), "2026-06-04T17:00:00");
}

/// "24 hours from becoming aware": no grace of the provider's own moves what the law asks for.
#[test]
fn an_emergency_found_after_its_time_was_missed_when_it_was_due_and_says_what_to_do_now() {
    let mut case =
        Case::to_team("westkent", "repairs", "email", "damp-and-mould", "2026-06-06T22:00");
    case.at("2026-06-08T09:00").mails();
    case.triage("damp-and-mould", "emergency");
    for id in ["awaab-emergency-investigate", "awaab-emergency-makesafe"] {
        assert_eq!(case.due(id), "2026-06-07T22:00:00", "{id}");
        assert_eq!(case.state(id), "missed", "{id}");
        let standard = case.organisation.standard(&id.into()).unwrap();
        assert!(standard.if_missed.contains("at once"), "{id}: {}", standard.if_missed);
    }
    // Everybody whom the reminders name hears of it at once, in the commit that found it.
    let mut notified = case.mails();
    notified.sort();
    let overdue = "overdue awaab-emergency-investigate awaab-emergency-makesafe";
    assert_eq!(notified, [format!("helen.ward: {overdue}"), format!("maria.lopez: {overdue}")]);
    case.at("2026-06-08T15:00").record_milestone("made-safe");
    assert_eq!(case.state("awaab-emergency-makesafe"), "met late");
    assert_eq!(case.state("awaab-emergency-investigate"), "missed");
}

#[test]
fn work_done_in_time_keeps_what_the_law_asks_for_even_if_the_urgency_was_found_later() {
    let mut case =
        Case::to_team("westkent", "repairs", "email", "damp-and-mould", "2026-06-06T22:00");
    case.at("2026-06-07T10:00").record_milestone("made-safe");
    case.at("2026-06-07T23:30").record_milestone("investigation-concluded");
    case.at("2026-06-08T09:00").triage("damp-and-mould", "emergency");
    assert_eq!(case.state("awaab-emergency-makesafe"), "met");
    assert_eq!(case.state("awaab-emergency-investigate"), "met late");
}

#[test]
fn a_question_found_to_be_a_complaint_after_its_time_has_missed_what_the_code_asks_for() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-26T09:00").triage("complaint", "normal");
    assert_eq!(case.due("chc-s1-ack"), "2026-06-08T17:15:00");
    assert_eq!(case.state("chc-s1-ack"), "missed");
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(case.state("chc-s1-response"), "missed");
    let mut answered = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    answered.at("2026-06-04T10:00").record_milestone("complaint-defined");
    answered.at("2026-06-24T10:00").answered_by(Means::Email);
    answered.at("2026-06-26T09:00").triage("complaint", "normal");
    assert_eq!(answered.state("chc-s1-ack"), "met");
    assert_eq!(answered.due("chc-s1-response"), "2026-06-18T17:15:00");
    // Nobody has said that the answer had the parts that a complaint needs.
    assert_eq!(answered.state("chc-s1-response"), "missed");
    let entry = answered.contact.replies.last().unwrap().entry;
    answered.staff(StaffCommand::ConfirmResponse { entry, closes: false }).unwrap();
    assert_eq!(answered.state("chc-s1-response"), "met late");
}

#[test]
fn a_pause_from_before_the_triage_counts() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-08T11:00").record_milestone("clarification-requested");
    case.at("2026-07-20T10:00").triage("subject-access-request", "normal");
    assert_eq!(case.state("dsar-response"), "paused");
    case.at("2026-07-22T10:00").record_milestone("clarification-received");
    assert_eq!(case.due("dsar-response"), "2026-08-14T23:59:59");
}

#[test]
fn triage_does_not_undo_a_missed_deadline() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-05T09:00").triage("general", "urgent");
    assert_eq!(case.state("lhh-email-response"), "missed");
}

#[test]
fn a_question_that_is_a_complaint_has_the_deadlines_of_a_complaint_from_its_receipt() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-02T09:00").triage("complaint", "normal");
    assert_eq!(case.due("chc-s1-ack"), "2026-06-08T17:15:00");
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(case.state("wk-email-cs"), "waived");
}

#[test]
fn milestones_from_before_the_triage_count() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-01T15:00").answered_by(Means::Email);
    case.triage("complaint", "normal");
    assert_eq!(case.state("lhh-complaint-ack"), "met");
    // Nobody has said that the answer had the parts that the answer to a complaint needs
    assert_eq!(case.state("lhh-complaint-response"), "open");
    let mut spam = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    spam.at("2026-06-01T15:00").answered_by(Means::Email);
    spam.triage("general", "normal");
    assert_eq!(spam.state("lhh-letter-response"), "met");
}

#[test]
fn setting_the_same_category_and_priority_again_changes_nothing() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    let (category, priority) = (case.contact.category.clone(), case.contact.priority);
    let same = || domain::decide::StaffCommand::Triage { category: category.clone(), priority };
    assert_eq!(case.staff(same()), Ok(None), "the first time it confirms them");
    assert_eq!(case.staff(same()), Ok(Some(NoChange::NothingDue)));
}
