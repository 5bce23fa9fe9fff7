//! The pages of one machine: those of the functions, the outbox and the health check.

use std::sync::Arc;

use adapters::folder::Folder;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::on;
use functions::App;
use functions::routes;
use functions::sign_in::SignIn;

use super::{host_guard, outbox};

/// All pages. `outbox` is the folder of sent emails, if no relay sends them; `public_host` is the host
/// name in `--base-url`.
pub(super) fn router(
    app: App,
    sign_in: &SignIn,
    outbox: Option<Folder>,
    public_host: Arc<str>,
) -> Router {
    let staff = functions::staff::routes(app.clone(), sign_in)
        .merge(outbox::routes(outbox, sign_in))
        .layer(from_fn_with_state(public_host, host_guard::require_own_host));
    routes::router(&routes::HEALTH, |(), method| on(method, health))
        .with_state(app.clone())
        .merge(functions::intake_web::routes(app))
        .merge(staff)
}

/// Returns `ready`, or status 503 if the database cannot be read.
async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.due_contacts(app.now(), None, 1).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n"),
    }
}
