//! The one check of email addresses.

/// Returns true if a text is an address that mail can be sent to.
///
/// The check is stricter than RFC 5321: quoted local parts, address literals and anything that could
/// end a header or begin another address are refused, because nobody's address looks like that and
/// an attacker's might.
///
/// ```
/// use domain::email_address::is_email_address;
///
/// assert!(is_email_address("o'brien+tag@sub.tenant.example"));
/// assert!(!is_email_address("jo@tenant.example\r\nBcc: victim@example.com"));
/// ```
#[must_use]
pub fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_graphic() && !"<>(),;:\\\"[]@".contains(c))
    };
    plain(local)
        && local.len() <= 64
        && plain(domain)
        && domain.len() <= 253
        && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_local_part_and_one_domain_without_special_characters() {
        for good in ["jo@tenant.example", "o'brien+tag@sub.tenant.example"] {
            assert!(is_email_address(good), "{good}");
        }
        for bad in [
            "",
            "jo",
            "@x.example",
            "jo@",
            "a b@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "a,b@x.example",
        ] {
            assert!(!is_email_address(bad), "{bad:?}");
        }
    }
}
