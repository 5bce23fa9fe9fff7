//! The host names under which the staff pages are served.
//!
//! A website can point its own host name at this machine. A browser then treats that website's pages and
//! ours as one site (DNS rebinding). The website cannot change the `Host` header of the request, so a
//! foreign host name is refused.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use functions::host_names::{host_name, is_loopback};
use functions::http::problem;

/// The host name in a URL; empty if it has none.
pub(super) fn host_of(url: &str) -> Arc<str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    host_name(rest.split(['/', '?', '#']).next().unwrap_or_default()).into()
}

/// Refuses requests for a host other than a loopback address, `localhost` or the public host.
pub(super) async fn require_own_host(
    State(public_host): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    // Two hosts are one for us and another one for a web server in front.
    let host = hosts.next().filter(|_| hosts.next().is_none()).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_own(host, &public_host)) {
        return next.run(request).await;
    }
    problem(
        StatusCode::FORBIDDEN,
        "You cannot open this page at this address",
        "Open it at localhost or 127.0.0.1, on the machine that runs Kept.",
    )
}

fn is_own(host: &str, public_host: &str) -> bool {
    let name = host_name(host);
    is_loopback(name) || (!public_host.is_empty() && name.eq_ignore_ascii_case(public_host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_and_the_public_host_are_own_hosts() {
        let public = host_of("https://Kept.ours.example:8443/kept/");
        for host in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]",
            "[::1]:8080",
            "kept.ours.example",
            "kept.ours.example:8443",
        ] {
            assert!(is_own(host, &public), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.0.2.1:8080",
            "[2001:db8::1]:8080",
            "kept.ours.example.evil.example",
        ] {
            assert!(!is_own(host, &public), "{host}");
        }
        assert!(!is_own("kept.ours.example", &host_of("")));
        assert!(!is_own("", &host_of("")));
    }
}
