//! The outcomes of everything that the law or a binding code asks for: one line for each, with the clause
//! that says so.

use std::collections::BTreeMap;

use domain::contact::Means;
use domain::library::{built_in_pack, built_in_packs};
use domain::standards::Pack;

use crate::case::Case;

/// A line of the table: the standard, the state in which it has to end up, the contact, and what happens.
///
/// The contact is an organisation, a category, a priority, and the local time of receipt. What happens is a
/// list of local times with what is done then; see [`act`].
struct Line {
    clause: &'static str,
    standard: &'static str,
    outcome: &'static str,
    contact: (&'static str, &'static str, &'static str, &'static str),
    happens: &'static [(&'static str, &'static str)],
}

const fn line(
    clause: &'static str,
    standard: &'static str,
    outcome: &'static str,
    contact: (&'static str, &'static str, &'static str, &'static str),
    happens: &'static [(&'static str, &'static str)],
) -> Line {
    Line { clause, standard, outcome, contact, happens }
}

/// A Saturday evening.
const EMERGENCY: (&str, &str, &str, &str) =
    ("westkent", "damp-and-mould", "emergency", "2026-06-06T22:00");
/// A Monday. Day 10 is Monday 15 June.
const DAMP: (&str, &str, &str, &str) = ("westkent", "damp-and-mould", "normal", "2026-06-01T10:00");
const COMPLAINT: (&str, &str, &str, &str) = ("westkent", "complaint", "normal", "2026-06-01T10:00");
/// Due at the end of Tuesday 30 June.
const FOI: (&str, &str, &str, &str) = ("nihe", "information-request", "normal", "2026-06-01T10:00");
/// Due at the end of Wednesday 1 July.
const ACCESS: (&str, &str, &str, &str) =
    ("westkent", "subject-access-request", "normal", "2026-06-01T10:00");
const DATA_COMPLAINT: (&str, &str, &str, &str) =
    ("kht", "data-protection-complaint", "normal", "2026-06-19T10:00");

#[rustfmt::skip]
const TABLE: &[Line] = &[
    // --- Awaab's Law: emergencies ---------------------------------------------------------------
    line("reg. 5: investigate within 24 hours of becoming aware", "awaab-emergency-investigate", "met",
        EMERGENCY, &[("2026-06-07T22:00", "investigation-concluded")]),
    line("reg. 5: investigate within 24 hours of becoming aware", "awaab-emergency-investigate", "met late",
        EMERGENCY, &[("2026-06-07T22:01", "investigation-concluded")]),
    line("reg. 5: nights and weekends do not pause it", "awaab-emergency-investigate", "missed",
        EMERGENCY, &[("2026-06-08T09:00", "wait")]),
    line("reg. 5: no access is an attempt", "awaab-emergency-investigate", "missed",
        EMERGENCY, &[("2026-06-07T10:00", "no-access"), ("2026-06-08T09:00", "wait")]),
    line("an emergency found late was due when it was due", "awaab-emergency-investigate", "missed",
        ("westkent", "damp-and-mould", "normal", "2026-06-06T22:00"), &[("2026-06-08T09:00", "triage emergency")]),
    line("the regulations do not cover a leaseholder", "awaab-emergency-investigate", "ended",
        EMERGENCY, &[("2026-06-07T10:00", "out-of-scope: A leaseholder.")]),
    line("what the regulations do not cover was never owed, so it was not missed", "awaab-emergency-investigate", "ended",
        EMERGENCY, &[("2026-06-08T10:00", "out-of-scope: A leaseholder.")]),

    line("reg. 5: make safe within 24 hours", "awaab-emergency-makesafe", "met",
        EMERGENCY, &[("2026-06-07T22:00", "made-safe")]),
    line("alternative accommodation counts when provided", "awaab-emergency-makesafe", "met",
        EMERGENCY, &[("2026-06-07T20:00", "alternative-accommodation-provided")]),
    line("alternative accommodation does not count when offered", "awaab-emergency-makesafe", "missed",
        EMERGENCY, &[("2026-06-07T20:00", "alternative-accommodation-offered"), ("2026-06-07T22:01", "wait")]),
    line("reg. 5: make safe within 24 hours", "awaab-emergency-makesafe", "met late",
        EMERGENCY, &[("2026-06-08T10:00", "made-safe")]),
    line("reg. 5: make safe within 24 hours", "awaab-emergency-makesafe", "missed",
        EMERGENCY, &[("2026-06-08T10:00", "wait")]),
    line("all reasonable steps are a defence, not an end", "awaab-emergency-makesafe", "missed",
        EMERGENCY, &[("2026-06-07T20:00", "all-reasonable-steps: No contractor in the flood."), ("2026-06-08T10:00", "wait")]),
    line("the investigation finds no hazard", "awaab-emergency-makesafe", "ended",
        EMERGENCY, &[("2026-06-07T10:00", "no-hazard-found: Condensation on one window.")]),
    line("reg. 5: safety work is owed if an investigation identifies it; without a hazard there was nothing to miss", "awaab-emergency-makesafe", "ended",
        EMERGENCY, &[("2026-06-08T10:00", "no-hazard-found: Condensation on one window.")]),
    line("the household refuses alternative accommodation", "awaab-emergency-makesafe", "ended",
        EMERGENCY, &[("2026-06-07T10:00", "alternative-accommodation-refused: They want to stay.")]),
    line("what was missed before it ended stays missed", "awaab-emergency-makesafe", "missed",
        EMERGENCY, &[("2026-06-08T10:00", "hazard-gone: The leak has stopped.")]),

    line("reg. 5: within 24 hours of the work being identified", "awaab-emergency-makesafe-identified", "met",
        EMERGENCY, &[("2026-06-07T10:00", "safety-work-identified"), ("2026-06-08T09:59", "made-safe")]),
    line("reg. 5: within 24 hours of the work being identified", "awaab-emergency-makesafe-identified", "met late",
        EMERGENCY, &[("2026-06-07T10:00", "safety-work-identified"), ("2026-06-08T11:00", "made-safe")]),
    line("reg. 5: within 24 hours of the work being identified", "awaab-emergency-makesafe-identified", "missed",
        EMERGENCY, &[("2026-06-07T10:00", "safety-work-identified"), ("2026-06-08T11:00", "wait")]),
    line("a third party's consent cannot be had", "awaab-emergency-makesafe-identified", "ended",
        EMERGENCY, &[("2026-06-07T10:00", "safety-work-identified"), ("2026-06-07T20:00", "third-party-consent-refused: The freeholder, three times.")]),

    line("the work had been identified, so it was owed, and what was missed stays missed", "awaab-emergency-makesafe-identified", "missed",
        EMERGENCY, &[("2026-06-07T10:00", "safety-work-identified"), ("2026-06-08T11:00", "no-hazard-found: Nothing there today.")]),

    // --- Awaab's Law: significant hazards -------------------------------------------------------
    line("reg. 6: investigate within 10 working days", "awaab-investigate", "met",
        DAMP, &[("2026-06-15T23:59", "investigation-concluded")]),
    line("reg. 6: finding no hazard concludes the investigation", "awaab-investigate", "met",
        DAMP, &[("2026-06-10T10:00", "no-hazard-found: Dry walls.")]),
    line("reg. 6: investigate within 10 working days", "awaab-investigate", "met late",
        DAMP, &[("2026-06-16T10:00", "investigation-concluded")]),
    line("reg. 6: investigate within 10 working days", "awaab-investigate", "missed",
        DAMP, &[("2026-06-16T00:00", "wait")]),
    line("reg. 6: the investigation is owed whatever it finds", "awaab-investigate", "met late",
        DAMP, &[("2026-06-16T10:00", "no-hazard-found: Dry walls.")]),
    line("the tenant's own breach", "awaab-investigate", "ended",
        DAMP, &[("2026-06-10T10:00", "out-of-scope: The tenant blocked the vents.")]),

    line("reg. 6: 10 working days more for an investigation in person", "awaab-renewed", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-11T10:00", "renewed-investigation-requested"), ("2026-06-25T10:00", "investigation-concluded")]),
    line("reg. 6: 10 working days more for an investigation in person", "awaab-renewed", "met late",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-11T10:00", "renewed-investigation-requested"), ("2026-06-26T10:00", "investigation-concluded")]),
    line("reg. 6: 10 working days more for an investigation in person", "awaab-renewed", "missed",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-11T10:00", "renewed-investigation-requested"), ("2026-06-26T10:00", "wait")]),
    line("the tenant no longer asks for it", "awaab-renewed", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-11T10:00", "renewed-investigation-requested"), ("2026-06-12T10:00", "withdrawn: They are content.")]),

    line("reg. 9: written summary within 3 working days", "awaab-summary", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-15T20:00", "summary-sent")]),
    line("reg. 9: also if there is no hazard", "awaab-summary", "missed",
        DAMP, &[("2026-06-10T10:00", "no-hazard-found: Dry walls."), ("2026-06-16T10:00", "wait")]),
    line("reg. 9: written summary within 3 working days", "awaab-summary", "met late",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-16T10:00", "summary-sent")]),
    line("the regulations do not cover a licence", "awaab-summary", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-11T10:00", "out-of-scope: A licence.")]),

    line("reg. 11(2)(a): safety work within 5 working days", "awaab-makesafe", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-17T20:00", "made-safe")]),
    line("else suitable alternative accommodation", "awaab-makesafe", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-17T20:00", "alternative-accommodation-provided")]),
    line("reg. 11(2)(a): safety work within 5 working days", "awaab-makesafe", "met late",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-18T10:00", "made-safe")]),
    line("reg. 11(2)(a): safety work within 5 working days", "awaab-makesafe", "missed",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-18T10:00", "wait")]),
    line("the investigation finds no hazard", "awaab-makesafe", "none",
        DAMP, &[("2026-06-10T10:00", "no-hazard-found: Dry walls."), ("2026-06-18T10:00", "wait")]),
    line("no hazard, written down after the conclusion", "awaab-makesafe", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-10T10:05", "no-hazard-found: Dry walls.")]),
    line("the investigation had found a hazard, so the work was owed, and what was missed stays missed", "awaab-makesafe", "missed",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-18T10:00", "no-hazard-found: Dry walls.")]),
    line("a further investigation finds it gone", "awaab-makesafe", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-12T10:00", "hazard-gone: Dry after the repair.")]),
    line("the household is housed elsewhere before it starts", "awaab-makesafe", "none",
        DAMP, &[("2026-06-09T10:00", "alternative-accommodation-provided"), ("2026-06-10T10:00", "investigation-concluded")]),
    line("a renewed investigation that finds a hazard", "awaab-makesafe", "missed",
        DAMP, &[("2026-06-10T10:00", "no-hazard-found: Dry walls."), ("2026-06-11T10:00", "renewed-investigation-requested"), ("2026-06-15T10:00", "investigation-concluded"), ("2026-06-23T10:00", "wait")]),

    line("reg. 13(2): begin within 5 working days", "awaab-begin-works", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-17T20:00", "works-on-site")]),
    line("reg. 13(2): or take steps to begin", "awaab-begin-works", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-17T20:00", "works-started")]),
    line("reg. 13(2): begin within 5 working days", "awaab-begin-works", "met late",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-18T10:00", "works-started")]),
    line("reg. 13(2): begin within 5 working days", "awaab-begin-works", "missed",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-18T10:00", "wait")]),
    line("the works are not required", "awaab-begin-works", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-12T10:00", "works-not-required: The vent was only blocked.")]),

    line("reg. 13(3)(b): physically begun within 12 weeks", "awaab-12-weeks", "met",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-09-02T10:00", "works-on-site")]),
    line("reg. 13(3)(b): steps to begin are not enough", "awaab-12-weeks", "missed",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-06-17T10:00", "works-started"), ("2026-09-03T10:00", "wait")]),
    line("reg. 13(3)(b): physically begun within 12 weeks", "awaab-12-weeks", "met late",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-09-03T10:00", "works-on-site")]),
    line("a third party's consent cannot be had", "awaab-12-weeks", "ended",
        DAMP, &[("2026-06-10T10:00", "investigation-concluded"), ("2026-07-12T10:00", "third-party-consent-refused: The freeholder, three times.")]),

    // --- Complaint Handling Code ----------------------------------------------------------------
    line("6.2: acknowledged, defined and logged within 5 working days", "chc-s1-ack", "met",
        COMPLAINT, &[("2026-06-08T17:15", "complaint-defined")]),
    line("6.2: an answer by email names the complaint", "chc-s1-ack", "met",
        COMPLAINT, &[("2026-06-08T17:00", "answer letter")]),
    line("6.2: acknowledged, defined and logged within 5 working days", "chc-s1-ack", "met late",
        COMPLAINT, &[("2026-06-09T09:00", "complaint-defined")]),
    line("6.2: an automatic acknowledgement is not enough", "chc-s1-ack", "missed",
        COMPLAINT, &[("2026-06-09T09:00", "wait")]),
    line("the customer withdraws the complaint", "chc-s1-ack", "ended",
        COMPLAINT, &[("2026-06-04T09:00", "withdrawn: All is well, she says.")]),

    line("6.3: within 10 working days of being acknowledged", "chc-s1-response", "met",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-17T17:15", "answer letter")]),
    line("6.3: within 10 working days of being acknowledged", "chc-s1-response", "met late",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-18T09:00", "answer letter")]),
    line("6.3: waiting for the customer stops nothing", "chc-s1-response", "missed",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-04T10:00", "clarification-requested"), ("2026-06-18T09:00", "wait")]),
    line("6.4: an extension of 10 working days at most", "chc-s1-response", "missed",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-17T10:00", "extension-notified"), ("2026-07-02T09:00", "wait")]),
    line("6.4: an extension with notice in time", "chc-s1-response", "met",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-17T10:00", "extension-notified"), ("2026-07-01T17:15", "answer letter")]),
    line("6.4: a notice after the date extends nothing", "chc-s1-response", "met late",
        COMPLAINT, &[("2026-06-03T10:00", "complaint-defined"), ("2026-06-18T10:00", "extension-notified"), ("2026-06-19T10:00", "answer letter")]),
    line("the customer withdraws the complaint", "chc-s1-response", "ended",
        COMPLAINT, &[("2026-06-04T09:00", "withdrawn: All is well, she says.")]),

    line("6.11: within 5 working days of the request", "chc-s2-ack", "met",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-10T17:15", "complaint-defined")]),
    line("6.11: within 5 working days of the request", "chc-s2-ack", "met late",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-11T09:00", "complaint-defined")]),
    line("6.11: within 5 working days of the request", "chc-s2-ack", "missed",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-11T09:00", "wait")]),
    line("the customer withdraws the complaint", "chc-s2-ack", "ended",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-04T09:00", "withdrawn: All is well, she says.")]),

    line("6.14: within 20 working days of being acknowledged", "chc-s2-response", "met",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-04T10:00", "complaint-defined"), ("2026-07-02T17:15", "answer letter")]),
    line("6.14: within 20 working days of being acknowledged", "chc-s2-response", "met late",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-04T10:00", "complaint-defined"), ("2026-07-03T09:00", "answer letter")]),
    line("6.14: within 20 working days of being acknowledged", "chc-s2-response", "missed",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-04T10:00", "complaint-defined"), ("2026-07-03T09:00", "wait")]),
    line("the customer withdraws the complaint", "chc-s2-response", "ended",
        COMPLAINT, &[("2026-06-03T10:00", "escalate"), ("2026-06-04T09:00", "withdrawn: All is well, she says.")]),

    // --- Freedom of Information Act -------------------------------------------------------------
    line("s. 10(1): not later than the twentieth working day", "foi-response", "met",
        FOI, &[("2026-06-30T23:59", "answer letter")]),
    line("s. 10(1): not later than the twentieth working day", "foi-response", "met late",
        FOI, &[("2026-07-01T09:00", "answer letter")]),
    line("s. 10(1): not later than the twentieth working day", "foi-response", "missed",
        FOI, &[("2026-07-01T09:00", "wait")]),
    line("s. 1(3): further information is reasonably required", "foi-response", "paused",
        FOI, &[("2026-06-10T10:00", "clarification-requested: Which of two schemes?"), ("2026-08-10T10:00", "wait")]),
    line("s. 10(6): the date of receipt is the day it comes", "foi-response", "met",
        FOI, &[("2026-06-10T10:00", "clarification-requested: Which of two schemes?"), ("2026-06-24T10:00", "clarification-received"), ("2026-07-23T10:00", "answer letter")]),
    line("s. 10(6): the date of receipt is the day it comes", "foi-response", "missed",
        FOI, &[("2026-06-10T10:00", "clarification-requested: Which of two schemes?"), ("2026-06-24T10:00", "clarification-received"), ("2026-07-24T10:00", "wait")]),
    line("s. 10(6): what was not required restarts nothing", "foi-response", "missed",
        FOI, &[("2026-06-24T10:00", "clarification-received"), ("2026-07-01T10:00", "wait")]),
    line("s. 10(2): the working days of a fees notice", "foi-response", "met",
        FOI, &[("2026-06-04T10:00", "fee-requested: Above the limit."), ("2026-06-08T10:00", "fee-paid"), ("2026-07-03T10:00", "answer letter")]),
    line("s. 10(3): longer, to consider the public interest", "foi-response", "met",
        FOI, &[("2026-06-29T10:00", "extension-notified"), ("2026-07-29T10:00", "answer letter")]),
    line("the requester withdraws the request", "foi-response", "ended",
        FOI, &[("2026-06-04T10:00", "withdrawn: Found on the website.")]),

    // --- UK GDPR --------------------------------------------------------------------------------
    line("art. 12(3): within one month of receipt", "dsar-response", "met",
        ACCESS, &[("2026-07-01T23:59", "answer letter")]),
    line("art. 12(3): within one month of receipt", "dsar-response", "met late",
        ACCESS, &[("2026-07-02T09:00", "answer letter")]),
    line("art. 12(3): within one month of receipt", "dsar-response", "missed",
        ACCESS, &[("2026-07-02T09:00", "wait")]),
    line("art. 12A: a clarification pauses it", "dsar-response", "paused",
        ACCESS, &[("2026-06-10T10:00", "clarification-requested: Which years?"), ("2026-08-10T10:00", "wait")]),
    line("art. 12A: day for day", "dsar-response", "met",
        ACCESS, &[("2026-06-08T10:00", "clarification-requested: Which years?"), ("2026-06-13T10:00", "clarification-received"), ("2026-07-06T10:00", "answer letter")]),
    line("art. 12A: day for day", "dsar-response", "missed",
        ACCESS, &[("2026-06-08T10:00", "clarification-requested: Which years?"), ("2026-06-13T10:00", "clarification-received"), ("2026-07-07T10:00", "wait")]),
    line("art. 12A: the month starts with proof of identity", "dsar-response", "met",
        ACCESS, &[("2026-06-03T10:00", "identity-requested: A new address."), ("2026-06-10T10:00", "identity-confirmed"), ("2026-07-10T10:00", "answer letter")]),
    line("art. 12A: the month starts with the fee", "dsar-response", "met",
        ACCESS, &[("2026-06-03T10:00", "fee-requested: The third copy."), ("2026-06-12T10:00", "fee-paid"), ("2026-07-13T10:00", "answer letter")]),
    line("the guidance before 5 February 2026 had the same effect", "dsar-response", "met",
        ("westkent", "subject-access-request", "normal", "2026-01-05T10:00"), &[("2026-01-12T10:00", "clarification-requested: Which years?"), ("2026-01-19T10:00", "clarification-received"), ("2026-02-12T10:00", "answer letter")]),
    line("art. 12(3): three months if told within the first", "dsar-response", "met",
        ACCESS, &[("2026-06-30T10:00", "extension-notified"), ("2026-09-01T10:00", "answer letter")]),
    line("the requester withdraws the request", "dsar-response", "ended",
        ACCESS, &[("2026-06-10T10:00", "withdrawn: No longer needed.")]),

    // --- Data Protection Act 2018, s. 164A ------------------------------------------------------
    line("s. 164A(3): acknowledge within 30 days", "dpc-ack", "met",
        DATA_COMPLAINT, &[("2026-07-20T23:59", "answer letter")]),
    line("s. 164A(3): acknowledge within 30 days", "dpc-ack", "met late",
        DATA_COMPLAINT, &[("2026-07-21T09:00", "answer letter")]),
    line("s. 164A(3): acknowledge within 30 days", "dpc-ack", "missed",
        DATA_COMPLAINT, &[("2026-07-21T09:00", "wait")]),
    line("the customer withdraws the complaint", "dpc-ack", "ended",
        DATA_COMPLAINT, &[("2026-06-22T09:00", "withdrawn: A misunderstanding.")]),
];

/// Does what a line says: `wait`, `triage PRIORITY`, `answer MEANS`, `escalate`, or a milestone, with the
/// reason after a colon if it needs one.
fn act(case: &mut Case, what: &str) {
    match what.split_once(' ') {
        _ if what == "wait" => {}
        _ if what == "escalate" => assert_eq!(case.escalate(), Ok(None)),
        Some(("triage", priority)) => {
            let category = case.contact.category.to_string();
            case.triage(&category, priority);
        }
        Some(("answer", "letter")) => {
            case.answered_by(Means::Letter);
        }
        _ => {
            let (milestone, reason) = what.split_once(": ").unzip();
            let done = case.try_milestone(milestone.unwrap_or(what), reason);
            assert_eq!(done, Ok(None), "{what}");
        }
    }
}

#[test]
fn everything_that_the_law_asks_for_ends_as_its_clause_says() {
    let mut wrong = Vec::new();
    for Line { clause, standard, outcome, contact, happens } in TABLE {
        let (organisation, category, priority, received) = *contact;
        // By letter, so that no automatic acknowledgement is sent.
        let mut case = Case::without_address(organisation, category, received);
        if priority != "normal" {
            case.triage(category, priority);
        }
        for (at, what) in *happens {
            case.at(at);
            act(&mut case, what);
        }
        let state = case.state(standard);
        if state != *outcome {
            wrong.push(format!("{standard}, {clause}: {state}, not {outcome}; {happens:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_outcome_of_everything_that_the_law_asks_for() {
    let mut outcomes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Line { standard, outcome, .. } in TABLE {
        outcomes.entry(standard).or_default().push(outcome);
    }
    let packs = built_in_packs().map(|id| Pack::parse(id, built_in_pack(id).unwrap()).unwrap());
    for standard in packs.filter(|pack| pack.statutory).flat_map(|pack| pack.standards) {
        let id = standard.id.as_str();
        let mut expected = vec!["met", "met late", "missed"];
        expected.extend((!standard.pauses.is_empty()).then_some("paused"));
        expected.extend((!standard.ended_by.is_empty()).then_some("ended"));
        for outcome in expected {
            let there = outcomes.get(id).is_some_and(|listed| listed.contains(&outcome));
            assert!(there, "{id} has no line for {outcome}");
        }
        assert!(!standard.if_missed.is_empty(), "{id} does not say what to do once it was missed");
    }
}

/// The record shows the reason, and the member of staff who decided it.
#[test]
fn what_the_law_asks_for_ends_only_with_a_reason() {
    let (organisation, category, _, received) = DAMP;
    let mut case = Case::without_address(organisation, category, received);
    case.at("2026-06-10T10:00").record_milestone("investigation-concluded");
    for reason in [None, Some(" ")] {
        let refused = case.try_milestone("works-not-required", reason);
        assert_eq!(refused, Err(domain::decide::Refusal::DecisionWithoutReason));
    }
    case.decide("works-not-required", "The vent was only blocked.");
    let commit = case.log.last().unwrap();
    assert_eq!(commit.by, domain::contact::Actor::Staff("ada".into()));
    let history: Vec<String> = commit
        .events
        .iter()
        .filter_map(|event| domain::wording::history_line(&case.organisation, event, &[], case.now))
        .map(|line| format!("{} {}", line.what, line.text).trim().to_owned())
        .collect();
    let why = "Further investigation: the works are not required";
    assert_eq!(
        history,
        [
            format!("{why} on Wednesday 10 June at 10am. The vent was only blocked."),
            format!("Home made safe: no longer owed. {why}: The vent was only blocked."),
            format!(
                "Start of preventative works: no longer owed. {why}: The vent was only blocked."
            ),
            format!(
                "Preventative works on site: no longer owed. {why}: The vent was only blocked."
            ),
        ]
    );
}
