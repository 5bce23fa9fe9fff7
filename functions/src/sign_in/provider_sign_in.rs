//! Sign-in through an identity provider: the browser is sent there and comes back with a code.

use adapters::errors::error_chain;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::keyed_hash::constant_time_eq;
use serde::{Deserialize, Serialize};

use super::identity_provider::{Identity, IdentityProvider, ProviderError, SignInRequest};
use super::{SignIn, SignInMethod, notice, staff_page};

/// The name of the cookie that remembers a sign-in until the browser comes back.
const PENDING_COOKIE: &str = "kept-sign-in";
/// The purpose for which that cookie is signed.
const PENDING_PURPOSE: &str = "sign-in";
/// The time a sign-in may take: a password, a phone to confirm it, a conversation in between.
const PENDING_TTL: TimeDelta = TimeDelta::minutes(10);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SignInQuery {
    /// The page to show after signing in.
    to: String,
}

/// The parameters with which the identity provider sends the browser back (RFC 6749, section 4.1.2).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CallbackQuery {
    code: String,
    state: String,
    error: String,
}

/// A sign-in that was started in this browser.
#[derive(Serialize, Deserialize)]
struct PendingSignIn {
    request: SignInRequest,
    to: String,
    /// UTC.
    until: DateTime<Utc>,
}

pub(super) async fn begin(
    State(sign_in): State<SignIn>,
    Query(query): Query<SignInQuery>,
) -> Response {
    let SignInMethod::Provider(provider) = &sign_in.method else { return not_confirmed() };
    let now = sign_in.clock.now();
    match provider.start(now).await {
        Ok((url, request)) => {
            let to = staff_page(&query.to).to_owned();
            let pending = PendingSignIn { request, to, until: now + PENDING_TTL };
            let signed = sign_in.sessions.key.sign(PENDING_PURPOSE, &pending);
            let cookie = sign_in.sessions.cookie(PENDING_COOKIE, &signed, PENDING_TTL);
            ([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response()
        }
        Err(error) => unavailable(&error),
    }
}

pub(super) async fn callback(
    State(sign_in): State<SignIn>,
    Query(query): Query<CallbackQuery>,
    headers: HeaderMap,
) -> Response {
    let SignInMethod::Provider(provider) = &sign_in.method else { return not_confirmed() };
    let response = finish(&sign_in, provider, query, &headers).await;
    // The cookie is good for one attempt, whatever the result.
    let removed = sign_in.sessions.cookie(PENDING_COOKIE, "", TimeDelta::zero());
    (AppendHeaders([(header::SET_COOKIE, removed)]), response).into_response()
}

async fn finish(
    sign_in: &SignIn,
    provider: &IdentityProvider,
    query: CallbackQuery,
    headers: &HeaderMap,
) -> Response {
    let now = sign_in.clock.now();
    let Some(pending) = pending(sign_in, &query, headers, now) else {
        tracing::warn!("a browser came back from a sign-in that it did not start, or too late");
        return notice(
            StatusCode::BAD_REQUEST,
            "You are not signed in",
            "This sign-in was started in another browser, or took longer than 10 minutes. Please try \
             again.",
            Some("/staff"),
        );
    };
    if query.code.is_empty() {
        // The error code alone: a description may name somebody.
        let error: String =
            query.error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').collect();
        tracing::warn!(error, "the identity provider refused a sign-in");
        return not_confirmed();
    }
    match provider.exchange(query.code, pending.request, now).await {
        Ok(identity) => admit(sign_in, &identity, &pending.to),
        Err(error @ ProviderError::Unavailable(_)) => unavailable(&error),
        Err(error) => {
            tracing::warn!(error = error_chain(&error), "a sign-in was refused");
            not_confirmed()
        }
    }
}

/// Returns the sign-in that this browser started, if the state that came back is its own.
fn pending(
    sign_in: &SignIn,
    query: &CallbackQuery,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Option<PendingSignIn> {
    let signed = sign_in.sessions.read(headers, PENDING_COOKIE)?;
    let pending: PendingSignIn = sign_in.sessions.key.verify(PENDING_PURPOSE, &signed)?;
    let own_state = constant_time_eq(&query.state, pending.request.state.secret());
    (now < pending.until && own_state).then_some(pending)
}

/// Starts a session for an identity that belongs to one of the organisation's people.
fn admit(sign_in: &SignIn, identity: &Identity, to: &str) -> Response {
    let Some(email) = &identity.email else {
        tracing::warn!("a sign-in came without a verified email address");
        return notice(
            StatusCode::FORBIDDEN,
            "We could not identify you",
            "You are signed in to your organisation, but it did not give Kept a verified email address \
             for you. Ask your Kept administrator for help. The settings are described in \
             docs/sign-in.md.",
            None,
        );
    };
    match sign_in.organisation.person_at(email) {
        Some(person) => sign_in.start_session(person, identity.role, to),
        None => {
            tracing::warn!("somebody signed in who is not in the organisation's file");
            let text = format!(
                "You are signed in to your organisation as {email}, but Kept does not know this \
                 address. Ask your Kept administrator to add you with this address, then sign in again."
            );
            notice(StatusCode::FORBIDDEN, "You do not have access", &text, Some("/staff"))
        }
    }
}

fn not_confirmed() -> Response {
    notice(
        StatusCode::FORBIDDEN,
        "You are not signed in",
        "Your organisation's sign-in service did not confirm who you are. Please try again. If it \
         happens again, tell your Kept administrator and say at what time it happened.",
        Some("/staff"),
    )
}

fn unavailable(error: &ProviderError) -> Response {
    tracing::error!(error = error_chain(error), "nobody can sign in");
    notice(
        StatusCode::SERVICE_UNAVAILABLE,
        "You cannot sign in at the moment",
        "Your organisation's sign-in service is not responding. Please try again in a few minutes.",
        Some("/staff"),
    )
}
