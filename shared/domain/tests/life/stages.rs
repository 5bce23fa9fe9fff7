//! Stages of a complaint: the customer asks for the next one, staff correct it, somebody else considers it.

use chrono::{DateTime, Utc};
use domain::contact::{AutomaticSender, Event, Means};
use domain::decide::{
    Answer, Command, Message, Refusal, StaffAction, StaffCommand, allowed_actions,
};
use domain::organisation::{PersonId, Role};
use domain::standards::{Channel, Milestone};

use crate::case::Case;

const PROVIDERS: [&str; 4] = ["kht", "lhh", "nihe", "westkent"];

/// A complaint of Monday 1 June whose first stage was answered on Thursday 4 June.
fn answered(provider: &str) -> Case {
    let mut case = Case::new(provider, "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-04T10:00").answered_by(Means::Email);
    case.mails();
    case
}

fn assign(case: &mut Case, person: &str, reason: Option<&str>) -> Result<(), Refusal> {
    let (person, reason) = (PersonId(person.into()), reason.map(str::to_owned));
    case.staff(StaffCommand::Assign { person, reason }).map(|_| ())
}

#[test]
fn a_message_after_the_answer_is_the_request_for_the_next_stage_dated_when_it_came() {
    for provider in PROVIDERS {
        let mut case = answered(provider);
        case.at("2026-06-06T21:30").customer_says(Channel::Email, "I am not happy with this.");
        assert_eq!(case.contact.stage, 2, "{provider}");
        let requested_at = case.contact.milestone_at(Milestone::Escalated).unwrap();
        assert_eq!(requested_at.to_rfc3339(), "2026-06-06T20:30:00+00:00", "{provider}");
        let mails = case.mails();
        assert!(mails.contains(&"customer: dates of stage 2".into()), "{provider}: {mails:?}");
        assert!(mails.iter().any(|mail| mail.ends_with("asked for stage 2")), "{mails:?}");
        let (response, due) = match provider {
            "nihe" => ("nihe-stage2", "2026-06-26T17:00:00"),
            _ => ("chc-s2-ack", "2026-06-12T"),
        };
        assert!(case.due(response).starts_with(due), "{provider}: {}", case.due(response));
        let first = if provider == "nihe" { "nihe-stage1" } else { "chc-s1-response" };
        assert_eq!(case.state(first), "met", "{provider}: the answer of stage 1 stays one");
        assert_eq!(case.state(&format!("{first}~2")), "none", "{provider}: it does not restart");
    }
}

#[test]
fn a_closed_complaint_is_open_again_with_its_next_stage() {
    let mut case = answered("westkent");
    case.staff(StaffCommand::Close { reason: None }).unwrap();
    case.at("2026-06-08T09:00").customer_writes(Channel::Email);
    assert!(case.contact.closed.is_none());
    assert_eq!(case.contact.stage, 2);
}

#[test]
fn thanks_start_no_stage_and_restart_nothing() {
    let mut case = answered("westkent");
    case.staff(StaffCommand::Close { reason: None }).unwrap();
    case.customer_says(Channel::Email, "Many thanks for your help,\nJo");
    assert_eq!(case.contact.stage, 1);
    assert!(case.contact.closed.is_some());
    assert_eq!(case.state("chc-s1-response~2"), "none");
    assert_eq!(case.mails(), ["priya.shah: wrote"], "somebody reads it all the same");
    // The next message asks for more than that.
    case.customer_says(Channel::Email, "Thanks, but the wall is wet again.");
    assert_eq!(case.contact.stage, 2);
}

#[test]
fn a_machine_starts_no_stage() {
    let mut case = answered("westkent");
    let automatic = Some(AutomaticSender::AutoSubmitted);
    let message = Message { text: "I am away.".into(), automatic, ..Message::default() };
    let (channel, received_at) = (Channel::Email, case.now);
    case.execute(Command::CustomerWrote { channel, received_at, message }).unwrap();
    assert_eq!(case.contact.stage, 1);
    assert_eq!(case.mails(), [""; 0]);
}

/// Takes in a message now that reached the provider at `received_at`, in UTC.
fn taken_in_late(case: &mut Case, received_at: &str) {
    let message = Message { text: "That is not good enough.".into(), ..Message::default() };
    let (channel, received_at) = (Channel::Email, utc(received_at));
    case.execute(Command::CustomerWrote { channel, received_at, message }).unwrap();
}

fn utc(at: &str) -> DateTime<Utc> {
    at.parse().unwrap()
}

#[test]
fn a_request_that_was_taken_in_late_is_dated_when_it_came() {
    let mut case = answered("westkent");
    // The message of Friday night is taken in on Monday, after an outage.
    case.at("2026-06-08T09:00");
    taken_in_late(&mut case, "2026-06-05T20:00:00Z");
    assert_eq!(case.contact.stage_requests[0].at, utc("2026-06-05T20:00:00Z"));
    assert_eq!(case.due("chc-s2-ack"), "2026-06-12T16:45:00");
    // A message that crossed with the answer cannot be about it.
    let mut case = answered("westkent");
    taken_in_late(&mut case, "2026-06-04T08:59:00Z");
    assert_eq!(case.contact.stage, 1);
}

#[test]
fn a_message_before_the_answer_joins_and_so_does_one_after_the_request() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-02T10:00").customer_writes(Channel::Email);
    assert_eq!(case.contact.stage, 1);
    case.at("2026-06-04T10:00").answered_by(Means::Email).customer_writes(Channel::Email);
    assert_eq!(case.contact.stage, 2);
    let due = case.due("chc-s2-ack");
    case.at("2026-06-08T10:00").customer_writes(Channel::Email);
    assert_eq!(case.due("chc-s2-ack"), due);
}

#[test]
fn a_message_after_the_last_stage_asks_for_no_other() {
    let mut case = answered("kht");
    case.customer_writes(Channel::Email).by("ruth.lane").answered_by(Means::Email);
    assert_eq!(case.state("chc-s2-response"), "met");
    case.customer_says(Channel::Email, "Thank you");
    case.at("2026-06-10T10:00").customer_writes(Channel::Email);
    assert_eq!(case.contact.stage, 2);
    assert_eq!(case.state("chc-s2-response~2"), "none");
    let escalations = case.log.iter().flat_map(|commit| &commit.events);
    assert_eq!(escalations.filter(|e| matches!(e, Event::Escalated { .. })).count(), 1);
}

#[test]
fn an_answer_to_anything_but_a_complaint_has_no_next_stage() {
    let mut case = Case::new("westkent", "email", "general", "2026-06-01T10:00");
    case.answered_by(Means::Email).at("2026-06-04T10:00").customer_writes(Channel::Email);
    assert_eq!(case.contact.stage, 1);
    assert_eq!(case.state("wk-email-cs~2"), "open");
}

#[test]
fn what_the_customer_wrote_after_a_reply_is_the_request_once_the_reply_was_the_full_response() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-04T10:00").replies("We do not uphold it, because ...");
    let entry = case.contact.replies.last().unwrap().entry;
    case.at("2026-06-05T10:00").customer_says(Channel::Email, "Thank you.");
    case.at("2026-06-06T10:00").customer_says(Channel::Email, "You are wrong.");
    case.at("2026-06-07T10:00").customer_says(Channel::Email, "And nobody called.");
    assert_eq!(case.contact.stage, 1, "nobody has said that it was the response");
    case.at("2026-06-09T10:00");
    case.staff(StaffCommand::ConfirmResponse { entry, closes: true }).unwrap();
    assert_eq!(case.state("chc-s1-response"), "met");
    assert_eq!(case.contact.stage, 2);
    let requested_at = case.contact.milestone_at(Milestone::Escalated).unwrap();
    assert_eq!(requested_at.to_rfc3339(), "2026-06-06T09:00:00+00:00");
    assert!(case.contact.closed.is_none());
}

#[test]
fn a_message_that_was_no_request_is_an_ordinary_one() {
    let mut case = answered("kht");
    assert_eq!(case.state("kht-s2-window"), "open");
    assert_eq!(case.staff(StaffCommand::NotAStageRequest), Err(Refusal::NoStageRequest));
    case.at("2026-06-08T10:00").customer_says(Channel::Email, "My new number is 0151 496 0000.");
    assert_eq!(case.state("kht-s2-window"), "met");
    case.at("2026-06-10T10:00").record_milestone("complaint-defined").at("2026-06-16T10:00");
    assert_eq!(case.state("kht-s2-plan"), "missed");
    case.mails();
    case.staff(StaffCommand::NotAStageRequest).unwrap();
    assert_eq!(case.mails(), ["customer: stage 1 again"]);
    assert_eq!(case.contact.stage, 1);
    for id in ["chc-s2-response", "kht-s2-plan"] {
        assert_eq!(case.state(id), "waived", "{id} was never owed");
    }
    assert_eq!(case.state("kht-s2-window"), "open", "they can still ask");
    assert_eq!(case.contact.milestone_at(Milestone::Escalated), None);
    assert_eq!(case.due("chc-s1-ack~2"), "2026-06-15T17:00:00", "counted from the message");
    assert_eq!(case.state("chc-s1-ack~2"), "met", "it was defined in the meantime");
    assert_eq!(case.state("chc-s1-response~2"), "open");
    assert!(case.contact.stage_requests.is_empty());
}

#[test]
fn a_stage_that_staff_started_by_mistake_leaves_no_trace_in_what_is_owed() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    assign(&mut case, "priya.shah", None).unwrap();
    let (ack, response) = (case.due("chc-s1-ack"), case.due("chc-s1-response"));
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(case.state("chc-s1-ack"), "waived");
    case.at("2026-06-03T11:00").staff(StaffCommand::NotAStageRequest).unwrap();
    assert_eq!((case.due("chc-s1-ack"), case.due("chc-s1-response")), (ack, response));
    assert_eq!((case.state("chc-s1-ack"), case.state("chc-s1-response")), ("open", "open"));
    assert_eq!(case.contact.owner, Some(PersonId("priya.shah".into())));
    assert_eq!(case.state("chc-s1-ack~2"), "none");
    // A deadline that passed meanwhile is missed when the stage is taken back.
    case.escalate().unwrap();
    case.at("2026-06-09T10:00").staff(StaffCommand::NotAStageRequest).unwrap();
    assert_eq!(case.state("chc-s1-ack"), "missed");
}

#[test]
fn a_date_that_the_customer_was_told_is_owed_again_when_the_stage_is_taken_back() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.at("2026-06-02T10:00").notify_delay("2026-06-11", "The surveyor is ill.").unwrap();
    assert_eq!(case.state("told"), "open");
    case.at("2026-06-03T10:00").escalate().unwrap();
    assert_eq!(case.state("told"), "waived");
    case.staff(StaffCommand::NotAStageRequest).unwrap();
    assert_eq!(case.state("told"), "open");
}

#[test]
fn the_earlier_date_of_a_request_stands() {
    let mut case = answered("westkent");
    case.at("2026-06-10T10:00").customer_says(Channel::Email, "As I said on the phone: no.");
    assert_eq!(case.due("chc-s2-ack"), "2026-06-17T17:15:00");
    assert_eq!(case.due("chc-s2-response"), "2026-07-15T17:15:00");
    let earlier = "2026-06-05T09:00:00Z".parse().unwrap();
    case.at("2026-06-11T10:00").staff(StaffCommand::DateStageRequest { at: earlier }).unwrap();
    assert_eq!(case.due("chc-s2-ack"), "2026-06-12T16:45:00");
    assert_eq!(case.due("chc-s2-response"), "2026-07-10T16:45:00");
    let later = StaffCommand::DateStageRequest { at: case.now };
    assert_eq!(case.staff(later), Err(Refusal::RequestedEarlier));
    let before_receipt = "2026-05-01T09:00:00Z".parse().unwrap();
    let impossible = StaffCommand::DateStageRequest { at: before_receipt };
    assert_eq!(case.staff(impossible), Err(Refusal::ImpossibleTime));
}

#[test]
fn what_was_kept_in_time_may_be_late_by_the_earlier_date() {
    let mut case = answered("westkent");
    case.at("2026-06-12T10:00").customer_writes(Channel::Email);
    case.at("2026-06-16T10:00").record_milestone("complaint-defined");
    assert_eq!(case.state("chc-s2-ack"), "met");
    let earlier = "2026-06-05T09:00:00Z".parse().unwrap();
    case.staff(StaffCommand::DateStageRequest { at: earlier }).unwrap();
    assert_eq!(case.state("chc-s2-ack"), "met late");
    assert_eq!(case.due("chc-s2-response"), "2026-07-14T17:15:00", "counted from the definition");
}

#[test]
fn a_request_cannot_be_corrected_once_its_stage_is_answered() {
    let mut case = answered("westkent");
    case.customer_writes(Channel::Email).by("tom.okafor").answered_by(Means::Email);
    assert_eq!(case.staff(StaffCommand::NotAStageRequest), Err(Refusal::NoStageRequest));
    let at = "2026-06-04T09:30:00Z".parse().unwrap();
    assert_eq!(case.staff(StaffCommand::DateStageRequest { at }), Err(Refusal::NoStageRequest));
}

#[test]
fn a_request_in_the_window_meets_it_whenever_it_is_recorded() {
    let request = |at: &str, recorded: &str| {
        let mut case = answered("kht");
        assert_eq!(case.due("kht-s2-window"), "2026-06-18T23:59:59");
        case.at(recorded).staff(StaffCommand::Escalate { at: utc(at) }).unwrap();
        case
    };
    let case = request("2026-06-18T22:00:00Z", "2026-06-25T10:00");
    assert_eq!(case.state("kht-s2-window"), "met");
    assert!(!case.contact.stage_requests[0].after_window);
    // Recorded for Saturday 20 June, until staff find that they had called on Wednesday.
    let mut case = request("2026-06-20T10:00:00Z", "2026-06-25T10:00");
    assert_eq!(case.state("kht-s2-window"), "lapsed");
    assert!(case.contact.stage_requests[0].after_window);
    let at = utc("2026-06-17T10:00:00Z");
    case.mails();
    case.staff(StaffCommand::DateStageRequest { at }).unwrap();
    assert_eq!(case.state("kht-s2-window"), "met");
    assert_eq!(case.mails()[0], "customer: dates of stage 2", "the dates have changed");
    let declined = case.staff(StaffCommand::DeclineStage { reason: "Too late.".into() });
    assert_eq!(declined, Err(Refusal::RequestedInTime));
}

#[test]
fn a_request_after_the_window_counts_until_a_manager_declines_it_for_a_reason() {
    let mut case = answered("kht");
    case.staff(StaffCommand::Close { reason: None }).unwrap();
    case.at("2026-06-25T10:00").customer_says(Channel::Email, "It is still wet.");
    assert_eq!(case.contact.stage, 2, "it is never rejected by itself");
    let offered = |case: &Case, role| {
        let (id, now) = (PersonId("ruth.lane".into()), case.now);
        allowed_actions(&case.contact, &id, role, now, &case.organisation)
            .contains(&StaffAction::DeclineStage)
    };
    assert!(offered(&case, Role::Manager) && !offered(&case, Role::Staff));
    let decline = |reason: &str| StaffCommand::DeclineStage { reason: reason.into() };
    assert_eq!(case.staff(decline(" ")), Err(Refusal::ReasonMissing));
    case.mails();
    case.staff(decline("The repair was in March.")).unwrap();
    assert_eq!(case.contact.stage, 1);
    assert_eq!(case.mails().last().unwrap(), "customer: stage 1 again");
    assert_eq!(case.state("kht-s2-window"), "lapsed");
    assert_eq!(case.state("chc-s2-response"), "waived");
    assert_eq!(case.state("chc-s1-response~2"), "none", "the answer of stage 1 is the last word");
    assert!(case.contact.closed.is_some());
}

#[test]
fn the_answer_to_a_stage_is_no_answer_to_the_next_one_even_if_it_was_asked_for_before() {
    let mut case = answered("westkent");
    // Staff record that the customer had asked on the day before the answer.
    let at = utc("2026-06-03T10:00:00Z");
    case.at("2026-06-05T10:00").staff(StaffCommand::Escalate { at }).unwrap();
    assert!(!case.contact.is_answered());
    case.staff(StaffCommand::NotAStageRequest).unwrap();
    assert!(case.contact.is_answered());
}

#[test]
fn the_lead_hears_once_of_a_request_if_the_duty_person_considered_the_first_stage() {
    let mut case = Case::new("westkent", "email", "complaint", "2026-06-01T10:00");
    case.by("priya.shah").answered_by(Means::Phone).at("2026-06-03T10:00");
    case.mails();
    case.customer_says(Channel::Email, "No.");
    assert_eq!(case.mails(), ["customer: dates of stage 2", "tom.okafor: asked for stage 2"]);
    case.at("2026-06-20T10:00");
    let reminded = case.mails();
    assert!(!reminded.iter().any(|mail| mail.starts_with("priya.shah")), "{reminded:?}");
}

/// A complaint at stage 2, with its first owner, the author of the first answer and somebody else.
fn at_stage_two(provider: &str) -> (Case, [String; 3]) {
    let mut case = Case::new(provider, "email", "complaint", "2026-06-01T10:00");
    let people: Vec<_> = case.organisation.people().map(|p| p.id.to_string()).take(3).collect();
    let [owner, author, other] = people.try_into().unwrap();
    assign(&mut case, &owner, None).unwrap();
    case.by(&author).answered_by(Means::Phone).at("2026-06-03T10:00");
    case.customer_writes(Channel::Email);
    (case, [owner, author, other])
}

fn answer(case: &mut Case) -> Result<(), Refusal> {
    let (at, means) = (case.now, Means::Phone);
    let answer = Answer { means, text: "So.".into(), at, closes: false };
    case.staff(StaffCommand::Answer(answer)).map(|_| ())
}

#[test]
fn whoever_considered_the_first_stage_can_neither_take_the_second_nor_answer_it() {
    for provider in PROVIDERS {
        let (mut case, [owner, author, other]) = at_stage_two(provider);
        for person in [&owner, &author] {
            case.by(person);
            let refused = Err(Refusal::SameConsiderer);
            assert_eq!(assign(&mut case, person, None), refused, "{provider}: {person}");
            assert_eq!(assign(&mut case, person, Some(" ")), refused, "{provider}: {person}");
            assert_eq!(answer(&mut case), refused, "{provider}: {person}");
            let (id, role, now) = (PersonId(person.clone()), Role::Manager, case.now);
            let offered = allowed_actions(&case.contact, &id, role, now, &case.organisation);
            assert!(!offered.contains(&StaffAction::Answer), "{provider}: {person}");
            assert!(offered.contains(&StaffAction::GiveUpdate), "{provider}: {person}");
        }
        case.by(&other);
        assign(&mut case, &other, None).unwrap();
        answer(&mut case).unwrap();
    }
}

#[test]
fn a_recorded_reason_lets_the_same_person_consider_both_stages() {
    for provider in PROVIDERS {
        let (mut case, [_, author, _]) = at_stage_two(provider);
        assign(&mut case, &author, Some("Nobody else is in.")).unwrap();
        let mut events = case.log.iter().flat_map(|commit| &commit.events);
        let recorded = events.any(|event| {
            let Event::Assigned { reason, .. } = event else { return false };
            reason.as_deref() == Some("Nobody else is in.")
        });
        assert!(recorded, "{provider}");
        answer(&mut case).unwrap();
    }
}

#[test]
fn an_update_at_stage_two_by_somebody_from_stage_one_is_not_the_full_response() {
    let mut case = answered("westkent");
    case.at("2026-06-05T10:00").customer_writes(Channel::Email);
    case.at("2026-06-08T10:00").replies("My colleague will answer you.");
    let entry = case.contact.replies.last().unwrap().entry;
    let confirm = StaffCommand::ConfirmResponse { entry, closes: false };
    assert_eq!(case.staff(confirm), Err(Refusal::SameConsiderer));
    assert_eq!(case.state("chc-s2-response"), "open");
}
