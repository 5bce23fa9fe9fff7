//! Each person is told once: nobody gets two reminders of a contact within a minute.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Actor, Addressee, Mail, MailKind};
use domain::decide::{Command, StaffCommand, SystemCommand};
use domain::library::{
    built_in_organisation, built_in_organisations, built_in_pack_file, load_built_in_bank_holidays,
};
use domain::organisation::Organisation;
use domain::standards::{Channel, Milestone, Priority};

use crate::case::Case;

/// An organisation in which the lead of each team is its duty person and its manager as well.
fn with_one_person(id: &str) -> Organisation {
    let text = built_in_organisation(id).unwrap();
    let mut lead = String::new();
    // In the files the duty person comes before the lead, and the manager after.
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for index in 0..lines.len() {
        if let Some(name) = lines[index].strip_prefix("lead = ") {
            lead = name.to_owned();
            lines[index - 1] = format!("duty_person = {lead}");
        }
        if lines[index].starts_with("manager = ") {
            lines[index] = format!("manager = {lead}");
        }
    }
    let holidays = load_built_in_bank_holidays().unwrap();
    Organisation::parse("one.toml", &lines.join("\n"), holidays, built_in_pack_file).unwrap()
}

/// The emails to each person that remind them, or ask them to act, with their times.
fn by_person(case: &Case) -> BTreeMap<Addressee, Vec<(DateTime<Utc>, &Mail)>> {
    let mut mails: BTreeMap<_, Vec<_>> = BTreeMap::new();
    // A record by staff may prompt somebody at any time.
    for commit in case.log.iter().filter(|commit| commit.by == Actor::Kept) {
        for mail in &commit.mails {
            if matches!(mail.kind, MailKind::Reminder { .. } | MailKind::ActionPrompt { .. }) {
                mails.entry(mail.to.clone()).or_default().push((commit.at, mail));
            }
        }
    }
    mails
}

/// Fails if somebody is told twice within a minute.
fn assert_once(case: &Case, what: &str) {
    for (to, mails) in by_person(case) {
        for pair in mails.windows(2) {
            let apart = pair[1].0 - pair[0].0;
            assert!(apart > TimeDelta::minutes(1), "{what}: {to:?} {apart}: {pair:#?}");
        }
    }
}

/// Records everything that starts a deadline of the contact, each some seconds after the one before.
fn start_everything(case: &mut Case, apart: TimeDelta) {
    case.now += apart;
    case.staff(StaffCommand::HandOver { team: case.contact.team.clone() }).unwrap();
    let facts = case.contact.facts();
    let standards = case.organisation.standards().filter(|s| s.applies_to(&facts));
    let starts: BTreeSet<Milestone> = standards.flat_map(|s| s.starts.clone()).collect();
    for milestone in starts {
        if milestone.is_recorded_by_staff() && !milestone.is_agreed_time() {
            case.now += apart;
            case.record_milestone(milestone.as_str());
        }
    }
}

fn let_days_pass(case: &mut Case, days: i64) {
    let until = case.now + TimeDelta::days(days);
    while let Some(at) = case.contact.next_timer_at().filter(|at| *at <= until) {
        case.now = case.now.max(at);
        case.execute(Command::System(SystemCommand::FireTimers)).unwrap();
    }
}

#[test]
fn nobody_is_reminded_of_a_contact_twice_within_a_minute() {
    for id in built_in_organisations() {
        let mut organisation = with_one_person(id);
        for category in organisation.known_categories() {
            for channel in Channel::ALL {
                for (priority, apart) in [(Priority::Normal, 2), (Priority::Emergency, 7)] {
                    let mut case = Case::of(
                        organisation,
                        "customer-services",
                        channel.as_str(),
                        "general",
                        "2026-06-04T15:59:53",
                    );
                    let apart = TimeDelta::seconds(apart);
                    if category.as_str() != "general" || priority != Priority::Normal {
                        case.now += apart;
                        case.triage(category.as_str(), priority.as_str());
                    }
                    start_everything(&mut case, apart);
                    let_days_pass(&mut case, 40);
                    assert_once(&case, &format!("{id}, {category}, {channel}, {priority}"));
                    organisation = case.organisation;
                }
            }
        }
    }
}
