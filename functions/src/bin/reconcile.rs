//! Looks, on a schedule, for what should have happened and did not.

use adapters::aws::Aws;
use functions::lambda::{self, HandlerError};
use functions::reconcile::{Found, longest_wait, sweep};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let app = lambda::app(&Aws::from_environment()?)?;
    run(service_fn(|_: LambdaEvent<Value>| {
        let app = app.clone();
        async move {
            // Said before anything is mended, and in every run: alarms count on the line.
            let longest_wait_seconds = longest_wait(&app, app.now()).await?.num_seconds();
            tracing::info!(longest_wait_seconds, "looking for what was missed");
            let found = sweep(&app, app.now()).await?;
            if found == Found::default() {
                tracing::info!("nothing was missed");
            } else {
                tracing::warn!(timers = found.timers, mails = found.mails, "missed, and mended");
            }
            for (contact, error) in &found.failed {
                tracing::error!(%contact, error, "a contact cannot be seen to");
            }
            Ok::<_, HandlerError>(())
        }
    }))
    .await
}
