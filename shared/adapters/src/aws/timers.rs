//! Timers of Amazon EventBridge Scheduler: one for each open deadline.

use aws_sdk_scheduler::error::ProvideErrorMetadata as _;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode,
    RetryPolicy, Target,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Timer};
use domain::deadline::DeadlineId;
use serde::{Deserialize, Serialize};

use super::{Aws, config, outside};
use crate::clock::Clock;
use crate::digest::digest;
use crate::ports::{PortError, Timers};

const SYSTEM: &str = "EventBridge Scheduler";

/// Timers in one schedule group.
#[derive(Clone, Debug)]
pub struct Schedules {
    client: aws_sdk_scheduler::Client,
    group: String,
    /// The function that is woken.
    function: String,
    /// The role that wakes it.
    role: String,
    /// Where what could not be delivered goes.
    dead_letters: String,
    clock: Clock,
}

/// What the function is woken with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// The contact.
    pub contact: ContactId,
    /// The deadline; the function looks at all of the contact's.
    pub deadline: DeadlineId,
}

impl Schedules {
    /// Timers in `group` that wake `function` as `role`; undeliverable ones go to `dead_letters`.
    #[must_use]
    pub fn new(
        aws: &Aws,
        group: String,
        function: String,
        role: String,
        dead_letters: String,
    ) -> Self {
        let client = aws_sdk_scheduler::Client::from_conf(config!(aws, aws_sdk_scheduler).build());
        Self { client, group, function, role, dead_letters, clock: Clock::System }
    }

    /// By another clock than the machine's.
    #[must_use]
    pub fn by(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    fn target(&self, contact: &ContactId, deadline: &DeadlineId) -> Result<Target, PortError> {
        let wake = Wake { contact: *contact, deadline: deadline.clone() };
        let input = serde_json::to_string(&wake).map_err(refused)?;
        // A day of attempts: what is due is still due then, and the daily proof finds the rest.
        let retries =
            RetryPolicy::builder().maximum_event_age_in_seconds(86_400).maximum_retry_attempts(185);
        Target::builder()
            .arn(&self.function)
            .role_arn(&self.role)
            .input(input)
            .retry_policy(retries.build())
            .dead_letter_config(DeadLetterConfig::builder().arn(&self.dead_letters).build())
            .build()
            .map_err(refused)
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
        // A timer that is set is moved. Between the two answers it may have fired and be gone, and
        // then it is made after all.
        for _ in 0..2 {
            let created = self
                .client
                .create_schedule()
                .name(&name)
                .group_name(&self.group)
                .schedule_expression(&at)
                .schedule_expression_timezone("UTC")
                .flexible_time_window(window.clone())
                .action_after_completion(ActionAfterCompletion::Delete)
                .target(target.clone())
                .send()
                .await;
            match created {
                Ok(_) => return Ok(()),
                Err(error) if error.code() == Some("ConflictException") => {}
                Err(error) => return Err(outside(SYSTEM, &error)),
            }
            let updated = self
                .client
                .update_schedule()
                .name(&name)
                .group_name(&self.group)
                .schedule_expression(&at)
                .schedule_expression_timezone("UTC")
                .flexible_time_window(window.clone())
                .action_after_completion(ActionAfterCompletion::Delete)
                .target(target.clone())
                .send()
                .await;
            match updated {
                Ok(_) => return Ok(()),
                Err(error) if error.code() == Some("ResourceNotFoundException") => {}
                Err(error) => return Err(outside(SYSTEM, &error)),
            }
        }
        let cause = format!("{name} is neither there nor to be made");
        Err(PortError::Unavailable { system: SYSTEM, cause })
    }

    async fn clear(&self, contact: &ContactId, deadline: &DeadlineId) -> Result<(), PortError> {
        let name = name(contact, deadline);
        let gone = self.client.delete_schedule().name(name).group_name(&self.group).send().await;
        match gone {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(()),
            Err(error) => Err(outside(SYSTEM, &error)),
        }
    }
}

/// Scheduler spreads over whole minutes, from one up.
fn window(spread: TimeDelta) -> Result<FlexibleTimeWindow, PortError> {
    let minutes = i32::try_from(spread.num_minutes()).unwrap_or_default().min(1440);
    let window = FlexibleTimeWindow::builder();
    let window = match minutes {
        ..1 => window.mode(FlexibleTimeWindowMode::Off),
        _ => window.mode(FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(minutes),
    };
    window.build().map_err(refused)
}

/// A name of at most 64 characters that is always the same for a deadline.
fn name(contact: &ContactId, deadline: &DeadlineId) -> String {
    format!("{contact}-{}", digest(deadline.to_string().as_bytes()))
}

/// `at(2026-05-06T16:15:01)`, in UTC. A time that has passed would never come, so it is in a minute.
fn expression(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    at.max(now + TimeDelta::minutes(1)).format("at(%Y-%m-%dT%H:%M:%S)").to_string()
}

fn refused(error: impl std::fmt::Display) -> PortError {
    PortError::Refused { system: SYSTEM, cause: error.to_string() }
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
