//! Complaints: either-or acknowledgements, the chained deadlines of the Code, stages, windows, the post.

use domain::contact::Means;
use domain::decide::Refusal;

use crate::case::Case;

#[test]
fn the_response_of_the_code_counts_provisionally_from_the_due_date_of_the_acknowledgement() {
    let mut case = Case::new("westkent", "letter", "complaint", "2026-06-05T16:46");
    assert_eq!(case.due("chc-s1-ack"), "2026-06-12T16:45:00");
    assert_eq!(case.due("chc-s1-response"), "2026-06-26T16:45:00");
    assert!(case.account("chc-s1-response").contains("complaint defined: not yet"));
    case.at("2026-06-08T10:00").record_milestone("complaint-defined");
    assert_eq!(case.state("chc-s1-ack"), "met");
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert!(case.account("chc-s1-response").starts_with("complaint defined Mon 8 Jun 2026"));
    case.at("2026-06-22T17:15").answered_by(Means::Email);
    assert_eq!(case.state("chc-s1-response"), "met");
}

#[test]
fn an_automatic_acknowledgement_meets_a_charter_but_not_the_code() {
    let case = Case::new("lhh", "email", "complaint", "2026-06-01T10:00");
    assert_eq!(case.state("lhh-complaint-ack"), "met");
    assert_eq!(case.state("chc-s1-ack"), "open");
}

#[test]
fn a_full_response_acknowledges_a_complaint_that_was_not_acknowledged_before() {
    let begin = || Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    let mut case = begin();
    case.at("2026-06-04T10:00").answered_by(Means::Email);
    assert_eq!(case.state("chc-s1-ack"), "met");
    assert_eq!(case.state("chc-s1-response"), "met");
    case.at("2026-06-20T10:00");
    assert_eq!(case.state("chc-s1-ack"), "met", "it is not missed afterwards");
    // Writing down afterwards what the complaint was starts nothing.
    case.record_milestone("complaint-defined");
    assert_eq!(case.state("chc-s1-response~2"), "none");

    let mut late = begin();
    late.at("2026-06-10T10:00").answered_by(Means::Letter);
    assert_eq!(late.state("chc-s1-ack"), "met late", "it was due on 8 June");
    assert_eq!(late.state("chc-s1-response"), "met");

    let mut second = begin();
    second.escalate().unwrap();
    second.answered_by(Means::Email);
    assert_eq!(second.state("chc-s2-ack"), "met");
    assert_eq!(second.state("chc-s2-response"), "met");
}

#[test]
fn a_late_acknowledgement_does_not_undo_a_missed_response() {
    let mut case = Case::new("westkent", "letter", "complaint", "2026-06-05T10:00");
    case.at("2026-07-01T10:00");
    assert_eq!(case.state("chc-s1-ack"), "missed");
    assert_eq!(case.state("chc-s1-response"), "missed");
    case.record_milestone("complaint-defined");
    assert_eq!(case.state("chc-s1-ack"), "met late");
    assert_eq!(case.state("chc-s1-response"), "missed");
}

#[test]
fn a_notice_with_reasons_extends_the_response_to_its_date_but_no_further_than_allowed() {
    let begin = || {
        let mut case = Case::new("westkent", "email", "complaint", "2026-06-05T10:00");
        case.at("2026-06-08T10:00").record_milestone("complaint-defined");
        case
    };
    let mut case = begin();
    case.at("2026-06-22T17:15");
    assert_eq!(case.notify_delay("2026-07-01", " "), Err(Refusal::ReasonMissing));
    case.notify_delay("2026-07-01", "The surveyor is ill.").unwrap();
    assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");
    // One extension is all there is.
    case.confirm_delay("2026-07-03", "Still ill.").unwrap();
    assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");

    let mut far = begin();
    far.at("2026-06-22T10:00").confirm_delay("2026-07-30", "The surveyor is ill.").unwrap();
    assert_eq!(far.due("chc-s1-response"), "2026-07-06T17:15:00");

    let mut late = begin();
    late.at("2026-06-23T09:00").notify_delay("2026-07-01", "Forgotten.").unwrap();
    assert_eq!(late.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(late.state("chc-s1-response"), "missed");

    // A promise of the provider's own that allows no extension stays broken.
    let mut own = Case::new("lhh", "email", "complaint", "2026-06-05T10:00");
    own.at("2026-06-08T10:00").record_milestone("complaint-defined");
    own.at("2026-06-22T10:00").confirm_delay("2026-07-01", "The surveyor is ill.").unwrap();
    assert_eq!(own.due("chc-s1-response"), "2026-07-01T17:00:00");
    assert_eq!(own.state("lhh-complaint-response"), "missed");
}

#[test]
fn a_letter_in_three_days_or_a_call_in_five_acknowledges_and_day_three_is_no_breach() {
    let begin = || Case::new("kht", "phone", "complaint", "2026-04-02T16:00");
    let mut letter = begin();
    letter.at("2026-04-09T17:00").posted("written-to");
    assert_eq!(letter.state("kht-complaint-ack"), "met");
    let mut call = begin();
    call.at("2026-04-10T09:00");
    assert_eq!(call.state("kht-complaint-ack"), "open");
    call.record_milestone("spoken-to");
    assert_eq!(call.state("kht-complaint-ack"), "met");
    let mut nothing = begin();
    nothing.at("2026-04-13T17:00");
    assert_eq!(nothing.state("kht-complaint-ack"), "open");
    nothing.at("2026-04-13T17:01");
    assert_eq!(nothing.state("kht-complaint-ack"), "missed");
}

#[test]
fn a_letter_that_the_customer_must_receive_is_posted_two_working_days_before() {
    let begin = || Case::new("kht", "letter", "complaint", "2026-04-02T10:00");
    assert_eq!(begin().due("kht-s1-ack"), "2026-04-09T17:00:00");
    let mut early = begin();
    early.at("2026-04-07T16:00").posted("written-to");
    assert_eq!(early.state("kht-s1-ack"), "met");
    let mut late = begin();
    late.at("2026-04-08T09:00").posted("written-to");
    assert_eq!(late.state("kht-s1-ack"), "met late");
    let mut email = begin();
    email.at("2026-04-09T16:59").record_milestone("written-to");
    assert_eq!(email.state("kht-s1-ack"), "met");
    let mut call = begin();
    call.at("2026-04-03T10:00").record_milestone("spoken-to");
    assert_eq!(call.state("kht-s1-ack"), "open", "a call does not satisfy it");
}

#[test]
fn the_plan_counts_from_the_hand_over_and_provisionally_from_receipt() {
    let mut case = Case::new("kht", "letter", "complaint", "2026-06-01T10:30");
    assert_eq!(case.due("kht-s1-plan"), "2026-06-08T17:00:00");
    assert!(case.account("kht-s1-plan").contains("handed over: not yet"));
    case.at("2026-06-03T09:00");
    let team = domain::organisation::TeamId("repairs".into());
    case.staff(domain::decide::StaffCommand::HandOver { team }).unwrap();
    assert_eq!(case.due("kht-s1-plan"), "2026-06-10T17:00:00");
}

#[test]
fn a_reply_opens_the_customers_window_with_a_reminder_and_a_late_request_still_counts() {
    let mut case = Case::new("kht", "email", "complaint", "2026-12-14T10:00");
    case.at("2026-12-18T15:00").answered_by(Means::Email);
    assert_eq!(case.due("kht-s2-window"), "2027-01-01T23:59:59");
    case.mails();
    case.at("2027-01-05T10:00");
    assert_eq!(case.state("kht-s2-window"), "lapsed");
    assert!(case.mails().contains(&"customer: reminder kht-s2-window".into()));
    case.escalate().unwrap();
    let late_request = case.log.iter().flat_map(|c| &c.events).any(|event| {
        matches!(event, domain::contact::Event::Escalated { stage: 2, after_window: true, .. })
    });
    assert!(late_request);
    assert_eq!(case.due("kht-s2-plan"), "2027-01-12T17:00:00");
    assert_eq!(case.due("chc-s2-ack"), "2027-01-12T17:00:00");
    assert_eq!(case.due("chc-s2-response"), "2027-02-09T17:00:00");
    let mails = case.mails();
    assert!(
        mails.iter().any(|mail| mail == "amir.aziz: prompt kht-s2-pass chc-s2-person"),
        "{mails:?}"
    );
}

#[test]
fn a_reply_by_post_opens_the_window_when_it_arrives() {
    let mut case = Case::new("kht", "letter", "complaint", "2026-12-14T10:00");
    case.at("2026-12-18T15:00").answered_by(Means::Letter);
    // Posted on a Friday, the letter arrives on Tuesday.
    assert_eq!(case.due("kht-s2-window"), "2027-01-05T23:59:59");
}

#[test]
fn if_the_code_binds_there_are_two_stages_whatever_the_procedure_says() {
    let mut case = Case::new("kht", "email", "complaint", "2026-06-01T10:00");
    case.escalate().unwrap();
    assert_eq!(case.contact.stage, 2);
    assert_eq!(case.escalate(), Err(Refusal::NoNextStage));
    let mut question = Case::new("kht", "email", "general", "2026-06-01T10:00");
    assert_eq!(question.escalate(), Err(Refusal::NoNextStage));
}

#[test]
fn a_charter_without_the_code_has_the_stages_of_its_own_standards() {
    let mut case = Case::new("nihe", "letter", "complaint", "2026-12-07T10:00");
    case.at("2026-12-14T10:00").answered_by(Means::Email);
    assert_eq!(case.state("nihe-stage1"), "met");
    case.at("2026-12-21T10:00").escalate().unwrap();
    assert_eq!(case.due("nihe-stage2"), "2027-01-14T17:00:00");
    case.by("amir.aziz").answered_by(Means::Email);
    assert_eq!(case.state("nihe-stage2"), "met");
    assert_eq!(case.escalate(), Err(Refusal::NoNextStage));
}

#[test]
fn nobody_is_invited_to_a_stage_that_the_code_took_away() {
    let mut case = Case::new("kht", "email", "complaint", "2026-06-01T10:00");
    case.answered_by(Means::Email);
    assert_eq!(case.state("kht-s2-window"), "open");
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(case.state("kht-s2-window"), "met");
    case.at("2026-06-12T15:00").by("amir.aziz").answered_by(Means::Email);
    case.mails();
    case.at("2026-08-01T10:00");
    assert_eq!(case.state("kht-s3-window"), "none");
    let to_customer = |mail: &String| mail.starts_with("customer");
    assert!(!case.mails().iter().any(to_customer), "no reminder of a stage 3");
    assert_eq!(case.escalate(), Err(Refusal::NoNextStage));
}

#[test]
fn stage_two_reopens_the_contact_without_its_owner() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    let person = domain::organisation::PersonId("priya.shah".into());
    case.staff(domain::decide::StaffCommand::Assign { person, reason: None }).unwrap();
    case.record_milestone("complaint-defined").answered_by(Means::Email);
    case.staff(domain::decide::StaffCommand::Close { reason: None }).unwrap();
    case.at("2026-06-20T10:00").escalate().unwrap();
    assert!(case.contact.closed.is_none() && case.contact.owner.is_none());
    assert_eq!(case.due("chc-s2-ack"), "2026-06-26T16:45:00");
}

#[test]
fn compensation_is_considered_if_no_delay_notice_was_sent_in_time() {
    let mut case = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    case.mails();
    case.at("2026-06-15T17:00:01");
    assert_eq!(case.state("lhh-delay-notice"), "missed");
    let mails = case.mails();
    assert!(mails.contains(&"ruth.lane: prompt lhh-compensation".into()), "{mails:?}");

    let mut notified = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    notified
        .at("2026-06-15T16:00")
        .notify_delay("2026-06-22", "We wait for the surveyor.")
        .unwrap();
    notified.at("2026-06-15T17:00:01");
    assert_eq!(notified.state("lhh-delay-notice"), "met");
    assert!(!notified.mails().iter().any(|mail| mail.contains("lhh-compensation")));
}

#[test]
fn a_closed_complaint_prompts_the_survey() {
    let mut case = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    case.record_milestone("complaint-defined").answered_by(Means::Email);
    case.mails();
    case.staff(domain::decide::StaffCommand::Close { reason: None }).unwrap();
    assert_eq!(case.mails(), ["jo.bell: prompt lhh-survey-complaint"]);
}

#[test]
fn the_deadlines_of_a_stage_end_with_it_and_its_breaches_stay() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(case.state("chc-s1-ack"), "waived");
    assert_eq!(case.state("chc-s1-response"), "waived");
    let mut late = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    late.at("2026-06-10T10:00").escalate().unwrap();
    assert_eq!(late.state("chc-s1-ack"), "missed");
}
