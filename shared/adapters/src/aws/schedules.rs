//! Amazon EventBridge Scheduler: one schedule for the timer of each open deadline.

use aws_sdk_scheduler::error::ProvideErrorMetadata as _;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode,
    RetryPolicy, Target,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Timer};
use domain::deadline::DeadlineId;
use serde::{Deserialize, Serialize};

use super::Aws;
use super::client::config;
use super::failure::port_error;
use crate::clock::Clock;
use crate::digest::digest;
use crate::errors::BoxError;
use crate::ports::{PortError, Timers};

const SYSTEM: &str = "EventBridge Scheduler";

/// The longest time in minutes over which Scheduler spreads a schedule: a day.
const MAX_WINDOW: i32 = 24 * 60;

/// For how long Scheduler tries to invoke the function. A deadline missed a day ago is still missed,
/// and the sweep finds what is left after that.
const MAX_EVENT_AGE: TimeDelta = TimeDelta::days(1);

/// Scheduler's own limit.
const MAX_RETRIES: i32 = 185;

/// Timers as schedules of one group.
#[derive(Clone, Debug)]
pub struct Schedules {
    client: aws_sdk_scheduler::Client,
    settings: ScheduleSettings,
    clock: Clock,
}

/// The resources that schedules need.
#[derive(Clone, Debug)]
pub struct ScheduleSettings {
    /// The name of the schedule group.
    pub group: String,
    /// The ARN of the function that is invoked.
    pub function_arn: String,
    /// The ARN of the role that invokes it.
    pub role_arn: String,
    /// The ARN of the queue for invocations that failed.
    pub dead_letters_arn: String,
}

/// The payload with which the function is invoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerPayload {
    /// The contact.
    pub contact: ContactId,
    /// The deadline whose timer fired. The function looks at all of the contact's deadlines.
    pub deadline: DeadlineId,
}

impl Schedules {
    /// Timers with these settings, by the machine's clock.
    #[must_use]
    pub fn new(aws: &Aws, settings: ScheduleSettings) -> Self {
        let client = aws_sdk_scheduler::Client::from_conf(config!(aws, aws_sdk_scheduler).build());
        Self { client, settings, clock: Clock::System }
    }

    /// The same timers by another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    fn target(&self, contact: &ContactId, deadline: &DeadlineId) -> Result<Target, PortError> {
        let payload = TimerPayload { contact: *contact, deadline: deadline.clone() };
        let input = serde_json::to_string(&payload).map_err(invalid)?;
        let max_age = i32::try_from(MAX_EVENT_AGE.num_seconds()).map_err(invalid)?;
        let retries = RetryPolicy::builder()
            .maximum_event_age_in_seconds(max_age)
            .maximum_retry_attempts(MAX_RETRIES);
        let dead_letters = DeadLetterConfig::builder().arn(&self.settings.dead_letters_arn);
        Target::builder()
            .arn(&self.settings.function_arn)
            .role_arn(&self.settings.role_arn)
            .input(input)
            .retry_policy(retries.build())
            .dead_letter_config(dead_letters.build())
            .build()
            .map_err(invalid)
    }
}

impl Timers for Schedules {
    const SPREADS: bool = true;

    async fn set(
        &self,
        contact: &ContactId,
        timer: &Timer,
        spread: TimeDelta,
    ) -> Result<(), PortError> {
        let name = name(contact, &timer.deadline);
        let at = expression(timer.at, self.clock.now());
        let window = window(spread)?;
        let target = self.target(contact, &timer.deadline)?;
        // An update replaces the whole schedule, so it says the same as a creation.
        macro_rules! put {
            ($operation:ident) => {
                self.client
                    .$operation()
                    .name(&name)
                    .group_name(&self.settings.group)
                    .schedule_expression(&at)
                    .schedule_expression_timezone("UTC")
                    .flexible_time_window(window.clone())
                    .action_after_completion(ActionAfterCompletion::Delete)
                    .target(target.clone())
                    .send()
                    .await
            };
        }
        // A schedule that exists is updated. Between the two answers it may have fired and deleted
        // itself, and then it is created after all.
        for _ in 0..2 {
            match put!(create_schedule) {
                Ok(_) => return Ok(()),
                Err(error) if error.code() == Some("ConflictException") => {}
                Err(error) => return Err(port_error(SYSTEM)(error)),
            }
            match put!(update_schedule) {
                Ok(_) => return Ok(()),
                Err(error) if error.code() == Some("ResourceNotFoundException") => {}
                Err(error) => return Err(port_error(SYSTEM)(error)),
            }
        }
        let source = format!("{name} exists when it is created and not when it is updated").into();
        Err(PortError::Unavailable { system: SYSTEM, source })
    }

    async fn clear(&self, contact: &ContactId, deadline: &DeadlineId) -> Result<(), PortError> {
        let request = self.client.delete_schedule().name(name(contact, deadline));
        match request.group_name(&self.settings.group).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(()),
            Err(error) => Err(port_error(SYSTEM)(error)),
        }
    }
}

/// The window over which Scheduler spreads a schedule: whole minutes, from one up.
fn window(spread: TimeDelta) -> Result<FlexibleTimeWindow, PortError> {
    let minutes = i32::try_from(spread.num_minutes()).unwrap_or_default().min(MAX_WINDOW);
    let window = FlexibleTimeWindow::builder();
    let window = match minutes {
        ..1 => window.mode(FlexibleTimeWindowMode::Off),
        _ => window.mode(FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(minutes),
    };
    window.build().map_err(invalid)
}

/// The name of a deadline's schedule: always the same, and at most 64 characters long.
fn name(contact: &ContactId, deadline: &DeadlineId) -> String {
    format!("{contact}-{}", digest(deadline.to_string().as_bytes()))
}

/// A schedule expression in UTC: `at(2026-05-06T16:15:01)`. Scheduler never fires for a time that has
/// passed, so the earliest time is in a minute.
fn expression(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    at.max(now + TimeDelta::minutes(1)).format("at(%Y-%m-%dT%H:%M:%S)").to_string()
}

fn invalid(error: impl Into<BoxError>) -> PortError {
    PortError::Refused { system: SYSTEM, source: error.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_and_is_always_the_same() {
        let contact = "7KQ4M2XP9DRT".parse().unwrap();
        let long = "x".repeat(80).parse().unwrap();
        assert!(name(&contact, &long).len() <= 64);
        let [a, b] = ["a", "b"].map(|id| name(&contact, &id.parse().unwrap()));
        assert_eq!(a, name(&contact, &"a".parse().unwrap()));
        assert_ne!(a, b);
    }

    #[test]
    fn a_time_is_in_utc_and_never_past() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        assert_eq!(expression(at(1_778_084_101), at(0)), "at(2026-05-06T16:15:01)");
        assert_eq!(expression(at(0), at(1_778_084_041)), "at(2026-05-06T16:15:01)");
    }
}
