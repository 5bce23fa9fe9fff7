//! Visits, whose deadlines are minutes.

use crate::case::Case;

#[test]
fn a_visitor_who_comes_early_waits_from_the_time_of_the_appointment() {
    let mut case = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15");
    assert_eq!(case.due("lhh-visit-appt"), "2026-06-03T10:20:00");
    assert_eq!(case.state("lhh-visit-noappt"), "waived", "the other promise is for walking in");
    case.mails();
    case.at("2026-06-03T10:19");
    let mails = case.mails();
    assert!(mails.contains(&"jo.bell: reminder lhh-visit-appt".into()), "{mails:?}");
    case.record_milestone("seen");
    assert_eq!(case.state("lhh-visit-appt"), "met");
}

#[test]
fn a_visitor_whom_no_staff_can_see_is_no_breach() {
    let mut case = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    assert_eq!(case.due("lhh-visit-noappt"), "2026-06-03T10:10:00");
    case.at("2026-06-03T10:08").record_milestone("no-staff-available");
    case.at("2026-06-03T10:30");
    assert_eq!(case.state("lhh-visit-noappt"), "waived");
    let mut waits = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    waits.at("2026-06-03T10:11");
    assert_eq!(waits.state("lhh-visit-noappt"), "missed");
}

#[test]
fn arriving_early_meets_an_appointment() {
    let mut case = Case::new("westkent", "home-visit", "general", "2026-06-01T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15");
    case.at("2026-06-03T10:12").record_milestone("arrived");
    assert_eq!(case.state("wk-visit-late"), "met");
}

#[test]
fn a_call_back_is_due_at_the_agreed_time_and_a_referral_meets_it() {
    let mut case = Case::new("nihe", "phone", "general", "2026-10-23T15:00");
    case.agreed_for("call-back-agreed", "2026-10-26T09:30");
    assert_eq!(case.due("nihe-callback"), "2026-10-26T09:30:00");
    case.at("2026-10-26T09:00").record_milestone("referred-on");
    assert_eq!(case.state("nihe-callback"), "met");
}
