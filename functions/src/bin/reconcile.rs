//! The reconcile function, called on a schedule to find what should have happened and did not.

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
            // Logged in every run and before anything is put right, because an alarm reads this line.
            let longest_wait_seconds = longest_wait(&app, app.now()).await?.num_seconds();
            tracing::info!(longest_wait_seconds, "catch-up started");
            let found = sweep(&app, app.now()).await?;
            if found == Found::default() {
                tracing::info!("catch-up finished; nothing was missed");
            } else {
                tracing::warn!(
                    timers = found.timers,
                    emails_attempted = found.mails,
                    "catch-up finished"
                );
            }
            for (contact, error) in &found.failed {
                tracing::error!(%contact, error, "a contact could not be processed");
            }
            Ok::<_, HandlerError>(())
        }
    }))
    .await
}
