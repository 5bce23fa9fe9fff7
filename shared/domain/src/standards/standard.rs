//! Standards with every default filled in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Applies, Counting, Extension, Facts, Milestone, Pause, ProvisionalStart, Reminders, StandardId,
    Within,
};
use crate::calendar::Calendar;
use crate::time;

/// The one who has to act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OwedBy {
    /// The provider. When the time is over, the promise is missed.
    #[default]
    Provider,
    /// The customer. When the time is over, a window closes, and nobody has missed anything.
    Customer,
}

/// The acknowledgement of the contacts that a standard is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AcknowledgementRule {
    /// An automatic email acknowledges them.
    #[default]
    Automatic,
    /// They are not acknowledged, unless another standard promises it.
    NotNeeded,
}

/// The time that a standard allows again each time it was kept, until something ends it: "every 5 working
/// days until we have answered".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The time allowed each time, and the rules by which it is counted.
    pub every: Counting,
    /// The milestones that end it. They also keep the standard.
    pub until: Vec<Milestone>,
}

/// Another time that a standard allows, of which the later end counts: "or within 7 days of the meeting,
/// if that is later".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrLater {
    /// The milestone from which it counts.
    pub starts: Milestone,
    /// The time allowed, and the rules by which it is counted.
    pub counting: Counting,
}

/// One way to keep a standard. Most standards have one. "A letter in 3 working days or a call in 5" has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseOption {
    /// The id. An only option has the id of its standard.
    pub id: String,
    /// The name that people see, such as "Letter". An only option has the title of its standard.
    pub title: String,
    /// The time allowed, and the rules by which it is counted.
    pub counting: Counting,
    /// The milestones that keep the promise this way.
    pub kept_by: Vec<Milestone>,
}

/// Another reading of the same words. It is shown beside the one that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The meaning of the words in this reading.
    pub reading: String,
    /// The time allowed in this reading.
    pub counting: Counting,
    /// The time that the post takes, in working days.
    pub post: Option<u16>,
}

/// A published promise with the time it allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standard {
    /// The id, unique among all packs.
    pub id: StandardId,
    /// The name that people see, such as "Answer to an email".
    pub title: String,
    /// The id of its pack.
    pub pack: String,
    /// The version of its pack.
    pub version: String,
    /// True if its pack is law, or a code that binds. No grace of the provider's own moves its due time.
    pub statutory: bool,
    /// The promise, word for word as published.
    pub promise: String,
    /// The section of the published document that contains the promise.
    pub place: String,
    /// The decision on a question that the promise leaves open, if there is one.
    pub ruling: Option<String>,
    /// The contacts that it is for. A contact has to match one of them. If empty, it is for all contacts.
    pub applies: Vec<Applies>,
    /// The milestones that start it. Of several, the last one to happen does.
    pub starts: Vec<Milestone>,
    /// The start until that milestone has happened.
    pub provisional_start: Option<ProvisionalStart>,
    /// The milestones that start the time again from the beginning.
    pub restarts_on: Vec<Milestone>,
    /// The pauses: the time between two milestones does not count.
    pub pauses: Vec<Pause>,
    /// The milestones after which, or with which, it does not apply.
    pub exempted_by: Vec<Milestone>,
    /// The milestones that end it without keeping it.
    pub ended_by: Vec<Milestone>,
    /// The milestones that staff can record with it and that neither keep nor end it: attempts, and
    /// what was tried.
    pub attempts: Vec<Milestone>,
    /// The time that the post takes, in working days, if the promise says when something reaches the
    /// customer.
    pub post: Option<u16>,
    /// The extension: a later due date, and the milestone that brings it.
    pub extension: Option<Extension>,
    /// The ways to keep it. Empty only if it shares the due time of another standard.
    pub options: Vec<PromiseOption>,
    /// The standard whose due time it shares, as in "we will tell you if it takes longer".
    pub shares_due_with: Option<StandardId>,
    /// The milestones that keep a standard that shares a due time. Keeping the other standard keeps it, too.
    pub also_kept_by: Vec<Milestone>,
    /// The milestone after which the time starts again, as in "still looking into it".
    pub recurs_after: Option<Milestone>,
    /// The time that is promised again each time, as in "every 5 working days until we have answered".
    pub recurs: Option<Recurrence>,
    /// Another time, of which the later end counts.
    pub or_later: Option<OrLater>,
    /// The time that the provider aims at, which is shorter than the one it promises. Missing it is no
    /// breach.
    pub aim: Option<Counting>,
    /// The acknowledgement of the contacts that it is for.
    pub acknowledgement: AcknowledgementRule,
    /// The one who has to act.
    pub owed_by: OwedBy,
    /// True if it is a target of the provider's own, because no time was published. It has reminders,
    /// but is never reported as a breach.
    pub internal: bool,
    /// The reminders and escalations.
    pub reminders: Reminders,
    /// The sentence that tells staff what has to be done once it was missed; empty if there is none.
    pub if_missed: String,
    /// The first day on which a deadline can start, local date of the organisation.
    pub effective_from: Option<NaiveDate>,
    /// The last day on which a deadline can start, local date of the organisation.
    pub effective_until: Option<NaiveDate>,
    /// Other readings of the same words.
    pub alternatives: Vec<Alternative>,
}

impl Standard {
    /// Returns true if a deadline can start at `at` for a contact with these facts.
    #[must_use]
    pub fn binds(&self, facts: &Facts<'_>, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        self.applies_at(facts, at, calendar) && self.in_force(at, calendar)
    }

    /// Returns true if a milestone shows that nothing was ever owed under the standard, so that it cannot
    /// have been missed either.
    ///
    /// What the law does not cover was never owed. Safety work is owed if an investigation finds a hazard.
    /// Until it is concluded, its time counts from receipt, in case it will find one; if it finds none,
    /// nothing was owed. What counts from the investigation was owed from then on, and a later finding
    /// only ends it.
    #[must_use]
    pub fn was_never_owed(&self, milestone: Milestone) -> bool {
        match milestone {
            Milestone::OutOfScope => true,
            Milestone::NoHazardFound => self.starts.contains(&Milestone::Received),
            _ => false,
        }
    }

    /// Returns true if it is the customer's time to ask for the next stage of the complaints procedure.
    #[must_use]
    pub fn is_window_for_next_stage(&self) -> bool {
        self.owed_by == OwedBy::Customer && self.kept_by(Milestone::Escalated)
    }

    /// Returns true if the standard is for contacts with these facts that begin at `at`.
    #[must_use]
    pub fn applies_at(&self, facts: &Facts<'_>, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        self.applies.is_empty() || self.matching(facts, at, calendar).next().is_some()
    }

    /// Returns true if a deadline that starts at `at` is a target of the provider's own for a contact
    /// with these facts.
    #[must_use]
    pub fn is_own_target(&self, facts: &Facts<'_>, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        let mut matching = self.matching(facts, at, calendar).peekable();
        self.internal || (matching.peek().is_some() && matching.all(|applies| applies.own_target))
    }

    /// Returns the ids of what is not confirmed about the standard, for a contact with these facts.
    pub fn unconfirmed<'s>(
        &'s self,
        facts: &'s Facts<'s>,
        at: DateTime<Utc>,
        calendar: &Calendar,
    ) -> impl Iterator<Item = &'s str> + use<'s> {
        self.matching(facts, at, calendar).filter_map(|applies| applies.unconfirmed.as_deref())
    }

    /// Returns the conditions that a contact with these facts matches at `at`.
    fn matching<'s>(
        &'s self,
        facts: &'s Facts<'s>,
        at: DateTime<Utc>,
        calendar: &Calendar,
    ) -> impl Iterator<Item = &'s Applies> + use<'s> {
        let date = time::local(calendar.zone(), at).date();
        self.applies.iter().filter(move |applies| {
            applies.to(facts) && applies.effective_from.is_none_or(|from| from.0 <= date)
        })
    }

    /// Returns true if the standard is for contacts with these facts, at any date.
    #[must_use]
    pub fn applies_to(&self, facts: &Facts<'_>) -> bool {
        Applies::any(&self.applies, facts)
    }

    /// Returns true if the standard is in force at `at`, by the calendar's local date.
    #[must_use]
    pub fn in_force(&self, at: DateTime<Utc>, calendar: &Calendar) -> bool {
        let date = time::local(calendar.zone(), at).date();
        self.effective_from.is_none_or(|from| from <= date)
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// Returns true if an answer is what the standard asks for. An acknowledgement, which an answer also
    /// gives, is not.
    #[must_use]
    pub fn asks_for_answer(&self) -> bool {
        self.kept_by(Milestone::Responded)
            && !self.kept_by(Milestone::Acknowledged)
            && !self.kept_by(Milestone::ComplaintDefined)
    }

    /// Returns true if the standard starts again when `milestone` has kept it, as a promise.
    #[must_use]
    pub fn recurs_on(&self, milestone: Milestone) -> bool {
        self.recurs.as_ref().is_some_and(|recurs| !recurs.until.contains(&milestone))
    }

    /// Returns true if the promise is due at the very time that was agreed.
    #[must_use]
    pub fn is_at_agreed_time(&self) -> bool {
        self.options.iter().any(|option| option.counting.within == Within::AgreedTime)
    }

    /// Returns true if only an answer keeps the promise. An answer keeps some promises of less, too, such
    /// as an acknowledgement.
    #[must_use]
    pub fn is_kept_by_an_answer_only(&self) -> bool {
        let answer = |m: &Milestone| matches!(m, Milestone::Responded | Milestone::OutcomeSent);
        self.kept_by(Milestone::Responded)
            && self.shares_due_with.is_none()
            && self.options.iter().flat_map(|option| &option.kept_by).all(answer)
    }

    /// Returns true if `milestone` keeps the standard or one of its options.
    #[must_use]
    pub fn kept_by(&self, milestone: Milestone) -> bool {
        self.also_kept_by.contains(&milestone)
            || self.options.iter().any(|option| option.kept_by.contains(&milestone))
    }
}
