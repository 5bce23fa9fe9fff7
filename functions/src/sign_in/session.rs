//! Sessions: signed cookies that say who is signed in.
//!
//! A session is held in its cookie and nowhere else. To know who makes a request, Kept reads and writes
//! nothing, so a page costs no more for being behind a sign-in, and a function that cannot reach the
//! table can still say so to the right person. The price is that one session cannot be ended from
//! outside before its time. It ends after a working day, for everybody if the key is changed, and for
//! one person as soon as they are removed from the organisation's file, which is checked each time.

use std::fmt;
use std::sync::Arc;

use adapters::pages::User;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use cookie::{Cookie, SameSite};
use data_encoding::BASE64URL_NOPAD;
use domain::keyed_hash::KeyedHash;
use domain::organisation::{Organisation, PersonId, Role};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::http::problem;

/// The time a session lasts: the longest working day, so that nobody is signed out in the middle of an
/// answer that they started in the morning.
const SESSION_TTL: TimeDelta = TimeDelta::hours(10);

/// The name of a session's cookie.
const SESSION_COOKIE: &str = "kept-session";

/// The key with which cookies are signed. Whoever has it can be anybody. Changing it signs everybody
/// out.
#[derive(Clone)]
pub struct SessionKey(KeyedHash);

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(..)")
    }
}

impl SessionKey {
    /// A key of 32 bytes, which must be random.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(KeyedHash::new(bytes))
    }

    /// Returns a value as signed text. Everybody who has the text can read the value, and nobody can
    /// change it. [`SessionKey::verify`] accepts it for the same purpose only.
    pub(super) fn sign<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        // A value that cannot be serialised becomes a text that cannot be read back.
        let text = BASE64URL_NOPAD.encode(&serde_json::to_vec(value).unwrap_or_default());
        let signature = BASE64URL_NOPAD.encode(&self.0.hash(purpose, &[&text]));
        format!("{text}.{signature}")
    }

    /// Returns the value of a text that was signed with this key for this purpose.
    pub(super) fn verify<T: DeserializeOwned>(&self, purpose: &str, signed: &str) -> Option<T> {
        let (text, signature) = signed.split_once('.')?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        self.0.verify(purpose, &[text], &signature).then_some(())?;
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
    }

    /// Returns the CSRF token of a session.
    fn csrf_token(&self, session: &str) -> String {
        BASE64URL_NOPAD.encode(&self.0.hash("csrf", &[session]))
    }
}

/// The content of a session's cookie.
#[derive(Debug, Serialize, Deserialize)]
struct Session {
    person: PersonId,
    /// The role that the identity provider named. Without one, the organisation's file decides.
    role: Option<Role>,
    /// Random, so that each session has a CSRF token of its own.
    id: String,
    /// UTC.
    until: DateTime<Utc>,
}

/// The person who is signed in. Handlers behind [`super::SignIn::behind`] take it as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The person's id in the organisation's file.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The role, which says what the person may do.
    pub role: Role,
    /// The CSRF token that every form carries in the field `csrf`.
    pub csrf: String,
}

impl SignedIn {
    /// The person as the pages show them, with the token for their forms.
    #[must_use]
    pub fn page_user(&self) -> User<'_> {
        User {
            name: &self.name,
            csrf: &self.csrf,
            may_act: self.role.may_act(),
            may_waive: self.role.may_waive(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            // A page that was mounted without the sign-in stays closed.
            tracing::error!("a page for staff is served without the sign-in in front of it");
            problem(StatusCode::FORBIDDEN, "Please sign in", "This page is for staff.")
        })
    }
}

/// The cookies of a way to sign in.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    pub(super) key: SessionKey,
    /// True if staff reach the pages by https only.
    pub(super) secure: bool,
    /// The way to sign in: `local`, or the identity provider and client. A session that one way issued
    /// is not valid for another.
    pub(super) issued_by: Arc<str>,
}

impl Sessions {
    /// Returns the cookie of a new session.
    pub(super) fn start(
        &self,
        person: &PersonId,
        role: Option<Role>,
        now: DateTime<Utc>,
    ) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let session = Session { person: person.clone(), role, id, until: now + SESSION_TTL };
        let signed = self.key.sign(&self.purpose(), &session);
        self.cookie(SESSION_COOKIE, &signed, SESSION_TTL)
    }

    /// Returns the cookie that ends a session.
    pub(super) fn end(&self) -> String {
        self.cookie(SESSION_COOKIE, "", TimeDelta::zero())
    }

    /// Returns the person who is signed in.
    pub(super) fn signed_in(
        &self,
        headers: &HeaderMap,
        organisation: &Organisation,
        now: DateTime<Utc>,
    ) -> Option<SignedIn> {
        let signed = self.read(headers, SESSION_COOKIE)?;
        let session: Session = self.key.verify(&self.purpose(), &signed)?;
        (now < session.until).then_some(())?;
        let person = organisation.person(session.person.as_str())?;
        Some(SignedIn {
            person: person.id.clone(),
            name: person.name.clone(),
            role: session.role.unwrap_or(person.role),
            csrf: self.key.csrf_token(&session.id),
        })
    }

    fn purpose(&self) -> String {
        format!("session {}", self.issued_by)
    }

    /// Returns a `Set-Cookie` value for all paths of Kept that no script can read.
    ///
    /// The cookie is `Lax` and not `Strict`. Otherwise people who follow a link from a notification in
    /// webmail, or come back from the identity provider, would appear to be signed out.
    pub(super) fn cookie(&self, name: &str, value: &str, ttl: TimeDelta) -> String {
        Cookie::build((self.cookie_name(name), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::seconds(ttl.num_seconds()))
            .secure(self.secure)
            .build()
            .to_string()
    }

    /// Returns the value of a cookie.
    pub(super) fn read(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.cookie_name(name);
        let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies = values.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Returns the name with the prefix `__Host-` if staff come by https. Browsers accept such a cookie
    /// only from the host itself and by https.
    fn cookie_name(&self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SessionKey = SessionKey::new([7; 32]);

    #[test]
    fn a_signed_value_is_valid_for_its_key_and_purpose_only() {
        let signed = KEY.sign("a", &("x", 1));
        assert_eq!(KEY.verify("a", &signed), Some(("x".to_owned(), 1)));
        assert_eq!(KEY.verify::<(String, i32)>("b", &signed), None);
        assert_eq!(SessionKey::new([8; 32]).verify::<(String, i32)>("a", &signed), None);
        for at in 0..signed.len() {
            let mut bent = signed.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert_eq!(KEY.verify::<(String, i32)>("a", &bent), None, "{bent}");
        }
        for bad in ["", ".", "x", "x.", &signed[..signed.len() - 1]] {
            assert_eq!(KEY.verify::<(String, i32)>("a", bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{KEY:?}"), "SessionKey(..)");
    }

    #[test]
    fn cookies_are_sent_by_https_only_if_staff_come_by_https() {
        let end = |secure| Sessions { key: KEY, secure, issued_by: "x".into() }.end();
        assert_eq!(
            end(true),
            "__Host-kept-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
        assert_eq!(end(false), "kept-session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let sessions = Sessions { key: KEY, secure: false, issued_by: "x".into() };
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "other=1; broken".parse().unwrap());
        headers.append(header::COOKIE, "other=2;  kept-session=a.b".parse().unwrap());
        assert_eq!(sessions.read(&headers, SESSION_COOKIE).as_deref(), Some("a.b"));
        assert_eq!(sessions.read(&headers, "kept-sign-in"), None);
    }
}
