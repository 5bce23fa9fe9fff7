//! The contacts that a row of a pack applies to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Category, Channel, Priority};
use crate::calendar::Calendar;
use crate::toml_file::Date;

/// The facts about a contact that decide which standards apply.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The channel by which it arrived.
    pub channel: Channel,
    /// Its category.
    pub category: &'a Category,
    /// Its priority.
    pub priority: Priority,
    /// True if staff have set its category and priority.
    pub triaged: bool,
    /// The id of the team that has it.
    pub team: &'a str,
    /// The stage of the complaints procedure: 1 until the customer escalates.
    pub stage: u8,
    /// True if it was addressed to a member of staff by name, and not to a team.
    pub direct: bool,
    /// The office at the time when it arrived.
    pub received: Receipt,
}

/// The office at the time when a contact arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Receipt {
    /// The office was open. The second of closing counts as open.
    #[default]
    WhenOpen,
    /// The office was closed.
    WhenClosed,
}

impl Receipt {
    /// Returns the receipt of a contact that arrives at `at`, by the provider's own calendar.
    #[must_use]
    pub fn at(at: DateTime<Utc>, calendar: &Calendar) -> Self {
        if calendar.is_open(at.timestamp()) { Self::WhenOpen } else { Self::WhenClosed }
    }
}

/// A condition on contacts. A key that is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// The channels by which they arrive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<Channel>,
    /// The categories that they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// The categories that they do not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category_not: Vec<Category>,
    /// The priorities that they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<Priority>,
    /// True if staff have set their category and priority, false if nobody has yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triaged: Option<bool>,
    /// True if the standard is a target of the provider's own for these contacts, and not what was
    /// promised or what the law asks for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_target: bool,
    /// The teams that have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<String>,
    /// The teams that do not have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team_not: Vec<String>,
    /// The stage of the complaints procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<u8>,
    /// True if they were addressed to a member of staff by name, false if they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// `when-open` or `when-closed`: whether they arrived while the office was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Receipt>,
    /// The first day on which the standard applies to these contacts, if it is later than for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Date>,
    /// The id of the row in `unconfirmed` that says what about this is not confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unconfirmed: Option<String>,
}

impl Applies {
    /// Returns true if a contact with these facts matches any condition of the list. An empty list
    /// matches all contacts.
    #[must_use]
    pub fn any(list: &[Self], facts: &Facts<'_>) -> bool {
        list.is_empty() || list.iter().any(|applies| applies.to(facts))
    }

    /// Returns true if a contact with these facts matches the condition, at any date.
    #[must_use]
    pub fn to(&self, facts: &Facts<'_>) -> bool {
        let any = |listed: bool, empty: bool| empty || listed;
        any(self.channel.contains(&facts.channel), self.channel.is_empty())
            && any(self.category.contains(facts.category), self.category.is_empty())
            && !self.category_not.contains(facts.category)
            && any(self.priority.contains(&facts.priority), self.priority.is_empty())
            && self.triaged.is_none_or(|triaged| triaged == facts.triaged)
            && any(self.team.iter().any(|team| team == facts.team), self.team.is_empty())
            && !self.team_not.iter().any(|team| team == facts.team)
            && self.stage.is_none_or(|stage| stage == facts.stage)
            && self.direct.is_none_or(|direct| direct == facts.direct)
            && self.received.is_none_or(|received| received == facts.received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_left_out_does_not_matter_and_a_list_means_any_of_its_values() {
        let category = Category::default();
        let facts = Facts {
            channel: Channel::Email,
            category: &category,
            priority: Priority::Normal,
            triaged: false,
            team: "repairs",
            stage: 1,
            direct: false,
            received: Receipt::WhenClosed,
        };
        let applies = |text: &str| toml::from_str::<Applies>(text).unwrap().to(&facts);
        assert!(applies(""));
        assert!(applies("channel = ['letter', 'email']"));
        assert!(!applies("channel = ['letter']"));
        assert!(!applies("team = ['customer-services']"));
        assert!(applies("team_not = ['customer-services']"));
        assert!(!applies("category_not = ['general']"));
        assert!(!applies("stage = 2"));
        assert!(!applies("direct = true"));
        assert!(applies("triaged = false"));
        assert!(!applies("triaged = true"));
        assert!(applies("received = 'when-closed'"));
        assert!(!applies("received = 'when-open'"));
    }
}
