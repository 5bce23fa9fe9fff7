//! Contact ids and tokens: derived with the installation's [`Secret`], not drawn at random, so that
//! the same message always leads to the same contact.

use std::{fmt, str::FromStr};

use data_encoding::Encoding;
use data_encoding_macro::new_encoding;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::keyed_hash::{KeyedHash, constant_time_eq};
use crate::organisation::PersonId;

/// Crockford's base 32: no I, L, O or U, so that a reference survives the telephone. Reading takes
/// either case, O for 0, and I or L for 1. <https://www.crockford.com/base32.html>
const CROCKFORD: Encoding = new_encoding! {
    symbols: "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    translate_from: "abcdefghjkmnpqrstvwxyzoOiIlL",
    translate_to: "ABCDEFGHJKMNPQRSTVWXYZ001111",
};

/// The number of characters of an id. They hold sixty bits: among a million contacts, the chance that
/// any two have the same id is less than one in a million.
const LENGTH: usize = 12;

/// The most characters that a reference has in front of the id, apart from hyphens and spaces.
const MAX_PREFIX: usize = 6;

/// The identity of a contact, which is also its reference.
///
/// It is derived from what makes a message the same message, so a second delivery leads to the same
/// contact. Nobody without the secret can guess it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactId([u8; LENGTH]);

/// A text that is not a reference.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a reference; it has the form WK-7KQ4-M2XP-9DRT")]
pub struct ReferenceError(pub String);

impl ContactId {
    /// The twelve characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The reference as people are given it: `WK-7KQ4-M2XP-9DRT`.
    #[must_use]
    pub fn reference(&self, prefix: &str) -> String {
        let s = self.as_str();
        let part = |from: usize| s.get(from..from + 4).unwrap_or_default();
        format!("{prefix}-{}-{}-{}", part(0), part(4), part(8))
    }

    /// Reads a reference as people write it: with or without prefix, hyphens and spaces, in either
    /// case, with O for 0 and I or L for 1.
    ///
    /// # Errors
    /// Returns an error if the text is not a reference.
    pub fn from_reference(text: &str) -> Result<Self, ReferenceError> {
        let read = || {
            let plain: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'-' | b' ')).collect();
            let prefix = plain.len().checked_sub(LENGTH).filter(|prefix| *prefix <= MAX_PREFIX)?;
            // Twelve characters end in the middle of a byte. A thirteenth one fills it.
            let padded = [plain.get(prefix..)?, b"0"].concat();
            Some(Self(encode(&CROCKFORD.decode(&padded).ok()?)))
        };
        read().ok_or_else(|| ReferenceError(text.chars().take(60).collect()))
    }
}

impl FromStr for ContactId {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::from_reference(text)
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ContactId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ContactId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The holder of a token. It decides what the token allows: to see a contact's status, to
/// write into it as its customer, or to answer it as one member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Anybody who has the link to the private status page.
    Status,
    /// The customer, who has it from the reply address of our messages.
    Customer,
    /// A member of staff, who has it from the reply address of a notification.
    Person(PersonId),
}

/// Proof of being a [`Holder`]: ten characters that cannot be guessed without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The ten characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The installation's secret, from which ids and tokens are derived.
#[derive(Clone)]
pub struct Secret(KeyedHash);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A secret of 32 bytes. They must be random, and must stay the same for as long as the
    /// installation's contacts are kept.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(KeyedHash::new(bytes))
    }

    /// Returns the id of the contact that a message to a mailbox makes.
    ///
    /// `message_id` is the Message-ID, or whatever else makes it the same message. The same message
    /// to two teams makes two contacts, so that both teams know of it.
    #[must_use]
    pub fn contact_of_mail(&self, message_id: &str, mailbox: &str) -> ContactId {
        self.contact("mail", &[message_id.trim(), &mailbox.to_ascii_lowercase()])
    }

    /// Returns the id of the contact that a form with this idempotency key makes.
    #[must_use]
    pub fn contact_of_form(&self, key: &str) -> ContactId {
        self.contact("form", &[key])
    }

    /// Returns the id of the contact that a member of staff recorded with this idempotency key.
    #[must_use]
    pub fn contact_of_record(&self, key: &str) -> ContactId {
        self.contact("record", &[key])
    }

    /// Returns the token of a holder.
    #[must_use]
    pub fn token(&self, contact: &ContactId, holder: &Holder) -> Token {
        let holder = match holder {
            Holder::Status => "status",
            Holder::Customer => "customer",
            Holder::Person(person) => person.as_str(),
        };
        let hash = self.0.hash("token", &[contact.as_str(), holder]);
        // Lower case, because mail systems may change the case of an address.
        Token(encode::<10>(&hash).iter().map(|b| char::from(b.to_ascii_lowercase())).collect())
    }

    /// Returns true if `token` is the token of `holder`; in constant time.
    #[must_use]
    pub fn verify(&self, contact: &ContactId, holder: &Holder, token: &str) -> bool {
        constant_time_eq(&self.token(contact, holder).0, &token.to_ascii_lowercase())
    }

    /// Returns the key under which an index knows a customer, without their address.
    #[must_use]
    pub fn customer_key(&self, email: &str) -> String {
        let hash = self.0.hash("customer", &[&email.trim().to_lowercase()]);
        encode::<16>(&hash).iter().copied().map(char::from).collect()
    }

    fn contact(&self, kind: &str, parts: &[&str]) -> ContactId {
        ContactId(encode(&self.0.hash(kind, parts)))
    }
}

/// The first `5 * N` bits in base 32.
fn encode<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut text = [b'0'; N];
    for (letter, encoded) in text.iter_mut().zip(CROCKFORD.encode(bytes).bytes()) {
        *letter = encoded;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Secret = Secret::new([7; 32]);

    #[test]
    fn the_same_message_leads_to_the_same_contact_and_another_mailbox_to_another() {
        let a = SECRET.contact_of_mail("<1@tenant.example>", "help@p.example");
        assert_eq!(a, SECRET.contact_of_mail("<1@tenant.example> ", "Help@P.example"));
        assert_ne!(a, SECRET.contact_of_mail("<1@tenant.example>", "repairs@p.example"));
        assert_ne!(a, Secret::new([8; 32]).contact_of_mail("<1@tenant.example>", "help@p.example"));
    }

    #[test]
    fn a_reference_is_read_as_people_write_it() {
        let id = SECRET.contact_of_form("k");
        let reference = id.reference("WK");
        assert_eq!(reference.len(), 17);
        let spoken = reference.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(ContactId::from_reference(&spoken), Ok(id));
        assert_eq!(id.as_str().parse(), Ok(id));
        for bad in ["", "WK", "7KQ4-M2XP-9DR", "WK-7KQ4-M2XP-9DRU", "ABCDEFGHJKMNPQRSTVWXYZ"] {
            assert!(ContactId::from_reference(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_good_for_one_holder_of_one_contact() {
        let id = SECRET.contact_of_form("k");
        let other = SECRET.contact_of_form("other");
        let priya = Holder::Person("priya.shah".into());
        let token = SECRET.token(&id, &priya);
        assert!(SECRET.verify(&id, &priya, token.as_str()));
        assert!(SECRET.verify(&id, &priya, &token.as_str().to_uppercase()));
        assert!(!SECRET.verify(&other, &priya, token.as_str()));
        assert!(!SECRET.verify(&id, &Holder::Customer, token.as_str()));
        assert!(!SECRET.verify(&id, &priya, ""));
    }
}
