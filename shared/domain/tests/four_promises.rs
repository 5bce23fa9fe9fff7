//! Promises of other landlords, which a pack has to be able to say without any code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::deadline::{Deadline, ExtensionGiven};
use domain::explain::Explanation;
use domain::library::{built_in_organisation, load_built_in_bank_holidays};
use domain::organisation::Organisation;
use domain::standards::{Category, Channel, Facts, Milestone, Pack, Priority, Receipt};
use domain::time::{instant, local};
use domain::wording::account_line;

const PACK: &str = include_str!("fixtures/four-promises.toml");

fn organisation() -> Organisation {
    let text = built_in_organisation("westkent").unwrap();
    let packs = ["four-promises".to_owned()];
    let holidays = load_built_in_bank_holidays().unwrap();
    let pack =
        |id: &str| (id == "four-promises").then(|| ("four-promises.toml".into(), PACK.into()));
    Organisation::parse_with_packs("westkent.toml", text, holidays, &packs, pack).unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%a %-d %b %Y %H:%M").unwrap()
}

#[test]
fn the_examples_come_out_as_written() {
    let organisation = organisation();
    let pack = Pack::parse("four-promises.toml", PACK).unwrap();
    assert_eq!(pack.examples.len(), 9);
    for example in &pack.examples {
        let rule = pack.due_rule(&example.standard).unwrap();
        let start = instant(organisation.zone(), example.start);
        let (_, derivation) = rule.derive(&organisation, start).unwrap();
        assert_eq!(
            derivation.due_at().naive_local(),
            example.due,
            "line {}: {}",
            example.line,
            account_line(&derivation)
        );
    }
}

#[test]
fn a_message_to_a_closed_office_says_when_it_opens_again() {
    let organisation = organisation();
    let rule = organisation.packs()[0].due_rule("reopening").unwrap();
    let start = instant(organisation.zone(), time("Fri 5 Jun 2026 18:00"));
    let (_, derivation) = rule.derive(&organisation, start).unwrap();
    assert_eq!(
        account_line(&derivation),
        "received Fri 5 Jun 2026 18:00; after closing at 16:45, so it counts as received Mon 8 Jun \
         2026; 4 office hours later; due Mon 8 Jun 2026 12:45"
    );
}

/// The standards that bind a contact by a channel, with their dates, the earliest first.
fn bound(channel: Channel) -> Vec<(String, NaiveDateTime, bool)> {
    let organisation = organisation();
    let category = Category::default();
    let facts = Facts {
        triaged: false,
        channel,
        category: &category,
        priority: Priority::Normal,
        team: "customer-services",
        stage: 1,
        direct: false,
        received: Receipt::WhenOpen,
    };
    let received = instant(organisation.zone(), time("Mon 1 Jun 2026 10:00"));
    let explanation = Explanation::of(&organisation, &facts, received).unwrap();
    let deadlines = explanation.deadlines.into_iter();
    deadlines.map(|d| (d.standard.to_string(), d.due_at.naive_local(), d.internal)).collect()
}

#[test]
fn the_target_stands_beside_the_promise_and_only_the_promise_can_be_broken() {
    assert_eq!(
        bound(Channel::Letter),
        [
            ("where-possible".into(), time("Thu 4 Jun 2026 17:15"), true),
            ("letter-or-email".into(), time("Thu 4 Jun 2026 17:15"), false),
            ("no-later-than".into(), time("Mon 8 Jun 2026 17:15"), false),
        ]
    );
}

#[test]
fn each_channel_has_its_own_time() {
    let message = ("message".into(), time("Tue 2 Jun 2026 17:15"), false);
    assert_eq!(bound(Channel::Phone), [message]);
    let email = ("letter-or-email".into(), time("Thu 4 Jun 2026 17:15"), false);
    assert_eq!(bound(Channel::Email), [email]);
}

#[test]
fn five_days_are_ten_from_the_same_start_once_the_customer_was_told() {
    let organisation = organisation();
    let standard = organisation.standard(&"or-ten".into()).unwrap();
    let zone = organisation.zone();
    let start = instant(zone, time("Mon 1 Jun 2026 10:00"));
    let due = |extended: Option<ExtensionGiven>| {
        let mut clock = Deadline::start(standard, 1, start, &organisation).unwrap();
        clock.extensions = extended.into_iter().collect();
        clock.count(standard, &organisation).unwrap();
        let derivation = clock.derivation(&organisation).unwrap();
        assert_eq!(derivation.due_at(), clock.due_at);
        local(zone, clock.due_at)
    };
    let at: DateTime<Utc> = instant(zone, time("Fri 5 Jun 2026 15:00"));
    assert_eq!(standard.extension.as_ref().unwrap().on, Milestone::DelayNoticeSent);
    assert_eq!(due(None), time("Mon 8 Jun 2026 17:15"));
    assert_eq!(due(Some(ExtensionGiven { at, until: None })), time("Mon 15 Jun 2026 17:15"));
    // A date that was told holds, where it is earlier than what is allowed.
    let until = Some(time("Thu 11 Jun 2026 00:00").date());
    assert_eq!(due(Some(ExtensionGiven { at, until })), time("Thu 11 Jun 2026 17:15"));
}
