//! Mistakes in an organisation's file, each with the message that its author reads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::calendar::{BankHolidays, Nation};
use domain::explain::Explanation;
use domain::library::{built_in_pack_file, load_built_in_bank_holidays};
use domain::organisation::{AddressOwner, Organisation};
use domain::standards::{Category, Channel, Facts, Priority, Receipt};

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

/// The organisation with the packs that come with Kept.
fn parse_with_packs(text: &str) -> Result<Organisation, Vec<String>> {
    let holidays = load_built_in_bank_holidays().unwrap();
    Organisation::parse("acorn.toml", text, holidays, built_in_pack_file).map_err(|problems| {
        problems.0.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
    })
}

#[test]
fn a_pack_that_does_not_bind_in_the_organisations_nation_is_a_mistake() {
    let northern = FILE.replace("'scotland'", "'northern-ireland'");
    let found = parse_with_packs(&northern.replace("packs = []", "packs = ['awaab-2025', 'foia']"));
    assert_eq!(
        found.unwrap_err(),
        ["packs: `awaab-2025` binds landlords in England and Wales, and this organisation is in \
          Northern Ireland. Remove it from the list, or correct `nation`"]
    );
}

#[test]
fn an_organisation_confirms_what_its_packs_leave_unconfirmed() {
    let english = FILE.replace("'scotland'", "'england-and-wales'");
    let with = |confirmed: &str| {
        let packs = format!("packs = ['awaab-2025']\nconfirmed = ['{confirmed}']");
        parse_with_packs(&english.replace("packs = []", &packs))
    };
    let acorn = with("awaab-2025/phase-2").unwrap();
    let [awaab] = acorn.packs() else { panic!("one pack") };
    assert!(awaab.unconfirmed_warnings("awaab-2025.toml", &acorn.confirmed).is_empty());
    let warnings = awaab.unconfirmed_warnings("awaab-2025.toml", &[]);
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].key, "unconfirmed.phase-2");
    assert!(warnings[0].message.contains("30 November 2026"), "{}", warnings[0].message);
    assert!(warnings[0].message.contains("confirmed = [\"awaab-2025/phase-2\"]"));
    let unknown = with("awaab-2025/phase-3").unwrap_err();
    assert!(unknown[0].ends_with("Choose from: awaab-2025/phase-2"), "{unknown:?}");
}

#[test]
fn an_explanation_says_what_is_not_confirmed_about_a_date() {
    let english = FILE
        .replace("'scotland'", "'england-and-wales'")
        .replace("packs = []", "packs = ['awaab-2025']");
    let explained = |file: &str, category: &str, received: &str| {
        let acorn = parse_with_packs(file).unwrap();
        let category: Category = category.parse().unwrap();
        let facts = Facts {
            channel: Channel::WebForm,
            category: &category,
            priority: Priority::Normal,
            triaged: true,
            team: "repairs",
            stage: 1,
            direct: false,
            received: Receipt::WhenOpen,
        };
        let explanation = Explanation::of(&acorn, &facts, received.parse().unwrap()).unwrap();
        explanation.deadlines.first().map(|deadline| deadline.unconfirmed.len())
    };
    assert_eq!(explained(&english, "falls", "2026-12-01T10:00:00Z"), Some(1));
    assert_eq!(explained(&english, "damp-and-mould", "2026-12-01T10:00:00Z"), Some(0));
    let confirmed = format!("confirmed = ['awaab-2025/phase-2']\n{english}");
    assert_eq!(explained(&confirmed, "falls", "2026-12-01T10:00:00Z"), Some(0));
}
