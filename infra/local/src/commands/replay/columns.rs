//! The past contacts in a CSV file.

use chrono::{DateTime, Utc};
use csv::StringRecord;
use domain::organisation::Organisation;
use domain::standards::{Category, Channel, Priority};

use crate::commands::local_time::parse_time;

const NEEDED: [&str; 6] = ["received_at", "channel", "category", "priority", "team", "answered_at"];

/// The positions of the columns, and the categories that may be used.
pub(super) struct Columns {
    needed: [usize; 6],
    stage: Option<usize>,
    direct: Option<usize>,
    count: usize,
    categories: Vec<Category>,
}

/// A row of the file.
#[derive(Debug)]
pub(super) struct PastContact {
    pub(super) line: u64,
    pub(super) received_at: DateTime<Utc>,
    pub(super) channel: Channel,
    pub(super) category: Category,
    pub(super) priority: Priority,
    pub(super) team: String,
    pub(super) answered_at: Option<DateTime<Utc>>,
    pub(super) stage: u8,
    pub(super) direct: bool,
}

impl Columns {
    /// Finds the columns by the names in the first line.
    ///
    /// # Errors
    /// Returns a message if a column is missing.
    pub(super) fn find(headers: &StringRecord, sides: &[Organisation; 2]) -> Result<Self, String> {
        let at = |name: &str| headers.iter().position(|header| header == name);
        let missing: Vec<_> = NEEDED.into_iter().filter(|name| at(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(format!(
                "there is no column {}; the first line must name at least {}",
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

    /// Reads a row.
    ///
    /// # Errors
    /// Returns a message with the column that has to be corrected.
    pub(super) fn read(
        &self,
        record: &StringRecord,
        line: u64,
        sides: &[Organisation; 2],
    ) -> Result<PastContact, String> {
        if record.len() != self.count {
            return Err(format!(
                "the row has {} fields but the first line has {}",
                record.len(),
                self.count
            ));
        }
        // Teams and the time zone are the organisation's, so they are the same on both sides.
        let organisation = &sides[0];
        let [received_at, channel, category, priority, team, answered_at] =
            self.needed.map(|index| record.get(index).unwrap_or_default());
        let optional =
            |column: Option<usize>| column.and_then(|index| record.get(index)).unwrap_or_default();
        let time = |column: &str, text: &str| {
            parse_time(organisation, text).ok_or_else(|| {
                format!(
                    "{column}: `{text}` is not a time; write local time as 2026-05-01T16:50, or add an \
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
        Ok(PastContact {
            line,
            received_at,
            channel: organisation.channel(channel).map_err(|error| format!("channel: {error}"))?,
            priority: match priority {
                "" => Priority::Normal,
                word => word.parse().map_err(|error| format!("priority: {error}"))?,
            },
            team: team_of(organisation, team, &category)?,
            category,
            answered_at,
            stage: match optional(self.stage) {
                "" => 1,
                word => match word.parse() {
                    Ok(stage @ 1..=9) => stage,
                    _ => return Err(format!("stage: `{word}` is not a stage; write 1, 2 or 3")),
                },
            },
            direct: match optional(self.direct) {
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
            format!("category: `{word}` is not a category; choose from: {}", known.join(", "))
        })
    }
}

/// The team in the file. If there is none, the team of the category, or else the first team.
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
    Err(format!("team: `{word}` is not a team; choose from: {}", known.join(", ")))
}
