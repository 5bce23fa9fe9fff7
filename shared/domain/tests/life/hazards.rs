//! Hazards: later steps count from the end of the investigation, and none before the law is in force.

use domain::decide::{Refusal, StaffCommand};
use domain::standards::Category;

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
