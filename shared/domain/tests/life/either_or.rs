//! Either-or promises: a letter in three working days or a call in five.

use domain::contact::Event;
use domain::deadline::DeadlineState;
use domain::decide::StaffCommand;
use domain::time::instant;
use domain::wording::{history_line, options};

use crate::case::Case;

const ID: &str = "kht-complaint-ack";

/// A complaint of Thursday 2 April 2026. Good Friday and Easter Monday are bank holidays: a letter is in
/// time until Thursday 9 April, a call until Monday 13 April, both at 5pm.
fn complaint() -> Case {
    Case::new("kht", "phone", "complaint", "2026-04-02T16:00")
}

/// Milestones with their times, the state that follows, and the option that was used.
type Row = (&'static [(&'static str, &'static str)], &'static str, Option<&'static str>);

fn option(case: &Case) -> Option<String> {
    match &case.contact.deadline(&ID.parse().unwrap()).unwrap().state {
        DeadlineState::Met { option, .. } | DeadlineState::MetLate { option, .. } => option.clone(),
        _ => None,
    }
}

fn record_at(case: &mut Case, milestone: &str, at: &str) {
    let at = instant(case.organisation.zone(), at.parse().unwrap());
    let milestone = milestone.parse().unwrap();
    case.staff(StaffCommand::RecordMilestone { milestone, at, by_post: false, reason: None })
        .unwrap();
}

#[test]
fn each_option_counts_by_its_own_time_and_the_record_says_which_kept_the_promise() {
    // The states are those of Tuesday 14 April.
    let table: [Row; 8] = [
        (&[("written-to", "2026-04-09T17:00:00")], "met", Some("kht-complaint-ack-letter")),
        (&[("spoken-to", "2026-04-10T09:00:00")], "met", Some("kht-complaint-ack-phone")),
        (
            &[("written-to", "2026-04-10T09:00:00"), ("spoken-to", "2026-04-10T11:00:00")],
            "met",
            Some("kht-complaint-ack-phone"),
        ),
        (
            &[("written-to", "2026-04-09T17:00:01"), ("spoken-to", "2026-04-13T17:00:00")],
            "met",
            Some("kht-complaint-ack-phone"),
        ),
        (&[("written-to", "2026-04-10T09:00:00")], "met late", Some("kht-complaint-ack-letter")),
        (
            &[("written-to", "2026-04-10T09:00:00"), ("spoken-to", "2026-04-13T17:30:00")],
            "met late",
            Some("kht-complaint-ack-letter"),
        ),
        (&[("spoken-to", "2026-04-13T17:00:01")], "met late", Some("kht-complaint-ack-phone")),
        (&[], "missed", None),
    ];
    for (milestones, state, used) in table {
        let mut case = complaint();
        for (milestone, at) in milestones {
            case.at(at).record_milestone(milestone);
        }
        case.at("2026-04-14T09:00");
        assert_eq!((case.state(ID), option(&case).as_deref()), (state, used), "{milestones:?}");
    }
}

#[test]
fn a_letter_that_is_too_late_leaves_the_call_open() {
    let mut case = complaint();
    case.at("2026-04-10T09:00").record_milestone("written-to");
    assert_eq!(case.state(ID), "open");
    assert_eq!(case.due(ID), "2026-04-13T17:00:00");
    let deadline = case.contact.deadline(&ID.parse().unwrap()).unwrap();
    assert_eq!(
        options(&case.organisation, deadline, case.now),
        [
            "Letter: too late. Its time ended Thursday 9 April at 5pm.",
            "Telephone call: in time until Monday 13 April at 5pm."
        ]
    );
}

#[test]
fn a_call_in_time_that_is_recorded_after_the_due_time_corrects_the_record() {
    for first in [None, Some("written-to")] {
        let mut case = complaint();
        case.at("2026-04-10T09:00");
        if let Some(milestone) = first {
            case.record_milestone(milestone);
        }
        case.at("2026-04-14T10:00");
        assert_ne!(case.state(ID), "met");
        record_at(&mut case, "spoken-to", "2026-04-10T15:00:00");
        assert_eq!(
            (case.state(ID), option(&case).unwrap().as_str()),
            ("met", "kht-complaint-ack-phone")
        );
    }
}

#[test]
fn a_broken_either_or_promise_is_missed_before_it_is_late() {
    let mut case = complaint();
    case.at("2026-04-10T09:00").record_milestone("written-to").at("2026-04-14T09:00");
    let events = case.log.iter().flat_map(|commit| &commit.events);
    let of_it: Vec<_> = events
        .filter(|event| match event {
            Event::DeadlineMissed { deadline, .. } | Event::DeadlineMet { deadline, .. } => {
                deadline.to_string() == ID
            }
            _ => false,
        })
        .collect();
    assert!(
        matches!(of_it[..], [Event::DeadlineMissed { .. }, Event::DeadlineMet { late: true, .. }]),
        "{of_it:?}"
    );
    let line = history_line(&case.organisation, of_it[1], &case.log, case.now).unwrap();
    assert_eq!(line.what, "Acknowledgement of a complaint: met late by this option: Letter.");
}
