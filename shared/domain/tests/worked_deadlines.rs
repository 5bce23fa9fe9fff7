//! Deadlines that were worked out independently of this code, to the second.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use domain::library::{built_in_organisations, built_in_pack, load_built_in};
use domain::standards::{Pack, Within};

/// 138 deadlines of every organisation. One independent engine worked them out, and a second checked
/// them. `agreed_at` is the agreed time, if the promise is due then.
const WORKED: &str = include_str!("fixtures/worked-deadlines.csv");

struct Row<'a> {
    case: &'a str,
    organisation: &'a str,
    pack: &'a str,
    standard: &'a str,
    started_at: DateTime<FixedOffset>,
    agreed_at: Option<DateTime<FixedOffset>>,
    due_at: &'a str,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    let mut lines = WORKED.lines();
    assert_eq!(lines.next(), Some("case,organisation,pack,standard,started_at,agreed_at,due_at"));
    lines.map(|line| {
        let cell: Vec<&str> = line.split(',').collect();
        let time = |text| DateTime::parse_from_rfc3339(text).unwrap();
        Row {
            case: cell[0],
            organisation: cell[1],
            pack: cell[2],
            standard: cell[3],
            started_at: time(cell[4]),
            agreed_at: (!cell[5].is_empty()).then(|| time(cell[5])),
            due_at: cell[6],
        }
    })
}

#[test]
fn every_worked_deadline_comes_out_to_the_second_and_its_derivation_leads_to_it() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut organisations = BTreeMap::new();
    let mut packs = BTreeMap::new();
    for row in rows() {
        let organisation = organisations
            .entry(row.organisation)
            .or_insert_with(|| load_built_in(row.organisation).unwrap());
        let pack = packs
            .entry(row.pack)
            .or_insert_with(|| Pack::parse(row.pack, built_in_pack(row.pack).unwrap()).unwrap());
        let rule = pack.due_rule(row.standard);
        let rule = rule.unwrap_or_else(|| panic!("{}: no standard {}", row.case, row.standard));
        let [(_, counting)] = rule.options.as_slice() else {
            panic!("{}: {} has several options", row.case, row.standard)
        };
        // A promise that is due at an agreed time starts then, too.
        let start = match (counting.within, row.agreed_at) {
            (Within::AgreedTime, Some(agreed_at)) => agreed_at.to_utc(),
            (_, None) => row.started_at.to_utc(),
            (within, Some(_)) => panic!("{}: {within} has no agreed time", row.case),
        };
        assert!(rule.in_force(organisation, start), "{}: not in force", row.case);
        let calendar = organisation.calendar(counting.calendar);
        let (_, derivation) = rule.derive(organisation, start).unwrap();
        let due = counting.due(calendar, start).unwrap();
        assert_eq!(derivation.due_at(), due, "{}: the look-up and the derivation differ", row.case);
        if let Some(date) = derivation.recount() {
            assert!(
                row.due_at.starts_with(&date.to_string()),
                "{}: the steps lead elsewhere, to {date}",
                row.case
            );
        }
        // The offset is part of the answer: local time on the day it is due.
        if derivation.due_at().to_rfc3339() != row.due_at {
            wrong.push(format!("{}: {} is not {}", row.case, derivation.due_at(), row.due_at));
        }
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, 138);
}

#[test]
fn every_example_in_every_built_in_pack_comes_out_as_written() {
    use domain::library::built_in_packs;
    use domain::time::instant;

    let mut organisations = BTreeMap::new();
    for id in built_in_packs() {
        let pack = Pack::parse(id, built_in_pack(id).unwrap()).unwrap();
        assert!(!pack.examples.is_empty(), "{id} has no worked examples");
        for example in &pack.examples {
            let organisation = organisations
                .entry(example.organisation.clone())
                .or_insert_with(|| load_built_in(&example.organisation).unwrap());
            let option = pack
                .standards
                .iter()
                .flat_map(|s| &s.options)
                .find(|option| option.id == example.standard)
                .unwrap();
            let calendar = organisation.calendar(option.counting.calendar);
            let start = instant(organisation.zone(), example.start);
            let due = option.counting.due(calendar, start).unwrap();
            let due = due.with_timezone(&organisation.zone()).naive_local();
            assert_eq!(
                due, example.due,
                "{id}.toml:{}: {} from {}",
                example.line, example.standard, example.start
            );
        }
    }
}

#[test]
fn no_two_standards_of_an_organisation_have_the_same_title() {
    for id in built_in_organisations() {
        let organisation = load_built_in(id).unwrap();
        let mut titles = BTreeSet::new();
        for standard in organisation.standards() {
            assert!(titles.insert(&standard.title), "{id}: {}", standard.title);
        }
    }
}
