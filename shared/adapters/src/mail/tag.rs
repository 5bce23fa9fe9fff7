//! Tags: marks in addresses and Message-IDs that lead a reply back to its contact, and prove that its
//! author received the message it answers.

use domain::contact::{ContactId, MailId};

/// The content of a tag. Only the installation's secret can tell if the token is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The contact.
    pub contact: ContactId,
    /// The token.
    pub token: String,
}

/// Returns a mailbox's address with a tag: `help+7kq4m2xp9drt.k3j5h2w8nq@p.example`.
#[must_use]
pub fn with_tag(mailbox: &str, contact: &ContactId, token: &str) -> String {
    let tag = format!("{}.{token}", contact.as_str().to_ascii_lowercase());
    match mailbox.rsplit_once('@') {
        Some((local, domain)) => format!("{local}+{tag}@{domain}"),
        None => format!("{mailbox}+{tag}"),
    }
}

/// Returns the tag of an address; `None` if it has none.
#[must_use]
pub fn tag_of_address(address: &str) -> Option<Tag> {
    let (local, _) = address.rsplit_once('@')?;
    let (_, tag) = local.split_once('+')?;
    let (contact, token) = tag.split_once('.')?;
    Some(Tag { contact: contact.parse().ok()?, token: token.to_owned() })
}

/// Returns the Message-ID of an email, without angle brackets. It is the same each time the email is
/// sent.
#[must_use]
pub fn message_id(contact: &ContactId, mail: &MailId, token: &str, domain: &str) -> String {
    format!("kept.{}.{mail}.{token}@{domain}", contact.as_str().to_ascii_lowercase())
}

/// Returns the tag of a Message-ID that Kept made; `None` for anybody else's.
#[must_use]
pub fn tag_of_message_id(id: &str) -> Option<Tag> {
    let (local, _) = id.rsplit_once('@')?;
    let mut parts = local.strip_prefix("kept.")?.split('.');
    let (contact, _mail, token) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Tag { contact: contact.parse().ok()?, token: token.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back_from_an_address_and_from_a_message_id() {
        let contact: ContactId = "7KQ4M2XP9DRT".parse().unwrap();
        let expected = Some(Tag { contact, token: "k3j5h2w8nq".into() });
        let address = with_tag("help@p.example", &contact, "k3j5h2w8nq");
        assert_eq!(address, "help+7kq4m2xp9drt.k3j5h2w8nq@p.example");
        assert_eq!(tag_of_address(&address), expected);
        assert_eq!(tag_of_address(&address.to_uppercase()).map(|t| t.contact), Some(contact));
        let id = message_id(&contact, &MailId::new(3, 0), "k3j5h2w8nq", "p.example");
        assert_eq!(tag_of_message_id(&id), expected);
        for other in ["help@p.example", "help+x@p.example", "a+b.c@p.example", "kept.x@p.example"] {
            assert_eq!(tag_of_address(other), None, "{other}");
            assert_eq!(tag_of_message_id(other), None, "{other}");
        }
    }
}
