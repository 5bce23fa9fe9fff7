//! Requests for information: deadlines that restart, pause and are extended.

use domain::contact::Means;
use domain::decide::StaffCommand;

use crate::case::Case;

fn subject_access(at: &str) -> Case {
    Case::new("westkent", "letter", "subject-access-request", at)
}

#[test]
fn the_days_of_a_pause_are_added_before_the_date_moves_off_a_weekend() {
    let mut case = subject_access("2026-06-01T10:00");
    assert_eq!(case.due("dsar-response"), "2026-07-01T23:59:59");
    case.at("2026-06-08T11:00").decide("clarification-requested", "Which years?");
    case.at("2026-06-13T09:00").record_milestone("clarification-received");
    // Five days later is Monday 6 July.
    assert_eq!(case.due("dsar-response"), "2026-07-06T23:59:59");
    assert!(case.account("dsar-response").contains("paused for 5 days"));
}

#[test]
fn during_a_pause_nothing_is_late_and_nobody_is_reminded() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-06-08T11:00").decide("clarification-requested", "Which years?");
    case.mails();
    case.at("2026-07-20T10:00");
    assert_eq!(case.state("dsar-response"), "paused");
    assert!(!case.mails().iter().any(|mail| mail.contains("dsar-response")));
    case.answered_by(Means::Letter);
    assert_eq!(case.state("dsar-response"), "met");
}

#[test]
fn proof_of_identity_restarts_the_deadline() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-06-03T10:00").decide("identity-requested", "The address is new to us.");
    assert_eq!(case.state("dsar-response"), "paused");
    case.at("2026-06-10T10:00").record_milestone("identity-confirmed");
    assert_eq!(case.due("dsar-response"), "2026-07-10T23:59:59");
    let mut unasked = subject_access("2026-06-01T10:00");
    unasked.at("2026-06-10T10:00").record_milestone("identity-confirmed");
    assert_eq!(unasked.due("dsar-response"), "2026-07-01T23:59:59", "nobody had asked for it");
}

#[test]
fn two_pauses_at_once_count_once() {
    let mut case = subject_access("2026-06-01T10:00");
    case.at("2026-06-08T11:00").decide("clarification-requested", "Which years?");
    case.at("2026-06-10T11:00").decide("fee-requested", "The third copy.");
    case.at("2026-06-12T11:00").record_milestone("clarification-received");
    assert_eq!(case.state("dsar-response"), "paused");
    case.at("2026-06-15T09:00").record_milestone("fee-paid");
    assert_eq!(case.due("dsar-response"), "2026-07-15T23:59:59");
}

/// "the working days in the period beginning with the day on which the fees notice is given to the
/// applicant and ending with the day on which the fee is received by the authority are to be
/// disregarded" (Freedom of Information Act 2000, s. 10(2)).
#[test]
fn the_working_days_from_a_fees_notice_to_its_payment_are_left_out() {
    let mut case = Case::new("nihe", "email", "information-request", "2026-06-01T10:00");
    case.at("2026-06-04T10:00").decide("fee-requested", "Above the appropriate limit.");
    case.at("2026-06-08T10:00").record_milestone("fee-paid");
    // Thursday, Friday and Monday.
    assert_eq!(case.due("foi-response"), "2026-07-03T23:59:59");
    assert_eq!(case.due("nihe-info-delay"), "2026-07-03T23:59:59");
    assert!(case.account("foi-response").contains("paused for 3 working days"));
}

#[test]
fn what_shares_the_due_date_of_a_paused_promise_is_paused_with_it() {
    let mut case = Case::new("nihe", "email", "information-request", "2026-06-01T10:00");
    case.at("2026-06-04T10:00").decide("clarification-requested", "Which of two schemes?");
    case.at("2026-08-01T10:00");
    assert_eq!(case.state("nihe-info-delay"), "paused");
    case.decide("withdrawn", "They found it on the website.");
    assert_eq!(case.state("foi-response"), "ended");
    assert_eq!(case.state("nihe-info-delay"), "ended");
}

#[test]
fn what_was_asked_in_time_and_written_down_late_undoes_the_miss() {
    let mut case = Case::new("nihe", "email", "information-request", "2026-06-01T10:00");
    let asked_at = case.at("2026-06-10T10:00").now;
    case.at("2026-07-01T10:00");
    assert_eq!(case.state("foi-response"), "missed");
    let reason = Some("Which of two schemes?".to_owned());
    let milestone = domain::standards::Milestone::ClarificationRequested;
    case.staff(StaffCommand::RecordMilestone { milestone, at: asked_at, by_post: false, reason })
        .unwrap();
    assert_eq!(case.state("foi-response"), "paused");
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
    case.at("2026-06-04T10:00").decide("clarification-requested", "Which of two schemes?");
    assert_eq!(case.due("foi-response"), "2026-06-30T23:59:59", "asking does not move the date");
    case.at("2026-06-10T10:00").record_milestone("clarification-received");
    assert_eq!(case.due("foi-response"), "2026-07-09T23:59:59");
    assert_eq!(case.due("nihe-info-delay"), "2026-07-09T23:59:59");
}
