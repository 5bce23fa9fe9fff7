//! Signs that a machine sent a message (RFC 3834, section 2, and what machines do besides).

use domain::contact::AutomaticSender;
use mail_parser::Message;

/// The sign that a message's own headers give, apart from its sender.
pub(super) fn header_sign(message: &Message<'_>) -> Option<AutomaticSender> {
    let raw = |name: &'static str| {
        message
            .headers_raw()
            .filter(move |(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    if raw("Auto-Submitted").any(says_automatic) {
        return Some(AutomaticSender::AutoSubmitted);
    }
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    if from.is_some_and(is_system_address) {
        return Some(AutomaticSender::SystemAddress);
    }
    if message
        .headers_raw()
        .any(|(name, _)| name.get(..5).is_some_and(|n| n.eq_ignore_ascii_case("list-")))
    {
        return Some(AutomaticSender::MailingList);
    }
    let bulk = |value: &str| {
        let word = without_comments(value).trim().to_ascii_lowercase();
        matches!(word.as_str(), "bulk" | "list" | "junk")
    };
    raw("Precedence").any(bulk).then_some(AutomaticSender::Bulk)
}

/// The sign that a message's headers and its sender give together. `sender` is the sender of the SMTP
/// envelope, empty for a report about a delivery; `None` if there was no envelope.
pub(super) fn automatic_sender(
    header_sign: Option<AutomaticSender>,
    sender: Option<&str>,
) -> Option<AutomaticSender> {
    match sender.map(str::trim) {
        Some("") => Some(AutomaticSender::NullSender),
        Some(sender)
            if header_sign != Some(AutomaticSender::AutoSubmitted) && is_system_address(sender) =>
        {
            Some(AutomaticSender::SystemAddress)
        }
        _ => header_sign,
    }
}

/// Returns true for a value of `Auto-Submitted` other than `no`, ignoring parameters and comments.
fn says_automatic(value: &str) -> bool {
    let plain = without_comments(value);
    let keyword = plain.split(';').next().unwrap_or_default().trim();
    !keyword.is_empty() && !keyword.eq_ignore_ascii_case("no")
}

/// The value of a structured field without its comments, which are in parentheses and may be nested.
fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    value
        .chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Returns true if an address has a local part that belongs to machines and never to a tenant.
fn is_system_address(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(plain.as_str(), "mailerdaemon" | "postmaster" | "noreply" | "donotreply")
        || local.starts_with("owner-")
        || local.ends_with("-request")
        || local.starts_with("bounce")
        || plain.starts_with("noreply")
        || plain.starts_with("donotreply")
}

#[cfg(test)]
mod tests {
    use super::super::Incoming;
    use super::*;

    fn sign(headers: &str, sender: Option<&str>) -> Option<AutomaticSender> {
        let from =
            if headers.contains("From:") { "" } else { "From: Jo Tenant <jo@tenant.example>\r\n" };
        let raw = format!("{from}{headers}\r\n\r\nHello\r\n");
        Incoming::read(raw.as_bytes(), sender).automatic
    }

    #[test]
    fn a_message_that_a_person_wrote_has_no_sign() {
        for headers in [
            "Subject: Hello",
            "Auto-Submitted: no",
            "Auto-Submitted: No (a person wrote this); note=\"x\"",
            "Auto-Submitted: (comment (nested)) no",
            "Precedence: normal",
            "From: bounty@tenant.example",
            "From: Owner <owner@tenant.example>",
        ] {
            assert_eq!(sign(headers, Some("jo@tenant.example")), None, "{headers}");
        }
    }

    #[test]
    fn a_message_that_a_machine_sent_is_known_by_its_signs() {
        use AutomaticSender::{AutoSubmitted, Bulk, MailingList, NullSender, SystemAddress};
        for (headers, expected) in [
            ("Auto-Submitted: auto-replied", AutoSubmitted),
            (
                "auto-submitted: AUTO-GENERATED (vacation); owner-email=\"jo@tenant.example\"",
                AutoSubmitted,
            ),
            ("Auto-Submitted: auto-notified", AutoSubmitted),
            ("Return-Path: <>", NullSender),
            ("From: MAILER-DAEMON@tenant.example", SystemAddress),
            ("From: no-reply@shop.example", SystemAddress),
            ("From: noreply+123@shop.example", SystemAddress),
            ("From: owner-tenants@list.example", SystemAddress),
            ("From: tenants-request@list.example", SystemAddress),
            ("From: bounces+77@mailer.example", SystemAddress),
            ("List-Id: <tenants.list.example>", MailingList),
            ("List-Unsubscribe: <mailto:x@list.example>", MailingList),
            ("Precedence: bulk", Bulk),
            ("Precedence: Junk", Bulk),
        ] {
            assert_eq!(sign(headers, None), Some(expected), "{headers}");
        }
        assert_eq!(sign("Subject: x", Some("")), Some(NullSender));
    }
}
