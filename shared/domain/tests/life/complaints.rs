//! Complaints: either-or acknowledgements, the Code's chained clocks, stages, windows, the post.

use domain::contact::Means;
use domain::decide::Refusal;

use crate::case::Case;

#[test]
fn the_codes_response_runs_from_the_acknowledgements_due_time_until_it_is_sent_and_then_from_it() {
    let mut case = Case::new("westkent", "letter", "complaint", "2026-06-05T16:46");
    assert_eq!(case.due("chc-s1-ack"), "2026-06-12T16:45:00");
    assert_eq!(case.due("chc-s1-response"), "2026-06-26T16:45:00");
    assert!(case.account("chc-s1-response").contains("complaint defined: not yet"));
    case.at("2026-06-08T10:00").happened("complaint-defined");
    assert_eq!(case.state("chc-s1-ack"), "kept");
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert!(case.account("chc-s1-response").starts_with("complaint defined Mon 8 Jun 2026"));
    case.at("2026-06-22T17:15").answered_by(Means::Email);
    assert_eq!(case.state("chc-s1-response"), "kept");
}

#[test]
fn an_automatic_acknowledgement_does_not_keep_the_code_but_keeps_a_charter() {
    let case = Case::new("lhh", "email", "complaint", "2026-06-01T10:00");
    assert_eq!(case.state("lhh-complaint-ack"), "kept");
    assert_eq!(case.state("chc-s1-ack"), "open");
}

#[test]
fn an_acknowledgement_after_the_response_was_missed_does_not_mend_it() {
    let mut case = Case::new("westkent", "letter", "complaint", "2026-06-05T10:00");
    case.at("2026-07-01T10:00");
    assert_eq!(case.state("chc-s1-ack"), "missed");
    assert_eq!(case.state("chc-s1-response"), "missed");
    case.happened("complaint-defined");
    assert_eq!(case.state("chc-s1-ack"), "late");
    assert_eq!(case.state("chc-s1-response"), "missed");
}

#[test]
fn a_notice_with_reasons_puts_the_response_off_to_the_date_told_and_no_further_than_allowed() {
    let begin = || {
        let mut case = Case::new("westkent", "email", "complaint", "2026-06-05T10:00");
        case.at("2026-06-08T10:00").happened("complaint-defined");
        case
    };
    let mut case = begin();
    case.at("2026-06-22T17:15");
    assert_eq!(case.tell_delay("2026-07-01", " "), Err(Refusal::ReasonMissing));
    case.tell_delay("2026-07-01", "The surveyor is ill.").unwrap();
    assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");
    assert_eq!(case.state("wk-email-cs"), "missed");
    // Once is enough.
    case.tell_delay("2026-07-03", "Still ill.").unwrap();
    assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");

    let mut far = begin();
    far.at("2026-06-22T10:00").tell_delay("2026-07-30", "The surveyor is ill.").unwrap();
    assert_eq!(far.due("chc-s1-response"), "2026-07-06T17:15:00");

    let mut late = begin();
    late.at("2026-06-23T09:00").tell_delay("2026-07-01", "Forgotten.").unwrap();
    assert_eq!(late.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(late.state("chc-s1-response"), "missed");
}

#[test]
fn a_letter_in_three_days_or_a_call_in_five_acknowledges_and_day_three_breaks_nothing() {
    let begin = || Case::new("kht", "phone", "complaint", "2026-04-02T16:00");
    let mut letter = begin();
    letter.at("2026-04-09T17:00").posted("written-to");
    assert_eq!(letter.state("kht-complaint-ack"), "kept");
    let mut call = begin();
    call.at("2026-04-10T09:00");
    assert_eq!(call.state("kht-complaint-ack"), "open");
    call.posted("written-to");
    assert_eq!(call.state("kht-complaint-ack"), "late", "a letter on day four is too late");
    let mut call = begin();
    call.at("2026-04-10T09:00").happened("spoken-to");
    assert_eq!(call.state("kht-complaint-ack"), "kept");
    let mut nothing = begin();
    nothing.at("2026-04-13T17:00");
    assert_eq!(nothing.state("kht-complaint-ack"), "open");
    nothing.at("2026-04-13T17:01");
    assert_eq!(nothing.state("kht-complaint-ack"), "missed");
}

#[test]
fn what_the_customer_is_to_receive_has_to_be_posted_two_working_days_before() {
    let begin = || Case::new("kht", "letter", "complaint", "2026-04-02T10:00");
    assert_eq!(begin().due("kht-s1-ack"), "2026-04-09T17:00:00");
    let mut early = begin();
    early.at("2026-04-07T16:00").posted("written-to");
    assert_eq!(early.state("kht-s1-ack"), "kept");
    let mut late = begin();
    late.at("2026-04-08T09:00").posted("written-to");
    assert_eq!(late.state("kht-s1-ack"), "late");
    let mut email = begin();
    email.at("2026-04-09T16:59").happened("written-to");
    assert_eq!(email.state("kht-s1-ack"), "kept");
    let mut call = begin();
    call.at("2026-04-03T10:00").happened("spoken-to");
    assert_eq!(call.state("kht-s1-ack"), "open", "a call does not satisfy it");
}

#[test]
fn the_plan_counts_from_the_team_getting_it_and_from_receipt_until_then() {
    let mut case = Case::new("kht", "letter", "complaint", "2026-06-01T10:30");
    assert_eq!(case.due("kht-s1-plan"), "2026-06-08T17:00:00");
    assert!(case.account("kht-s1-plan").contains("handed over: not yet"));
    case.at("2026-06-03T09:00");
    let team = domain::organisation::TeamId("repairs".into());
    case.staff(domain::decide::StaffCommand::HandOver { team }).unwrap();
    assert_eq!(case.due("kht-s1-plan"), "2026-06-10T17:00:00");
}

#[test]
fn a_reply_opens_the_customers_window_with_a_reminder_and_a_late_request_is_taken_all_the_same() {
    let mut case = Case::new("kht", "email", "complaint", "2026-12-14T10:00");
    case.at("2026-12-18T15:00").answered_by(Means::Email);
    assert_eq!(case.due("kht-s2-window"), "2027-01-01T23:59:59");
    case.mails();
    case.at("2027-01-05T10:00");
    assert_eq!(case.state("kht-s2-window"), "lapsed");
    assert!(case.mails().contains(&"customer: reminder kht-s2-window".into()));
    case.escalate().unwrap();
    let said = case.log.iter().flat_map(|c| &c.events).any(|event| {
        matches!(event, domain::contact::Event::Escalated { stage: 2, after_window: true })
    });
    assert!(said);
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
    // Posted on a Friday, it is there on Tuesday.
    assert_eq!(case.due("kht-s2-window"), "2027-01-05T23:59:59");
}

#[test]
fn where_the_code_binds_there_are_two_stages_whatever_the_procedure_says() {
    let mut case = Case::new("kht", "email", "complaint", "2026-06-01T10:00");
    case.escalate().unwrap();
    assert_eq!(case.contact.stage, 2);
    assert_eq!(case.escalate(), Err(Refusal::NoNextStage));
    let mut question = Case::new("kht", "email", "general", "2026-06-01T10:00");
    assert_eq!(question.escalate(), Err(Refusal::NoNextStage));
}

#[test]
fn stage_two_is_considered_by_somebody_else_and_opens_the_contact_again() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    let person = domain::organisation::PersonId("priya.shah".into());
    case.staff(domain::decide::StaffCommand::Assign { person }).unwrap();
    case.happened("complaint-defined").answered_by(Means::Email);
    case.staff(domain::decide::StaffCommand::Close { reason: None }).unwrap();
    case.at("2026-06-20T10:00").escalate().unwrap();
    assert!(case.contact.closed.is_none() && case.contact.owner.is_none());
    assert_eq!(case.due("chc-s2-ack"), "2026-06-26T16:45:00");
}

#[test]
fn compensation_is_considered_where_a_complainant_was_not_told_in_time_that_it_takes_longer() {
    let mut case = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    case.mails();
    case.at("2026-06-15T17:00:01");
    assert_eq!(case.state("lhh-delay-notice"), "missed");
    let mails = case.mails();
    assert!(mails.contains(&"ruth.lane: prompt lhh-compensation".into()), "{mails:?}");

    let mut told = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    told.at("2026-06-15T16:00").tell_delay("2026-06-22", "We wait for the surveyor.").unwrap();
    told.at("2026-06-15T17:00:01");
    assert_eq!(told.state("lhh-delay-notice"), "kept");
    assert!(!told.mails().iter().any(|mail| mail.contains("lhh-compensation")));
}

#[test]
fn a_closed_complaint_prompts_the_survey() {
    let mut case = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    case.happened("complaint-defined").answered_by(Means::Email);
    case.mails();
    case.staff(domain::decide::StaffCommand::Close { reason: None }).unwrap();
    assert_eq!(case.mails(), ["jo.bell: prompt lhh-survey-complaint"]);
}

#[test]
fn the_clocks_of_a_stage_end_with_it_and_what_it_broke_stays_broken() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(case.state("chc-s1-ack"), "not owed");
    assert_eq!(case.state("chc-s1-response"), "not owed");
    let mut late = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    late.at("2026-06-10T10:00").escalate().unwrap();
    assert_eq!(late.state("chc-s1-ack"), "missed");
}
