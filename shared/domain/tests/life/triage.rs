//! Triage: staff set another category or priority than the contact came with.

use domain::contact::Means;
use domain::decide::NoChange;

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
    assert_eq!(case.state("wk-email-cs"), "open");
}

#[test]
fn milestones_from_before_the_triage_count() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-01T15:00").answered_by(Means::Email);
    case.triage("complaint", "normal");
    assert_eq!(case.state("lhh-complaint-ack"), "met");
    assert_eq!(case.state("lhh-complaint-response"), "met");
}

#[test]
fn setting_the_same_category_and_priority_changes_nothing() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    let (category, priority) = (case.contact.category.clone(), case.contact.priority);
    let again = domain::decide::StaffCommand::Triage { category, priority };
    assert_eq!(case.staff(again), Ok(Some(NoChange::NothingDue)));
}
