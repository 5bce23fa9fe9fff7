//! Milestones that ended something and were recorded by mistake.

use domain::contact::{Event, Means};
use domain::decide::{Refusal, StaffCommand, endings};
use domain::standards::Milestone;

use crate::case::Case;

fn take_back(case: &mut Case, milestone: &str, reason: &str) -> Result<(), Refusal> {
    let (milestone, reason) = (milestone.parse().unwrap(), reason.to_owned());
    case.staff(StaffCommand::TakeBackMilestone { milestone, reason }).map(|_| ())
}

/// An emergency of Saturday evening.
fn emergency() -> Case {
    let mut case = Case::without_address("westkent", "damp-and-mould", "2026-06-06T22:00");
    case.triage("damp-and-mould", "emergency");
    case
}

#[test]
fn what_a_milestone_ended_by_mistake_is_owed_again_by_the_same_time() {
    let mut case = emergency();
    let due = case.due("awaab-emergency-makesafe");
    case.at("2026-06-07T10:00").decide("out-of-scope", "A leaseholder.");
    assert_eq!(case.state("awaab-emergency-makesafe"), "ended");
    take_back(&mut case, "out-of-scope", "That was next door.").unwrap();
    assert_eq!(case.state("awaab-emergency-makesafe"), "open");
    assert_eq!(case.due("awaab-emergency-makesafe"), due);
    assert_eq!(case.contact.milestone_at(Milestone::OutOfScope), None);
    let events = &case.log.last().unwrap().events;
    assert!(events.iter().any(|event| {
        matches!(event, Event::MilestoneTakenBack { reason, .. } if reason == "That was next door.")
    }));
}

#[test]
fn what_is_overdue_when_it_is_taken_back_is_missed_at_once() {
    let mut case = emergency();
    case.at("2026-06-07T10:00").decide("out-of-scope", "A leaseholder.");
    case.at("2026-06-08T09:00");
    take_back(&mut case, "out-of-scope", "A tenant after all.").unwrap();
    assert_eq!(case.state("awaab-emergency-makesafe"), "missed");
}

#[test]
fn a_hazard_that_was_found_after_all_brings_its_duties_from_the_conclusion() {
    let mut case = Case::without_address("westkent", "damp-and-mould", "2026-06-01T10:00");
    case.at("2026-06-10T10:00").record_milestone("investigation-concluded");
    case.at("2026-06-10T11:00").decide("no-hazard-found", "Dry walls.");
    assert_eq!(case.state("awaab-makesafe"), "ended");
    case.at("2026-06-11T10:00");
    take_back(&mut case, "no-hazard-found", "The wrong flat.").unwrap();
    assert_eq!(case.due("awaab-makesafe"), "2026-06-17T23:59:59");
    assert_eq!(case.state("awaab-makesafe"), "open");
    assert_eq!(case.state("awaab-investigate"), "met", "it had been concluded before");
}

#[test]
fn the_conclusion_that_came_with_the_finding_goes_with_it() {
    let mut case = Case::without_address("westkent", "damp-and-mould", "2026-06-01T10:00");
    case.at("2026-06-10T10:00").decide("no-hazard-found", "Dry walls.");
    assert_eq!((case.state("awaab-investigate"), case.state("awaab-summary")), ("met", "open"));
    take_back(&mut case, "no-hazard-found", "The wrong flat.").unwrap();
    assert_eq!((case.state("awaab-investigate"), case.state("awaab-summary")), ("open", "waived"));
    case.at("2026-06-12T10:00").record_milestone("investigation-concluded");
    assert_eq!(case.state("awaab-investigate"), "met");
    assert_eq!(case.due("awaab-summary~2"), "2026-06-17T23:59:59");
    assert_eq!(case.due("awaab-makesafe"), "2026-06-19T23:59:59");
}

#[test]
fn a_complaint_that_was_not_withdrawn_is_open_again() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-02T10:00").decide("withdrawn", "She says so.");
    case.staff(StaffCommand::Close { reason: None }).unwrap();
    take_back(&mut case, "withdrawn", "That was about the other complaint.").unwrap();
    assert!(case.contact.closed.is_none());
    assert_eq!(case.state("chc-s1-response"), "open");
    case.answered_by(Means::Letter);
    assert_eq!(case.state("chc-s1-response"), "met");
}

#[test]
fn only_what_ended_something_is_taken_back_and_only_for_a_reason() {
    let mut case = emergency();
    assert_eq!(take_back(&mut case, "out-of-scope", "So."), Err(Refusal::NothingToTakeBack));
    case.record_milestone("investigation-concluded").decide("hazard-gone", "Dry.");
    assert_eq!(endings(&case.contact, &case.organisation), [Milestone::HazardGone]);
    assert_eq!(take_back(&mut case, "hazard-gone", " "), Err(Refusal::ReasonMissing));
    let other = "investigation-concluded";
    assert_eq!(take_back(&mut case, other, "So."), Err(Refusal::NothingToTakeBack));
}

#[test]
fn a_reason_with_a_full_stop_ends_its_sentence_once() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.staff(StaffCommand::Close { reason: Some("Sent twice.".into()) }).unwrap();
    let (organisation, now) = (&case.organisation, case.now);
    let lines = case.log.iter().flat_map(|commit| &commit.events).filter_map(|event| {
        domain::wording::history_line(organisation, event, &[], now).map(|line| line.what)
    });
    let lines: Vec<String> = lines.collect();
    assert!(lines.iter().any(|line| line.ends_with("Closed by staff: Sent twice.")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("..")), "{lines:?}");
}
