//! Promises that the built-in packs do not make, written as a pack's author writes them.

use domain::contact::{Acknowledgement, Means, SuppressionReason};
use domain::decide::{Refusal, StaffCommand, Update};
use domain::time::instant;

use crate::case::{Case, time};

/// Returns a standard for every contact, with these keys.
fn standard(id: &str, own: &str) -> String {
    format!("[[standard]]\nid = '{id}'\ntitle = '{id}'\npromise = 'p'\nplace = 'p'\n{own}\n")
}

#[test]
fn an_aim_is_reminded_of_and_never_missed() {
    let rows = "[[reminders]]\nat = 'opening on the due day'\nnotify = 'owner'\n\
                [[reminders]]\nat = 'when due'\nnotify = 'team-lead'\n"
        .to_owned()
        + &standard(
            "letter",
            "starts = 'received'\nwithin = '5 working days'\naim = '3 working days'\nkept_by = ['responded']",
        );
    let mut case = Case::with_rows(&rows, "letter", "general", "2026-06-01T10:00");
    assert_eq!(case.due("letter"), "2026-06-08T17:15:00");
    assert_eq!(
        case.account("letter"),
        "received Mon 1 Jun 2026 10:00; day 0 is Mon 1 Jun 2026; 5 working days later is Mon 8 Jun 2026; \
         the aim is Thu 4 Jun 2026 17:15; due at \
         closing, 17:15"
    );
    case.mails();
    case.at("2026-06-05T12:00");
    // Only the opening of the last day of the aim: nothing is sent when it is over.
    assert_eq!(case.mails(), ["priya.shah: reminder letter"]);
    assert_eq!(case.state("letter"), "open");
    let aim_kept =
        |case: &Case| case.contact.deadline(&"letter".parse().unwrap()).unwrap().aim_kept(case.now);
    assert_eq!(aim_kept(&case), Some(false));
    case.answered_by(Means::Phone);
    assert_eq!(case.state("letter"), "met");
    assert_eq!(aim_kept(&case), Some(false));
    let mut case = Case::with_rows(&rows, "letter", "general", "2026-06-01T10:00");
    assert_eq!(aim_kept(&case), None);
    case.at("2026-06-04T17:15").answered_by(Means::Phone);
    assert_eq!(aim_kept(&case), Some(true));
}

#[test]
fn an_update_is_promised_again_until_the_answer_comes() {
    let rows = standard(
        "updates",
        "starts = 'received'\nwithin = '2 working days'\nkept_by = ['updated']\n\
         recurs_every = '5 working days'\nrecurs_until = ['responded']",
    );
    let mut case = Case::with_rows(&rows, "phone", "general", "2026-06-01T10:00");
    assert_eq!(case.due("updates"), "2026-06-03T17:15:00");
    let update = |case: &mut Case| {
        let (means, text) = (Means::Phone, "Still looking.".into());
        case.staff(StaffCommand::GiveUpdate(Update { means, text, at: case.now })).unwrap();
    };
    update(case.at("2026-06-03T10:00"));
    assert_eq!((case.state("updates"), case.state("updates~2")), ("met", "open"));
    assert_eq!(case.due("updates~2"), "2026-06-10T17:15:00");
    assert!(case.account("updates~2").starts_with("customer updated Wed 3 Jun 2026 10:00; "));
    // Each round is a promise, so a late update is a breach, and the next round starts from it.
    case.at("2026-06-11T10:00");
    assert_eq!((case.state("updates~2"), case.state("updates~3")), ("missed", "none"));
    update(&mut case);
    assert_eq!((case.state("updates~2"), case.state("updates~3")), ("met late", "open"));
    case.at("2026-06-12T10:00").answered_by(Means::Phone);
    assert_eq!((case.state("updates~3"), case.state("updates~4")), ("met", "none"));
}

#[test]
fn a_promise_can_depend_on_the_office_being_open_at_receipt() {
    let rows = standard(
        "in-hours",
        "applies_to = { channel = ['answerphone'], received = 'when-open' }\nstarts = 'received'\n\
         within = '2 office hours'\nkept_by = ['spoken-to']",
    ) + &standard(
        "out-of-hours",
        "applies_to = { channel = ['answerphone'], received = 'when-closed' }\nstarts = 'received'\n\
         within = '4 hours'\nout_of_hours = 'next-opening'\nkept_by = ['spoken-to']",
    );
    let open = Case::with_rows(&rows, "answerphone", "general", "2026-06-05T16:45:00");
    assert_eq!((open.state("in-hours"), open.state("out-of-hours")), ("open", "none"));
    let closed = Case::with_rows(&rows, "answerphone", "general", "2026-06-05T16:45:01");
    assert_eq!((closed.state("in-hours"), closed.state("out-of-hours")), ("none", "open"));
    assert_eq!(closed.due("out-of-hours"), "2026-06-08T12:45:00");
}

#[test]
fn a_standard_can_say_that_no_acknowledgement_is_needed() {
    let quiet = standard(
        "compliment",
        "applies_to = { category = ['compliment'] }\nstarts = 'received'\nwithin = '5 working days'\n\
         kept_by = ['responded']\nacknowledgement = 'not-needed'",
    );
    let mut case = Case::with_rows(&quiet, "email", "compliment", "2026-06-01T10:00");
    let suppressed = Acknowledgement::Suppressed { why: SuppressionReason::NotNeeded };
    assert_eq!(case.contact.acknowledgement, suppressed);
    assert!(!case.mails().contains(&"customer: acknowledgement".into()));
    let mut other = Case::with_rows(&quiet, "email", "general", "2026-06-01T10:00");
    assert!(other.mails().contains(&"customer: acknowledgement".into()));
    // A promise of an acknowledgement is kept all the same.
    let promised = quiet
        + &standard(
            "ack",
            "starts = 'received'\nwithin = 'immediately'\nkept_by = ['acknowledged']",
        );
    let mut case = Case::with_rows(&promised, "email", "compliment", "2026-06-01T10:00");
    assert!(case.mails().contains(&"customer: acknowledgement".into()));
    assert_eq!(case.state("ack"), "met");
}

#[test]
fn an_extension_without_a_limit_runs_to_the_date_told_and_can_be_given_twice() {
    let rows = standard(
        "answer",
        "starts = 'received'\nwithin = '10 working days'\nkept_by = ['responded']\n\
         extension = { on = 'delay-notice-sent', until = 'told', times = 2 }",
    );
    let mut case = Case::with_rows(&rows, "email", "general", "2026-06-01T10:00");
    assert_eq!(case.due("answer"), "2026-06-15T17:15:00");
    case.at("2026-06-10T10:00").notify_delay("2026-07-10", "").unwrap();
    assert_eq!(case.due("answer"), "2026-07-10T16:45:00");
    case.at("2026-07-09T10:00").notify_delay("2026-09-30", "").unwrap();
    assert_eq!(case.due("answer"), "2026-09-30T17:15:00");
    assert!(case.account("answer").ends_with(
        "extended, with notice, to the date that the customer was told, Fri 10 Jul 2026; due at closing, \
         16:45; extended, with notice, to the date that the customer was told, Wed 30 Sep 2026; due at \
         closing, 17:15"
    ));
    // There is no third. If staff write all the same, the date stands, and what they wrote is beside it.
    case.at("2026-09-29T10:00");
    let (allowed, asked) = ("2026-09-30".parse().unwrap(), "2026-12-01".parse().unwrap());
    assert_eq!(
        case.notify_delay("2026-12-01", ""),
        Err(Refusal::BeyondExtension { allowed, asked })
    );
    case.confirm_delay("2026-12-01", "").unwrap();
    assert_eq!(case.due("answer"), "2026-09-30T17:15:00");
    assert_eq!(case.due("told"), "2026-12-01T23:59:59");
    case.at("2026-10-01T10:00");
    assert_eq!(case.state("answer"), "missed");
}

#[test]
fn a_date_that_was_told_without_a_time_runs_to_the_end_of_that_day() {
    let rows = standard(
        "answer",
        "starts = 'received'\nwithin = '1 working day'\ndue = '12:00'\nkept_by = ['responded']\n\
         extension = { on = 'delay-notice-sent', until = 'told' }",
    );
    let mut case = Case::with_rows(&rows, "email", "general", "2026-06-01T10:00");
    assert_eq!(case.due("answer"), "2026-06-02T12:00:00");
    case.at("2026-06-01T15:00").notify_delay("2026-06-26", "").unwrap();
    assert_eq!(case.due("answer"), "2026-06-26T23:59:59");
    case.at("2026-06-26T15:00").answered_by(Means::Phone);
    assert_eq!(case.state("answer"), "met");
}

#[test]
fn a_second_extension_counts_from_the_first() {
    let rows = standard(
        "answer",
        "starts = 'received'\nwithin = '10 working days'\nkept_by = ['responded']\n\
         extension = { on = 'extension-notified', within = '10 working days', times = 2 }",
    );
    let mut case = Case::with_rows(&rows, "email", "general", "2026-06-01T10:00");
    case.at("2026-06-10T10:00").record_milestone("extension-notified");
    assert_eq!(case.due("answer"), "2026-06-29T17:15:00");
    case.at("2026-06-29T10:00").record_milestone("extension-notified");
    assert_eq!(case.due("answer"), "2026-07-13T17:15:00");
}

#[test]
fn a_later_date_can_be_agreed_with_the_customer() {
    let rows = standard(
        "answer",
        "starts = 'received'\nwithin = '10 working days'\nkept_by = ['responded']\n\
         extension = { on = 'call-back-agreed', until = 'told' }",
    );
    let mut case = Case::with_rows(&rows, "email", "general", "2026-06-01T10:00");
    case.at("2026-06-10T10:00").agreed_for("call-back-agreed", "2026-07-10T14:00");
    assert_eq!(case.due("answer"), "2026-07-10T16:45:00");
}

#[test]
fn the_later_of_two_ends_counts_whichever_is_recorded_first() {
    let rows = "complaint_stages = 2\n".to_owned()
        + &standard(
            "appeal",
            "starts = 'outcome-sent'\nwithin = '14 days'\nor_later = { starts = 'meeting-held', within = '7 days' }\n\
         due = 'end-of-day'\nkept_by = ['escalated']\nowed_by = 'customer'",
        );
    let received = || Case::with_rows(&rows, "email", "general", "2026-06-01T10:00");
    let mut case = received();
    case.at("2026-06-02T10:00").record_milestone("outcome-sent");
    assert_eq!(case.due("appeal"), "2026-06-16T23:59:59");
    case.at("2026-06-03T10:00").record_milestone("meeting-held");
    assert_eq!(case.due("appeal"), "2026-06-16T23:59:59");
    let mut case = received();
    case.at("2026-06-02T10:00").record_milestone("outcome-sent");
    case.at("2026-06-12T10:00").record_milestone("meeting-held");
    assert_eq!(case.due("appeal"), "2026-06-19T23:59:59");
    assert_eq!(
        case.account("appeal"),
        "meeting held Fri 12 Jun 2026 10:00; later than the other end, Tue 16 Jun 2026 23:59:59; day 0 is \
         Fri 12 Jun 2026; 7 days later is Fri 19 Jun 2026; due by the end of that day, 23:59:59"
    );
    let mut case = received();
    case.at("2026-06-12T10:00").record_milestone("meeting-held");
    assert_eq!(case.state("appeal"), "none");
    case.at("2026-06-12T10:00").record_milestone("outcome-sent");
    assert_eq!(case.due("appeal"), "2026-06-26T23:59:59");
}

#[test]
fn an_organisation_names_channels_and_milestones_of_its_own() {
    let rows = "[[channel]]\nid = 'text-message'\nlabel = 'text message'\n\
                [[milestone]]\nid = 'moved-in'\nlabel = 'moved in'\n\
                [[milestone]]\nid = 'move-agreed'\nlabel = 'moving day agreed'\n"
        .to_owned()
        + &standard(
            "text",
            "applies_to = { channel = ['text-message'] }\nstarts = 'received'\n\
             within = '2 office hours'\nkept_by = ['responded']",
        )
        + &standard(
            "new-home",
            "starts = 'moved-in'\nwithin = '2 working days'\nkept_by = ['spoken-to']",
        )
        + &standard(
            "moving-day",
            "starts = 'move-agreed'\nwithin = 'at the agreed time'\nkept_by = ['moved-in']",
        );
    let mut case = Case::with_rows(&rows, "text-message", "general", "2026-06-01T10:00");
    assert_eq!(case.due("text"), "2026-06-01T12:00:00");
    case.agreed_for("move-agreed", "2026-06-05T10:00");
    assert_eq!(case.due("moving-day"), "2026-06-05T10:00:00");
    case.at("2026-06-05T09:00").record_milestone("moved-in");
    assert_eq!(case.state("moving-day"), "met");
    assert_eq!(case.due("new-home"), "2026-06-09T17:15:00");
    assert!(case.account("new-home").starts_with("moved in Fri 5 Jun 2026 09:00; "));
    // A tenant who writes later moved in before that. Nobody moves in tomorrow.
    let moved_in = |case: &Case, at: &str| StaffCommand::RecordMilestone {
        milestone: "moved-in".parse().unwrap(),
        at: instant(case.organisation.zone(), time(at)),
        by_post: false,
        reason: None,
    };
    let mut later = Case::with_rows(&rows, "phone", "general", "2026-06-02T10:00");
    let early = moved_in(&later, "2026-05-29T12:00");
    later.staff(early).unwrap();
    assert_eq!(later.due("new-home"), "2026-06-02T17:15:00");
    let tomorrow = moved_in(&later, "2026-06-03T12:00");
    assert_eq!(later.staff(tomorrow), Err(Refusal::ImpossibleTime));
    // The stored contact keeps the words.
    let stored = serde_json::to_string(&case.contact).unwrap();
    let read: domain::contact::Contact = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, case.contact);
    let milestone = "moved-out".parse().unwrap();
    let unknown =
        StaffCommand::RecordMilestone { milestone, at: case.now, by_post: false, reason: None };
    assert_eq!(case.staff(unknown), Err(Refusal::UnknownMilestone(milestone)));
}
