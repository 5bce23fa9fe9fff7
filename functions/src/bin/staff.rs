//! The pages of staff, behind a sign-in, behind an HTTP API.

use adapters::aws::Aws;
use functions::{lambda, staff};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::log();
    let desk = lambda::desk(&Aws::from_environment()?)?;
    let sign_in = lambda::sign_in(&desk)?;
    lambda_http::run(staff::routes(desk, &sign_in)).await
}
