//! Which contacts a standard applies to.

use serde::{Deserialize, Serialize};

use super::{Category, Channel, Priority};
use crate::toml_file::Date;

/// What a standard looks at to decide whether it applies.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// How the contact came.
    pub channel: Channel,
    /// What it is about.
    pub category: &'a Category,
    /// How pressing it is.
    pub priority: Priority,
    /// Who has it.
    pub team: &'a str,
    /// The stage of the complaints procedure; 1 unless it was escalated.
    pub stage: u8,
    /// Whether it was addressed to a member of staff by name, not to a team.
    pub direct: bool,
}

/// The contacts that a standard applies to. A list that is left out means any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// The channels by which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<Channel>,
    /// What they are about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// What they are not about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category_not: Vec<Category>,
    /// How pressing they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<Priority>,
    /// The teams that have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<String>,
    /// The teams that do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team_not: Vec<String>,
    /// The stage of the complaints procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<u8>,
    /// Whether they were addressed to a member of staff by name, not to a team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// First day on which it applies to these, where others came earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Date>,
}

impl Applies {
    /// Whether a contact with these facts is one of any of these; a list that is empty means all.
    #[must_use]
    pub fn any(list: &[Self], facts: &Facts<'_>) -> bool {
        list.is_empty() || list.iter().any(|applies| applies.to(facts))
    }

    /// Whether a contact with these facts is one of them, at a time when it applies to these.
    #[must_use]
    pub fn to(&self, facts: &Facts<'_>) -> bool {
        let any = |listed: bool, empty: bool| empty || listed;
        any(self.channel.contains(&facts.channel), self.channel.is_empty())
            && any(self.category.contains(facts.category), self.category.is_empty())
            && !self.category_not.contains(facts.category)
            && any(self.priority.contains(&facts.priority), self.priority.is_empty())
            && any(self.team.iter().any(|team| team == facts.team), self.team.is_empty())
            && !self.team_not.iter().any(|team| team == facts.team)
            && self.stage.is_none_or(|stage| stage == facts.stage)
            && self.direct.is_none_or(|direct| direct == facts.direct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_left_out_means_any_and_a_list_given_means_one_of_it() {
        let category = Category::default();
        let facts = Facts {
            channel: Channel::Email,
            category: &category,
            priority: Priority::Normal,
            team: "repairs",
            stage: 1,
            direct: false,
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
    }
}
