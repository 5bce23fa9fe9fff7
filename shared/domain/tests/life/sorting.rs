//! Staff find a contact to be something else than it was taken for.

use domain::contact::Means;
use domain::decide::NoChange;

use crate::case::Case;

#[test]
fn what_is_found_urgent_counts_from_its_receipt() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    assert_eq!(case.due("lhh-email-response"), "2026-06-04T17:00:00");
    case.at("2026-06-02T09:00").sort("general", "urgent");
    assert_eq!(case.state("lhh-email-response"), "not owed");
    assert_eq!(case.due("lhh-email-response-urgent"), "2026-06-02T17:00:00");
}

#[test]
fn what_is_found_urgent_too_late_is_due_by_closing_that_day() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-03T11:00").sort("general", "urgent");
    assert_eq!(case.due("lhh-email-response-urgent"), "2026-06-03T17:00:00");
    assert!(case.account("lhh-email-response-urgent").contains("made urgent"));
    let mut evening = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    evening.at("2026-06-03T18:00").sort("general", "urgent");
    assert_eq!(evening.due("lhh-email-response-urgent"), "2026-06-04T17:00:00");
}

#[test]
fn a_broken_promise_stays_broken() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-05T09:00").sort("general", "urgent");
    assert_eq!(case.state("lhh-email-response"), "missed");
}

#[test]
fn a_question_that_is_a_complaint_has_the_complaints_clocks_from_its_receipt() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-02T09:00").sort("complaint", "normal");
    assert_eq!(case.due("chc-s1-ack"), "2026-06-08T17:15:00");
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(case.state("wk-email-cs"), "open");
}

#[test]
fn what_was_done_before_counts() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-01T15:00").answered_by(Means::Email);
    case.sort("complaint", "normal");
    assert_eq!(case.state("lhh-complaint-ack"), "kept");
    assert_eq!(case.state("lhh-complaint-response"), "kept");
}

#[test]
fn the_same_again_changes_nothing() {
    let mut case = Case::new("lhh", "email", "general", "2026-06-01T10:00");
    let (category, priority) = (case.contact.category.clone(), case.contact.priority);
    let again = domain::decide::StaffCommand::Triage { category, priority };
    assert_eq!(case.staff(again), Ok(Some(NoChange::NothingDue)));
}
