//! The contact that a message belongs to.
//!
//! It is found by the first of these that leads to a contact:
//!
//! 1. the tag in the address to which the message was sent;
//! 2. the Message-ID of ours that it answers;
//! 3. an earlier message of the customer's own that it answers;
//! 4. a reference in the subject.
//!
//! The first two carry a token that only the recipients of our messages have. The last two prove nothing,
//! so they count only if the message comes from the customer's own address.

use adapters::mail::{Incoming, Tag, tag_of_address, tag_of_message_id};
use adapters::store::StoreError;
use domain::contact::{Contact, ContactId, Holder};
use domain::organisation::{AddressOwner, PersonId};

use crate::App;

/// The contact that a message belongs to, by who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ThreadMatch {
    /// The customer of this contact wrote it.
    Customer(ContactId),
    /// It is a reply to an email that a member of staff got.
    Staff {
        /// The contact that the email was about.
        contact: ContactId,
        /// The member of staff who got the email.
        notified: PersonId,
    },
    /// It belongs to no contact.
    None,
}

pub(super) async fn match_thread(
    app: &App,
    address: &str,
    message: &Incoming,
    owner: AddressOwner<'_>,
) -> Result<ThreadMatch, StoreError> {
    let tags = tag_of_address(address)
        .into_iter()
        .chain(message.answers.iter().filter_map(|id| tag_of_message_id(id)));
    for tag in tags {
        if let Some(found) = verify(app, &tag)
            && app.store.load(&tag.contact).await?.is_some()
        {
            return Ok(found);
        }
    }
    let mailbox = match owner {
        AddressOwner::Team(team) => team.mailbox(),
        AddressOwner::Person(person) => &person.email,
    };
    for answered in &message.answers {
        let id = app.secret.contact_of_mail(answered, mailbox);
        if is_customer(app.store.load(&id).await?.as_ref(), message) {
            return Ok(ThreadMatch::Customer(id));
        }
    }
    if let Some(id) = reference_in(&message.subject, &app.organisation.prefix)
        && is_customer(app.store.load(&id).await?.as_ref(), message)
    {
        return Ok(ThreadMatch::Customer(id));
    }
    Ok(ThreadMatch::None)
}

/// Returns the contact that an email of ours is about, because its Message-ID carries a token that only
/// we can make; `None` for everybody else's messages.
pub(super) fn written_by_us(app: &App, message: &Incoming) -> Option<ContactId> {
    let tag = tag_of_message_id(message.message_id.as_deref()?)?;
    verify(app, &tag).map(|_| tag.contact)
}

/// Returns the holder of a tag's token as a match; `None` if the token is not valid.
fn verify(app: &App, tag: &Tag) -> Option<ThreadMatch> {
    let is_held_by = |holder: &Holder| app.secret.verify(&tag.contact, holder, &tag.token);
    if is_held_by(&Holder::Customer) {
        return Some(ThreadMatch::Customer(tag.contact));
    }
    let mut people = app.organisation.people();
    let person = people.find(|person| is_held_by(&Holder::Person(person.id.clone())))?;
    Some(ThreadMatch::Staff { contact: tag.contact, notified: person.id.clone() })
}

/// Returns true if the message comes from the address of the contact's customer.
fn is_customer(contact: Option<&Contact>, message: &Incoming) -> bool {
    let (Some(contact), Some(from)) = (contact, &message.from) else { return false };
    contact.customer.email.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(from))
}

/// Returns the contact of a reference such as `WK-7KQ4-M2XP-9DRT` anywhere in a subject.
fn reference_in(subject: &str, prefix: &str) -> Option<ContactId> {
    let words = subject.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let with_prefix = |word: &&str| {
        word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && word.as_bytes().get(prefix.len()) == Some(&b'-')
    };
    words.filter(with_prefix).find_map(|word| ContactId::from_reference(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_found_in_a_subject() {
        let id = reference_in("Re: Auto: Noise [WK-7KQ4-M2XP-9DRT]", "WK");
        assert_eq!(id, Some("7KQ4M2XP9DRT".parse().unwrap()));
        for none in ["", "WKshop 7KQ4M2XP9DRT", "WK-7KQ4", "XX-7KQ4-M2XP-9DRT", "wk"] {
            assert_eq!(reference_in(none, "WK"), None, "{none}");
        }
    }
}
