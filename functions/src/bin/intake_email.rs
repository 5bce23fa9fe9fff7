//! The intake-email function, called for each message that SES puts into the inbox bucket.

use adapters::archive::Archive as _;
use adapters::aws::{Aws, Bucket};
use adapters::mail::Incoming;
use aws_lambda_events::event::s3::S3Event;
use functions::intake_email::{Envelope, receive_parsed};
use functions::lambda::{self, HandlerError};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let aws = Aws::from_environment()?;
    let app = lambda::app(&aws)?;
    let bucket = Bucket::new(&aws, lambda::variable("KEPT_INBOX")?);
    run(service_fn(|event: LambdaEvent<S3Event>| {
        let (app, bucket) = (app.clone(), bucket.clone());
        async move {
            for record in event.payload.records {
                let Some(key) = record.s3.object.url_decoded_key.or(record.s3.object.key) else {
                    continue;
                };
                // SES puts a message of its own here when a rule is set up.
                if key.ends_with("AMAZON_SES_SETUP_NOTIFICATION") {
                    continue;
                }
                // A message that is no longer there was removed on purpose.
                let Some(raw) = bucket.load(&key).await? else { continue };
                let message = Incoming::parse(&raw);
                let organisation = &app.organisation;
                let envelope = Envelope {
                    // The bucket has the message since then. A delivery that failed is tried again later.
                    received_at: Some(record.event_time),
                    ..Envelope::from_header(organisation, &message).or_first_team(organisation)
                };
                let archive = bucket.with_existing(&key);
                receive_parsed(&app, &archive, &envelope, &raw, message).await?;
            }
            Ok::<_, HandlerError>(())
        }
    }))
    .await
}
