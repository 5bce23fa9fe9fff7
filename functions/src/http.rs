//! What every page has in common: headers and problems.

use adapters::pages::{ProblemPage, STYLE};
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

/// Larger than any form that a person fills in.
pub(crate) const BODY_LIMIT: usize = 128 * 1024;

/// A page, or what there is to say when it cannot be made.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be made");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown. Please try again.")
                .into_response()
        }
    }
}

/// Something that cannot be shown, and what to do.
pub fn problem(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, &ProblemPage { title, text })
}

/// The table cannot be reached; nothing was lost and nothing was done.
pub fn unavailable(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "a request could not be served");
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sorry, that did not work",
        "Something on our side is not working at the moment. Please try again in a few minutes.",
    )
}

/// The style sheet.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// Headers that keep a page to itself: no scripts, no frames, no address given away, no copies.
pub async fn guard(request: Request, next: Next) -> Response {
    let style = request.uri().path() == "/style.css";
    let mut response = next.run(request).await;
    let cache = if style { "public, max-age=3600" } else { "no-store" };
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        // Not `no-referrer`: browsers would then not say that our own forms come from us.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, cache),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
