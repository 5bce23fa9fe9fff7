//! Sign-in for staff: who may see the staff pages, and in whose name they act.
//!
//! A deployment has one of two ways to sign in, described in `docs/sign-in.md`. Through an identity
//! provider, [`SignIn::by_provider`] asks it by OpenID Connect who somebody is. On one machine,
//! [`SignIn::local`] lets staff choose who they are. In both cases they have to be one of the people in
//! the organisation's file.
//!
//! - `access`: the middleware in front of every page for staff.
//! - `session`: the signed cookie that says who is signed in.
//! - `provider_sign_in` and `local_sign_in`: the pages of the two ways.
//! - `identity_provider`: the OpenID Connect client.

mod access;
mod identity_provider;
mod local_sign_in;
mod provider_sign_in;
mod session;

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::pages::{SignInLink, SignInNotice};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::on;
use domain::organisation::{Organisation, Person, Role};
use openidconnect::url::form_urlencoded;

pub use identity_provider::{ClientSecret, Settings, SettingsError};
pub use session::{SessionKey, SignedIn};

use crate::App;
use crate::http::{page, security_headers};
use crate::routes::{
    self, LocalSignInEndpoint, ProviderEndpoint, SIGN_IN, SIGNED_OUT, SignOutEndpoint,
};
use identity_provider::IdentityProvider;
use session::Sessions;

/// The sign-in of a deployment. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct SignIn {
    organisation: Arc<Organisation>,
    clock: Clock,
    sessions: Sessions,
    /// The URL at which staff reach the pages, without a slash at the end.
    public_url: Arc<str>,
    method: SignInMethod,
}

#[derive(Clone, Debug)]
enum SignInMethod {
    /// Staff choose who they are.
    Local,
    /// An identity provider says who they are.
    Provider(Arc<IdentityProvider>),
}

impl SignIn {
    /// The sign-in of one machine, where staff choose who they are.
    ///
    /// It is for pages that are served on a loopback address only. A request that did not come to one
    /// is refused.
    #[must_use]
    pub fn local(app: &App, key: SessionKey) -> Self {
        // Nothing serves https on a loopback address.
        let sessions = Sessions { key, secure: false, issued_by: "local".into() };
        Self::new(app, sessions, &app.staff_base_url, SignInMethod::Local)
    }

    /// The sign-in through an identity provider.
    ///
    /// # Errors
    /// Returns an error if an address in the settings is not one to which secrets may be sent.
    pub fn by_provider(
        app: &App,
        key: SessionKey,
        settings: &Settings,
    ) -> Result<Self, SettingsError> {
        let settings = Settings {
            public_url: settings.public_url.trim_end_matches('/').to_owned(),
            ..settings.clone()
        };
        let provider = IdentityProvider::new(&settings)?;
        let sessions = Sessions {
            key,
            secure: settings.public_url.starts_with("https://"),
            issued_by: format!("{} {}", settings.issuer, settings.client_id).into(),
        };
        let method = SignInMethod::Provider(Arc::new(provider));
        Ok(Self::new(app, sessions, &settings.public_url, method))
    }

    fn new(app: &App, sessions: Sessions, public_url: &str, method: SignInMethod) -> Self {
        Self {
            organisation: app.organisation.clone(),
            clock: app.clock.clone(),
            sessions,
            public_url: public_url.into(),
            method,
        }
    }

    /// Puts pages behind the sign-in.
    ///
    /// Their handlers are called only for people who are signed in. A request that changes something
    /// gets through only if the person may change things and if it comes from one of our own forms.
    pub fn behind<S: Clone + Send + Sync + 'static>(&self, pages: Router<S>) -> Router<S> {
        pages
            .route_layer(from_fn_with_state(self.clone(), access::require_staff))
            .route_layer(from_fn_with_state(self.clone(), access::same_site))
    }

    /// The pages on which people sign in and out.
    pub fn routes(&self) -> Router {
        let sign_in = match self.method {
            SignInMethod::Local => {
                routes::router(&routes::SIGN_IN_LOCALLY, |endpoint, method| match endpoint {
                    LocalSignInEndpoint::People => on(method, local_sign_in::people),
                    LocalSignInEndpoint::Choose => on(method, local_sign_in::choose),
                })
            }
            SignInMethod::Provider(_) => {
                routes::router(&routes::SIGN_IN_BY_PROVIDER, |endpoint, method| match endpoint {
                    ProviderEndpoint::Begin => on(method, provider_sign_in::begin),
                    ProviderEndpoint::Callback => on(method, provider_sign_in::callback),
                })
            }
        };
        let require_session = from_fn_with_state(self.clone(), access::require_session);
        let sign_out = routes::router(&routes::SIGN_OUT, |endpoint, method| match endpoint {
            SignOutEndpoint::SignOut => on(method, sign_out).route_layer(require_session.clone()),
            SignOutEndpoint::SignedOut => on(method, signed_out),
        });
        sign_in
            .merge(sign_out)
            .route_layer(from_fn_with_state(self.clone(), access::same_site))
            .layer(from_fn(security_headers))
            .with_state(self.clone())
    }

    /// Starts a session and redirects to the page that the person wanted.
    fn start_session(&self, person: &Person, role: Option<Role>, next: &str) -> Response {
        let cookie = self.sessions.start(&person.id, role, self.clock.now());
        ([(header::SET_COOKIE, cookie)], Redirect::to(staff_page(next))).into_response()
    }
}

async fn sign_out(State(sign_in): State<SignIn>) -> Response {
    let cookie = sign_in.sessions.end();
    ([(header::SET_COOKIE, cookie)], Redirect::to(SIGNED_OUT)).into_response()
}

async fn signed_out(State(sign_in): State<SignIn>) -> Response {
    let text = match sign_in.method {
        SignInMethod::Local => "",
        SignInMethod::Provider(_) => {
            "You may still be signed in to your organisation. On a shared computer, sign out there too."
        }
    };
    notice(StatusCode::OK, "You are signed out", text, Some("/staff"))
}

/// A page for somebody who is not signed in. `next` is the page to show after signing in; without it
/// the notice has no link to the sign-in.
fn notice(status: StatusCode, title: &str, text: &str, next: Option<&str>) -> Response {
    let link = next.map(sign_in_link);
    let link = link.as_deref().map(|href| SignInLink { href });
    page(status, &SignInNotice { title, text, link })
}

/// The link to the sign-in that leads on to the page `next`.
fn sign_in_link(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(staff_page(next).as_bytes()).collect();
    format!("{SIGN_IN}?to={next}")
}

/// Returns `path` if it is a page for staff, and the work list otherwise, so that no link can lead from
/// our sign-in to another website.
fn staff_page(path: &str) -> &str {
    let ours = ["/staff", "/outbox"].iter().any(|page| {
        path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    let plain = path.len() < 500 && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if ours && plain { path } else { "/staff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_staff_pages_only() {
        for good in
            ["/staff", "/staff?team=repairs", "/staff/contacts/7KQ4M2XP9DRT", "/outbox/a.eml"]
        {
            assert_eq!(staff_page(good), good);
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
            assert_eq!(staff_page(bad), "/staff", "{bad}");
        }
        assert_eq!(staff_page(&format!("/staff?{}", "x".repeat(500))), "/staff");
    }
}
