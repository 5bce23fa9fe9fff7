//! The pages of one machine: those of the functions, the outbox and the health check.

use std::sync::Arc;

use adapters::folder::Folder;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, on};
use functions::App;
use functions::http::problem;
use functions::routes;
use functions::sign_in::SignIn;

use super::{host_guard, outbox};

/// The pages for customers, and the health check.
pub(super) fn for_customers(app: App) -> Router {
    routes::router(&routes::HEALTH, |(), method| on(method, health))
        .with_state(app.clone())
        .merge(functions::intake_web::routes(app))
}

/// The pages for staff. `outbox` is the folder of sent emails, if no relay sends them; `public_host` is the
/// host name under which a web server in front may ask.
pub(super) fn for_staff(
    app: App,
    sign_in: &SignIn,
    outbox: Option<Folder>,
    public_host: Arc<str>,
) -> Router {
    functions::staff::routes(app, sign_in)
        .merge(outbox::routes(outbox, sign_in))
        .layer(from_fn_with_state(public_host, host_guard::require_own_host))
}

/// The answer in place of the pages for staff, if those are not at this address.
pub(super) fn staff_pages_elsewhere() -> Router {
    let elsewhere = async || {
        problem(
            StatusCode::FORBIDDEN,
            "The staff pages are not at this address",
            "If you work here, ask your Kept administrator for the address of the staff pages.",
        )
    };
    ["/staff", "/outbox", "/sign-in"].into_iter().fold(Router::new(), |router, path| {
        let below = format!("{path}/{{*rest}}");
        router.route(path, any(elsewhere)).route(&below, any(elsewhere))
    })
}

/// Returns `ready`, or status 503 if the database cannot be read.
async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.due_contacts(app.now(), None, 1).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n"),
    }
}
