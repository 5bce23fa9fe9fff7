//! The middleware in front of the pages for staff.

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

/// Lets through people who are signed in. Only those who may change things get through with a request
/// that changes something.
pub(super) async fn require_staff(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    admit(&sign_in, request, next, true).await
}

/// Lets through everybody who is signed in. It is for signing out, which readers may do too.
pub(super) async fn require_session(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    admit(&sign_in, request, next, false).await
}

async fn admit(sign_in: &SignIn, mut request: Request, next: Next, changes: bool) -> Response {
    let now = sign_in.clock.now();
    let signed_in = sign_in.sessions.signed_in(request.headers(), &sign_in.organisation, now);
    let Some(signed_in) = signed_in else { return ask_to_sign_in(&request) };
    if !is_read(request.method()) {
        if changes && !signed_in.role.may_act() {
            return problem(
                StatusCode::FORBIDDEN,
                "You cannot make changes",
                "You can view contacts but not change them. If you need to make changes, ask your Kept \
                 administrator.",
            );
        }
        request = match check_csrf_token(request, &signed_in).await {
            Ok(request) => request,
            Err(refused) => return refused,
        };
    }
    request.extensions_mut().insert(signed_in);
    next.run(request).await
}

/// The answer to a request without a valid session.
fn ask_to_sign_in(request: &Request) -> Response {
    let path = request.uri().path_and_query().map_or("/staff", |path| path.as_str());
    if is_read(request.method()) {
        return Redirect::to(&sign_in_link(path)).into_response();
    }
    notice(
        StatusCode::UNAUTHORIZED,
        "You are signed out",
        "Nothing was saved. Go back and copy what you wrote, then sign in and try again.",
        Some("/staff"),
    )
}

/// Returns true for methods that change nothing.
fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Returns the request if its form carries the session's CSRF token, which no other website can know.
async fn check_csrf_token(request: Request, signed_in: &SignedIn) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
        problem(StatusCode::PAYLOAD_TOO_LARGE, "Nothing was saved", "What you sent is too long.")
    })?;
    let token = csrf_token(&parts.headers, &body);
    if token.is_some_and(|token| constant_time_eq(&token, &signed_in.csrf)) {
        return Ok(Request::from_parts(parts, Body::from(body)));
    }
    Err(problem(
        StatusCode::FORBIDDEN,
        "Nothing was saved",
        "This page was opened before you last signed in. Go back and copy what you wrote, then reload \
         the page and try again.",
    ))
}

fn csrf_token(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media_type = content_type.split(';').next()?.trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded").then_some(())?;
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(name, _)| name == "csrf").map(|(_, token)| token.into_owned())
}

/// Refuses a change that another website makes a browser send in somebody's name.
///
/// Browsers say where a request comes from. A program that says nothing is not a browser, and needs
/// the CSRF token all the same.
pub(super) async fn same_site(
    State(sign_in): State<SignIn>,
    request: Request,
    next: Next,
) -> Response {
    if !is_read(request.method()) && is_cross_site(request.headers(), &sign_in.public_url) {
        return problem(
            StatusCode::FORBIDDEN,
            "Nothing was saved",
            "The request came from another website.",
        );
    }
    next.run(request).await
}

/// Returns true if another website made the request. This website is the host that the request was
/// sent to, or, behind a proxy that changes the host, the public URL.
fn is_cross_site(headers: &HeaderMap, public_url: &str) -> bool {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = value("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = value("origin") else { return headers.contains_key("origin") };
    let is_host = |host| origin.split_once("://").is_some_and(|(_, from)| from == host);
    origin != public_url && !value("host").is_some_and(is_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cross_site_request_is_recognised_by_its_headers() {
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
            assert!(!is_cross_site(&headers, "https://kept.example"), "{ours:?}");
        }
        for theirs in [
            vec![host, ("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            vec![host, ("sec-fetch-site", "same-site")],
            vec![host, ("origin", "null")],
            vec![host, ("origin", "https://evil.example")],
            vec![("origin", "https://evil.example")],
        ] {
            let headers: HeaderMap = headers(&theirs);
            assert!(is_cross_site(&headers, "https://kept.example"), "{theirs:?}");
        }
    }
}
