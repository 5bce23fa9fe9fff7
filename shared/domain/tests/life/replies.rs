//! The meaning of a reply by staff: an answer, an update, or an update that was the full response.

use domain::contact::{Event, Means};
use domain::decide::{Refusal, StaffCommand, Update};
use domain::organisation::PersonId;
use domain::standards::Milestone;

use crate::case::Case;

const PROVIDERS: [&str; 4] = ["kht", "lhh", "nihe", "westkent"];

fn confirm(case: &mut Case, entry: u32) -> Result<(), Refusal> {
    case.staff(StaffCommand::ConfirmResponse { entry, closes: false }).map(|_| ())
}

#[test]
fn a_plain_reply_to_a_complaint_is_an_update_at_every_provider_and_its_author_is_asked() {
    for provider in PROVIDERS {
        let mut case = Case::new(provider, "email", "complaint", "2026-06-01T10:00");
        case.mails();
        case.at("2026-06-01T11:00").replies("I will look into it.");
        let mails = case.mails();
        assert_eq!(mails, ["customer: update", "ada: update sent 3"], "{provider}");
        assert!(case.contact.milestone_at(Milestone::Updated).is_some(), "{provider}");
        assert_eq!(case.contact.milestone_at(Milestone::Responded), None, "{provider}");
        assert!(case.contact.owes_answer(&case.organisation), "{provider}");
    }
}

#[test]
fn a_plain_reply_to_anything_else_is_the_answer() {
    for provider in PROVIDERS {
        let mut case = Case::new(provider, "email", "general", "2026-06-01T10:00");
        case.mails();
        case.at("2026-06-01T11:00").replies("I will look into it.");
        assert_eq!(case.mails(), ["customer: answer"], "{provider}");
        assert!(case.contact.milestone_at(Milestone::Responded).is_some(), "{provider}");
        assert!(case.contact.closed.is_some(), "{provider}");
    }
}

#[test]
fn an_update_that_was_the_full_response_answered_when_it_was_accepted() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.record_milestone("complaint-defined");
    case.at("2026-06-15T17:15").replies("We uphold it, because...");
    assert_eq!(case.state("chc-s1-response"), "open");
    let entry = case.contact.replies.last().unwrap().entry;
    case.at("2026-06-16T09:00");
    assert_eq!(case.state("chc-s1-response"), "missed");
    confirm(&mut case, entry).unwrap();
    assert_eq!(case.state("chc-s1-response"), "met");
    let responded = case.contact.milestone_at(Milestone::Responded).unwrap();
    assert_eq!(responded.to_rfc3339(), "2026-06-15T16:15:00+00:00");
    assert_eq!(confirm(&mut case, entry), Err(Refusal::NoSuchReply), "it was confirmed before");
}

#[test]
fn an_update_late_for_the_response_is_a_late_response() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.record_milestone("complaint-defined");
    case.at("2026-06-15T17:16").replies("We uphold it, because...");
    let entry = case.contact.replies.last().unwrap().entry;
    confirm(&mut case, entry).unwrap();
    assert_eq!(case.state("chc-s1-response"), "met late");
}

#[test]
fn a_confirmed_response_opens_the_customers_window_from_when_it_reached_them() {
    let mut case = Case::new("kht", "email", "complaint", "2026-12-14T10:00");
    case.at("2026-12-18T15:00").replies("This is how we will resolve it.");
    assert_eq!(case.state("kht-s2-window"), "none");
    let entry = case.contact.replies.last().unwrap().entry;
    case.at("2026-12-21T10:00");
    confirm(&mut case, entry).unwrap();
    assert_eq!(case.due("kht-s2-window"), "2027-01-01T23:59:59");
}

#[test]
fn a_reply_before_the_customers_last_message_cannot_be_the_response_to_it() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-02T10:00").replies("I will look into it.");
    let entry = case.contact.replies.last().unwrap().entry;
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(confirm(&mut case, entry), Err(Refusal::NoSuchReply));
    assert_eq!(confirm(&mut case, 99), Err(Refusal::NoSuchReply));
}

#[test]
fn an_update_keeps_promises_to_keep_the_customer_informed_and_never_the_response() {
    let mut case = Case::new("kht", "phone", "complaint", "2026-04-02T16:00");
    case.at("2026-04-09T10:00");
    let update =
        |means, at| StaffCommand::GiveUpdate(Update { means, text: "Still looking.".into(), at });
    case.staff(update(Means::Phone, case.now)).unwrap();
    assert_eq!(case.state("kht-complaint-ack"), "met");
    assert_eq!(case.state("kht-complaint-response"), "open");
    let empty = Update { means: Means::Phone, text: " ".into(), at: case.now };
    assert_eq!(case.staff(StaffCommand::GiveUpdate(empty)), Err(Refusal::Empty));
    let tomorrow = case.now + chrono::TimeDelta::days(1);
    assert_eq!(case.staff(update(Means::Letter, tomorrow)), Err(Refusal::ImpossibleTime));
}

#[test]
fn an_answer_before_triage_as_a_complaint_counts_as_an_update_until_staff_confirm_it() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.at("2026-06-01T11:00").replies("Sorry about that.");
    case.staff(StaffCommand::Reopen { reason: "It is a complaint.".into() }).unwrap();
    case.triage("complaint", "normal");
    assert_eq!(case.state("chc-s1-response"), "open");
    let taken_back = |event: &Event| matches!(event, Event::AnswerTakenBack { .. });
    assert!(case.log.iter().flat_map(|commit| &commit.events).any(taken_back));
    let entry = case.contact.replies.last().unwrap().entry;
    confirm(&mut case, entry).unwrap();
    assert_eq!(case.state("chc-s1-response"), "met");
}

#[test]
fn only_the_last_replies_are_remembered() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    for _ in 0..12 {
        case.replies("Still looking.");
    }
    assert_eq!(case.contact.replies.len(), domain::contact::Contact::MAX_REPLIES);
    let by: Vec<_> = case.contact.replies.iter().map(|reply| &reply.by).collect();
    assert!(by.iter().all(|by| **by == PersonId("ada".into())));
}
