//! The dates that customers are told in delay notices: deadlines of their own, and never silently other
//! than the clock.

use chrono::NaiveDate;
use domain::contact::Means;
use domain::decide::Refusal;
use domain::wording::history_line;

use crate::case::Case;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A complaint to West Kent that was acknowledged on Monday 8 June. The Code's response is due on Monday
/// 22 June, and with an extension on Monday 6 July at the latest.
fn complaint() -> Case {
    let mut case = Case::new("westkent", "letter", "complaint", "2026-06-05T10:00");
    case.at("2026-06-08T10:00").record_milestone("complaint-defined");
    case
}

#[test]
fn a_date_beyond_the_extension_needs_confirmation_with_both_dates() {
    let mut case = complaint();
    case.at("2026-06-22T10:00").log.clear();
    let asked = day("2026-07-07");
    let refused = case.notify_delay("2026-07-07", "The surveyor is ill.").unwrap_err();
    assert_eq!(refused, Refusal::BeyondExtension { allowed: day("2026-07-06"), asked });
    let text = refused.to_string();
    assert!(text.contains("Tuesday 7 July 2026") && text.contains("Monday 6 July 2026"), "{text}");
    assert!(case.log.is_empty(), "nothing went out");
    case.confirm_delay("2026-07-07", "The surveyor is ill.").unwrap();
    // The statutory clock follows as far as the extension allows, and the told date is one of its own.
    assert_eq!(case.due("chc-s1-response"), "2026-07-06T17:15:00");
    assert_eq!(case.due("told"), "2026-07-07T23:59:59");
    let mut events = case.log.iter().flat_map(|commit| &commit.events);
    let lines = events
        .find_map(|event| history_line(&case.organisation, event, &case.log, case.now))
        .unwrap();
    assert_eq!(
        lines.what,
        "Told the customer it will take longer, until Tuesday 7 July. That is later than the standards \
         allow. Their deadline stays at Monday 6 July at the latest."
    );
    case.at("2026-07-07T10:00").answered_by(Means::Email);
    assert_eq!((case.state("chc-s1-response"), case.state("told")), ("met late", "met"));
}

#[test]
fn a_second_date_after_an_extension_needs_confirmation() {
    let mut case = complaint();
    case.at("2026-06-22T10:00").notify_delay("2026-07-01", "The surveyor is ill.").unwrap();
    assert_eq!(case.state("told"), "none", "the clock itself is due on that day");
    case.at("2026-06-30T10:00");
    assert_eq!(
        case.notify_delay("2026-07-03", "Still ill."),
        Err(Refusal::BeyondExtension { allowed: day("2026-07-01"), asked: day("2026-07-03") })
    );
    case.confirm_delay("2026-07-03", "Still ill.").unwrap();
    assert_eq!(case.due("told"), "2026-07-03T23:59:59");
    // A third date replaces the second, which nobody waits for any more.
    case.confirm_delay("2026-07-08", "Still ill.").unwrap();
    assert_eq!(
        (case.state("told"), case.due("told~2").as_str()),
        ("waived", "2026-07-08T23:59:59")
    );
    case.at("2026-07-09T12:00");
    assert_eq!((case.state("chc-s1-response"), case.state("told~2")), ("missed", "missed"));
}

#[test]
fn the_laws_extension_is_the_limit_and_an_earlier_told_date_is_a_deadline_all_the_same() {
    // Freedom of information: twenty working days, until Tuesday 30 June, and as many again for the public
    // interest. Monday 13 July is a bank holiday in Northern Ireland.
    let mut case = Case::new("nihe", "email", "information-request", "2026-06-01T10:00");
    let refused = case.notify_delay("2026-08-14", "There are many files.");
    assert_eq!(
        refused,
        Err(Refusal::BeyondExtension { allowed: day("2026-07-29"), asked: day("2026-08-14") })
    );
    case.notify_delay("2026-06-25", "There are many files.").unwrap();
    assert_eq!(case.due("told"), "2026-06-25T23:59:59");
    case.at("2026-06-26T09:00");
    assert_eq!((case.state("told"), case.state("foi-response")), ("missed", "open"));
}

#[test]
fn a_charters_own_time_is_broken_at_its_time_and_the_told_date_is_kept_or_broken_by_itself() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-02T10:00");
    case.notify_delay("2026-06-10", "We have to ask our solicitor.").unwrap();
    assert_eq!(case.due("wk-email-cs"), "2026-06-03T17:15:00");
    assert_eq!(case.due("told"), "2026-06-10T23:59:59");
    assert_eq!(
        case.account("told"),
        "delay notice sent Tue 2 Jun 2026 10:00; the customer was told Wed 10 Jun 2026; due by the end \
         of that day, 23:59:59"
    );
    case.at("2026-06-05T12:00");
    assert_eq!((case.state("wk-email-cs"), case.state("told")), ("missed", "open"));
    case.mails();
    case.at("2026-06-10T09:00");
    assert!(case.mails().contains(&"priya.shah: reminder told".into()));
    case.answered_by(Means::Email);
    assert_eq!((case.state("wk-email-cs"), case.state("told")), ("met late", "met"));
}

#[test]
fn triage_leaves_the_told_date_and_the_next_stage_ends_it() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-02T10:00");
    case.notify_delay("2026-06-30", "We have to ask our solicitor.").unwrap();
    case.triage("complaint", "normal");
    assert_eq!(case.state("told"), "open");
}

#[test]
fn a_date_that_the_customer_was_told_by_phone_or_letter_counts_like_one_in_an_email() {
    for (means, milestone) in
        [(Means::Phone, "spoken-to"), (Means::InPerson, "spoken-to"), (Means::Letter, "written-to")]
    {
        // Nobody can be sent an email without an address.
        let mut case = Case::without_address("westkent", "complaint", "2026-06-05T10:00");
        case.at("2026-06-08T10:00").record_milestone("complaint-defined");
        case.at("2026-06-22T16:00");
        let refused = case.notify_delay("2026-07-01", "The surveyor is ill.");
        assert_eq!(refused, Err(Refusal::NoAddress));
        // They were told at 10am, and it is recorded at 4pm.
        let given = case.tell_delay(means, "2026-06-22T10:00", "2026-07-01");
        assert_eq!(given, Ok(None), "{means:?}");
        assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");
        assert!(case.contact.milestone_at(milestone.parse().unwrap()).is_some());
        assert!(!case.mails().iter().any(|mail| mail.contains("delay")), "nothing is sent");
        let later = case.tell_delay(means, "2026-06-22T12:00", "2026-07-03");
        let asked = day("2026-07-03");
        assert_eq!(later, Err(Refusal::BeyondExtension { allowed: day("2026-07-01"), asked }));
        let early = case.tell_delay(means, "2026-06-22T17:00", "2026-06-30");
        assert_eq!(early, Err(Refusal::ImpossibleTime), "that is still to come");
    }
}

#[test]
fn a_promise_that_is_told_by_phone_too_late_extends_nothing() {
    let mut case = complaint();
    case.at("2026-06-23T10:00");
    assert_eq!(case.tell_delay(Means::Phone, "2026-06-23T09:00", "2026-07-01"), Ok(None));
    assert_eq!(case.due("chc-s1-response"), "2026-06-22T17:15:00");
    assert_eq!(case.due("told"), "2026-07-01T23:59:59");
    // A notice that was given in time and is recorded later does extend.
    let mut case = complaint();
    case.at("2026-06-23T10:00");
    assert_eq!(case.tell_delay(Means::Phone, "2026-06-22T09:00", "2026-07-01"), Ok(None));
    assert_eq!(case.due("chc-s1-response"), "2026-07-01T17:15:00");
}
