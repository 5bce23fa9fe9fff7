//! Teams, people and roles.

use serde::{Deserialize, Serialize};

use crate::text_id::text_id;

text_id! {
    /// The id of a team: `customer-services`.
    TeamId
}

text_id! {
    /// The id of a person: `priya.shah`.
    PersonId
}

/// The role of a person on the staff pages. Each role may do everything that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// May look at contacts.
    Reader,
    /// May act on contacts: answer, log, assign, record.
    Staff,
    /// May also close a contact while an answer is owed. That takes a promise out of the figures, so
    /// the person whose promise it is does not decide it alone.
    Manager,
}

impl Role {
    /// All roles, beginning with the one that may do least.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Staff, Self::Manager];

    /// Returns the role's name in the organisation's file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Staff => "staff",
            Self::Manager => "manager",
        }
    }

    /// Returns true if the role may change anything.
    #[must_use]
    pub fn may_act(self) -> bool {
        self >= Self::Staff
    }

    /// Returns true if the role may decide that a promise is not owed.
    #[must_use]
    pub fn may_waive(self) -> bool {
        self >= Self::Manager
    }
}

/// A person who works for the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The person's id.
    pub id: PersonId,
    /// The person's name, as people see it.
    pub name: String,
    /// The person's own email address: notifications go to it, and answers may come from it.
    pub email: String,
    /// The team that gets messages written to this person directly.
    pub team: TeamId,
    /// The person's role on the staff pages.
    pub role: Role,
}

/// A team, with the people who answer for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// The team's id.
    pub id: TeamId,
    /// The team's name, as people see it.
    pub name: String,
    /// The addresses that customers write to. Messages to customers come from the first.
    pub mailboxes: Vec<String>,
    /// The duty person, who is notified about contacts that are not assigned.
    pub duty: PersonId,
    /// The lead, who is notified when a deadline is missed.
    pub lead: PersonId,
    /// The manager, who is notified when a deadline stays missed.
    pub manager: PersonId,
    /// True if the team is notified of each new contact by email, so that people can answer from
    /// their mailbox.
    pub notify_new: bool,
}

impl Team {
    /// Returns the address that the team's messages to customers come from.
    #[must_use]
    pub fn mailbox(&self) -> &str {
        self.mailboxes.first().map_or("", String::as_str)
    }
}
