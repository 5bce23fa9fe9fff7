//! The start of every function, and its response to a first event.

use crate::functions::BINARIES;
use crate::runtime_api::{Function, Report};

/// An address at which nothing listens.
const NOWHERE: &str = "http://127.0.0.1:9";

fn environment() -> Vec<(&'static str, &'static str)> {
    crate::functions::environment(NOWHERE)
}

fn binary(name: &str) -> &'static str {
    BINARIES.iter().find(|(known, _)| *known == name).unwrap().1
}

#[tokio::test]
async fn every_function_starts_and_asks_for_its_first_event() {
    for (name, binary) in BINARIES {
        let mut function = Function::start(binary, &environment()).await;
        assert!(matches!(function.next_report().await, Report::Ready), "{name}");
        assert!(function.process.id().is_some(), "{name} runs and waits");
    }
}

/// An event of an HTTP API (payload format 2.0), as AWS documents it.
fn http(method: &str, path: &str) -> String {
    include_str!("fixtures/http-api.json").replace("METHOD", method).replace("PATH", path)
}

#[tokio::test]
async fn the_form_is_served_without_the_table() {
    let mut function = Function::start(binary("intake-web"), &environment()).await;
    assert!(matches!(function.next_report().await, Report::Ready));
    let Report::Done(response) = function.invoke(&http("GET", "/")).await else { panic!() };
    let response: serde_json::Value = serde_json::from_str(&response).unwrap();
    assert_eq!(response["statusCode"], 200);
    assert!(response["body"].as_str().unwrap().contains("Contact us"));
    assert!(
        response["headers"]["content-security-policy"]
            .as_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    // The work list is not one of its routes
    let Report::Done(response) = function.invoke(&http("GET", "/staff")).await else { panic!() };
    assert!(response.contains("404"), "{response}");
}

#[tokio::test]
async fn an_unreachable_table_is_an_error_that_lambda_retries() {
    let mut function = Function::start(binary("deadline"), &environment()).await;
    assert!(matches!(function.next_report().await, Report::Ready));
    let wake = r#"{"contact":"7KQ4M2XP9DRT","deadline":"wk-email-cs"}"#;
    let Report::Failed(error) = function.invoke(wake).await else { panic!() };
    assert!(error.contains("could not read a contact"), "{error}");
}

#[tokio::test]
async fn the_staff_pages_need_a_sign_in() {
    let mut function = Function::start(binary("staff"), &environment()).await;
    assert!(matches!(function.next_report().await, Report::Ready));
    let Report::Done(response) = function.invoke(&http("GET", "/staff")).await else { panic!() };
    let response: serde_json::Value = serde_json::from_str(&response).unwrap();
    assert_eq!(response["statusCode"], 303, "{response}");
    assert_eq!(response["headers"]["location"], "/sign-in?to=%2Fstaff", "{response}");
    let Report::Done(response) = function.invoke(&http("POST", "/staff/record")).await else {
        panic!()
    };
    assert!(response.contains("401"), "{response}");
    // There is no local sign-in on AWS
    let Report::Done(response) = function.invoke(&http("POST", "/sign-in")).await else { panic!() };
    assert!(response.contains("405"), "{response}");
    let Report::Done(response) = function.invoke(&http("GET", "/sign-in")).await else { panic!() };
    assert!(response.contains("503") && response.contains("Please try again"), "{response}");
}

#[tokio::test]
async fn a_session_is_read_from_the_cookies_of_an_event() {
    let mut function = Function::start(binary("staff"), &environment()).await;
    assert!(matches!(function.next_report().await, Report::Ready));
    let cookie = session("priya.shah");
    let event = http("GET", "/staff").replace(
        "\"rawQueryString\": \"\",",
        &format!("\"rawQueryString\": \"\", \"cookies\": [\"a=b\", \"{cookie}\"],"),
    );
    // The session is valid, but the table cannot be reached
    let Report::Done(response) = function.invoke(&event).await else { panic!() };
    assert!(response.contains("503") && response.contains("Please try again"), "{response}");
    let event = event.replace("/staff", "/signed-out");
    let Report::Done(response) = function.invoke(&event).await else { panic!() };
    assert!(response.contains("You are signed out"), "{response}");
}

/// Returns the cookie of a session that is signed as the function signs it.
fn session(person: &str) -> String {
    use data_encoding::BASE64URL_NOPAD;
    let key: Vec<u8> = (0..32).collect();
    let session = serde_json::json!({
        "person": person, "role": null, "id": "1", "until": "2999-01-01T00:00:00Z",
    });
    let text = BASE64URL_NOPAD.encode(session.to_string().as_bytes());
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let purpose = format!("session {NOWHERE} kept\0{text}");
    let signature = BASE64URL_NOPAD.encode(ring::hmac::sign(&key, purpose.as_bytes()).as_ref());
    format!("__Host-kept-session={text}.{signature}")
}

#[tokio::test]
async fn a_missing_variable_stops_the_start_with_an_error_that_names_it() {
    for (name, missing) in [
        ("dispatch", "KEPT_SCHEDULE_GROUP"),
        ("intake-web", "KEPT_TABLE"),
        ("report", "KEPT_REPORTS"),
        ("staff", "KEPT_OIDC_ISSUER"),
        ("staff", "KEPT_OIDC_CLIENT_ID"),
        ("staff", "KEPT_OIDC_CLIENT_SECRET"),
        ("staff", "KEPT_SESSION_KEY"),
        ("staff", "KEPT_PUBLIC_URL"),
    ] {
        let environment: Vec<_> =
            environment().into_iter().filter(|(name, _)| *name != missing).collect();
        let output = std::process::Command::new(binary(name))
            .env_clear()
            .envs([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"), ("AWS_REGION", "eu-west-2")])
            .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
            .envs(environment)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{name}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(missing), "{name}: {stderr}");
    }
}
