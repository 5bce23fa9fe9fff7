//! The intake-web function: the form for customers and their status page, called by the HTTP API.

use adapters::aws::Aws;
use functions::{intake_web, lambda};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::log();
    let app = lambda::app(&Aws::from_environment()?)?;
    lambda_http::run(intake_web::routes(app)).await
}
