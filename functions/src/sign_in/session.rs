//! Who is signed in: cookies that Kept signs and nobody else can.
//!
//! A session is all in its cookie. Nothing is read or written to know who asks, so that a page of
//! staff costs no more than it did, and a function that cannot reach the table can still say so to
//! the right person. What that gives up is ending one session from outside before its time: it ends
//! after a working day, for everybody when the key is changed, and for one person when they leave
//! the organisation's file, which is looked at each time.

use std::fmt;

use adapters::pages::Signed;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use domain::keyed_hash::KeyedHash;
use domain::organisation::{Organisation, PersonId, Role};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::http::problem;

/// The longest working day: nobody is signed out over an answer that they began in the morning.
const SESSION_TTL: TimeDelta = TimeDelta::hours(10);

/// The key with which cookies are signed. Whoever has it can be anybody; changing it signs
/// everybody out.
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

    /// A value as text that [`SessionKey::open`] opens for the same purpose alone. It can be read by
    /// whoever has it, and not be changed.
    pub(super) fn sign<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        // What cannot be written is not opened again either.
        let text = BASE64URL_NOPAD.encode(&serde_json::to_vec(value).unwrap_or_default());
        let mark = BASE64URL_NOPAD.encode(&self.0.hash(purpose, &[&text]));
        format!("{text}.{mark}")
    }

    /// A value that was sealed with this key for this purpose.
    pub(super) fn open<T: DeserializeOwned>(&self, purpose: &str, signed: &str) -> Option<T> {
        let (text, mark) = signed.split_once('.')?;
        let mark = BASE64URL_NOPAD.decode(mark.as_bytes()).ok()?;
        self.0.verify(purpose, &[text], &mark).then_some(())?;
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
    }

    /// What a form of a session carries, so that no other website can have made it.
    fn csrf(&self, session: &str) -> String {
        BASE64URL_NOPAD.encode(&self.0.hash("csrf", &[session]))
    }
}

/// What a session's cookie says.
#[derive(Debug, Serialize, Deserialize)]
struct Session {
    person: PersonId,
    /// What the provider of sign-in said that they may do; otherwise the organisation's file says.
    role: Option<Role>,
    /// Makes the marks of its forms its own.
    id: String,
    until: DateTime<Utc>,
}

/// Who is signed in. Handlers behind [`super::SignIn::behind`] take it as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What their forms carry in the field `csrf`.
    pub csrf: String,
}

impl SignedIn {
    /// For the head of a page and its forms.
    #[must_use]
    pub fn page(&self) -> Signed<'_> {
        Signed {
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
            // A page that was put in front of the gate stays closed.
            tracing::error!("a page for who is signed in is served to who is not");
            problem(StatusCode::FORBIDDEN, "Please sign in", "This page is for staff.")
        })
    }
}

/// How sessions are kept: with which key, in which cookies, for which way of signing in.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    pub(super) key: SessionKey,
    /// Whether staff reach the pages by https alone.
    pub(super) secure: bool,
    /// Which way of signing in made them. A cookie that was got by one is worth nothing at another.
    pub(super) way: String,
}

impl Sessions {
    /// The cookie of a new session.
    pub(super) fn start(
        &self,
        person: &PersonId,
        role: Option<Role>,
        now: DateTime<Utc>,
    ) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let session = Session { person: person.clone(), role, id, until: now + SESSION_TTL };
        let signed = self.key.sign(&self.purpose(), &session);
        self.cookie(SESSION, &signed, SESSION_TTL)
    }

    /// The cookie that ends a session.
    pub(super) fn end(&self) -> String {
        self.cookie(SESSION, "", TimeDelta::zero())
    }

    /// Who is signed in.
    pub(super) fn who(
        &self,
        headers: &HeaderMap,
        organisation: &Organisation,
        now: DateTime<Utc>,
    ) -> Option<SignedIn> {
        let signed = self.read(headers, SESSION)?;
        let session: Session = self.key.open(&self.purpose(), signed)?;
        (now < session.until).then_some(())?;
        let person = organisation.person(session.person.as_str())?;
        Some(SignedIn {
            person: person.id.clone(),
            name: person.name.clone(),
            role: session.role.unwrap_or(person.role),
            csrf: self.key.csrf(&session.id),
        })
    }

    fn purpose(&self) -> String {
        format!("session {}", self.way)
    }

    /// A cookie for all of Kept: no script reads it, no other website posts with it. It is `Lax` and
    /// not `Strict`, or who follows a link from a notification in webmail, or comes back from
    /// the provider of sign-in, would seem to be signed out.
    pub(super) fn cookie(&self, name: &str, value: &str, lasts: TimeDelta) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
            self.name(name),
            lasts.num_seconds()
        )
    }

    /// The value of a cookie.
    pub(super) fn read<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let name = self.name(name);
        let cookies =
            headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// With the prefix by which browsers know that a cookie is this host's own, set by https; they
    /// take no such cookie otherwise.
    fn name(&self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }
}

/// The cookie of a session.
const SESSION: &str = "kept-session";

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SessionKey = SessionKey::new([7; 32]);

    #[test]
    fn what_was_sealed_is_opened_with_the_same_key_for_the_same_purpose_alone() {
        let signed = KEY.sign("a", &("x", 1));
        assert_eq!(KEY.open("a", &signed), Some(("x".to_owned(), 1)));
        assert_eq!(KEY.open::<(String, i32)>("b", &signed), None);
        assert_eq!(SessionKey::new([8; 32]).open::<(String, i32)>("a", &signed), None);
        for at in 0..signed.len() {
            let mut bent = signed.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert_eq!(KEY.open::<(String, i32)>("a", &bent), None, "{bent}");
        }
        for bad in ["", ".", "x", "x.", &signed[..signed.len() - 1]] {
            assert_eq!(KEY.open::<(String, i32)>("a", bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{KEY:?}"), "SessionKey(..)");
    }

    #[test]
    fn where_staff_come_by_https_cookies_go_nowhere_else() {
        let sessions = |secure| Sessions { key: KEY, secure, way: "x".into() };
        assert_eq!(
            sessions(true).end(),
            "__Host-kept-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
        );
        assert_eq!(
            sessions(false).end(),
            "kept-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }
}
