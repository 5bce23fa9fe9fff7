//! Woken by a timer of EventBridge Scheduler.

use adapters::aws::{Aws, Wake};
use functions::{deadline, lambda};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let app = lambda::app(&Aws::from_environment()?)?;
    run(service_fn(|event: LambdaEvent<Wake>| {
        let app = app.clone();
        async move {
            deadline::fired(&app, &event.payload.contact).await?;
            Ok::<_, Error>(())
        }
    }))
    .await
}
