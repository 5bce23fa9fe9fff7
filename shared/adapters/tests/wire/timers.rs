//! EventBridge Scheduler.

use adapters::aws::{ScheduleSettings, Schedules};
use adapters::clock::Clock;
use adapters::errors::error_chain;
use adapters::ports::{PortError, Timers as _};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Timer};
use serde_json::{Value, json};

use super::{Recording, Response, error_response, response};

const NAME: &str = "7KQ4M2XP9DRT-6a2fac01c732198b90b480173759fdfc";

fn schedules(responses: impl IntoIterator<Item = Response>) -> (Recording, Schedules) {
    let (recorded, aws) = Recording::of(responses);
    let schedules = Schedules::new(
        &aws,
        ScheduleSettings {
            group: "kept".into(),
            function_arn: "arn:aws:lambda:eu-west-2:123456789012:function:kept-deadline".into(),
            role_arn: "arn:aws:iam::123456789012:role/kept-waker".into(),
            dead_letters_arn: "arn:aws:sqs:eu-west-2:123456789012:kept-dead-letters".into(),
        },
    );
    (recorded, schedules.with_clock(Clock::manual(at(0))))
}

fn at(minutes: i64) -> DateTime<Utc> {
    // 2026-05-06 16:15:01
    DateTime::from_timestamp(1_778_084_101, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn contact() -> ContactId {
    "7KQ4M2XP9DRT".parse().unwrap()
}

fn timer(minutes: i64) -> Timer {
    Timer { deadline: "wk-email-cs".parse().unwrap(), at: at(minutes) }
}

const CREATED: &str = "arn:aws:scheduler:eu-west-2:123456789012:schedule/kept/one";

fn created() -> Response {
    response(200, json!({ "ScheduleArn": CREATED }))
}

fn conflict() -> Response {
    error_response(409, "ConflictException", "Schedule one already exists.")
}

fn missing() -> Response {
    error_response(404, "ResourceNotFoundException", "Schedule one does not exist.")
}

fn schedule(at: &str, window: Value) -> Value {
    json!({
        "ActionAfterCompletion": "DELETE",
        "ClientToken": "(token)",
        "FlexibleTimeWindow": window,
        "GroupName": "kept",
        "ScheduleExpression": at,
        "ScheduleExpressionTimezone": "UTC",
        "Target": {
            "Arn": "arn:aws:lambda:eu-west-2:123456789012:function:kept-deadline",
            "DeadLetterConfig": { "Arn": "arn:aws:sqs:eu-west-2:123456789012:kept-dead-letters" },
            "Input": r#"{"contact":"7KQ4M2XP9DRT","deadline":"wk-email-cs"}"#,
            "RetryPolicy": { "MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185 },
            "RoleArn": "arn:aws:iam::123456789012:role/kept-waker",
        },
    })
}

#[tokio::test]
async fn a_timer_is_one_schedule_in_utc_that_deletes_itself() {
    let (aws, schedules) = schedules([created()]);
    schedules.set(&contact(), &timer(60), TimeDelta::zero()).await.unwrap();
    let requests = aws.requests();
    assert_eq!(requests.len(), 1);
    let url = format!("POST https://scheduler.eu-west-2.amazonaws.com/schedules/{NAME}");
    assert_eq!(requests[0].line, url);
    assert_eq!(requests[0].body, schedule("at(2026-05-06T17:15:01)", json!({ "Mode": "OFF" })));
    assert!(NAME.len() <= 64);
}

#[tokio::test]
async fn a_timer_is_spread_over_whole_minutes() {
    let (aws, schedules) = schedules([created(), created(), created()]);
    schedules.set(&contact(), &timer(60), TimeDelta::seconds(599)).await.unwrap();
    schedules.set(&contact(), &timer(60), TimeDelta::seconds(59)).await.unwrap();
    schedules.set(&contact(), &timer(60), TimeDelta::days(9)).await.unwrap();
    let windows: Vec<_> =
        aws.requests().iter().map(|request| request.body["FlexibleTimeWindow"].clone()).collect();
    let flexible = |minutes| json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes });
    // Scheduler's own limit is a day.
    assert_eq!(windows, [flexible(9), json!({ "Mode": "OFF" }), flexible(1440)]);
}

#[tokio::test]
async fn a_time_that_has_passed_becomes_the_next_minute() {
    let (aws, schedules) = schedules([created()]);
    schedules.set(&contact(), &timer(-5), TimeDelta::zero()).await.unwrap();
    assert_eq!(aws.requests()[0].body["ScheduleExpression"], "at(2026-05-06T16:16:01)");
}

#[tokio::test]
async fn an_existing_timer_is_moved() {
    let (aws, schedules) = schedules([conflict(), created()]);
    schedules.set(&contact(), &timer(90), TimeDelta::zero()).await.unwrap();
    let requests = aws.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].line.starts_with("PUT "), "{}", requests[1].line);
    // An update replaces the whole schedule, so it says all of it.
    assert_eq!(requests[1].body, schedule("at(2026-05-06T17:45:01)", json!({ "Mode": "OFF" })));
}

#[tokio::test]
async fn a_timer_that_fires_while_it_is_moved_is_created_again() {
    let (aws, schedules) = schedules([conflict(), missing(), created()]);
    schedules.set(&contact(), &timer(90), TimeDelta::zero()).await.unwrap();
    let lines: Vec<_> = aws.requests().iter().map(|request| request.line[..4].to_owned()).collect();
    assert_eq!(lines, ["POST", "PUT ", "POST"]);
}

#[tokio::test]
async fn a_timer_is_removed_and_a_missing_one_is_no_error() {
    let (aws, schedules) = schedules([response(200, json!({})), missing()]);
    schedules.clear(&contact(), &"wk-email-cs".parse().unwrap()).await.unwrap();
    schedules.clear(&contact(), &"wk-email-cs".parse().unwrap()).await.unwrap();
    let line = &aws.requests()[1].line;
    let url = format!("DELETE https://scheduler.eu-west-2.amazonaws.com/schedules/{NAME}");
    assert!(line.starts_with(&url) && line.contains("groupName=kept"), "{line}");
}

#[tokio::test]
async fn a_busy_scheduler_is_tried_three_times_and_is_then_unavailable() {
    let busy = || error_response(429, "ThrottlingException", "Rate exceeded");
    let (aws, schedules) = schedules([busy(), busy(), busy()]);
    let error = schedules.set(&contact(), &timer(60), TimeDelta::zero()).await.unwrap_err();
    assert!(matches!(error, PortError::Unavailable { .. }), "{error}");
    assert_eq!(aws.requests().len(), 3);
    // Once busy is no error.
    let (aws, schedules) = self::schedules([busy(), created()]);
    schedules.set(&contact(), &timer(60), TimeDelta::zero()).await.unwrap();
    assert_eq!(aws.requests().len(), 2);
}

#[tokio::test]
async fn a_request_that_scheduler_will_never_accept_is_refused() {
    for (status, code) in [
        (400, "ValidationException"),
        (403, "AccessDeniedException"),
        // The group does not exist.
        (404, "ResourceNotFoundException"),
    ] {
        let (aws, schedules) = schedules([error_response(status, code, "no")]);
        let error = schedules.set(&contact(), &timer(60), TimeDelta::zero()).await.unwrap_err();
        assert!(matches!(error, PortError::Refused { .. }), "{code}: {error}");
        assert!(error_chain(&error).contains(code), "{error}");
        assert_eq!(aws.requests().len(), 1, "{code}");
    }
    // The account has as many schedules as it may. Later some will have fired.
    let full = error_response(402, "ServiceQuotaExceededException", "The limit is 10000000.");
    let (_, schedules) = schedules([full]);
    let error = schedules.set(&contact(), &timer(60), TimeDelta::zero()).await.unwrap_err();
    assert!(matches!(error, PortError::Unavailable { .. }), "{error}");
}
