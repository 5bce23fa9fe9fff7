//! A browser, as far as the pages of staff need one: it keeps cookies and sends forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tower::ServiceExt as _;

use crate::Scenario;

/// What came of a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Where it leads, if it does.
    pub to: String,
    /// The cookies that it sets, as they are written.
    pub cookies: Vec<String>,
    /// The page.
    pub page: String,
}

/// A browser at some pages.
#[derive(Clone, Debug)]
pub struct Browser {
    pages: Router,
    /// Where it takes the pages to be: `https://kept.example`.
    origin: String,
    /// What it has been told to keep.
    pub cookies: BTreeMap<String, String>,
    /// The mark of the last form that it was shown.
    pub csrf: String,
}

#[expect(clippy::expect_used, reason = "what a browser cannot do fails its test")]
impl Browser {
    /// A browser that has seen nothing yet.
    #[must_use]
    pub fn new(pages: Router, origin: &str) -> Self {
        let (origin, csrf) = (origin.to_owned(), String::new());
        Self { pages, origin, cookies: BTreeMap::new(), csrf }
    }

    /// The browser of somebody who has signed in at the pages of staff on one machine.
    pub async fn signed_in(scenario: &Scenario, person: &str) -> Self {
        let app = scenario.simulation.app.clone();
        let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
        let mut browser = Self::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080");
        let answer = browser.post("/sign-in", &format!("person={person}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{person}: {}", answer.page);
        browser.get("/staff").await;
        browser
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", &[]).await
    }

    /// Sends a form of the page it was shown last.
    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let origin = self.origin.clone();
        self.post_with(path, form, &[("origin", &origin)]).await
    }

    /// Sends a form of the page it was shown last, with headers of the caller's.
    pub async fn post_with(&mut self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let form = format!("{form}&csrf={}", self.csrf);
        self.post_only(path, &form, headers).await
    }

    /// Sends a form that no page has shown.
    pub async fn post_only(&mut self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.ask(Method::POST, path, form, &all).await
    }

    /// Asks anything.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let path = path.strip_prefix(&self.origin).unwrap_or(path);
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.pages.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a page");
        let page = String::from_utf8(body.to_vec()).expect("text");
        self.keep(&parts.headers);
        if let Some((_, rest)) = page.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        let said = |name| parts.headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
        Answer {
            status: parts.status,
            to: said("location").next().unwrap_or_default().to_owned(),
            cookies: said("set-cookie").map(str::to_owned).collect(),
            page,
        }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a cookie in ASCII");
            let (name, rest) = cookie.split_once('=').expect("a name");
            let mut parts = rest.split("; ");
            let value = parts.next().unwrap_or_default();
            let says: Vec<_> = parts.collect();
            // As browsers do: over https alone, and then with the prefix that says so
            let https = self.origin.starts_with("https://");
            assert_eq!(says.contains(&"Secure"), https, "{cookie}");
            assert_eq!(name.starts_with("__Host-"), https, "{cookie}");
            for always in ["Path=/", "HttpOnly", "SameSite=Lax"] {
                assert!(says.contains(&always), "{cookie}");
            }
            if says.contains(&"Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
