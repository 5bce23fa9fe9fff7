//! The dispatch function, called with records of the table's stream.

use adapters::aws::{Aws, EventBridgeBus, ScheduleSettings, Schedules, Ses};
use aws_lambda_events::event::dynamodb::Event;
use chrono::{DateTime, TimeDelta, Utc};
use functions::dispatch::Dispatch;
use functions::dispatch::stream::process_records;
use functions::lambda::{self, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

/// The most time that one record takes, if every downstream call times out.
const RESERVE: TimeDelta = TimeDelta::seconds(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let aws = Aws::from_environment()?;
    let app = lambda::app(&aws)?;
    let bus = variable("KEPT_BUS").ok();
    let bus = bus.map(|bus| EventBridgeBus::new(&aws, bus, app.organisation.clone()));
    let timers = Schedules::new(
        &aws,
        ScheduleSettings {
            group: variable("KEPT_SCHEDULE_GROUP")?,
            function_arn: variable("KEPT_DEADLINE_ARN")?,
            role_arn: variable("KEPT_WAKER_ROLE_ARN")?,
            dead_letters_arn: variable("KEPT_DEAD_LETTERS_ARN")?,
        },
    );
    let mailer = Ses::new(&aws, variable("KEPT_CONFIGURATION_SET").ok());
    // The lease is the function's own time limit. Whoever claimed an email longer ago has stopped.
    let dispatch = Dispatch { app, mailer, timers, bus, lease: TimeDelta::seconds(60) };
    run(service_fn(|event: LambdaEvent<Event>| {
        let dispatch = dispatch.clone();
        let until = DateTime::<Utc>::from(event.context.deadline()) - RESERVE;
        async move { Ok::<_, Error>(process_records(&dispatch, &event.payload.records, until).await) }
    }))
    .await
}
