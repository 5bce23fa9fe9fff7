//! Email addresses of an organisation, and their owners.

use super::{Organisation, Person, Team};

/// The owner of one of the organisation's email addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOwner<'a> {
    /// A team: the address is one of its mailboxes.
    Team(&'a Team),
    /// A person: the address is their own.
    Person(&'a Person),
}

impl Organisation {
    /// Returns the owner of an address, or `None` if it is not the organisation's. Case does not
    /// matter, nor does a tag after `+` in the local part.
    #[must_use]
    pub fn address_owner(&self, address: &str) -> Option<AddressOwner<'_>> {
        let address = without_tag(address);
        let is_address = |mailbox: &String| mailbox.eq_ignore_ascii_case(&address);
        if let Some(team) = self.teams.iter().find(|team| team.mailboxes.iter().any(is_address)) {
            return Some(AddressOwner::Team(team));
        }
        self.person_at(&address).map(AddressOwner::Person)
    }

    /// Returns the person with this email address, whatever its case.
    #[must_use]
    pub fn person_at(&self, email: &str) -> Option<&Person> {
        self.people.values().find(|person| person.email.eq_ignore_ascii_case(email))
    }
}

/// Returns an address without the tag that follows `+` in its local part.
fn without_tag(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or(local);
            format!("{local}@{domain}")
        }
        None => address.to_owned(),
    }
}
