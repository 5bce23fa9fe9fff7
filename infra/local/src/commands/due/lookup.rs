//! The organisations, packs and standards that rows name. Each is loaded once, however long the batch.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::deadline::{Derivation, DueRule};
use domain::library::{
    built_in_organisation, built_in_organisations, built_in_packs, load_built_in,
};
use domain::organisation::Organisation;
use domain::standards::{Pack, Within};
use domain::wording::{account, account_line, short_date};

use crate::commands::local_time::parse_time;
use crate::context::Context;
use crate::failure::Failure;

/// The deadline that a row asks for, as text.
pub(super) struct DueRequest<'r> {
    pub(super) organisation: &'r str,
    pub(super) pack: &'r str,
    pub(super) standard: &'r str,
    pub(super) started_at: &'r str,
    /// The agreed time, for what is due at one; may be empty.
    pub(super) agreed_at: &'r str,
}

/// The reason why a row could not be worked out.
pub(super) struct RowError {
    pub(super) column: &'static str,
    pub(super) message: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column, self.message)
    }
}

/// The `due_at` of a promise that does not bind, so that there is no date.
const NONE: &str = "NONE";

/// Organisations, packs and standards, kept once a row has named them.
pub(super) struct Lookup<'c> {
    context: &'c Context,
    organisations: HashMap<String, Arc<Organisation>>,
    packs: HashMap<String, Result<Arc<Pack>, String>>,
    standards: HashMap<String, Arc<FoundStandard>>,
    /// The key into `standards`, whose allocation all rows share.
    key: String,
}

/// A standard of a pack, with the organisation whose calendar it counts by.
struct FoundStandard {
    organisation: Arc<Organisation>,
    rule: DueRule,
}

impl<'c> Lookup<'c> {
    /// # Errors
    /// Returns an error if the organisation has a file of its own and that cannot be loaded.
    pub(super) fn new(context: &'c Context) -> Result<Self, Failure> {
        let mut organisations = HashMap::new();
        if !context.is_built_in() {
            let own = context.organisation(&[])?;
            organisations.insert(own.id.clone(), own);
        }
        Ok(Self {
            context,
            organisations,
            packs: HashMap::new(),
            standards: HashMap::new(),
            key: String::new(),
        })
    }

    /// The `due_at` and the `why` of a row.
    ///
    /// # Errors
    /// Returns an error with the column that has to be corrected.
    pub(super) fn due(&mut self, request: &DueRequest<'_>) -> Result<(String, String), RowError> {
        self.key.clear();
        for part in [request.organisation, "\0", request.pack, "\0", request.standard] {
            self.key.push_str(part);
        }
        let found = match self.standards.get(&self.key) {
            Some(known) => Arc::clone(known),
            None => {
                let found = Arc::new(FoundStandard {
                    organisation: self.organisation(request.organisation)?,
                    rule: self.rule(request.pack, request.standard)?,
                });
                self.standards.insert(self.key.clone(), Arc::clone(&found));
                found
            }
        };
        found.due(request)
    }

    fn organisation(&mut self, id: &str) -> Result<Arc<Organisation>, RowError> {
        if let Some(known) = self.organisations.get(id) {
            return Ok(known.clone());
        }
        let error = |message| RowError { column: "organisation", message };
        if built_in_organisation(id).is_none() {
            let mut known: Vec<String> = self.organisations.keys().cloned().collect();
            known.extend(built_in_organisations().map(str::to_owned));
            known.sort_unstable();
            known.dedup();
            return Err(error(format!(
                "`{id}` is not an organisation; choose from: {}; or give your own with \
                 --organisation FILE",
                known.join(", ")
            )));
        }
        let organisation = Arc::new(load_built_in(id).map_err(|e| error(e.to_string()))?);
        self.organisations.insert(id.to_owned(), organisation.clone());
        Ok(organisation)
    }

    fn rule(&mut self, pack: &str, id: &str) -> Result<DueRule, RowError> {
        let pack = self.pack(pack)?;
        pack.due_rule(id).ok_or_else(|| {
            let known: Vec<_> = pack.due_rule_ids().collect();
            let message = format!(
                "`{id}` is not a standard with a time in pack `{}`; choose from: {}",
                pack.id,
                known.join(", ")
            );
            RowError { column: "standard", message }
        })
    }

    fn pack(&mut self, id: &str) -> Result<Arc<Pack>, RowError> {
        let read = match self.packs.get(id) {
            Some(known) => known.clone(),
            None => {
                let read = self.read_pack(id).ok_or_else(|| {
                    let known: Vec<_> = built_in_packs().collect();
                    let message =
                        format!("there is no pack `{id}`; choose from: {}", known.join(", "));
                    RowError { column: "pack", message }
                })?;
                self.packs.insert(id.to_owned(), read.clone());
                read
            }
        };
        read.map_err(|message| RowError { column: "pack", message })
    }

    fn read_pack(&self, id: &str) -> Option<Result<Arc<Pack>, String>> {
        // A row must not name an arbitrary file of the machine, so an id is plain.
        if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return None;
        }
        let (file, text) = self.context.pack_file(id).ok().flatten()?;
        let pack = Pack::parse(&file, &text).map(Arc::new);
        Some(pack.map_err(|problems| problems.to_string()))
    }
}

impl FoundStandard {
    fn due(&self, request: &DueRequest<'_>) -> Result<(String, String), RowError> {
        let started_at = self.time("started_at", request.started_at)?;
        let rule = &self.rule;
        if !rule.binds_in_nation_of(&self.organisation) {
            let bound: Vec<_> = rule.nations.iter().map(|nation| nation.name()).collect();
            let nation = self.organisation.nation.name();
            let why = format!("does not bind in {nation}, but in {}", bound.join(" and "));
            return Ok((NONE.into(), why));
        }
        if !rule.in_force(&self.organisation, started_at) {
            return Ok((NONE.into(), not_in_force(rule)));
        }
        if rule.options.iter().all(|(_, counting)| counting.within == Within::AgreedTime) {
            return self.due_at_agreed_time(request, started_at);
        }
        // Of several milestones that start a promise, the last one counts.
        let agreed = match request.agreed_at {
            "" => None,
            text => rule.from_agreed_time().map(|rule| Ok((rule, self.time("agreed_at", text)?))),
        };
        let agreed = agreed.transpose()?.filter(|(_, agreed_at)| *agreed_at > started_at);
        let (option, derivation) = match &agreed {
            Some((rule, agreed_at)) => self.derive(rule, "agreed_at", *agreed_at)?,
            None => self.derive(rule, "started_at", started_at)?,
        };
        let mut why = account_line(&derivation);
        if let Some(other) = &rule.shares_due_with {
            why = format!("due at the same time as {other}: {why}");
        } else if rule.options.len() > 1 {
            why = format!("{option} is the last of {} options: {why}", rule.options.len());
        }
        Ok((derivation.due_at().to_rfc3339(), why))
    }

    /// The agreed time is the due time, whenever it was agreed.
    fn due_at_agreed_time(
        &self,
        request: &DueRequest<'_>,
        started_at: DateTime<Utc>,
    ) -> Result<(String, String), RowError> {
        let (column, at, note) = if request.agreed_at.is_empty() {
            ("started_at", started_at, "; agreed_at is missing, so started_at was used")
        } else {
            ("agreed_at", self.time("agreed_at", request.agreed_at)?, "")
        };
        let (_, derivation) = self.derive(&self.rule, column, at)?;
        let due = account(&derivation).pop().unwrap_or_default();
        Ok((derivation.due_at().to_rfc3339(), format!("{due}{note}")))
    }

    fn derive<'r>(
        &self,
        rule: &'r DueRule,
        column: &'static str,
        start: DateTime<Utc>,
    ) -> Result<(&'r str, Derivation), RowError> {
        rule.derive(&self.organisation, start)
            .map_err(|error| RowError { column, message: error.to_string() })
    }

    fn time(&self, column: &'static str, text: &str) -> Result<DateTime<Utc>, RowError> {
        parse_time(&self.organisation, text).ok_or_else(|| RowError {
            column,
            message: format!(
                "`{text}` is not a time; write 2026-05-01T16:50:00+01:00, or 2026-05-01T16:50 for the \
                 organisation's local time"
            ),
        })
    }
}

fn not_in_force(rule: &DueRule) -> String {
    let day = |date: Option<NaiveDate>| date.map(short_date);
    match (day(rule.effective_from), day(rule.effective_until)) {
        (Some(from), None) => format!("not in force at the start: in force from {from}"),
        (None, Some(until)) => format!("not in force at the start: in force until {until}"),
        (Some(from), Some(until)) => {
            format!("not in force at the start: in force from {from} to {until}")
        }
        (None, None) => "not in force at the start".into(),
    }
}
