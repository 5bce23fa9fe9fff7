//! The staff function: the pages for staff and their sign-in, called by the HTTP API.

use adapters::aws::Aws;
use functions::{lambda, staff};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::log();
    let app = lambda::app(&Aws::from_environment()?)?;
    let sign_in = lambda::sign_in(&app)?;
    lambda_http::run(staff::routes(app, &sign_in)).await
}
