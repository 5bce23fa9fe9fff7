//! Hosts: the names and addresses in URLs and in `Host` headers.

use std::net::IpAddr;

/// The name in `name:port`, or the address in `[address]:port`.
#[must_use]
pub fn host_name(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Returns true if a host, without a port, is this machine: `localhost`, or a loopback address.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_the_name() {
        for (host, name) in [
            ("kept.example:8443", "kept.example"),
            ("kept.example", "kept.example"),
            ("[::1]:8080", "::1"),
            ("[::1]", "::1"),
            ("", ""),
        ] {
            assert_eq!(host_name(host), name);
        }
    }

    #[test]
    fn a_loopback_host_is_known_by_its_name_and_addresses() {
        for yes in ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "::1", "LOCALHOST"] {
            assert!(is_loopback(yes), "{yes}");
        }
        for no in
            ["", "kept.example", "127.0.0.1.evil.example", "192.168.0.1", "localhost.evil", "[::2]"]
        {
            assert!(!is_loopback(no), "{no}");
        }
    }
}
