//! A promise as the rest of Kept uses it, with every default filled in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Applies, Counting, Extension, Facts, Milestone, Pause, ProvisionalStart, Reminders, StandardId,
};
use crate::calendar::Calendar;
use crate::time;

/// Who owes what a standard says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OwedBy {
    /// The provider; when time runs out the promise is broken.
    #[default]
    Provider,
    /// The customer; when time runs out a window closes, and nobody has broken anything.
    Customer,
}

/// One way of keeping a standard. Most have one; "a letter in 3 working days or a call in 5" has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseOption {
    /// Names the arm; where there is only one, it has the standard's own id.
    pub id: String,
    /// The name that people see, such as "Letter"; an only option has the standard's own title.
    pub title: String,
    /// How long, counted how.
    pub counting: Counting,
    /// The milestones that keep it.
    pub kept_by: Vec<Milestone>,
}

/// Another way of reading the same words, kept beside the one that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The reading in words.
    pub reading: String,
    /// What it would mean.
    pub counting: Counting,
    /// The working days that the post takes.
    pub post: Option<u16>,
}

/// A published promise with the clock it implies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Unique among all packs.
    pub id: StandardId,
    /// The name that people see, such as "Answer to an email".
    pub title: String,
    /// The pack it belongs to.
    pub pack: String,
    /// The pack's version.
    pub version: String,
    /// The sentence as published.
    pub promise: String,
    /// Where in the published document it stands.
    pub place: String,
    /// What was decided where the promise leaves a question open.
    pub ruling: Option<String>,
    /// The contacts it applies to: those of any of these; all, where there are none.
    pub applies: Vec<Applies>,
    /// The milestones that start its clock; with several, the last of them does.
    pub starts: Vec<Milestone>,
    /// From when it counts while what starts it has not happened.
    pub provisional_start: Option<ProvisionalStart>,
    /// What makes its clock start afresh while it runs.
    pub restarts_on: Vec<Milestone>,
    /// Days on which its clock stands still.
    pub pause: Option<Pause>,
    /// What makes it no longer owed, or not owed from the outset.
    pub exempted_by: Vec<Milestone>,
    /// Where the promise says when something reaches the customer: the working days that the post
    /// takes.
    pub post: Option<u16>,
    /// How far, and by what, its due time may be put off.
    pub extension: Option<Extension>,
    /// Ways to keep it; empty only where it follows another standard.
    pub options: Vec<PromiseOption>,
    /// The standard whose due instant is also this one's, as with "tell you if it will take longer".
    pub shares_due_with: Option<StandardId>,
    /// What keeps a standard that follows another, besides keeping that other.
    pub also_kept_by: Vec<Milestone>,
    /// Starts again when this happens, as with "still looking into it".
    pub recurs_after: Option<Milestone>,
    /// Who owes it.
    pub owed_by: OwedBy,
    /// A target of the provider's own, because the promise names no time: reminded of, never
    /// reported as a broken promise.
    pub internal: bool,
    /// Reminders and escalations.
    pub reminders: Reminders,
    /// First day on which it binds, by the start of the clock.
    pub effective_from: Option<NaiveDate>,
    /// Last day on which it binds.
    pub effective_until: Option<NaiveDate>,
    /// Other readings of the same words.
    pub alternatives: Vec<Alternative>,
}

impl Standard {
    /// Whether a clock of this standard may start at `at` for a contact with these facts.
    #[must_use]
    pub fn binds(&self, facts: &Facts<'_>, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        let date = time::local(calendar.zone(), at).date();
        let applies = |applies: &Applies| {
            applies.to(facts) && applies.effective_from.is_none_or(|from| from.0 <= date)
        };
        (self.applies.is_empty() || self.applies.iter().any(applies)) && self.in_force(at, calendar)
    }

    /// Whether it is about contacts with these facts, whenever it binds.
    #[must_use]
    pub fn applies_to(&self, facts: &Facts<'_>) -> bool {
        Applies::any(&self.applies, facts)
    }

    /// Whether it is in force at `at`, by the provider's clocks.
    #[must_use]
    pub fn in_force(&self, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        let date = time::local(calendar.zone(), at).date();
        self.effective_from.is_none_or(|from| from <= date)
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// Whether any arm is kept by `milestone`.
    #[must_use]
    pub fn kept_by(&self, milestone: Milestone) -> bool {
        self.also_kept_by.contains(&milestone)
            || self.options.iter().any(|option| option.kept_by.contains(&milestone))
    }
}
