//! To which contact a message belongs.
//!
//! In this order: the tag of the address that it was sent to; the Message-ID of ours that it
//! answers; an earlier message of the customer's own that it answers; a reference in the subject,
//! if the customer's own address wrote it. The first two carry a token that only those had whom we
//! wrote to; the last two prove nothing but a customer's interest in their own contact.

use adapters::mail::{Incoming, Tag, tag_of_address, tag_of_message_id};
use adapters::store::StoreError;
use domain::contact::{Contact, ContactId, Holder};
use domain::organisation::{AddressOwner, PersonId};

use crate::App;

/// Whose message it is, and of which contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ThreadMatch {
    /// The customer's.
    Customer(ContactId),
    /// A reply to what somebody of the staff was sent.
    Staff {
        /// The contact.
        contact: ContactId,
        /// Who was sent it.
        notified: PersonId,
    },
    /// To no contact there is.
    Nowhere,
}

pub(super) async fn match_thread(
    app: &App,
    address: &str,
    incoming: &Incoming,
    recipient: AddressOwner<'_>,
) -> Result<ThreadMatch, StoreError> {
    let tags = tag_of_address(address)
        .into_iter()
        .chain(incoming.answers.iter().filter_map(|id| tag_of_message_id(id)));
    for tag in tags {
        if let Some(match_thread) = proven(app, &tag)
            && app.store.load(&tag.contact).await?.is_some()
        {
            return Ok(match_thread);
        }
    }
    let mailbox = match recipient {
        AddressOwner::Team(team) => team.mailbox(),
        AddressOwner::Person(person) => &person.email,
    };
    for answered in &incoming.answers {
        let id = app.secret.contact_of_mail(answered, mailbox);
        if is_theirs(app.store.load(&id).await?.as_ref(), incoming) {
            return Ok(ThreadMatch::Customer(id));
        }
    }
    if let Some(id) = reference_in(&incoming.subject, &app.organisation.prefix)
        && is_theirs(app.store.load(&id).await?.as_ref(), incoming)
    {
        return Ok(ThreadMatch::Customer(id));
    }
    Ok(ThreadMatch::Nowhere)
}

/// The contact that a message of ours is about: its own Message-ID carries a token that only we can
/// give. `None` for what somebody else wrote.
pub(super) fn written_by_us(app: &App, incoming: &Incoming) -> Option<ContactId> {
    let tag = tag_of_message_id(incoming.message_id.as_deref()?)?;
    proven(app, &tag).map(|_| tag.contact)
}

/// Whose token it is; `None` where it is nobody's.
fn proven(app: &App, tag: &Tag) -> Option<ThreadMatch> {
    let holds = |holder: &Holder| app.secret.verify(&tag.contact, holder, &tag.token);
    if holds(&Holder::Customer) {
        return Some(ThreadMatch::Customer(tag.contact));
    }
    let person =
        app.organisation.people().find(|person| holds(&Holder::Person(person.id.clone())))?;
    Some(ThreadMatch::Staff { contact: tag.contact, notified: person.id.clone() })
}

/// Whether the contact is that of the message's author.
fn is_theirs(contact: Option<&Contact>, incoming: &Incoming) -> bool {
    let (Some(contact), Some(from)) = (contact, &incoming.from) else { return false };
    contact.customer.email.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(from))
}

/// A reference such as `WK-7KQ4-M2XP-9DRT` anywhere in a subject.
fn reference_in(subject: &str, prefix: &str) -> Option<ContactId> {
    let wording = subject.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let with_prefix = |word: &&str| {
        word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && word.as_bytes().get(prefix.len()) == Some(&b'-')
    };
    wording.filter(with_prefix).find_map(|word| ContactId::from_reference(word).ok())
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
