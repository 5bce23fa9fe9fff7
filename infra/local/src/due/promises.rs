//! What rows name, each looked up once.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::deadline::Derivation;
use domain::organisation::Organisation;
use domain::standards::{
    Clock, Pack, Within, built_in_organisation, built_in_organisations, built_in_packs,
    load_built_in,
};
use domain::time::short_date;

use crate::cli::{Failure, Shared};
use crate::explain::parse_time;

/// What a row asks for.
pub(super) struct Ask<'r> {
    pub(super) organisation: &'r str,
    pub(super) pack: &'r str,
    pub(super) standard: &'r str,
    pub(super) started_at: &'r str,
    /// When, for what is due at an agreed time; may be empty.
    pub(super) agreed_at: &'r str,
}

/// Why a row could not be worked out.
pub(super) struct Bad {
    pub(super) column: &'static str,
    pub(super) message: String,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column, self.message)
    }
}

/// What stands in `due_at` where a promise does not bind, so that there is no date.
const NONE: &str = "NONE";

/// Organisations, packs and clocks, kept once they were asked for. There are as many as there are
/// files, however long the batch.
pub(super) struct Promises<'s> {
    shared: &'s Shared,
    organisations: HashMap<String, Arc<Organisation>>,
    packs: HashMap<String, Result<Pack, String>>,
    clocks: HashMap<String, (Arc<Organisation>, Clock)>,
    /// The key under which a clock is kept; one allocation for all rows.
    key: String,
}

impl<'s> Promises<'s> {
    pub(super) fn new(shared: &'s Shared) -> Result<Self, Failure> {
        let mut all = Self {
            shared,
            organisations: HashMap::new(),
            packs: HashMap::new(),
            clocks: HashMap::new(),
            key: String::new(),
        };
        if built_in_organisation(&shared.organisation).is_none() {
            let own = shared.organisation(&[])?;
            all.organisations.insert(own.id.clone(), own);
        }
        Ok(all)
    }

    /// `due_at` and `why` of a row.
    pub(super) fn due(&mut self, ask: &Ask<'_>) -> Result<(String, String), Bad> {
        self.key.clear();
        for part in [ask.organisation, "\0", ask.pack, "\0", ask.standard] {
            self.key.push_str(part);
        }
        if !self.clocks.contains_key(&self.key) {
            let found = (self.organisation(ask.organisation)?, self.clock(ask.pack, ask.standard)?);
            self.clocks.insert(self.key.clone(), found);
        }
        match self.clocks.get(&self.key) {
            Some((organisation, clock)) => answer(organisation, clock, ask),
            // Unreachable: it was put there just now.
            None => Err(Bad { column: "standard", message: "could not be looked up".into() }),
        }
    }

    fn organisation(&mut self, id: &str) -> Result<Arc<Organisation>, Bad> {
        if let Some(known) = self.organisations.get(id) {
            return Ok(known.clone());
        }
        let bad = |message| Bad { column: "organisation", message };
        if built_in_organisation(id).is_none() {
            let mut known: Vec<String> = self.organisations.keys().cloned().collect();
            known.extend(built_in_organisations().map(str::to_owned));
            known.sort_unstable();
            known.dedup();
            return Err(bad(format!(
                "`{id}` is not an organisation; there are: {}; give your own with --organisation FILE",
                known.join(", ")
            )));
        }
        let organisation = Arc::new(load_built_in(id).map_err(|e| bad(e.to_string()))?);
        self.organisations.insert(id.to_owned(), organisation.clone());
        Ok(organisation)
    }

    fn clock(&mut self, pack: &str, id: &str) -> Result<Clock, Bad> {
        let bad = |column, message| Bad { column, message };
        if !self.packs.contains_key(pack) {
            let read = self.read_pack(pack).ok_or_else(|| {
                let known: Vec<_> = built_in_packs().collect();
                bad("pack", format!("there is no pack `{pack}`; there are: {}", known.join(", ")))
            })?;
            self.packs.insert(pack.to_owned(), read);
        }
        let pack = match self.packs.get(pack) {
            Some(Ok(pack)) => pack,
            Some(Err(message)) => return Err(bad("pack", message.clone())),
            // Unreachable: it was put there just now.
            None => return Err(bad("pack", format!("there is no pack `{pack}`"))),
        };
        pack.clock(id).ok_or_else(|| {
            let known: Vec<_> = pack.clocks().collect();
            let message = format!(
                "`{id}` is not a standard with a time in pack `{}`; there are: {}",
                pack.id,
                known.join(", ")
            );
            bad("standard", message)
        })
    }

    fn read_pack(&self, id: &str) -> Option<Result<Pack, String>> {
        // A row is no place from which to name any file of the machine.
        if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return None;
        }
        // Without a path in its name, a pack is there or is not.
        let (file, text) = self.shared.pack_file(id).ok().flatten()?;
        Some(Pack::parse(&file, &text).map_err(|problems| problems.to_string()))
    }
}

fn answer(
    organisation: &Organisation,
    clock: &Clock,
    ask: &Ask<'_>,
) -> Result<(String, String), Bad> {
    let started_at = time(organisation, "started_at", ask.started_at)?;
    if !clock.in_force(organisation, started_at) {
        return Ok((NONE.into(), not_in_force(clock)));
    }
    if clock.options.iter().all(|(_, counting)| counting.within == Within::AgreedTime) {
        return agreed(organisation, clock, ask, started_at);
    }
    let (option, derivation) = derive(organisation, clock, "started_at", started_at)?;
    let mut why = derivation.one_line();
    if let Some(followed) = &clock.shares_due_with {
        why = format!("due with {followed}: {why}");
    } else if clock.options.len() > 1 {
        why = format!("{option} is the last of {} ways: {why}", clock.options.len());
    }
    Ok((derivation.due_at().to_rfc3339(), why))
}

fn derive<'c>(
    organisation: &Organisation,
    clock: &'c Clock,
    column: &'static str,
    start: DateTime<Utc>,
) -> Result<(&'c str, Derivation), Bad> {
    clock.derive(organisation, start).map_err(|error| Bad { column, message: error.to_string() })
}

/// What is due at an agreed time is due then, whenever it was agreed.
fn agreed(
    organisation: &Organisation,
    clock: &Clock,
    ask: &Ask<'_>,
    started_at: DateTime<Utc>,
) -> Result<(String, String), Bad> {
    let (column, at, taken) = if ask.agreed_at.is_empty() {
        ("started_at", started_at, "; there is no agreed_at, so started_at is taken for it")
    } else {
        ("agreed_at", time(organisation, "agreed_at", ask.agreed_at)?, "")
    };
    let (_, derivation) = derive(organisation, clock, column, at)?;
    let due = derivation.account().pop().unwrap_or_default();
    Ok((derivation.due_at().to_rfc3339(), format!("{due}{taken}")))
}

fn not_in_force(clock: &Clock) -> String {
    let day = |date: Option<chrono::NaiveDate>| date.map(short_date);
    match (day(clock.effective_from), day(clock.effective_until)) {
        (Some(from), None) => format!("not in force at the start: it binds from {from}"),
        (None, Some(until)) => format!("not in force at the start: it bound until {until}"),
        (Some(from), Some(until)) => {
            format!("not in force at the start: it binds from {from} to {until}")
        }
        (None, None) => "not in force at the start".into(),
    }
}

fn time(
    organisation: &Organisation,
    column: &'static str,
    text: &str,
) -> Result<DateTime<Utc>, Bad> {
    parse_time(organisation, text).ok_or_else(|| Bad {
        column,
        message: format!(
            "`{text}` is not a time; write 2026-05-01T16:50:00+01:00, or 2026-05-01T16:50 for the \
             organisation's local time"
        ),
    })
}
