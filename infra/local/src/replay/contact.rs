//! A row of the table: a contact that was, and its promises under one version of the standards.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use csv::StringRecord;
use domain::calendar::OutsideCalendar;
use domain::deadline::Deadline;
use domain::organisation::Organisation;
use domain::standards::{
    Category, Channel, Facts, Milestone, OwedBy, Priority, ProvisionalStart, Recipient, Standard,
};

use crate::explain::parse_time;

const NEEDED: [&str; 6] = ["received_at", "channel", "category", "priority", "team", "answered_at"];

/// Where the columns are, and the words that may stand in them.
pub(super) struct Columns {
    needed: [usize; 6],
    stage: Option<usize>,
    direct: Option<usize>,
    count: usize,
    categories: Vec<Category>,
}

/// A contact that was.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) received_at: DateTime<Utc>,
    pub(super) channel: Channel,
    pub(super) category: Category,
    pub(super) priority: Priority,
    pub(super) team: String,
    pub(super) answered_at: Option<DateTime<Utc>>,
    stage: u8,
    direct: bool,
}

/// What one version of the standards made of it.
#[derive(Debug)]
pub(super) struct Under {
    /// The promises that an answer keeps, the earliest due first.
    pub(super) promises: Vec<Promise>,
    /// When somebody at the provider would have been reminded or told before it was answered.
    pub(super) reminders: BTreeSet<(DateTime<Utc>, Recipient)>,
}

/// A promise that an answer keeps.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub(super) standard: String,
    pub(super) due_at: DateTime<Utc>,
    /// A target of the provider's own: never reported as a broken promise.
    pub(super) internal: bool,
}

impl Columns {
    pub(super) fn find(headers: &StringRecord, sides: &[Organisation; 2]) -> Result<Self, String> {
        let at = |name: &str| headers.iter().position(|header| header == name);
        let missing: Vec<_> = NEEDED.into_iter().filter(|name| at(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(format!(
                "there is no column {}; the first line names at least {}",
                missing.join(", "),
                NEEDED.join(", ")
            ));
        }
        let mut categories: Vec<_> =
            sides.iter().flat_map(Organisation::known_categories).collect();
        categories.sort();
        categories.dedup();
        Ok(Self {
            needed: NEEDED.map(|name| at(name).unwrap_or_default()),
            stage: at("stage"),
            direct: at("direct"),
            count: headers.len(),
            categories,
        })
    }

    /// Reads a row, or says what is wrong with it.
    pub(super) fn row(
        &self,
        record: &StringRecord,
        line: u64,
        sides: &[Organisation; 2],
    ) -> Result<Row, String> {
        if record.len() != self.count {
            return Err(format!(
                "has {} cells, and the first line names {}",
                record.len(),
                self.count
            ));
        }
        // Teams and the zone are the organisation's, and so the same on both sides.
        let organisation = &sides[0];
        let [received_at, channel, category, priority, team, answered_at] =
            self.needed.map(|index| record.get(index).unwrap_or_default());
        let time = |column: &str, text: &str| {
            parse_time(organisation, text).ok_or_else(|| {
                format!(
                    "{column}: `{text}` is not a time; write 2026-05-01T16:50, local time, or with an \
                     offset"
                )
            })
        };
        let received_at = time("received_at", received_at)?;
        let answered_at = match answered_at {
            "" => None,
            text => Some(time("answered_at", text)?),
        };
        if answered_at.is_some_and(|answered_at| answered_at < received_at) {
            return Err("answered_at: is before received_at".into());
        }
        let category = self.category(category)?;
        Ok(Row {
            line,
            received_at,
            channel: channel.parse().map_err(|error| format!("channel: {error}"))?,
            priority: match priority {
                "" => Priority::Normal,
                word => word.parse().map_err(|error| format!("priority: {error}"))?,
            },
            team: team_of(organisation, team, &category)?,
            category,
            answered_at,
            stage: match self.stage.and_then(|index| record.get(index)).unwrap_or_default() {
                "" => 1,
                word => match word.parse() {
                    Ok(stage @ 1..=9) => stage,
                    _ => return Err(format!("stage: `{word}` is not a stage; write 1, 2 or 3")),
                },
            },
            direct: match self.direct.and_then(|index| record.get(index)).unwrap_or_default() {
                "" | "no" | "false" => false,
                "yes" | "true" => true,
                word => return Err(format!("direct: `{word}` is neither yes nor no")),
            },
        })
    }

    fn category(&self, word: &str) -> Result<Category, String> {
        if word.is_empty() {
            return Ok(Category::default());
        }
        let known = self.categories.iter().find(|category| category.as_str() == word);
        known.cloned().ok_or_else(|| {
            let known: Vec<_> = self.categories.iter().map(Category::as_str).collect();
            format!("category: `{word}` is not a category; there are: {}", known.join(", "))
        })
    }
}

fn team_of(organisation: &Organisation, word: &str, category: &Category) -> Result<String, String> {
    let teams = organisation.teams();
    if word.is_empty() {
        let by_category = organisation.category(category.as_str()).and_then(|c| c.team.as_ref());
        let first = teams.first().map(|team| &team.id);
        return Ok(by_category.or(first).map(ToString::to_string).unwrap_or_default());
    }
    if organisation.team(word).is_some() {
        return Ok(word.to_owned());
    }
    let known: Vec<_> = teams.iter().map(|team| team.id.as_str()).collect();
    Err(format!("team: `{word}` is not a team; there are: {}", known.join(", ")))
}

impl Row {
    /// What this version of the standards makes of the contact.
    pub(super) fn under(&self, organisation: &Organisation) -> Result<Under, OutsideCalendar> {
        let facts = Facts {
            channel: self.channel,
            category: &self.category,
            priority: self.priority,
            team: &self.team,
            stage: self.stage,
            direct: self.direct,
        };
        let mut under = Under { promises: Vec::new(), reminders: BTreeSet::new() };
        for standard in organisation.standards_for(&facts, self.received_at) {
            if !kept_by_an_answer(standard) {
                continue;
            }
            let Some(start) = start(organisation, standard, self.received_at)? else { continue };
            let clock = clock(organisation, standard, start)?;
            // Of an either-or promise, the way that an answer is may end before the last does.
            let due_at = clock.kept_until(standard, Milestone::Responded).unwrap_or(clock.due_at);
            under.promises.push(Promise {
                standard: standard.id.clone(),
                due_at,
                internal: standard.internal,
            });
            for step in clock.plan(organisation) {
                let in_time = self.answered_at.is_none_or(|answered_at| step.at < answered_at);
                // However many steps fall together, each person is told once.
                if in_time && step.notify != Recipient::Customer {
                    under.reminders.insert((step.at, step.notify));
                }
            }
        }
        under.promises.sort_by(|a, b| (a.due_at, &a.standard).cmp(&(b.due_at, &b.standard)));
        Ok(under)
    }

    /// Whether an answer came too late for a promise, or never.
    pub(super) fn outcome(&self, promise: &Promise) -> ReplayOutcome {
        match self.answered_at {
            None => ReplayOutcome::Unanswered,
            Some(answered_at) if answered_at.timestamp() <= promise.due_at.timestamp() => {
                ReplayOutcome::Kept
            }
            Some(_) => ReplayOutcome::Late,
        }
    }
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplayOutcome {
    Kept,
    Late,
    Unanswered,
}

/// Whether the time of the answer alone tells whether it was kept.
fn kept_by_an_answer(standard: &Standard) -> bool {
    let acknowledges =
        standard.kept_by(Milestone::Acknowledged) || standard.kept_by(Milestone::ComplaintDefined);
    standard.owed_by == OwedBy::Provider && standard.kept_by(Milestone::Responded) && !acknowledges
}

/// When its clock starts, where nothing but receipt is known.
fn start(
    organisation: &Organisation,
    standard: &Standard,
    received_at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, OutsideCalendar> {
    let from_receipt = |standard: &Standard| standard.starts == [Milestone::Received];
    if from_receipt(standard) {
        return Ok(Some(received_at));
    }
    match &standard.provisional_start {
        Some(ProvisionalStart::Milestone(Milestone::Received)) => Ok(Some(received_at)),
        Some(ProvisionalStart::DueOf(other)) => match organisation.standard(other) {
            Some(other) if from_receipt(other) => {
                Ok(Some(clock(organisation, other, received_at)?.due_at))
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn clock(
    organisation: &Organisation,
    standard: &Standard,
    start: DateTime<Utc>,
) -> Result<Deadline, OutsideCalendar> {
    Deadline::start(standard, standard.id.clone(), start, organisation)
}
