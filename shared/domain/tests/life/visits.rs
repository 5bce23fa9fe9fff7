//! Visitors wait minutes.

use crate::case::Case;

#[test]
fn who_comes_early_waits_for_the_appointment_first() {
    let mut case = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15");
    assert_eq!(case.due("lhh-visit-appt"), "2026-06-03T10:20:00");
    assert_eq!(case.state("lhh-visit-noappt"), "not owed", "the other promise is for walking in");
    case.mails();
    case.at("2026-06-03T10:19");
    let mails = case.mails();
    assert!(mails.contains(&"jo.bell: reminder lhh-visit-appt".into()), "{mails:?}");
    case.happened("seen");
    assert_eq!(case.state("lhh-visit-appt"), "kept");
}

#[test]
fn a_visitor_whom_nobody_can_see_is_no_breach_and_is_shown_apart() {
    let mut case = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    assert_eq!(case.due("lhh-visit-noappt"), "2026-06-03T10:10:00");
    case.at("2026-06-03T10:08").happened("no-staff-available");
    case.at("2026-06-03T10:30");
    assert_eq!(case.state("lhh-visit-noappt"), "not owed");
    let mut waits = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    waits.at("2026-06-03T10:11");
    assert_eq!(waits.state("lhh-visit-noappt"), "missed");
}

#[test]
fn coming_early_to_an_appointment_keeps_it() {
    let mut case = Case::new("westkent", "home-visit", "general", "2026-06-01T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15");
    case.at("2026-06-03T10:12").happened("arrived");
    assert_eq!(case.state("wk-visit-late"), "kept");
}

#[test]
fn a_call_back_is_due_at_the_agreed_time_and_referring_on_keeps_it() {
    let mut case = Case::new("nihe", "phone", "general", "2026-10-23T15:00");
    case.agreed_for("call-back-agreed", "2026-10-26T09:30");
    assert_eq!(case.due("nihe-callback"), "2026-10-26T09:30:00");
    case.at("2026-10-26T09:00").happened("referred-on");
    assert_eq!(case.state("nihe-callback"), "kept");
}
