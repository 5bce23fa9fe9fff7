//! Mistakes in an organisation's file, each with the message that its author reads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::calendar::{BankHolidays, Nation};
use domain::organisation::{AddressOwner, Organisation};

const FILE: &str = "\
id = 'acorn'
name = 'Acorn Homes'
reference_prefix = 'AH'
packs = []
time_zone = 'Europe/London'
nation = 'scotland'
phone = '01632 960 301'
emergency_phone = '01632 960 302'
opening_hours = 'Monday to Friday 9am to 5pm'
on_call = 'amir.aziz'

[office_hours]
monday = '09:00-17:00'

[[closure]]
from = 2026-12-29
to = 2026-12-31
name = 'Christmas closure'

[[bank_holiday]]
date = 2026-06-15
name = 'A day to celebrate'

[[category]]
id = 'repair'
label = 'A repair'
team = 'repairs'

[[team]]
id = 'repairs'
name = 'Repairs'
mailboxes = ['repairs@acorn.example', 'help@acorn.example']
duty_person = 'jo.bell'
lead = 'amir.aziz'
manager = 'ruth.lane'

[[person]]
id = 'jo.bell'
name = 'Jo Bell'
email = 'jo.bell@acorn.example'
team = 'repairs'

[[person]]
id = 'amir.aziz'
name = 'Amir Aziz'
email = 'amir.aziz@acorn.example'
team = 'repairs'

[[person]]
id = 'ruth.lane'
name = 'Ruth Lane'
email = 'ruth.lane@acorn.example'
team = 'repairs'
";

fn parse(text: &str) -> Result<Organisation, Vec<String>> {
    let holidays = BankHolidays::parse(
        "bank-holidays.toml",
        "version = '1'\nfirst_year = 2026\nlast_year = 2027\n\
         [england-and-wales]\n[scotland]\n[northern-ireland]",
    );
    Organisation::parse("acorn.toml", text, holidays.unwrap(), |_| None).map_err(|problems| {
        problems.0.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
    })
}

#[test]
fn every_mistake_has_its_key_and_a_way_to_put_it_right() {
    for (part, other, expected) in [
        (
            "prefix = 'AH'",
            "prefix = 'ah'",
            "reference_prefix: `ah` is not a prefix. Use one to six",
        ),
        ("packs = []", "packs = ['owl']", "packs: there is no pack `owl`. Put owl.toml beside"),
        ("Europe/London", "London", "time_zone: `London` is not a time zone. Write its name, such"),
        ("09:00-17:00", "9 till 5", "office_hours: `9 till 5` is not a period of office hours"),
        (
            "to = 2026-12-31",
            "to = 2026-12-28",
            "closure.to: the closure from 2026-12-29 to 2026-12-28 is empty or longer than a year",
        ),
        (
            "date = 2026-06-15",
            "date = 2028-06-15",
            "bank_holiday.date: 2028-06-15 is outside the years that the list covers, 2026 to 2027",
        ),
        (
            "on_call = 'amir.aziz'",
            "on_call = 'nobody'",
            "on_call: `nobody` is not a person. Choose from: jo.bell, amir.aziz, ruth.lane",
        ),
        ("lead = 'amir.aziz'", "lead = 'nobody'", "team.lead: `nobody` is not a person. Choose"),
        (
            "label = 'A repair'\nteam = 'repairs'",
            "label = 'A repair'\nteam = 'owls'",
            "category.team: `owls` is not a team. Choose from: repairs",
        ),
        (
            "email = 'jo.bell@acorn.example'\nteam = 'repairs'",
            "email = 'jo.bell@acorn.example'\nteam = 'owls'",
            "person.team: `owls` is not a team",
        ),
        (
            "['repairs@acorn.example', 'help@acorn.example']",
            "[]",
            "team.mailboxes: is empty. Add at least the address that messages to customers come from",
        ),
        (
            "email = 'ruth.lane@acorn.example'",
            "email = 'Jo.Bell@acorn.example'",
            "address: the address `Jo.Bell@acorn.example` is used twice. Use each once",
        ),
        (
            "help@acorn.example",
            "help+us@acorn.example",
            "address: `help+us@acorn.example` is not an email address without a `+` tag",
        ),
        (
            "id = 'ruth.lane'",
            "id = 'ruth.lane'\nrole = 'reader'",
            "person.role: `ruth.lane` is a reader, who cannot act, and is the duty person, lead or \
             manager of `repairs`",
        ),
        ("nation = 'scotland'", "nation = 'owl'", "nation: unknown variant `owl`"),
    ] {
        assert!(FILE.contains(part), "{part}");
        let found = parse(&FILE.replacen(part, other, 1)).unwrap_err();
        assert_eq!(found.len(), 1, "{other}: {found:#?}");
        assert!(found[0].contains(expected), "{found:#?} lacks {expected}");
    }
}

#[test]
fn an_address_belongs_to_a_team_or_a_person_whatever_its_case_and_tag() {
    let acorn = parse(FILE).unwrap();
    let owner = |address| match acorn.address_owner(address) {
        Some(AddressOwner::Team(team)) => team.id.as_str(),
        Some(AddressOwner::Person(person)) => person.id.as_str(),
        None => "nobody",
    };
    assert_eq!(owner("Help+ah-1@Acorn.example"), "repairs");
    assert_eq!(owner("jo.bell+x@acorn.example"), "jo.bell");
    assert_eq!(owner("jo.bell@tenant.example"), "nobody");
}

#[test]
fn a_bank_holiday_of_the_file_is_one_of_the_organisations_nation() {
    let acorn = parse(FILE).unwrap();
    let day = "2026-06-15".parse().unwrap();
    assert!(acorn.bank_holidays().of(Nation::Scotland).contains_key(&day));
    assert!(acorn.bank_holidays().of(Nation::EnglandAndWales).is_empty());
    let calendar = acorn.own_calendar();
    assert!(!calendar.is_working(calendar.day_on(day).unwrap()));
}
