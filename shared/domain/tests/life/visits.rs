//! Visits, whose deadlines are minutes.

use domain::decide::Refusal;

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

/// The compensation reviews and the breaches since the log was last read.
fn consequences(case: &mut Case) -> Vec<String> {
    let mails = case.mails().into_iter();
    mails.filter(|mail| mail.contains("compensation") || mail.contains("overdue")).collect()
}

#[test]
fn an_appointment_that_is_recorded_after_the_arrival_breaks_nothing_in_the_past() {
    let begin = || Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    // Recorded in time: the visitor waits for the appointment, and telling them is not needed.
    let mut early = begin();
    early.at("2026-06-03T10:02").agreed_for("appointment-made", "2026-06-03T10:15");
    early.at("2026-06-03T10:18").record_milestone("seen").at("2026-06-04T12:00");
    assert_eq!((early.state("lhh-visit-appt"), early.state("lhh-visit-noappt")), ("met", "waived"));
    assert_eq!(consequences(&mut early), [""; 0]);
    // At the desk, a minute after both began.
    let mut at_the_desk = begin();
    at_the_desk.at("2026-06-03T10:01").agreed_for("appointment-made", "2026-06-03T10:00");
    assert_eq!(at_the_desk.due("lhh-visit-appt"), "2026-06-03T10:05:00");
    assert_eq!(at_the_desk.state("lhh-visit-noappt"), "waived");
    // Recorded when the five minutes are over: the visitor waited without an appointment.
    let mut late = begin();
    late.at("2026-06-03T10:07").agreed_for("appointment-made", "2026-06-03T10:00");
    assert_eq!((late.state("lhh-visit-appt"), late.state("lhh-visit-noappt")), ("waived", "open"));
    late.at("2026-06-03T10:09").record_milestone("seen").at("2026-06-04T12:00");
    assert_eq!(late.state("lhh-visit-noappt"), "met");
    assert_eq!(consequences(&mut late), [""; 0]);
    // Recorded in the evening.
    let mut evening = begin();
    evening.at("2026-06-03T10:04").record_milestone("seen");
    evening.at("2026-06-03T16:00").agreed_for("appointment-made", "2026-06-03T10:00");
    assert_eq!(
        (evening.state("lhh-visit-appt"), evening.state("lhh-visit-noappt")),
        ("met", "met")
    );
    evening.at("2026-06-04T12:00");
    assert_eq!(consequences(&mut evening), [""; 0]);
}

#[test]
fn a_customer_who_does_not_come_costs_nothing() {
    for (organisation, channel) in
        [("lhh", "phone"), ("lhh", "office-visit"), ("kht", "phone"), ("westkent", "home-visit")]
    {
        let mut case = Case::new(organisation, channel, "general", "2026-06-01T10:00");
        case.record_milestone("seen");
        case.agreed_for("appointment-made", "2026-06-03T10:15").at("2026-06-03T10:45");
        let mails = case.mails();
        assert!(
            !mails.iter().any(|mail| mail.contains("compensation")),
            "{organisation}: {mails:?}"
        );
        case.record_milestone("did-not-come").at("2026-06-05T12:00");
        assert!(!case.mails().iter().any(|mail| mail.contains("compensation")));
        for deadline in &case.contact.deadlines {
            let id = deadline.id.to_string();
            if ["kht-appt-keep", "wk-visit-late"].contains(&id.as_str()) {
                assert_eq!(case.state(&id), "waived", "{organisation}: {id}");
            }
            assert!(!id.starts_with("lhh-visit-appt"), "nobody waits: they did not come");
            assert_ne!(id, "lhh-appointment-notice", "there was nothing to tell");
        }
        // The next appointment is promised as the first was.
        case.agreed_for("appointment-made", "2026-06-10T10:15");
        if organisation == "kht" {
            assert_eq!(case.due("kht-appt-keep~2"), "2026-06-10T10:15:00");
        }
    }
}

#[test]
fn nobody_says_before_its_time_what_became_of_an_appointment() {
    let mut case = Case::new("kht", "phone", "general", "2026-06-01T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15").at("2026-06-03T10:14");
    for milestone in ["did-not-come", "appointment-missed"] {
        assert_eq!(case.try_milestone(milestone, None), Err(Refusal::AppointmentAhead));
    }
    case.at("2026-06-03T10:15");
    case.record_milestone("did-not-come").at("2026-06-05T12:00");
    assert_eq!(case.state("kht-appt-keep"), "waived");
}

#[test]
fn an_appointment_that_we_cannot_keep_is_told_before_it_begins_or_compensation_is_considered() {
    let begin = || {
        let mut case = Case::new("lhh", "phone", "repair", "2026-06-01T10:00");
        case.agreed_for("appointment-made", "2026-06-03T10:15").at("2026-06-02T15:00");
        case.record_milestone("appointment-changed");
        assert_eq!(case.due("lhh-appointment-notice"), "2026-06-03T10:15:00");
        case.mails();
        case
    };
    let mut kept = begin();
    kept.at("2026-06-03T09:00").record_milestone("appointment-change-notified");
    assert_eq!(kept.state("lhh-appointment-notice"), "met");
    // Another appointment does not have to be told off because the first one was.
    kept.agreed_for("appointment-made", "2026-06-05T10:15").at("2026-06-05T12:00");
    assert_eq!(kept.state("lhh-appointment-notice~2"), "none");
    assert!(!kept.mails().iter().any(|mail| mail.contains("compensation")));
    let mut silent = begin();
    silent.at("2026-06-03T10:16");
    assert_eq!(silent.state("lhh-appointment-notice"), "missed");
    assert!(silent.mails().contains(&"ruth.lane: prompt lhh-compensation".into()));
    let mut missed = Case::new("lhh", "phone", "repair", "2026-06-01T10:00");
    missed.agreed_for("appointment-made", "2026-06-03T10:15").at("2026-06-03T11:00");
    missed.mails();
    missed.record_milestone("appointment-missed");
    assert!(missed.mails().contains(&"ruth.lane: prompt lhh-compensation".into()));
}

#[test]
fn an_appointment_for_another_day_does_not_end_todays_wait() {
    let mut case = Case::new("lhh", "office-visit", "general", "2026-06-03T10:00");
    case.at("2026-06-03T10:03").agreed_for("appointment-made", "2026-06-05T14:00");
    assert_eq!((case.state("lhh-visit-noappt"), case.state("lhh-visit-appt")), ("open", "none"));
    case.at("2026-06-05T13:58").record_milestone("arrived");
    assert_eq!(case.due("lhh-visit-appt"), "2026-06-05T14:05:00");
    assert_eq!(case.state("lhh-visit-noappt~2"), "none", "there is an appointment today");
}

#[test]
fn reminders_come_before_an_agreed_time() {
    let mut case = Case::new("westkent", "home-visit", "general", "2026-06-01T10:00");
    case.agreed_for("appointment-made", "2026-06-03T10:15").mails();
    case.at("2026-06-03T09:15");
    assert!(case.mails().contains(&"priya.shah: reminder wk-visit-late".into()));
}

#[test]
fn agreeing_again_moves_the_deadline_and_its_reminders() {
    let mut case = Case::new("nihe", "phone", "general", "2026-10-23T15:00");
    case.agreed_for("call-back-agreed", "2026-10-26T09:30");
    case.at("2026-10-23T16:00").agreed_for("call-back-agreed", "2026-10-27T14:00");
    assert_eq!(case.due("nihe-callback"), "2026-10-27T14:00:00");
    case.mails();
    case.at("2026-10-26T12:00");
    let mails = case.mails();
    assert!(mails.iter().all(|mail| !mail.contains("nihe-callback")), "{mails:?}");
    case.at("2026-10-27T13:45");
    assert!(case.mails().contains(&"jo.bell: reminder nihe-callback".into()));
    case.at("2026-10-27T13:55").record_milestone("referred-on");
    assert_eq!(case.state("nihe-callback"), "met");
    assert_eq!(case.state("nihe-callback~2"), "none");
}

#[test]
fn a_time_agreed_after_a_missed_one_is_a_deadline_of_its_own() {
    let mut case = Case::new("nihe", "phone", "general", "2026-10-23T15:00");
    case.agreed_for("call-back-agreed", "2026-10-26T09:30");
    case.at("2026-10-26T10:00").agreed_for("call-back-agreed", "2026-10-26T14:00");
    assert_eq!(case.state("nihe-callback"), "missed");
    assert_eq!(case.due("nihe-callback~2"), "2026-10-26T14:00:00");
    case.at("2026-10-26T13:00").record_milestone("referred-on");
    assert_eq!(case.state("nihe-callback"), "met late");
    assert_eq!(case.state("nihe-callback~2"), "met");
}
