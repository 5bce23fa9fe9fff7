//! Names that are derived, not drawn: the same message leads to the same contact.

use std::{fmt, str::FromStr};

use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use thiserror::Error;

use crate::organisation::PersonId;

/// Crockford's base 32: no I, L, O or U, so that a reference survives the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Sixty bits: among a million contacts two of the same id are less likely than one in a million.
const LENGTH: usize = 12;

/// Names a contact, and is its reference. Derived with a secret from what makes the contact the
/// same contact, so redelivery leads to it and nobody else can guess it.
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

    /// As people are told it: `WK-7KQ4-M2XP-9DRT`.
    #[must_use]
    pub fn reference(&self, prefix: &str) -> String {
        let s = self.as_str();
        let part = |from: usize| s.get(from..from + 4).unwrap_or_default();
        format!("{prefix}-{}-{}-{}", part(0), part(4), part(8))
    }

    /// Reads a reference as people write it: with or without prefix and hyphens, in either case,
    /// with O for 0 and I or L for 1.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_reference(text: &str) -> Result<Self, ReferenceError> {
        let fail = || ReferenceError(text.chars().take(60).collect());
        let plain: Vec<u8> = text
            .bytes()
            .filter(|b| !matches!(b, b'-' | b' '))
            .map(|b| match b.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            })
            .collect();
        let id =
            plain.len().checked_sub(LENGTH).and_then(|from| plain.get(from..)).ok_or_else(fail)?;
        let id: [u8; LENGTH] = id.try_into().map_err(|_| fail())?;
        if id.iter().all(|b| ALPHABET.contains(b)) && plain.len() <= LENGTH + 6 {
            Ok(Self(id))
        } else {
            Err(fail())
        }
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

/// Whoever holds a token may do what its holder may: see a contact's status, write into it as its
/// customer, or answer it as one person of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Whoever has the private status link.
    Status,
    /// The customer, by writing to the address that a letter of the provider gave.
    Customer,
    /// A member of staff, by answering a notification.
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
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A secret of 32 bytes, which must be random and stay the same for as long as its contacts.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The contact of a message with this Message-ID, or other mark of being the same message, to
    /// this mailbox. The same message to two teams makes two contacts, so that neither is left in
    /// the dark.
    #[must_use]
    pub fn contact_of_mail(&self, message_id: &str, mailbox: &str) -> ContactId {
        self.contact("mail", &[message_id.trim(), &mailbox.to_ascii_lowercase()])
    }

    /// The contact of a form that was sent with this idempotency key.
    #[must_use]
    pub fn contact_of_form(&self, key: &str) -> ContactId {
        self.contact("form", &[key])
    }

    /// The contact that a member of staff recorded with this idempotency key.
    #[must_use]
    pub fn contact_of_record(&self, key: &str) -> ContactId {
        self.contact("record", &[key])
    }

    /// A token for a holder.
    #[must_use]
    pub fn token(&self, contact: &ContactId, holder: &Holder) -> Token {
        let holder = match holder {
            Holder::Status => "status",
            Holder::Customer => "customer",
            Holder::Person(person) => person.as_str(),
        };
        let mac = self.mac("token", &[contact.as_str(), holder]);
        // Lower case, because mail systems may change the case of an address.
        Token(encode::<10>(&mac).iter().map(|b| char::from(b.to_ascii_lowercase())).collect())
    }

    /// Whether `token` is that of `holder`; compared in constant time.
    #[must_use]
    pub fn verify(&self, contact: &ContactId, holder: &Holder, token: &str) -> bool {
        let expected = self.token(contact, holder);
        let given = token.to_ascii_lowercase();
        given.len() == expected.0.len()
            && expected.0.bytes().zip(given.bytes()).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0
    }

    /// Stands for a customer in an index without saying who it is.
    #[must_use]
    pub fn customer_key(&self, email: &str) -> String {
        let mac = self.mac("customer", &[&email.trim().to_lowercase()]);
        encode::<16>(&mac).iter().copied().map(char::from).collect()
    }

    fn contact(&self, kind: &str, parts: &[&str]) -> ContactId {
        ContactId(encode(&self.mac(kind, parts)))
    }

    fn mac(&self, kind: &str, parts: &[&str]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // A key of any length is accepted.
            return [0; 32];
        };
        mac.update(kind.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// The first `5 * N` bits in base 32.
fn encode<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut text = [b'0'; N];
    let (mut buffer, mut bits) = (0_u32, 0);
    let mut next = bytes.iter();
    for letter in &mut text {
        if bits < 5 {
            buffer = (buffer << 8) | u32::from(next.next().copied().unwrap_or_default());
            bits += 8;
        }
        bits -= 5;
        let index = (buffer >> bits) & 31;
        *letter = ALPHABET.get(index as usize).copied().unwrap_or(b'0');
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
