//! Addresses and Message-IDs that say to which contact a reply belongs, and prove that its author
//! had the letter it replies to.

use domain::contact::{ContactId, MailId};

/// What a tagged address or Message-ID says. Whether the token is good is for its secret to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The contact.
    pub contact: ContactId,
    /// The token.
    pub token: String,
}

/// `help@p.example` with a tag: `help+7kq4m2xp9drt.k3j5h2w8nq@p.example`.
#[must_use]
pub fn with_tag(mailbox: &str, contact: &ContactId, token: &str) -> String {
    let tag = format!("{}.{token}", contact.as_str().to_ascii_lowercase());
    match mailbox.rsplit_once('@') {
        Some((local, domain)) => format!("{local}+{tag}@{domain}"),
        None => format!("{mailbox}+{tag}"),
    }
}

/// What the tag of an address says; `None` for an address without one.
#[must_use]
pub fn tagged(address: &str) -> Option<Tagged> {
    let (local, _) = address.rsplit_once('@')?;
    let (_, tag) = local.split_once('+')?;
    let (contact, token) = tag.split_once('.')?;
    Some(Tagged { contact: contact.parse().ok()?, token: token.to_owned() })
}

/// The Message-ID of a mail, without angle brackets: the same each time it is sent.
#[must_use]
pub fn message_id(contact: &ContactId, mail: &MailId, token: &str, domain: &str) -> String {
    format!("kept.{}.{mail}.{token}@{domain}", contact.as_str().to_ascii_lowercase())
}

/// What a Message-ID of ours says; `None` for one of somebody else's.
#[must_use]
pub fn tagged_by_message_id(id: &str) -> Option<Tagged> {
    let (local, _) = id.rsplit_once('@')?;
    let mut parts = local.strip_prefix("kept.")?.split('.');
    let (contact, _mail, token) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Tagged { contact: contact.parse().ok()?, token: token.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tagged_is_read_back() {
        let contact: ContactId = "7KQ4M2XP9DRT".parse().unwrap();
        let expected = Some(Tagged { contact, token: "k3j5h2w8nq".into() });
        let address = with_tag("help@p.example", &contact, "k3j5h2w8nq");
        assert_eq!(address, "help+7kq4m2xp9drt.k3j5h2w8nq@p.example");
        assert_eq!(tagged(&address), expected);
        assert_eq!(tagged(&address.to_uppercase()).map(|t| t.contact), Some(contact));
        let id = message_id(&contact, &MailId::new(3, 0), "k3j5h2w8nq", "p.example");
        assert_eq!(tagged_by_message_id(&id), expected);
        for other in ["help@p.example", "help+x@p.example", "a+b.c@p.example", "kept.x@p.example"] {
            assert_eq!(tagged(other), None, "{other}");
            assert_eq!(tagged_by_message_id(other), None, "{other}");
        }
    }
}
