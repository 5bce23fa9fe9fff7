//! Deadlines that were worked out independently of this code, to the second.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, FixedOffset};
use domain::standards::load_built_in;

const WORKED: &str = include_str!("fixtures/worked-deadlines.csv");

struct Row<'a> {
    case: &'a str,
    organisation: &'a str,
    standard: &'a str,
    started_at: DateTime<FixedOffset>,
    due_at: DateTime<FixedOffset>,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    WORKED.lines().skip(1).map(|line| {
        let cell: Vec<&str> = line.splitn(7, ',').collect();
        let time = |i: usize| DateTime::parse_from_rfc3339(cell[i]).unwrap();
        Row {
            case: cell[0],
            organisation: cell[1],
            standard: cell[3],
            started_at: time(4),
            due_at: time(5),
        }
    })
}

#[test]
fn every_worked_deadline_comes_out_to_the_second_and_its_derivation_leads_to_it() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for row in rows() {
        let organisation = load_built_in(row.organisation).unwrap();
        let arm = organisation.standards().flat_map(|s| &s.arms).find(|arm| arm.id == row.standard);
        let arm = arm.unwrap_or_else(|| panic!("{}: no standard {}", row.case, row.standard));
        let calendar = organisation.calendar(arm.counting.calendar);
        let derivation = arm.counting.derive(calendar, row.started_at.timestamp()).unwrap();
        let due = arm.counting.due(calendar, row.started_at.to_utc()).unwrap();
        assert_eq!(derivation.due_at(), due, "{}: the look-up and the derivation differ", row.case);
        if let Some(date) = derivation.recount() {
            assert_eq!(date, row.due_at.date_naive(), "{}: the steps lead elsewhere", row.case);
        }
        // The offset is part of the answer: local time on the day it is due.
        if derivation.due_at().to_rfc3339() != row.due_at.to_rfc3339() {
            wrong.push(format!("{}: {} is not {}", row.case, derivation.due_at(), row.due_at));
        }
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, WORKED.lines().count() - 1);
}

#[test]
fn every_example_in_every_built_in_pack_comes_out_as_written() {
    use domain::standards::{Pack, built_in_pack, built_in_packs};
    use domain::time::instant;

    for id in built_in_packs() {
        let pack = Pack::parse(id, built_in_pack(id).unwrap()).unwrap();
        assert!(!pack.examples.is_empty(), "{id} has no worked examples");
        for example in &pack.examples {
            let organisation = load_built_in(&example.organisation).unwrap();
            let arm = pack
                .standards
                .iter()
                .flat_map(|s| &s.arms)
                .find(|arm| arm.id == example.standard)
                .unwrap();
            let calendar = organisation.calendar(arm.counting.calendar);
            let start = instant(organisation.zone(), example.start);
            let due = arm.counting.due(calendar, start).unwrap();
            let due = due.with_timezone(&organisation.zone()).naive_local();
            assert_eq!(
                due, example.due,
                "{id}.toml:{}: {} from {}",
                example.line, example.standard, example.start
            );
        }
    }
}
