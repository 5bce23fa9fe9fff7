//! Under which names the pages without a sign-in are shown.
//!
//! A website can give its own name this machine's address, and a browser then takes its pages and ours
//! for one site (DNS rebinding). It cannot choose the name that the browser asks for.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use functions::host::{host_name, is_loopback};
use functions::http::problem;

/// The name under which a proxy may ask besides this machine's own, from the address of `--base-url`.
#[must_use]
pub fn public_name(base_url: Option<&str>) -> Arc<str> {
    let rest = base_url.and_then(|url| url.split_once("://")).map_or("", |(_, rest)| rest);
    host_name(rest.split(['/', '?', '#']).next().unwrap_or_default()).into()
}

/// Refuses what is asked for under any other name.
pub async fn own_names_only(
    State(public): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_ours(host, &public)) {
        return next.run(request).await;
    }
    problem(
        StatusCode::FORBIDDEN,
        "This page is not shown under that name",
        "Open it as localhost or 127.0.0.1, on the machine on which Kept runs.",
    )
}

fn is_ours(host: &str, public: &str) -> bool {
    let name = host_name(host);
    is_loopback(name) || (!public.is_empty() && name.eq_ignore_ascii_case(public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machines_names_and_the_public_one_are_ours() {
        let public = public_name(Some("https://Kept.ours.example:8443/kept/"));
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
            assert!(is_ours(host, &public), "{host}");
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
            assert!(!is_ours(host, &public), "{host}");
        }
        assert!(!is_ours("kept.ours.example", &public_name(None)));
        assert!(!is_ours("", &public_name(None)));
    }
}
