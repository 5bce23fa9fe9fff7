//! A browser on the staff pages: it keeps cookies and sends forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tower::ServiceExt as _;

use crate::Scenario;

/// The response to a request.
#[derive(Clone, Debug)]
pub struct PageResponse {
    /// The status.
    pub status: StatusCode,
    /// The `Location` of a redirect; empty if there is none.
    pub location: String,
    /// The `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// The body.
    pub page: String,
}

/// A browser on some pages.
#[derive(Clone, Debug)]
pub struct Browser {
    pages: Router,
    /// The origin of the pages, such as `https://kept.example`.
    origin: String,
    /// The cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// The CSRF token of the last form that was shown.
    pub csrf: String,
}

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
impl Browser {
    /// A browser without cookies.
    #[must_use]
    pub fn new(pages: Router, origin: &str) -> Self {
        let (origin, csrf) = (origin.to_owned(), String::new());
        Self { pages, origin, cookies: BTreeMap::new(), csrf }
    }

    /// The browser of a person who has signed in locally and opened the work list.
    pub async fn signed_in(scenario: &Scenario, person: &str) -> Self {
        let app = scenario.simulation.app.clone();
        let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
        let mut browser = Self::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080");
        let response = browser.post("/sign-in", &format!("person={person}")).await;
        assert_eq!(response.status, StatusCode::SEE_OTHER, "{person}: {}", response.page);
        browser.get("/staff").await;
        browser
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> PageResponse {
        self.request(Method::GET, path, "", &[]).await
    }

    /// Sends a form of the last page, with its CSRF token and the page's origin.
    pub async fn post(&mut self, path: &str, form: &str) -> PageResponse {
        let origin = self.origin.clone();
        self.post_with(path, form, &[("origin", &origin)]).await
    }

    /// Sends a form of the last page, with its CSRF token and these headers.
    pub async fn post_with(
        &mut self,
        path: &str,
        form: &str,
        headers: &[(&str, &str)],
    ) -> PageResponse {
        let form = format!("{form}&csrf={}", self.csrf);
        self.post_without_token(path, &form, headers).await
    }

    /// Sends a form without the CSRF token of the last page.
    pub async fn post_without_token(
        &mut self,
        path: &str,
        form: &str,
        headers: &[(&str, &str)],
    ) -> PageResponse {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.request(Method::POST, path, form, &all).await
    }

    /// Sends any request, with the cookies.
    pub async fn request(
        &mut self,
        method: Method,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> PageResponse {
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
        let response = self.pages.clone().oneshot(request).await.expect("a response");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let page = String::from_utf8(body.to_vec()).expect("text");
        self.store_cookies(&parts.headers);
        if let Some((_, rest)) = page.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        let values = |name| parts.headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
        PageResponse {
            status: parts.status,
            location: values("location").next().unwrap_or_default().to_owned(),
            cookies: values("set-cookie").map(str::to_owned).collect(),
            page,
        }
    }

    /// Stores and removes cookies. Fails if one lacks the attributes that keep sessions safe.
    fn store_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("an ASCII cookie");
            let (name, rest) = cookie.split_once('=').expect("a name");
            let mut parts = rest.split("; ");
            let value = parts.next().unwrap_or_default();
            let attributes: Vec<_> = parts.collect();
            // Browsers accept the prefix `__Host-` for secure cookies only.
            let https = self.origin.starts_with("https://");
            assert_eq!(attributes.contains(&"Secure"), https, "{cookie}");
            assert_eq!(name.starts_with("__Host-"), https, "{cookie}");
            for required in ["Path=/", "HttpOnly", "SameSite=Lax"] {
                assert!(attributes.contains(&required), "{cookie}");
            }
            if attributes.contains(&"Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
