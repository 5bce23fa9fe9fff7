//! Teams and people.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};

/// Defines a name of something as its own type, so that a person is never taken for a team.
macro_rules! name {
    ($(#[$meta:meta])* $kind:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $kind(pub String);

        impl $kind {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Borrow<str> for $kind {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $kind {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    };
}

name! {
    /// Names a team: `customer-services`.
    TeamId
}

name! {
    /// Names a person: `priya.shah`.
    PersonId
}

/// What somebody may do on the pages of staff; each may do what those before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// May look.
    Reader,
    /// May act: answer, log, assign, record.
    Staff,
    /// May also close a contact whose answer is still owed, which takes a promise out of the
    /// figures: not for whoever's promise it is to decide alone.
    Manager,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Staff, Self::Manager];

    /// As it is written in the organisation's file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Staff => "staff",
            Self::Manager => "manager",
        }
    }

    /// Whether they may change anything.
    #[must_use]
    pub fn may_act(self) -> bool {
        self >= Self::Staff
    }

    /// Whether they may decide that a promise is not owed.
    #[must_use]
    pub fn may_waive(self) -> bool {
        self >= Self::Manager
    }
}

/// Somebody who works for the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Names the person.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their own mailbox, where notifications go and from which they may answer.
    pub email: String,
    /// The team that gets what is written to them directly.
    pub team: TeamId,
    /// What they may do on the pages of staff.
    pub role: Role,
}

/// A team, with who answers for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Names the team.
    pub id: TeamId,
    /// What it is called.
    pub name: String,
    /// The addresses that customers write to; the first is the one that answers come from.
    pub mailboxes: Vec<String>,
    /// Who is told about a contact while nobody has taken it.
    pub duty: PersonId,
    /// Who is told when something is due and not done.
    pub lead: PersonId,
    /// Who is told when it still is not.
    pub manager: PersonId,
    /// Whether new contacts are notified by email, so that they can be answered from a mailbox.
    pub notify_new: bool,
}

impl Team {
    /// The address that letters of this team come from.
    #[must_use]
    pub fn mailbox(&self) -> &str {
        self.mailboxes.first().map_or("", String::as_str)
    }
}

/// Whom an address of the provider belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOwner<'a> {
    /// A team's mailbox.
    Team(&'a Team),
    /// A person's own mailbox.
    Person(&'a Person),
}
