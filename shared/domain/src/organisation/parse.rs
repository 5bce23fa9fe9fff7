//! From an organisation's file to an organisation.

use std::borrow::Cow;

use super::calendars::Calendars;
use super::file::{OrganisationFile, PersonFile, TeamFile};
use super::{CategoryChoice, Organisation, Person, PersonId, Role, Team, TeamId, validator};
use crate::calendar::BankHolidays;
use crate::standards::Standard;
use crate::toml_file::{Located, Problems, Source, Validator, read};

/// Reads an organisation's file. `packs` replaces the list of packs in the file.
pub(super) fn parse<'a>(
    file: &str,
    text: &str,
    mut holidays: BankHolidays,
    packs: Option<&[String]>,
    find_pack: impl Fn(&str) -> Option<(String, Cow<'a, str>)>,
) -> Result<Organisation, Problems> {
    let source = Source { file, text };
    let mut written: OrganisationFile = read(source)?;
    let own_packs = packs.is_none();
    if let Some(packs) = packs {
        let at = written.packs.first().map(Located::span).unwrap_or_default();
        written.packs = packs.iter().map(|id| Located::new(at.clone(), id.clone())).collect();
    }
    let mut check = Validator::new(source);
    let zone = validator::time_zone(&mut check, &written.time_zone);
    let hours = validator::office_hours(&mut check, &written.office_hours);
    let closures = validator::closures(&mut check, &written.closure);
    let nation = written.nation;
    validator::bank_holidays(&mut check, &written.bank_holiday, nation, &mut holidays);
    validator::teams_and_people(&mut check, &written);
    let mut words = validator::own_words(&mut check, &written);
    let packs = validator::packs(&mut check, &written.packs, nation, &words, own_packs, find_pack);
    for pack in &packs {
        words.extend(&pack.words);
    }
    if own_packs {
        validator::confirmed(&mut check, &written.confirmed, &packs);
    }
    validator::reference_prefix(&mut check, &written.reference_prefix);
    check.finish()?;

    let people = written.person.iter().map(|person| {
        let person = Person {
            id: PersonId(person.id.get_ref().clone()),
            name: person.name.clone(),
            email: person.email.get_ref().clone(),
            team: TeamId(person.team.get_ref().clone()),
            role: role(&written.team, person),
        };
        (person.id.clone(), person)
    });
    Ok(Organisation {
        people: people.collect(),
        id: written.id,
        name: written.name,
        prefix: written.reference_prefix.into_inner(),
        opening_hours: written.opening_hours,
        emergency_phone: written.emergency_phone,
        phone: written.phone,
        website: written.website,
        nation,
        confirmed: written.confirmed.into_iter().map(Located::into_inner).collect(),
        categories: written
            .category
            .into_iter()
            .map(|category| CategoryChoice {
                id: category.id,
                label: category.label,
                team: category.team.map(|team| TeamId(team.into_inner())),
            })
            .collect(),
        acknowledgements_per_sender_per_day: written.acknowledgements_per_sender_per_day,
        words,
        on_call: written.on_call.map(person_id),
        teams: written.team.into_iter().map(team).collect(),
        packs,
        told_date: Standard::told_date(),
        // Without office hours the check has failed already.
        calendars: Calendars::new(zone, nation, hours.unwrap_or_default(), closures, holidays),
    })
}

fn team(written: TeamFile) -> Team {
    Team {
        id: TeamId(written.id.into_inner()),
        name: written.name,
        mailboxes: written.mailboxes.into_iter().map(Located::into_inner).collect(),
        duty: person_id(written.duty_person),
        lead: person_id(written.lead),
        manager: person_id(written.manager),
        notify_new: written.notify_new_contacts,
    }
}

/// Returns the role that the file gives a person, or the one that follows from their place in a team.
fn role(teams: &[TeamFile], person: &PersonFile) -> Role {
    let leads = |team: &TeamFile| {
        [&team.lead, &team.manager].map(Located::get_ref).contains(&person.id.get_ref())
    };
    match &person.role {
        Some(role) => *role.get_ref(),
        None if teams.iter().any(leads) => Role::Manager,
        None => Role::Staff,
    }
}

fn person_id(id: Located<String>) -> PersonId {
    PersonId(id.into_inner())
}
