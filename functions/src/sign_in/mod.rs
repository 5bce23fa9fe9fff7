//! Signing in: who may see the pages of staff, and in whose name they act.
//!
//! Either a provider of sign-in says who somebody is, by `OpenID` Connect, or, on one machine and
//! nowhere else, they choose who they are. Either way they are one of the people in the
//! organisation's file. See `docs/sign-in.md`.

mod access;
mod by_provider;
mod local;
mod provider;
mod session;

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::pages::{SignInLink, SignInNotice};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::organisation::Organisation;
pub use openidconnect::ClientSecret;

use crate::App;
use crate::http::{guard, page};
use provider::Provider;
pub use provider::{Settings, SettingsError};
use session::Sessions;
pub use session::{SessionKey, SignedIn};

/// Where people sign in.
const SIGN_IN: &str = "/sign-in";
/// Where the provider sends them back to; the provider has to be told.
const CALLBACK: &str = "/sign-in/callback";
/// Where they land when they have signed out.
const SIGNED_OUT: &str = "/signed-out";

/// How staff sign in.
#[derive(Clone, Debug)]
pub struct SignIn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    organisation: Arc<Organisation>,
    clock: Clock,
    sessions: Sessions,
    /// Where staff reach the pages.
    public_url: String,
    way: Method,
}

#[derive(Debug)]
enum Method {
    /// They choose who they are.
    Local,
    /// A provider says who they are.
    Provider(Box<Provider>),
}

impl SignIn {
    /// Staff choose who they are. For pages that are served on a loopback address alone; a request
    /// that did not come to one is refused.
    #[must_use]
    pub fn local(app: &App, key: SessionKey) -> Self {
        // On a loopback address there is no https.
        let sessions = Sessions { key, secure: false, way: "local".into() };
        Self::new(app, sessions, &app.base_url, Method::Local)
    }

    /// A provider says who they are.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn by_provider(
        app: &App,
        key: SessionKey,
        settings: &Settings,
    ) -> Result<Self, SettingsError> {
        let settings = Settings {
            public_url: settings.public_url.trim_end_matches('/').to_owned(),
            ..settings.clone()
        };
        let provider = Provider::new(&settings)?;
        let sessions = Sessions {
            key,
            secure: settings.public_url.starts_with("https://"),
            way: format!("{} {}", settings.issuer, settings.client_id),
        };
        Ok(Self::new(app, sessions, &settings.public_url, Method::Provider(Box::new(provider))))
    }

    fn new(app: &App, sessions: Sessions, public_url: &str, way: Method) -> Self {
        Self(Arc::new(Inner {
            organisation: app.organisation.clone(),
            clock: app.clock.clone(),
            sessions,
            public_url: public_url.to_owned(),
            way,
        }))
    }

    /// Puts pages behind the sign-in. What comes to them is from somebody who is signed in; what
    /// changes something is from somebody who may, and from one of our own forms.
    pub fn behind<S: Clone + Send + Sync + 'static>(&self, pages: Router<S>) -> Router<S> {
        pages
            .route_layer(from_fn_with_state(self.clone(), access::require_staff))
            .route_layer(from_fn_with_state(self.clone(), access::same_site))
    }

    /// The pages on which people sign in and out.
    pub fn routes(&self) -> Router {
        let options = match self.0.way {
            Method::Local => Router::new().route(SIGN_IN, get(local::choose).post(local::take)),
            Method::Provider(_) => Router::new()
                .route(SIGN_IN, get(by_provider::begin))
                .route(CALLBACK, get(by_provider::finish)),
        };
        let out = Router::new()
            .route("/sign-out", post(sign_out))
            .route_layer(from_fn_with_state(self.clone(), access::require_session));
        options
            .merge(out)
            .route(SIGNED_OUT, get(signed_out))
            .route_layer(from_fn_with_state(self.clone(), access::same_site))
            .layer(from_fn(guard))
            .with_state(self.clone())
    }

    /// Into Kept, with a new session.
    fn start_session(
        &self,
        person: &domain::organisation::Person,
        role: Option<domain::organisation::Role>,
        to: &str,
    ) -> Response {
        let cookie = self.0.sessions.start(&person.id, role, self.0.clock.now());
        ([(header::SET_COOKIE, cookie)], Redirect::to(back(to))).into_response()
    }
}

async fn sign_out(State(sign_in): State<SignIn>) -> Response {
    let cookie = sign_in.0.sessions.end();
    ([(header::SET_COOKIE, cookie)], Redirect::to(SIGNED_OUT)).into_response()
}

async fn signed_out(State(sign_in): State<SignIn>) -> Response {
    let text = match sign_in.0.way {
        Method::Local => "",
        Method::Provider(_) => {
            "Your organisation's own sign-in may still know you. On a computer that others use, sign \
             out there too."
        }
    };
    notice(StatusCode::OK, "You are signed out", text, Some("/staff"))
}

/// What there is to say to somebody who is not signed in; `to` is where they get when they sign in.
fn notice(status: StatusCode, title: &str, text: &str, to: Option<&str>) -> Response {
    let link = to.map(sign_in_link);
    let link = link.as_deref().map(|href| SignInLink { href });
    page(status, &SignInNotice { title, text, link })
}

/// Where to sign in, to get to `to`.
fn sign_in_link(to: &str) -> String {
    let to: String =
        openidconnect::url::form_urlencoded::byte_serialize(back(to).as_bytes()).collect();
    format!("{SIGN_IN}?to={to}")
}

/// Where somebody gets when they are signed in: a page of staff and nothing else, so that no link
/// can lead from our sign-in to another website.
fn back(to: &str) -> &str {
    let ours = ["/staff", "/outbox"].iter().any(|page| {
        to.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    let plain = to.len() < 500 && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if ours && plain { to } else { "/staff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_pages_of_staff_alone() {
        for good in
            ["/staff", "/staff?team=repairs", "/staff/contacts/7KQ4M2XP9DRT", "/outbox/a.eml"]
        {
            assert_eq!(back(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example/staff",
            "/staff.evil.example",
            "/staff@evil.example",
            "/staff/\\evil",
            "/staff/\r\nset-cookie: x=y",
            "/staff/é",
        ] {
            assert_eq!(back(bad), "/staff", "{bad}");
        }
        assert_eq!(back(&format!("/staff?{}", "x".repeat(500))), "/staff");
    }
}
