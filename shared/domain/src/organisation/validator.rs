//! Checks of an organisation's file that its form cannot express: names that must exist, addresses that
//! belong to one owner, hours and dates that make sense.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::Datelike as _;
use chrono_tz::Tz;

use super::Role;
use super::file::{
    BankHolidayFile, ClosureFile, OfficeHoursFile, OrganisationFile, PersonFile, TeamFile,
};
use crate::calendar::{BankHolidays, Closure, Nation, OfficeHours};
use crate::email_address::is_email_address;
use crate::standards::{OwnWords, Pack, check_named};
use crate::toml_file::{Located, Validator};

/// Finds the time zone by its name. After a problem it is London's, so that checking can go on.
pub(super) fn time_zone(check: &mut Validator<'_>, name: &Located<String>) -> Tz {
    name.get_ref().parse().unwrap_or_else(|_| {
        let message = format!(
            "`{}` is not a time zone. Write its name, such as Europe/London",
            name.get_ref()
        );
        check.report(&name.span(), "time_zone", message);
        Tz::Europe__London
    })
}

pub(super) fn office_hours(
    check: &mut Validator<'_>,
    written: &Located<OfficeHoursFile>,
) -> Option<OfficeHours> {
    let h = written.get_ref();
    let week =
        [&h.monday, &h.tuesday, &h.wednesday, &h.thursday, &h.friday, &h.saturday, &h.sunday];
    OfficeHours::new(week.map(String::as_str))
        .map_err(|error| check.report(&written.span(), "office_hours", error.to_string()))
        .ok()
}

pub(super) fn closures(check: &mut Validator<'_>, written: &[ClosureFile]) -> Vec<Closure> {
    let mut closures = Vec::new();
    for closure in written {
        let (from, to) = (closure.from.0, closure.to.get_ref().0);
        if to < from || (to - from).num_days() > 366 {
            let message = format!(
                "the closure from {from} to {to} is empty or longer than a year. Correct one of the dates"
            );
            check.report(&closure.to.span(), "closure.to", message);
        } else {
            closures.push(Closure { from, to, name: closure.name.clone() });
        }
    }
    closures
}

pub(super) fn bank_holidays(
    check: &mut Validator<'_>,
    written: &[BankHolidayFile],
    nation: Nation,
    holidays: &mut BankHolidays,
) {
    for day in written {
        let date = day.date.get_ref().0;
        let (first, last) = (holidays.first_year, holidays.last_year);
        if (first..=last).contains(&date.year()) {
            holidays.add(day.nation.unwrap_or(nation), date, &day.name);
        } else {
            let message = format!(
                "{date} is outside the years that the list covers, {first} to {last}. Correct it"
            );
            check.report(&day.date.span(), "bank_holiday.date", message);
        }
    }
}

pub(super) fn reference_prefix(check: &mut Validator<'_>, prefix: &Located<String>) {
    let text = prefix.get_ref();
    if !(1..=6).contains(&text.len()) || !text.chars().all(|c| c.is_ascii_uppercase()) {
        let message =
            format!("`{text}` is not a prefix. Use one to six capital letters, such as WK");
        check.report(&prefix.span(), "reference_prefix", message);
    }
}

/// Checks that every name refers to a team or person of the file, and that every address belongs to
/// one of them alone.
pub(super) fn teams_and_people(check: &mut Validator<'_>, written: &OrganisationFile) {
    let teams: Vec<&str> = written.team.iter().map(|t| t.id.get_ref().as_str()).collect();
    let people: Vec<&str> = written.person.iter().map(|p| p.id.get_ref().as_str()).collect();
    if teams.is_empty() {
        check.report(&(0..0), "team", "is empty. Add at least one team, under [[team]]");
    }
    for team in &written.team {
        for (key, id) in
            [("duty_person", &team.duty_person), ("lead", &team.lead), ("manager", &team.manager)]
        {
            check.known(id, &format!("team.{key}"), "person", &people);
        }
        if team.mailboxes.is_empty() {
            let message = "is empty. Add at least the address that messages to customers come from";
            check.report(&team.id.span(), "team.mailboxes", message);
        }
    }
    if let Some(on_call) = &written.on_call {
        check.known(on_call, "on_call", "person", &people);
    }
    for person in &written.person {
        check.known(&person.team, "person.team", "team", &teams);
        readers_are_not_responsible(check, person, &written.team);
    }
    for team in written.category.iter().filter_map(|category| category.team.as_ref()) {
        check.known(team, "category.team", "team", &teams);
    }
    check.unique(written.team.iter().map(|team| located(&team.id)), "team.id", "id");
    check.unique(written.person.iter().map(|person| located(&person.id)), "person.id", "id");
    addresses(check, written);
}

fn addresses(check: &mut Validator<'_>, written: &OrganisationFile) {
    let mailboxes = written.team.iter().flat_map(|team| &team.mailboxes);
    let addresses = mailboxes.chain(written.person.iter().map(|person| &person.email));
    for address in addresses.clone() {
        // A `+` begins the tag that tells which contact a reply belongs to.
        if !is_email_address(address.get_ref()) || address.get_ref().contains('+') {
            let message =
                format!("`{}` is not an email address without a `+` tag", address.get_ref());
            check.report(&address.span(), "address", message);
        }
    }
    check.unique(addresses.map(located), "address", "address");
}

/// Reports a reader who is a duty person, lead or manager: whoever is notified has to be able to act.
fn readers_are_not_responsible(check: &mut Validator<'_>, person: &PersonFile, teams: &[TeamFile]) {
    let Some(role) = person.role.as_ref().filter(|role| *role.get_ref() == Role::Reader) else {
        return;
    };
    let id = person.id.get_ref();
    let is_notified = |team: &&TeamFile| {
        [&team.duty_person, &team.lead, &team.manager].iter().any(|person| person.get_ref() == id)
    };
    if let Some(team) = teams.iter().find(is_notified) {
        let message = format!(
            "`{id}` is a reader, who cannot act, and is the duty person, lead or manager of `{}`. Change \
             the role, or name somebody else in the team",
            team.id.get_ref()
        );
        check.report(&role.span(), "person.role", message);
    }
}

/// Checks the channels and milestones that the file names, and returns them.
pub(super) fn own_words(check: &mut Validator<'_>, written: &OrganisationFile) -> OwnWords {
    check_named(check, &written.channel, &written.milestone);
    let mut words = OwnWords::default();
    words.add(&written.channel, &written.milestone);
    words
}

/// Reads the packs that the file names. Their own problems are reported with those of the file.
pub(super) fn packs<'a>(
    check: &mut Validator<'_>,
    written: &[Located<String>],
    nation: Nation,
    words: &OwnWords,
    ids_only: bool,
    find: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
) -> Vec<Pack> {
    let mut packs: Vec<Pack> = Vec::new();
    for id in written {
        if ids_only && !is_pack_id(id.get_ref()) {
            let message = format!(
                "`{}` is not the id of a pack. Write the name of its file without a folder and without \
                 .toml",
                id.get_ref()
            );
            check.report(&id.span(), "packs", message);
            continue;
        }
        let Some((file, text)) = find(id.get_ref()) else {
            let message = format!(
                "there is no pack `{0}`. Put {0}.toml beside this file, or write the id of a pack that \
                 comes with Kept",
                id.get_ref()
            );
            check.report(&id.span(), "packs", message);
            continue;
        };
        match Pack::parse_with(&file, &text, words) {
            Ok(pack) => {
                if !pack.binds_in(nation) {
                    let bound: Vec<_> = pack.nations.iter().map(|nation| nation.name()).collect();
                    let message = format!(
                        "`{}` binds landlords in {}, and this organisation is in {}. Remove it from the \
                         list, or correct `nation`",
                        pack.id,
                        bound.join(" and "),
                        nation.name()
                    );
                    check.report(&id.span(), "packs", message);
                }
                packs.push(pack);
            }
            Err(problems) => check.add(problems),
        }
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for pack in &packs {
        for standard in &pack.standards {
            if let Some(other) = seen.insert(standard.id.as_str(), &pack.id) {
                let at = written.first().map(Located::span).unwrap_or_default();
                let message = format!(
                    "the standard `{}` is in two packs, `{other}` and `{}`. Rename one of them",
                    standard.id, pack.id
                );
                check.report(&at, "packs", message);
            }
        }
    }
    packs
}

/// Checks that everything the organisation confirms is in one of its packs.
pub(super) fn confirmed(check: &mut Validator<'_>, written: &[Located<String>], packs: &[Pack]) {
    let all = packs.iter().flat_map(|pack| {
        pack.unconfirmed.iter().map(move |(row, _)| format!("{}/{}", pack.id, row.id))
    });
    let known: Vec<String> = all.collect();
    for name in written.iter().filter(|name| !known.contains(name.get_ref())) {
        let message = format!(
            "`{}` is not something that a pack of this organisation leaves unconfirmed. {}",
            name.get_ref(),
            match known.as_slice() {
                [] => "Remove it".to_owned(),
                known => format!("Choose from: {}", known.join(", ")),
            }
        );
        check.report(&name.span(), "confirmed", message);
    }
}

fn located(name: &Located<String>) -> (std::ops::Range<usize>, &str) {
    (name.span(), name.get_ref())
}

/// Returns true for the id of a pack, which is also the name of its file. A name with a folder in it could
/// make Kept read any file of the machine.
fn is_pack_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
