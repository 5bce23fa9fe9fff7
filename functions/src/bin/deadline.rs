//! The deadline function, called by a schedule of EventBridge Scheduler when a contact's timer is due.

use adapters::aws::{Aws, TimerPayload};
use functions::deadline;
use functions::lambda::{self, HandlerError};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let app = lambda::app(&Aws::from_environment()?)?;
    run(service_fn(|event: LambdaEvent<TimerPayload>| {
        let app = app.clone();
        async move {
            deadline::fired(&app, &event.payload.contact).await?;
            Ok::<_, HandlerError>(())
        }
    }))
    .await
}
