//! The services other than the table: S3, Scheduler, EventBridge and SES, as far as Kept calls them.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::CloudState;

/// Carries out a request.
pub(super) fn call(state: &mut CloudState, service: &str, request: &HttpRequest) -> HttpResponse {
    match service {
        "s3" => get_object(state, request),
        "scheduler" if request.method() == "DELETE" => delete_schedule(state, request),
        "scheduler" => put_schedule(state, request),
        "events" => put_events(state, &body(request)),
        "email" => send_email(state, &body(request)),
        #[expect(clippy::panic, reason = "a test fails by panicking")]
        service => panic!("{service} is not supported"),
    }
}

/// An error response.
pub(super) fn error(status: u16, code: &'static str) -> HttpResponse {
    let mut response = response(status, SdkBody::from("{}"));
    response.headers_mut().insert("x-amzn-errortype", code);
    response
}

/// The JSON body of a request.
pub(super) fn body(request: &HttpRequest) -> Value {
    let bytes = request.body().bytes().unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn ok(body: &Value) -> HttpResponse {
    response(200, SdkBody::from(body.to_string()))
}

fn response(status: u16, body: SdkBody) -> HttpResponse {
    #[expect(clippy::expect_used, reason = "the statuses are written in this file")]
    HttpResponse::new(status.try_into().expect("a status"), body)
}

/// The last part of the path: the key of an object or the name of a schedule.
fn name(request: &HttpRequest) -> String {
    let path = request.uri().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn get_object(state: &mut CloudState, request: &HttpRequest) -> HttpResponse {
    state.count("S3", "GetObject");
    match state.objects.get(&name(request)) {
        Some(object) => response(200, SdkBody::from(object.as_slice())),
        None => error(404, "NoSuchKey"),
    }
}

fn delete_schedule(state: &mut CloudState, request: &HttpRequest) -> HttpResponse {
    state.count("Scheduler", "DeleteSchedule");
    match state.schedules.remove(&name(request)) {
        Some(_) => ok(&json!({})),
        None => error(404, "ResourceNotFoundException"),
    }
}

/// `CreateSchedule` or, if the method is not POST, `UpdateSchedule`.
fn put_schedule(state: &mut CloudState, request: &HttpRequest) -> HttpResponse {
    let (name, body) = (name(request), body(request));
    let create = request.method() == "POST";
    state.count("Scheduler", if create { "CreateSchedule" } else { "UpdateSchedule" });
    let expression = body["ScheduleExpression"].as_str().unwrap_or_default();
    let at = NaiveDateTime::parse_from_str(expression, "at(%Y-%m-%dT%H:%M:%S)");
    let input = body["Target"]["Input"].as_str().unwrap_or_default();
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    let contact = input["contact"].as_str().and_then(|id| id.parse().ok());
    let (Ok(at), Some(contact)) = (at, contact) else {
        return error(400, "ValidationException");
    };
    if state.refuse_schedules_of.contains(&contact) {
        return error(400, "ValidationException");
    }
    match (create, state.schedules.contains_key(&name)) {
        (true, true) => return error(409, "ConflictException"),
        (false, false) => return error(404, "ResourceNotFoundException"),
        _ => {}
    }
    state.schedules.insert(name, (at.and_utc(), contact));
    ok(&json!({ "ScheduleArn": "arn:aws:scheduler:::schedule/one" }))
}

fn put_events(state: &mut CloudState, body: &Value) -> HttpResponse {
    state.count("EventBridge", "PutEvents");
    let entries = body["Entries"].as_array().cloned().unwrap_or_default();
    let results: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "e" })).collect();
    for entry in entries {
        let detail = entry["Detail"].as_str().unwrap_or_default();
        state.events.push(serde_json::from_str(detail).unwrap_or_default());
    }
    ok(&json!({ "FailedEntryCount": 0, "Entries": results }))
}

fn send_email(state: &mut CloudState, body: &Value) -> HttpResponse {
    state.count("SES", "SendEmail");
    let data = body["Content"]["Raw"]["Data"].as_str().unwrap_or_default();
    state.mails.push(aws_smithy_types::base64::decode(data).unwrap_or_default());
    ok(&json!({ "MessageId": "m" }))
}
