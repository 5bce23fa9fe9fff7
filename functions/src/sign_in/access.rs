//! The gate in front of the pages of staff.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::keyed_hash::constant_time_eq;
use openidconnect::url::form_urlencoded;

use super::session::SignedIn;
use super::{SignIn, notice, sign_in_link};
use crate::http::{BODY_LIMIT, problem};

/// Lets in who is signed in; lets change who may.
pub(super) async fn require_staff(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    pass(&sign_in, request, next, true).await
}

/// The same for the way out, which is open to readers too.
pub(super) async fn require_session(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    pass(&sign_in, request, next, false).await
}

async fn pass(sign_in: &SignIn, mut request: Request, next: Next, acts: bool) -> Response {
    let inner = &sign_in.0;
    let now = inner.clock.now();
    let Some(who) = inner.sessions.who(request.headers(), &inner.organisation, now) else {
        return refuse(&request);
    };
    if !looks(request.method()) {
        if acts && !who.role.may_act() {
            return problem(
                StatusCode::FORBIDDEN,
                "That was not done",
                "You may look, and not change anything. If you should, ask whoever looks after Kept \
                 to make you more than a reader.",
            );
        }
        request = match from_our_form(request, &who).await {
            Ok(request) => request,
            Err(refused) => return refused,
        };
    }
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// Nobody is signed in, or no longer.
fn refuse(request: &Request) -> Response {
    let to = request.uri().path_and_query().map_or("/staff", |to| to.as_str());
    if looks(request.method()) {
        return Redirect::to(&sign_in_link(to)).into_response();
    }
    notice(
        StatusCode::UNAUTHORIZED,
        "That was not done: you are signed out",
        "Go back and copy what you wrote; then sign in and do it again.",
        Some("/staff"),
    )
}

fn looks(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The request, if its form carries the session's own mark: no other website can know it.
async fn from_our_form(request: Request, who: &SignedIn) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
        problem(StatusCode::PAYLOAD_TOO_LARGE, "That was not done", "It is too long.")
    })?;
    if csrf(&parts.headers, &body).is_some_and(|mark| constant_time_eq(&mark, &who.csrf)) {
        return Ok(Request::from_parts(parts, Body::from(body)));
    }
    Err(problem(
        StatusCode::FORBIDDEN,
        "That was not done",
        "The page was open since before you last signed in. Go back and copy what you wrote; then \
         load the page again, and do it again.",
    ))
}

fn csrf(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next()?.trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded").then_some(())?;
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(name, _)| name == "csrf").map(|(_, mark)| mark.into_owned())
}

/// Refuses what another website makes a browser post here in somebody's name. Browsers say where a
/// request comes from; programs that say nothing are not browsers, and need the mark all the same.
pub(super) async fn same_site(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    if !looks(request.method()) && foreign(request.headers(), &sign_in.0.public_url) {
        return problem(
            StatusCode::FORBIDDEN,
            "That was not done",
            "It came from another website.",
        );
    }
    next.run(request).await
}

/// Whether a request was made by another website than this one, which is where it was sent to or,
/// behind a web server that changes that, where people reach it.
fn foreign(headers: &HeaderMap, public_url: &str) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = said("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = said("origin") else { return headers.contains_key("origin") };
    let here = |host| origin.split_once("://").is_some_and(|(_, from)| from == host);
    origin != public_url && !said("host").is_some_and(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_website_is_known_by_what_browsers_say() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect()
        };
        let host = ("host", "127.0.0.1:8080");
        for ours in [
            vec![host],
            vec![host, ("sec-fetch-site", "same-origin"), ("origin", "null")],
            vec![host, ("sec-fetch-site", "none")],
            vec![host, ("origin", "http://127.0.0.1:8080")],
            vec![host, ("origin", "https://kept.example")],
        ] {
            let headers: HeaderMap = headers(&ours);
            assert!(!foreign(&headers, "https://kept.example"), "{ours:?}");
        }
        for theirs in [
            vec![host, ("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            vec![host, ("sec-fetch-site", "same-site")],
            vec![host, ("origin", "null")],
            vec![host, ("origin", "https://evil.example")],
            vec![("origin", "https://evil.example")],
        ] {
            let headers: HeaderMap = headers(&theirs);
            assert!(foreign(&headers, "https://kept.example"), "{theirs:?}");
        }
    }
}
