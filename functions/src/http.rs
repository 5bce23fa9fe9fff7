//! Responses that all pages share: headers, problems and the style sheet.

use adapters::errors::error_chain;
use adapters::pages::{ProblemPage, STYLE};
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

/// The largest request body in bytes: more than anybody types into a form.
pub(crate) const BODY_LIMIT: usize = 128 * 1024;

/// Returns a page, or a plain apology if it cannot be rendered.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = error_chain(&error), "a page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "Sorry, there is a problem. Please try again.")
                .into_response()
        }
    }
}

/// Returns a page that says what is wrong and what to do.
pub fn problem(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, &ProblemPage { title, text })
}

/// Returns the page for a request that failed on our side. Nothing was done, and nothing was lost.
pub fn unavailable(error: &dyn std::error::Error) -> Response {
    tracing::error!(error = error_chain(error), "a request could not be served");
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sorry, there is a problem",
        "Something on our side is not working at the moment. Please try again in a few minutes.",
    )
}

/// Serves the style sheet.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// Adds the security headers to every response: no scripts, no frames, no referrer for other websites,
/// no copies in caches, no way back from https, and no page but the form in search engines.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let style = request.uri().path() == "/style.css";
    let robots = if request.uri().path() == "/" { "all" } else { "noindex, nofollow" };
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
        // Browsers heed it on https only.
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (HeaderName::from_static("x-robots-tag"), robots),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
