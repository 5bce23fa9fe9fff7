//! To the provider of sign-in, and back.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::keyed_hash::constant_time_eq;
use serde::{Deserialize, Serialize};

use super::provider::{Begun, Known, Provider, ProviderError};
use super::{Method, SignIn, back, notice};

/// The cookie of a sign-in that was begun.
const BEGUN: &str = "kept-sign-in";
/// What the cookie is sealed for.
const PURPOSE: &str = "sign-in";
/// How long it may take: a password, a telephone to confirm it, a conversation in between.
const MAY_TAKE: TimeDelta = TimeDelta::minutes(10);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    to: String,
}

/// With what the provider sends somebody back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Back {
    code: String,
    state: String,
    error: String,
}

/// A sign-in that was begun in this browser.
#[derive(Serialize, Deserialize)]
struct Pending {
    begun: Begun,
    to: String,
    until: DateTime<Utc>,
}

pub(super) async fn begin(State(sign_in): State<SignIn>, Query(asked): Query<Asked>) -> Response {
    let inner = &sign_in.0;
    let now = inner.clock.now();
    let Method::Provider(provider) = &inner.way else { return failed() };
    match provider.begin(now).await {
        Ok((url, begun)) => {
            let pending = Pending { begun, to: back(&asked.to).to_owned(), until: now + MAY_TAKE };
            let signed = inner.sessions.key.sign(PURPOSE, &pending);
            let cookie = inner.sessions.cookie(BEGUN, &signed, MAY_TAKE);
            ([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response()
        }
        Err(error) => unavailable(&error),
    }
}

pub(super) async fn finish(
    State(sign_in): State<SignIn>,
    Query(came): Query<Back>,
    headers: HeaderMap,
) -> Response {
    let inner = &sign_in.0;
    let Method::Provider(provider) = &inner.way else { return failed() };
    let response = arrive(&sign_in, provider, came, &headers).await;
    // Good for one attempt, whatever came of it.
    let over = inner.sessions.cookie(BEGUN, "", TimeDelta::zero());
    (AppendHeaders([(header::SET_COOKIE, over)]), response).into_response()
}

async fn arrive(
    sign_in: &SignIn,
    provider: &Provider,
    came: Back,
    headers: &HeaderMap,
) -> Response {
    let inner = &sign_in.0;
    let now = inner.clock.now();
    let pending = inner
        .sessions
        .read(headers, BEGUN)
        .and_then(|signed| inner.sessions.key.open::<Pending>(PURPOSE, signed))
        .filter(|pending| {
            now < pending.until && constant_time_eq(&came.state, pending.begun.state.secret())
        });
    let Some(pending) = pending else {
        tracing::warn!("somebody came back from a sign-in that was not begun here, or long ago");
        return notice(
            StatusCode::BAD_REQUEST,
            "You are not signed in",
            "This sign-in was not begun in this browser, or it took longer than ten minutes. \
             Please begin again.",
            Some("/staff"),
        );
    };
    if came.code.is_empty() {
        // The provider's own word for it, without what it may describe.
        let error: String =
            came.error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').collect();
        tracing::warn!(error, "the provider signed somebody not in");
        return failed();
    }
    match provider.finish(came.code, pending.begun, now).await {
        Ok(known) => greet(sign_in, &known, &pending.to),
        Err(error @ ProviderError::Unavailable(_)) => unavailable(&error),
        Err(error @ ProviderError::Refused(_)) => {
            tracing::warn!(%error, "a sign-in was refused");
            failed()
        }
    }
}

/// Lets in whom the provider knows, if they are one of the organisation's people.
fn greet(sign_in: &SignIn, known: &Known, to: &str) -> Response {
    let Some(email) = &known.email else {
        tracing::warn!("a sign-in came without a verified email address");
        return notice(
            StatusCode::FORBIDDEN,
            "Kept does not know who you are",
            "You are signed in to your organisation, but it did not tell Kept an email address that it \
             vouches for. Ask whoever looks after Kept; docs/sign-in.md says what to set.",
            None,
        );
    };
    match sign_in.0.organisation.person_at(email) {
        Some(person) => sign_in.start_session(person, known.role, to),
        None => {
            tracing::warn!("somebody signed in who is not in the organisation's file");
            let text = format!(
                "You are signed in to your organisation as {email}, and nobody of that address is in \
                 Kept. Ask whoever looks after Kept to add you to the organisation's file, with this \
                 address; then sign in again."
            );
            notice(StatusCode::FORBIDDEN, "You have no access yet", &text, Some("/staff"))
        }
    }
}

fn failed() -> Response {
    notice(
        StatusCode::FORBIDDEN,
        "You are not signed in",
        "Your organisation's sign-in did not confirm who you are. Please begin again; if that happens \
         once more, tell whoever looks after Kept, and when it was.",
        Some("/staff"),
    )
}

fn unavailable(error: &ProviderError) -> Response {
    tracing::error!(%error, "nobody can sign in");
    notice(
        StatusCode::SERVICE_UNAVAILABLE,
        "Nobody can sign in at the moment",
        "Your organisation's sign-in cannot be reached. Please try again in a few minutes.",
        Some("/staff"),
    )
}
