//! Requests for information: deadlines that restart, pause and are extended.

use domain::contact::Means;

use crate::case::Case;

fn subject_access(at: &str) -> Case {
    Case::new("westkent", "letter", "subject-access-request", at)
}

#[test]
fn the_days_of_a_pause_are_added_before_the_date_moves_off_a_weekend() {
    let mut case = subject_access("2026-06-01T10:00");
    assert_eq!(case.due("dsar-response"), "2026-07-01T23:59:59");
    case.at("2026-06-08T11:00").record_milestone("clarification-requested");
    case.at("2026-06-13T09:00").record_milestone("clarification-received");
    // Five days later is Monday 6 July.
    assert_eq!(case.due("dsar-response"), "2026-07-06T23:59:59");
    assert!(case.account("dsar-response").contains("paused for 5 days"));
}

#[test]
fn during_a_pause_nothing_is_late_and_nobody_is_reminded() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-06-08T11:00").record_milestone("clarification-requested");
    case.mails();
    case.at("2026-07-20T10:00");
    assert_eq!(case.state("dsar-response"), "open");
    assert!(!case.mails().iter().any(|mail| mail.contains("dsar-response")));
    case.answered_by(Means::Letter);
    assert_eq!(case.state("dsar-response"), "met");
}

#[test]
fn proof_of_identity_restarts_the_deadline() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-06-10T10:00").record_milestone("identity-confirmed");
    assert_eq!(case.due("dsar-response"), "2026-07-10T23:59:59");
}

#[test]
fn three_months_count_from_the_start_and_only_if_notice_is_given_within_the_first() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-07-01T12:00").record_milestone("extension-notified");
    assert_eq!(case.due("dsar-response"), "2026-09-01T23:59:59");
    let mut late = subject_access("2026-06-01T10:00");
    late.at("2026-07-02T00:00").record_milestone("extension-notified");
    assert_eq!(late.due("dsar-response"), "2026-07-01T23:59:59");
}

#[test]
fn a_clarified_request_for_information_counts_as_a_new_one() {
    let mut case = Case::new("nihe", "email", "information-request", "2026-06-01T10:00");
    assert_eq!(case.due("foi-response"), "2026-06-30T23:59:59");
    assert_eq!(case.due("nihe-foi"), "2026-06-30T23:59:59");
    assert_eq!(case.due("nihe-info-delay"), "2026-06-30T23:59:59");
    case.at("2026-06-10T10:00").record_milestone("clarification-received");
    assert_eq!(case.due("foi-response"), "2026-07-09T23:59:59");
    assert_eq!(case.due("nihe-info-delay"), "2026-07-09T23:59:59");
}
