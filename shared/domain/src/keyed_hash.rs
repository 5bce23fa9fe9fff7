//! Keyed hashes: values that only the holder of a key can work out.
//!
//! Contact ids, tokens and the signatures of sessions are all built on [`KeyedHash`]. Everything that
//! proves something is compared with [`constant_time_eq`] or [`KeyedHash::verify`], so that the time
//! a comparison takes tells nobody how much of a guess was right.

use std::fmt;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The block size of SHA-256 in bytes, to which HMAC pads its key (RFC 2104, section 2).
const BLOCK: usize = 64;

/// HMAC-SHA-256 with a key of 32 bytes. The key is never shown.
#[derive(Clone)]
pub struct KeyedHash([u8; 32]);

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash(..)")
    }
}

impl KeyedHash {
    /// A keyed hash with this key, which must be random.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Returns the hash of some parts for a purpose. A hash made for one purpose is worthless for
    /// another.
    #[must_use]
    pub fn hash(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        self.mac(purpose, parts).finalize().into_bytes().into()
    }

    /// Returns true if `hash` is the hash of these parts for this purpose; in constant time.
    #[must_use]
    pub fn verify(&self, purpose: &str, parts: &[&str], hash: &[u8]) -> bool {
        self.mac(purpose, parts).verify_slice(hash).is_ok()
    }

    fn mac(&self, purpose: &str, parts: &[&str]) -> Hmac<Sha256> {
        // HMAC pads a shorter key with zeros. Padding it here needs no check of its length, and so
        // cannot fail.
        let mut block = [0; BLOCK];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// Returns true if two texts are equal, in a time that depends on their lengths alone.
#[must_use]
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, section 4.3, with the key padded to 32 bytes; HMAC pads it further anyway.
    #[test]
    fn the_hash_is_hmac_sha_256() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hash = KeyedHash::new(key).hash("what do ya want for nothing?", &[]);
        assert_eq!(hash[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(hash[28..], [0x64, 0xec, 0x38, 0x43]);
    }

    #[test]
    fn a_hash_is_valid_for_its_key_purpose_and_parts_alone() {
        let key = KeyedHash::new([7; 32]);
        let hash = key.hash("token", &["a", "b"]);
        assert!(key.verify("token", &["a", "b"], &hash));
        assert!(!KeyedHash::new([8; 32]).verify("token", &["a", "b"], &hash));
        assert!(!key.verify("session", &["a", "b"], &hash));
        assert!(!key.verify("token", &["ab"], &hash));
        assert!(!key.verify("token", &["a", "b"], &hash[..31]));
    }

    #[test]
    fn texts_are_equal_only_if_every_byte_is() {
        assert!(constant_time_eq("abc", "abc"));
        for other in ["", "ab", "abd", "Abc", "abcd"] {
            assert!(!constant_time_eq("abc", other), "{other}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", KeyedHash::new([7; 32])), "KeyedHash(..)");
    }
}
