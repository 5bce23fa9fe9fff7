//! Every function starts, asks for its event, and answers one.

use crate::functions::BINARIES;
use crate::runtime_api::{Answer, Function};

/// Where nothing listens: a service that cannot be reached.
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
        assert!(matches!(function.hear().await, Answer::Ready), "{name}");
        assert!(function.process.id().is_some(), "{name} runs and waits");
    }
}

/// An event of an HTTP API (payload format 2.0), as AWS documents it.
fn http(method: &str, path: &str) -> String {
    include_str!("fixtures/http-api.json").replace("METHOD", method).replace("PATH", path)
}

#[tokio::test]
async fn the_form_is_answered_without_touching_anything_else() {
    let mut function = Function::start(binary("intake-web"), &environment()).await;
    assert!(matches!(function.hear().await, Answer::Ready));
    let Answer::Done(answer) = function.execute(&http("GET", "/")).await else { panic!() };
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert!(answer["body"].as_str().unwrap().contains("Contact us"));
    assert!(
        answer["headers"]["content-security-policy"]
            .as_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    // The work list is not one of its routes
    let Answer::Done(answer) = function.execute(&http("GET", "/staff")).await else { panic!() };
    assert!(answer.contains("404"), "{answer}");
}

#[tokio::test]
async fn a_table_that_cannot_be_reached_is_an_error_that_is_tried_again() {
    let mut function = Function::start(binary("deadline"), &environment()).await;
    assert!(matches!(function.hear().await, Answer::Ready));
    let wake = r#"{"contact":"7KQ4M2XP9DRT","deadline":"wk-email-cs"}"#;
    let Answer::Failed(error) = function.execute(wake).await else { panic!() };
    assert!(error.contains("could not read a contact"), "{error}");
}

#[tokio::test]
async fn the_pages_of_staff_are_shown_to_nobody_who_is_not_signed_in() {
    let mut function = Function::start(binary("staff"), &environment()).await;
    assert!(matches!(function.hear().await, Answer::Ready));
    let Answer::Done(answer) = function.execute(&http("GET", "/staff")).await else { panic!() };
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["statusCode"], 303, "{answer}");
    assert_eq!(answer["headers"]["location"], "/sign-in?to=%2Fstaff", "{answer}");
    let Answer::Done(answer) = function.execute(&http("POST", "/staff/record")).await else {
        panic!()
    };
    assert!(answer.contains("401"), "{answer}");
    // Nobody chooses who they are there
    let Answer::Done(answer) = function.execute(&http("POST", "/sign-in")).await else { panic!() };
    assert!(answer.contains("405"), "{answer}");
    let Answer::Done(answer) = function.execute(&http("GET", "/sign-in")).await else { panic!() };
    assert!(answer.contains("503") && answer.contains("Please try again"), "{answer}");
}

#[tokio::test]
async fn a_session_comes_in_and_goes_out_in_the_cookies_of_an_event() {
    let mut function = Function::start(binary("staff"), &environment()).await;
    assert!(matches!(function.hear().await, Answer::Ready));
    let cookie = session("priya.shah");
    let event = http("GET", "/staff").replace(
        "\"rawQueryString\": \"\",",
        &format!("\"rawQueryString\": \"\", \"cookies\": [\"a=b\", \"{cookie}\"],"),
    );
    // Who is signed in is told that the table cannot be reached
    let Answer::Done(answer) = function.execute(&event).await else { panic!() };
    assert!(answer.contains("503") && answer.contains("Please try again"), "{answer}");
    let event = event.replace("/staff", "/signed-out");
    let Answer::Done(answer) = function.execute(&event).await else { panic!() };
    assert!(answer.contains("You are signed out"), "{answer}");
}

/// A session as the function makes it, with the key of its environment.
fn session(person: &str) -> String {
    use data_encoding::BASE64URL_NOPAD;
    let key: Vec<u8> = (0..32).collect();
    let session = serde_json::json!({
        "person": person, "role": null, "id": "1", "until": "2999-01-01T00:00:00Z",
    });
    let text = BASE64URL_NOPAD.encode(session.to_string().as_bytes());
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let purpose = format!("session {NOWHERE} kept\0{text}");
    let mark = BASE64URL_NOPAD.encode(ring::hmac::sign(&key, purpose.as_bytes()).as_ref());
    format!("__Host-kept-session={text}.{mark}")
}

#[tokio::test]
async fn an_environment_that_lacks_something_stops_the_start_and_says_what() {
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
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(missing), "{name}: {said}");
    }
}
