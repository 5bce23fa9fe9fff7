//! The form for tenants, and the same as JSON.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use functions::intake_web::routes;
use serde_json::Value;
use tests::{Scenario, at};
use tower::ServiceExt as _;

async fn ask(
    scenario: &Scenario,
    request: Request<Body>,
) -> (StatusCode, header::HeaderMap, String) {
    let response: Response<Body> =
        routes(scenario.simulation.app.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn json(body: &str) -> Request<Body> {
    Request::post("/contacts")
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn form(body: &str) -> Request<Body> {
    let kind = "application/x-www-form-urlencoded";
    Request::post("/contacts")
        .header("content-type", kind)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

const GOOD: &str = r#"{"name":"Jo","email":"jo@tenant.example","phone":"","address":"1 Oak Road",
    "category":"repair","message":"My tap drips","idempotency_key":"k1"}"#;

#[tokio::test]
async fn a_message_as_json_gets_its_reference_status_page_and_dates() {
    // Given a Sunday
    let mut scenario = Scenario::at("2026-11-22 11:54:12").await;
    let (status, headers, body) = ask(&scenario, json(GOOD)).await;
    scenario.run_until_idle().await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert!(body["reference"].as_str().unwrap().starts_with("WK-"));
    assert_eq!(headers["location"], body["status_url"].as_str().unwrap());
    let deadlines = body["deadlines"].as_array().unwrap();
    assert_eq!(deadlines.len(), 1);
    assert_eq!(deadlines[0]["standard"], "wk-online");
    assert_eq!(deadlines[0]["due_at"], "2026-11-24T17:15:00+00:00");
    let why = deadlines[0]["explanation"].as_str().unwrap();
    assert!(why.contains("not a working day") && why.contains("Monday 23 November"), "{why}");
    // It went to the team that repairs things, and the tenant has the same by email
    assert_eq!(scenario.sent_to("dan.fisher@westkent.example").len(), 1);
    assert!(
        scenario.last_to("jo@tenant.example").text.contains("by 5.15pm on Tuesday 24 November.")
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_double_click_makes_one_contact_and_gets_the_same_response() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let (_, _, first) = ask(&scenario, json(GOOD)).await;
    let (status, _, second) = ask(&scenario, json(GOOD)).await;
    scenario.run_until_idle().await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(first, second);
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn a_key_used_for_another_message_is_refused_without_revealing_that_message() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let (_, _, first) = ask(&scenario, json(GOOD)).await;
    let reference =
        serde_json::from_str::<Value>(&first).unwrap()["reference"].as_str().unwrap().to_owned();
    let (status, _, body) =
        ask(&scenario, json(&GOOD.replace("My tap drips", "Something else"))).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(body.contains("idempotency_key") && !body.contains(&reference), "{body}");
    scenario.run_until_idle().await;
    scenario.end().await;
}

#[tokio::test]
async fn each_error_is_shown_beside_its_field_and_the_entries_are_kept() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let body = "name=&email=jo%40&phone=abc&address=1+Oak+Road&category=general&message=Hello+%3Cb%3E&idempotency_key=k";
    let (status, _, page) = ask(&scenario, form(body)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, message) in [
        ("name", "Enter your name"),
        ("email", "Enter an email address"),
        ("phone", "Enter a phone number"),
    ] {
        assert!(page.contains(&format!("id=\"{field}-error\">{message}")), "{field}: {page}");
    }
    assert!(page.contains("value=\"1 Oak Road\"") && page.contains("Hello &#60;b&#62;"), "{page}");
    assert!(page.contains("name=\"idempotency_key\" value=\"k\""), "{page}");
    scenario.end().await;
}

#[tokio::test]
async fn every_invalid_request_gets_an_error_that_names_the_field() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let long = format!(
        r#"{{"name":"Jo","email":"jo@tenant.example","message":"{}"}}"#,
        "x".repeat(20_001)
    );
    let huge = format!(r#"{{"message":"{}"}}"#, "x".repeat(200_000));
    for (body, status, field) in [
        (r#"{"name":"Jo","email":"jo@tenant.example"}"#, 422, "message"),
        (r#"{"name":"Jo","message":"x"}"#, 422, "email"),
        (
            r#"{"name":"Jo","email":"jo@tenant.example","message":"x","category":"nonsense"}"#,
            422,
            "category",
        ),
        (
            r#"{"name":"Jo\r\nBcc: x","email":"jo@tenant.example\r\nBcc: x@y.example","message":"x"}"#,
            422,
            "email",
        ),
        (r#"{"name":"Jo","mesage":"x"}"#, 422, "mesage"),
        (r#"{"name":5}"#, 422, "name"),
        (r#"{"name":"#, 400, "body"),
        ("", 400, "body"),
        (&long, 422, "message"),
        (&huge, 413, "body"),
    ] {
        let (got, _, answer) = ask(&scenario, json(body)).await;
        assert_eq!(got.as_u16(), status, "{}: {answer}", body.chars().take(80).collect::<String>());
        let errors: Value = serde_json::from_str(&answer).unwrap();
        assert!(errors["errors"].to_string().contains(field), "{field}: {answer}");
    }
    let other = Request::post("/contacts")
        .header("content-type", "text/plain")
        .body(Body::from("x"))
        .unwrap();
    assert_eq!(ask(&scenario, other).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(ask(&scenario, get("/contacts")).await.0, StatusCode::METHOD_NOT_ALLOWED);
    scenario.end().await;
}

#[tokio::test]
async fn the_form_works_without_scripts_and_counts_once() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let (status, headers, page) = ask(&scenario, get("/")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(headers["strict-transport-security"], "max-age=31536000");
    assert!(!page.contains("<script"), "{page}");
    let key =
        page.split("name=\"idempotency_key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!(
        "name=Jo&email=jo%40tenant.example&phone=&address=&category=general&message=Hello&idempotency_key={key}"
    );
    let (status, _, page) = ask(&scenario, form(&body)).await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(page.contains("by 5.15pm on Wednesday 3 June."), "{page}");
    ask(&scenario, form(&body)).await;
    scenario.run_until_idle().await;
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn the_status_page_is_private_and_shows_progress() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let (_, _, body) = ask(&scenario, json(GOOD)).await;
    scenario.run_until_idle().await;
    let url =
        serde_json::from_str::<Value>(&body).unwrap()["status_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("https://kept.example").unwrap();
    let (status, headers, page) = ask(&scenario, get(path)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["referrer-policy"], "same-origin");
    assert!(
        page.contains("We have not answered yet") && page.contains("Wednesday 3 June"),
        "{page}"
    );
    assert!(!page.contains("My tap drips") && !page.contains("jo@tenant.example"), "{page}");
    // A wrong token and an unknown contact get the same page
    let wrong = format!("{}x", &path[..path.len() - 1]);
    let (status, _, one) = ask(&scenario, get(&wrong)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, _, two) = ask(&scenario, get("/contacts/000000000000/aaaaaaaaaa")).await;
    assert_eq!(one, two);
    // The answer is late, and then it is given
    scenario.advance_to("2026-06-04 09:00").await;
    assert!(ask(&scenario, get(path)).await.2.contains("We should have answered by now"));
    let id = path.split('/').nth(2).unwrap().parse().unwrap();
    let answer = domain::decide::Answer {
        means: domain::contact::Means::Phone,
        text: "secret".into(),
        at: at("2026-06-04 08:50"),
        closes: true,
    };
    scenario.staff("dan.fisher", &id, domain::decide::StaffCommand::Answer(answer)).await;
    let page = ask(&scenario, get(path)).await.2;
    assert!(page.contains("answered and closed") && !page.contains("secret"), "{page}");
    scenario.end().await;
}

#[tokio::test]
async fn without_an_email_address_no_acknowledgement_is_due() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let body = r#"{"name":"Jo","phone":"01732 749 400","message":"Please ring me"}"#;
    let (status, _, _) = ask(&scenario, json(body)).await;
    assert_eq!(status, StatusCode::CREATED);
    scenario.run_until_idle().await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    assert!(notification.text.contains("gave no email address"), "{}", notification.text);
    scenario.end().await;
}

#[tokio::test]
async fn a_contact_closed_without_an_answer_is_not_shown_as_answered() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let (_, _, body) = ask(&scenario, json(GOOD)).await;
    scenario.run_until_idle().await;
    let url =
        serde_json::from_str::<Value>(&body).unwrap()["status_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("https://kept.example").unwrap();
    let id = path.split('/').nth(2).unwrap().parse().unwrap();
    let close = |reason: &str| domain::decide::StaffCommand::Close { reason: Some(reason.into()) };
    scenario.staff("dan.fisher", &id, close("sent twice")).await;
    let page = ask(&scenario, get(path)).await.2;
    assert!(page.contains("It is closed.") && !page.contains("answered"), "{page}");
    // Nor if only an earlier message was answered
    let reopen = domain::decide::StaffCommand::Reopen { reason: "it was not".into() };
    scenario.staff("dan.fisher", &id, reopen).await;
    let answer = domain::decide::Answer {
        means: domain::contact::Means::Phone,
        text: "x".into(),
        at: at("2026-06-02 10:00"),
        closes: true,
    };
    scenario.staff("dan.fisher", &id, domain::decide::StaffCommand::Answer(answer)).await;
    assert!(ask(&scenario, get(path)).await.2.contains("answered and closed"));
    scenario.advance_to("2026-06-03 10:00").await;
    let to = scenario.last_to("jo@tenant.example").reply_to;
    let raw = scenario.message("jo@tenant.example", &to, "Re:", "And the other tap?", "");
    scenario.deliver("jo@tenant.example", &[&to], &raw).await;
    scenario.staff("dan.fisher", &id, close("the same again")).await;
    let page = ask(&scenario, get(path)).await.2;
    assert!(page.contains("It is closed.") && !page.contains("answered and closed"), "{page}");
    scenario.end().await;
}
