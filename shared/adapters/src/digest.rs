//! Digests: short names for content.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

/// The number of bytes of a digest. Two contents with the same 128 bits are not found by chance.
const LENGTH: usize = 16;

/// Returns a digest of some bytes: 32 hexadecimal digits, the first half of their SHA-256.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let full: [u8; 32] = Sha256::digest(bytes).into();
    HEXLOWER.encode(&full[..LENGTH])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn a_digest_is_the_first_half_of_sha_256() {
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
    }
}
