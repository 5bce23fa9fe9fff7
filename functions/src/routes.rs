//! The one list of routes.
//!
//! Every HTTP route of Kept stands here once. [`crate::intake_web`], [`crate::staff`] and
//! [`crate::sign_in`] build their routers from it, the one-machine server builds its own from it too,
//! and a test compares it with the HTTP API in `infra/aws/template.yaml`.

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter};

/// A route: a method and a path pattern, and the endpoint that serves it. `{name}` in a pattern stands
/// for one segment of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route<P> {
    /// The HTTP method.
    pub method: Method,
    /// The path pattern, as both axum and API Gateway write it.
    pub path: &'static str,
    /// The endpoint.
    pub endpoint: P,
}

/// The methods in use. Axum answers `HEAD` as `GET`, without the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are HTTP's")]
pub enum Method {
    Get,
    Post,
}

impl Method {
    /// The name as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }

    /// The filter by which axum takes this method and no other.
    #[must_use]
    pub const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }
}

/// The pages for customers. Nobody signs in to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CustomerEndpoint {
    Form,
    Send,
    Status,
    Style,
}

/// The pages for staff, behind the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StaffEndpoint {
    WorkList,
    RecordForm,
    Record,
    Contact,
    Act,
}

/// Signing in through an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProviderEndpoint {
    Begin,
    Callback,
}

/// Signing in on one machine, by choosing a person from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocalSignInEndpoint {
    People,
    Choose,
}

/// Signing out, whichever way somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignOutEndpoint {
    SignOut,
    SignedOut,
}

/// The outbox of the one-machine server, behind the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxEndpoint {
    /// The emails in the outbox folder.
    List,
    /// One of those emails.
    Email,
}

pub(crate) const SIGN_IN: &str = "/sign-in";
pub(crate) const CALLBACK: &str = "/sign-in/callback";
pub(crate) const SIGNED_OUT: &str = "/signed-out";

pub(crate) const CUSTOMER: [Route<CustomerEndpoint>; 4] = [
    get("/", CustomerEndpoint::Form),
    post("/contacts", CustomerEndpoint::Send),
    get("/contacts/{id}/{token}", CustomerEndpoint::Status),
    get("/style.css", CustomerEndpoint::Style),
];

pub(crate) const STAFF: [Route<StaffEndpoint>; 5] = [
    get("/staff", StaffEndpoint::WorkList),
    get("/staff/record", StaffEndpoint::RecordForm),
    post("/staff/record", StaffEndpoint::Record),
    get("/staff/contacts/{id}", StaffEndpoint::Contact),
    post("/staff/contacts/{id}/{action}", StaffEndpoint::Act),
];

pub(crate) const SIGN_IN_BY_PROVIDER: [Route<ProviderEndpoint>; 2] =
    [get(SIGN_IN, ProviderEndpoint::Begin), get(CALLBACK, ProviderEndpoint::Callback)];

pub(crate) const SIGN_IN_LOCALLY: [Route<LocalSignInEndpoint>; 2] =
    [get(SIGN_IN, LocalSignInEndpoint::People), post(SIGN_IN, LocalSignInEndpoint::Choose)];

pub(crate) const SIGN_OUT: [Route<SignOutEndpoint>; 2] =
    [post("/sign-out", SignOutEndpoint::SignOut), get(SIGNED_OUT, SignOutEndpoint::SignedOut)];

/// The outbox, which only the one-machine server has.
pub const OUTBOX: [Route<OutboxEndpoint>; 2] =
    [get("/outbox", OutboxEndpoint::List), get("/outbox/{file}", OutboxEndpoint::Email)];

/// The check if the database can be read, which only the one-machine server has.
pub const HEALTH: [Route<()>; 1] = [get("/healthz", ())];

/// The functions on AWS that serve HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the functions")]
pub enum HttpFunction {
    IntakeWeb,
    Staff,
}

/// Returns the routes that the HTTP API on AWS needs, each with the function that serves it.
#[must_use]
pub fn on_aws() -> Vec<Route<HttpFunction>> {
    fn served_by<P>(function: HttpFunction, routes: &[Route<P>]) -> Vec<Route<HttpFunction>> {
        let route =
            |route: &Route<P>| Route { method: route.method, path: route.path, endpoint: function };
        routes.iter().map(route).collect()
    }
    [
        served_by(HttpFunction::IntakeWeb, &CUSTOMER),
        served_by(HttpFunction::Staff, &STAFF),
        served_by(HttpFunction::Staff, &SIGN_IN_BY_PROVIDER),
        served_by(HttpFunction::Staff, &SIGN_OUT),
    ]
    .concat()
}

/// Builds a router from routes. `handler` returns the handler of an endpoint, for
/// the filter of its method.
pub fn router<P: Copy, S: Clone + Send + Sync + 'static>(
    routes: &[Route<P>],
    handler: impl Fn(P, MethodFilter) -> MethodRouter<S>,
) -> Router<S> {
    routes.iter().fold(Router::new(), |router, route| {
        router.route(route.path, handler(route.endpoint, route.method.filter()))
    })
}

const fn get<P: Copy>(path: &'static str, endpoint: P) -> Route<P> {
    Route { method: Method::Get, path, endpoint }
}

const fn post<P: Copy>(path: &'static str, endpoint: P) -> Route<P> {
    Route { method: Method::Post, path, endpoint }
}
