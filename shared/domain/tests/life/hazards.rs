//! Hazards: later steps count from the end of the investigation, and none before the law is in force.

use domain::decide::{NoChange, Refusal, StaffCommand};
use domain::standards::{Category, Priority};

use crate::case::Case;

#[test]
fn every_later_step_counts_from_the_end_of_the_investigation() {
    let mut case = Case::to_team("lhh", "repairs", "phone", "damp-and-mould", "2026-06-06T10:00");
    assert_eq!(case.due("awaab-investigate"), "2026-06-19T23:59:59");
    assert_eq!(case.state("awaab-summary"), "none");
    case.at("2026-06-12T15:00").record_milestone("investigation-concluded");
    assert_eq!(case.state("awaab-investigate"), "met");
    assert_eq!(case.due("awaab-summary"), "2026-06-17T23:59:59");
    assert_eq!(case.due("awaab-makesafe"), "2026-06-19T23:59:59");
    assert_eq!(case.due("awaab-begin-works"), "2026-06-19T23:59:59");
    assert_eq!(case.due("awaab-12-weeks"), "2026-09-04T23:59:59");
    case.at("2026-06-17T09:00").record_milestone("alternative-accommodation-offered");
    assert_eq!(case.state("awaab-makesafe"), "open", "an offer is an attempt");
    case.at("2026-06-18T09:00").record_milestone("alternative-accommodation-provided");
    assert_eq!(case.state("awaab-makesafe"), "met");
    case.record_milestone("renewed-investigation-requested");
    assert_eq!(case.due("awaab-renewed"), "2026-07-02T23:59:59");
}

#[test]
fn no_standard_binds_before_its_first_day() {
    let before = Case::to_team("lhh", "repairs", "phone", "damp-and-mould", "2025-10-26T10:00");
    assert_eq!(before.state("awaab-investigate"), "none");
    let after = Case::to_team("lhh", "repairs", "phone", "damp-and-mould", "2025-10-27T00:00");
    assert_eq!(after.state("awaab-investigate"), "open");
    let cold = |at| Case::to_team("lhh", "repairs", "phone", "excess-cold", at);
    assert_eq!(cold("2026-11-29T23:59").state("awaab-investigate"), "none");
    assert_eq!(cold("2026-11-30T00:00").state("awaab-investigate"), "open");
}

#[test]
fn the_person_on_call_is_notified_of_an_emergency_at_any_hour() {
    let mut case = Case::to_team("kht", "repairs", "phone", "repair", "2026-06-06T02:00");
    case.mails();
    case.at("2026-06-06T02:05").triage("repair", "emergency");
    assert_eq!(case.mails(), ["amir.aziz: prompt kht-emergency-repair-24h"]);
    let mut case = Case::to_team("westkent", "repairs", "phone", "hazard", "2026-06-06T02:00");
    case.triage("hazard", "emergency");
    assert_eq!(case.due("awaab-emergency-investigate"), "2026-06-07T02:00:00");
    assert_eq!(case.due("awaab-emergency-makesafe"), "2026-06-07T02:00:00");
    case.mails();
    case.at("2026-06-06T06:00");
    let mails = case.mails();
    assert!(mails.iter().any(|mail| mail.starts_with("maria.lopez: reminder awaab")), "{mails:?}");
}

#[test]
fn staff_can_set_a_category_that_only_the_standards_name() {
    let mut case = Case::to_team("westkent", "repairs", "email", "general", "2026-12-01T10:00");
    case.triage("excess-cold", "normal");
    assert_eq!(case.due("awaab-investigate"), "2026-12-15T23:59:59");
    let category: Category = "moonlight".parse().unwrap();
    let refused = Refusal::UnknownCategory(category.clone());
    let unknown = StaffCommand::Triage { category, priority: case.contact.priority };
    assert_eq!(case.staff(unknown), Err(refused));
}

/// The form's "something dangerous" reaches nobody who could say what it is.
#[test]
fn a_hazard_that_nobody_has_sorted_runs_the_time_of_the_law_as_a_target_of_our_own() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-12-01T10:00");
    assert_eq!(case.due("awaab-investigate"), "2026-12-15T23:59:59");
    assert!(case.internal("awaab-investigate"));
    case.at("2026-12-02T09:00").triage("falls", "normal");
    assert_eq!(case.due("awaab-investigate"), "2026-12-15T23:59:59", "from the first awareness");
    assert!(!case.internal("awaab-investigate"));
    assert_eq!(case.state("awaab-investigate~2"), "none");
    case.at("2026-12-16T00:00");
    assert_eq!(case.state("awaab-investigate"), "missed");
    assert_eq!(case.breaches_of_the_law(), ["awaab-investigate"]);
}

#[test]
fn a_hazard_sorted_after_its_time_was_missed_under_the_law() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-12-01T10:00");
    case.at("2026-12-17T09:00");
    assert_eq!(case.state("awaab-investigate"), "missed");
    assert!(case.breaches_of_the_law().is_empty(), "a missed target of our own is no breach");
    case.triage("hazard", "normal");
    assert_eq!(case.state("awaab-investigate"), "missed");
    assert_eq!(case.breaches_of_the_law(), ["awaab-investigate"]);
    let mut emergency =
        Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-06-06T22:00");
    emergency.at("2026-06-08T09:00").triage("hazard", "emergency");
    assert_eq!(emergency.state("awaab-investigate"), "waived");
    assert_eq!(
        emergency.breaches_of_the_law(),
        ["awaab-emergency-investigate", "awaab-emergency-makesafe"]
    );
}

#[test]
fn a_target_of_our_own_is_waived_if_it_turns_out_to_be_no_hazard() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-06-01T10:00");
    case.at("2026-06-17T09:00");
    assert_eq!(case.state("awaab-investigate"), "missed");
    case.triage("repair", "normal");
    assert_eq!(case.state("awaab-investigate"), "waived");
    assert!(case.breaches_of_the_law().is_empty());
}

#[test]
fn before_the_second_phase_a_sorted_hazard_stays_a_target_of_our_own() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-11-24T10:00");
    case.at("2026-11-25T10:00").triage("hazard", "normal");
    assert!(case.internal("awaab-investigate"));
    case.at("2026-12-01T10:00").triage("falls", "normal");
    assert_eq!(case.state("awaab-investigate"), "waived", "the law did not cover falls then");
    case.triage("damp-and-mould", "normal");
    assert_eq!(case.due("awaab-investigate~2"), "2026-12-08T23:59:59");
    assert!(!case.internal("awaab-investigate~2"));
}

#[test]
fn saying_that_the_category_is_right_is_a_triage_too() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-12-01T10:00");
    case.triage("hazard", "normal");
    assert!(!case.internal("awaab-investigate"));
    let again =
        StaffCommand::Triage { category: "hazard".parse().unwrap(), priority: Priority::Normal };
    assert_eq!(case.staff(again), Ok(Some(NoChange::NothingDue)));
}

#[test]
fn a_step_done_while_the_hazard_was_a_target_of_our_own_counts_for_the_law() {
    let mut case = Case::to_team("westkent", "repairs", "web-form", "hazard", "2026-12-01T10:00");
    case.at("2026-12-10T10:00").record_milestone("investigation-concluded");
    assert!(case.internal("awaab-summary"));
    case.at("2026-12-11T10:00").triage("electrical", "urgent");
    assert_eq!(case.state("awaab-investigate"), "met");
    assert!(!case.internal("awaab-investigate") && !case.internal("awaab-summary"));
    assert_eq!(case.due("awaab-summary"), "2026-12-15T23:59:59");
}

#[test]
fn reopening_brings_back_what_closing_waived_and_not_what_had_ended() {
    let mut case = Case::to_team("lhh", "repairs", "phone", "damp-and-mould", "2026-06-06T10:00");
    case.at("2026-06-12T15:00").record_milestone("investigation-concluded");
    case.at("2026-06-22T09:00");
    assert_eq!(case.state("awaab-makesafe"), "missed");
    case.decide("works-not-required", "A second surveyor found the wall dry.");
    let close = StaffCommand::Close { reason: Some("Filed twice.".into()) };
    case.staff(close).unwrap();
    case.staff(StaffCommand::Reopen { reason: "It was filed once.".into() }).unwrap();
    let outstanding = |id: &str| {
        let deadline = case.contact.deadlines.iter().find(|d| d.id.to_string() == id).unwrap();
        deadline.is_outstanding()
    };
    assert_eq!(case.state("awaab-makesafe"), "missed");
    assert!(!outstanding("awaab-makesafe"), "nobody has to make it safe");
    assert!(outstanding("awaab-summary"), "the summary is still owed");
}
