//! The explanation of every deadline that a contact would have.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::Serialize;

use crate::calendar::OutsideCalendar;
use crate::deadline::{Deadline, Derivation};
use crate::organisation::Organisation;
use crate::standards::{Facts, Milestone, ProvisionalStart, Recipient, Standard, StandardId};
use crate::time;
use crate::wording;

/// The deadlines of a contact with certain facts, if it reached the provider at a certain time.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// When it would reach the provider, in local time.
    pub received_at: DateTime<FixedOffset>,
    /// The deadlines that start with receipt, the earliest due first.
    pub deadlines: Vec<Explained>,
    /// The standards that apply and start later.
    pub later: Vec<Later>,
}

/// One deadline.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// The standard.
    pub standard: StandardId,
    /// The id of its pack.
    pub pack: String,
    /// The version of the pack.
    pub version: String,
    /// The sentence as published.
    pub promise: String,
    /// The place in the published document.
    pub place: String,
    /// The decision on what the promise leaves open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// True for a target of the provider's own.
    pub internal: bool,
    /// The things about it that are not confirmed against the source, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unconfirmed: Vec<String>,
    /// The milestones that really start it, if its start is provisional.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub until: Vec<Milestone>,
    /// The last second that is in time, in local time.
    pub due_at: DateTime<FixedOffset>,
    /// The due date for people: "by 5.15pm on Tuesday 28 April".
    #[serde(rename = "in_words")]
    pub due: String,
    /// The explanation of the due date for the customer.
    pub explanation: String,
    /// The options with the derivation of each; a single one unless the promise is either-or.
    pub options: Vec<ExplainedOption>,
    /// The standard whose due date it shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_due_with: Option<StandardId>,
    /// Other readings of the same words, with their due dates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<OtherReading>,
    /// The reminders, if nothing is done.
    pub reminders: Vec<Reminder>,
}

/// One option of a promise.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedOption {
    /// The option's id.
    pub id: String,
    /// The milestones that keep it.
    pub kept_by: Vec<Milestone>,
    /// The last second that is in time, in local time.
    pub due_at: DateTime<FixedOffset>,
    /// The account of the due date.
    #[serde(flatten)]
    pub derivation: Derivation,
}

/// Another reading of the same words.
#[derive(Clone, Debug, Serialize)]
pub struct OtherReading {
    /// The reading, in a sentence.
    pub reading: String,
    /// The due date that it would lead to, in local time.
    pub due_at: DateTime<FixedOffset>,
}

/// A reminder.
#[derive(Clone, Debug, Serialize)]
pub struct Reminder {
    /// When it is sent, in local time.
    pub at: DateTime<FixedOffset>,
    /// The recipient.
    pub notify: Recipient,
}

/// A standard that something other than receipt starts.
#[derive(Clone, Debug, Serialize)]
pub struct Later {
    /// The standard.
    pub standard: StandardId,
    /// The sentence as published.
    pub promise: String,
    /// The milestones that start it; the last of several.
    pub starts: Vec<Milestone>,
}

impl Explanation {
    /// Explains every standard that binds a contact with these facts.
    ///
    /// ```
    /// use domain::explain::Explanation;
    /// use domain::library::load_built_in;
    /// use domain::standards::{Category, Channel, Facts, Priority, Receipt};
    ///
    /// let category = Category::default();
    /// let facts = Facts {
    ///     channel: Channel::Letter,
    ///     category: &category,
    ///     priority: Priority::Normal,
    ///     triaged: false,
    ///     team: "customer-services",
    ///     stage: 1,
    ///     direct: false,
    ///     received: Receipt::WhenOpen,
    /// };
    /// let received_at = "2026-06-01T09:00:00Z".parse()?;
    /// let explanation = Explanation::of(&load_built_in("westkent")?, &facts, received_at)?;
    /// assert_eq!(explanation.deadlines[0].due, "by 5.15pm on Monday 8 June");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if a date lies outside the calendar.
    pub fn of(
        organisation: &Organisation,
        facts: &Facts<'_>,
        received_at: DateTime<Utc>,
    ) -> Result<Self, OutsideCalendar> {
        let zone = organisation.zone();
        let today = time::local(zone, received_at).date();
        let mut deadlines = Vec::new();
        let mut later = Vec::new();
        for standard in organisation.standards_for(facts, received_at) {
            let from_receipt = Some(ProvisionalStart::Milestone(Milestone::Received));
            if standard.starts == [Milestone::Received]
                || standard.provisional_start == from_receipt
            {
                let explained = Explained::of(organisation, standard, facts, received_at, today)?;
                let due_at = explained.due_at.to_utc();
                deadlines.push(explained);
                // Others count from this due date until what really starts them happens.
                let from_due = Some(ProvisionalStart::DueOf(standard.id.clone()));
                let chained = organisation.standards_for(facts, received_at);
                for other in chained.filter(|other| other.provisional_start == from_due) {
                    deadlines.push(Explained::of(organisation, other, facts, due_at, today)?);
                }
            } else if !matches!(standard.provisional_start, Some(ProvisionalStart::DueOf(_))) {
                later.push(Later {
                    standard: standard.id.clone(),
                    promise: standard.promise.clone(),
                    starts: standard.starts.clone(),
                });
            }
        }
        deadlines.sort_by_key(|deadline| deadline.due_at);
        Ok(Self { received_at: received_at.with_timezone(&zone).fixed_offset(), deadlines, later })
    }
}

impl Explained {
    fn of(
        organisation: &Organisation,
        standard: &Standard,
        facts: &Facts<'_>,
        start: DateTime<Utc>,
        today: NaiveDate,
    ) -> Result<Self, OutsideCalendar> {
        let other = standard.shares_due_with.as_ref().and_then(|id| organisation.standard(id));
        let counted = other.unwrap_or(standard);
        let provisional = standard.provisional_start.is_some();
        let mut deadline = Deadline::start(counted, 1, start, organisation)?;
        deadline.provisional = provisional;
        let mut options = Vec::new();
        for option in &counted.options {
            let derivation = deadline.derive(counted, option.counting, organisation)?;
            let kept_by = match other {
                Some(_) => standard.also_kept_by.clone(),
                None => option.kept_by.clone(),
            };
            let due_at = derivation.due_at();
            options.push(ExplainedOption { id: option.id.clone(), kept_by, due_at, derivation });
        }
        let mut alternatives = Vec::new();
        for other in &standard.alternatives {
            let calendar = organisation.calendar(other.counting.calendar);
            let due_at = other.counting.derive(calendar, start.timestamp())?.due_at();
            alternatives.push(OtherReading { reading: other.reading.clone(), due_at });
        }
        let last = options.iter().max_by_key(|option| option.due_at);
        let due_at = last.map_or_else(|| start.fixed_offset(), |option| option.due_at);
        let plan = standard.reminders.plan(organisation.own_calendar(), start, due_at.to_utc());
        let local = |at: DateTime<Utc>| at.with_timezone(&organisation.zone()).fixed_offset();
        let text = |words: fn(&Derivation, NaiveDate) -> String| {
            last.map_or_else(String::new, |option| words(&option.derivation, today))
        };
        Ok(Self {
            standard: standard.id.clone(),
            pack: standard.pack.clone(),
            version: standard.version.clone(),
            promise: standard.promise.clone(),
            place: standard.place.clone(),
            ruling: standard.ruling.clone(),
            internal: standard.is_own_target(facts, start, organisation.own_calendar()),
            unconfirmed: unconfirmed(organisation, standard, facts, start),
            until: if provisional { standard.starts.clone() } else { Vec::new() },
            due_at,
            due: text(wording::due_phrase),
            explanation: text(wording::explanation),
            options,
            shares_due_with: standard.shares_due_with.clone(),
            alternatives,
            reminders: plan
                .iter()
                .map(|p| Reminder { at: local(p.at), notify: p.notify })
                .collect(),
        })
    }
}

/// Returns what is not confirmed about a standard and has not been confirmed by the organisation.
fn unconfirmed(
    organisation: &Organisation,
    standard: &Standard,
    facts: &Facts<'_>,
    start: DateTime<Utc>,
) -> Vec<String> {
    let Some(pack) = organisation.packs().iter().find(|pack| pack.id == standard.pack) else {
        return Vec::new();
    };
    let ids: Vec<&str> = standard.unconfirmed(facts, start, organisation.own_calendar()).collect();
    let rows = pack.unconfirmed.iter().map(|(row, _)| row);
    rows.filter(|row| ids.contains(&row.id.as_str()))
        .filter(|row| !organisation.confirmed.contains(&format!("{}/{}", pack.id, row.id)))
        .map(|row| row.what.clone())
        .collect()
}
