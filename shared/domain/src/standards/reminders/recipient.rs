//! Recipients of reminders and action prompts.

use serde::{Deserialize, Serialize};

/// The person who is notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// The owner of the contact. While it is not assigned, the duty person of its team.
    Owner,
    /// The lead of the team that has the contact.
    TeamLead,
    /// The manager of the team that has the contact.
    Manager,
    /// The person on call for the whole organisation.
    OnCall,
    /// The customer.
    Customer,
}
