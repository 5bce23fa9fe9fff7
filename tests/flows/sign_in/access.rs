//! Access to the staff pages, and sign-in on one machine.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use domain::contact::ContactId;
use domain::library::{built_in_organisation, built_in_pack_file, load_built_in_bank_holidays};
use domain::organisation::Organisation;
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";

/// West Kent with an auditor, who is a reader. Priya Shah is on duty and Helen Ward is a manager.
fn with_a_reader() -> Organisation {
    let file = built_in_organisation("westkent").unwrap().to_owned()
        + "\n[[person]]\nid = 'alex.audit'\nname = 'Alex Audit'\nemail = 'alex@audit.example'\n\
           team = 'income'\nrole = 'reader'\n";
    let holidays = load_built_in_bank_holidays().unwrap();
    Organisation::parse("westkent.toml", &file, holidays, built_in_pack_file).unwrap()
}

async fn given() -> (Scenario, ContactId) {
    let mut scenario = Scenario::of(with_a_reader(), "2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    (scenario, id)
}

/// Every route that needs a session.
fn protected_routes(id: &ContactId) -> Vec<(Method, String)> {
    let mut all: Vec<_> =
        ["/staff", "/staff/record"].map(|page| (Method::GET, page.to_owned())).to_vec();
    all.push((Method::GET, format!("/staff/contacts/{id}")));
    all.push((Method::POST, "/staff/record".to_owned()));
    for action in
        ["reply", "confirm", "call-attempt", "assign", "hand-over", "close", "reopen", "anything"]
    {
        all.push((Method::POST, format!("/staff/contacts/{id}/{action}")));
    }
    all
}

/// A browser at the pages for staff. The outbox of one machine is with the process tests.
fn pages(scenario: &Scenario) -> Browser {
    let app = scenario.simulation.app.clone();
    let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
    Browser::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080")
}

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

#[tokio::test]
async fn without_a_session_nothing_is_shown_or_changed() {
    let (scenario, id) = given().await;
    let mut browser = pages(&scenario);
    for (method, path) in protected_routes(&id) {
        let answer =
            browser.request(method.clone(), &path, "means=phone&text=x&what=tried", &FORM).await;
        if method == Method::GET {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.location.starts_with("/sign-in?to=%2F"), "{path}: {}", answer.location);
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert!(!answer.page.contains("Which day?"), "{path}");
        let answer = browser.request(Method::HEAD, &path, "", &[]).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
    }
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    scenario.end().await;
}

#[tokio::test]
async fn on_one_machine_staff_sign_in_with_one_click_and_act_in_their_own_name() {
    let (mut scenario, id) = given().await;
    let mut browser = pages(&scenario);
    let path = format!("/staff/contacts/{id}");
    let asked = browser.get(&path).await;
    let choice = browser.get(&asked.location).await;
    assert_eq!(choice.status, StatusCode::OK);
    let priya = choice.page.find("value=\"priya.shah\"").unwrap();
    assert!(
        priya < choice.page.find("value=\"ali.khan\"").unwrap(),
        "the person on duty comes first"
    );
    assert!(choice.page.contains(&format!("name=\"to\" value=\"{path}\"")), "{}", choice.page);
    // With the headers that a browser sends, and without, like curl
    for headers in [&[("sec-fetch-site", "same-origin")][..], &[]] {
        let mut browser = browser.clone();
        let form = format!("to={path}&person=dan.fisher");
        let answer = browser.post_without_token("/sign-in", &form, headers).await;
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (StatusCode::SEE_OTHER, path.as_str())
        );
        assert!(browser.get(&path).await.page.contains("Dan Fisher"));
        let answer = browser.post(&format!("{path}/call-attempt"), "text=").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.page);
    }
    scenario.run_until_idle().await;
    let shown = Browser::signed_in(&scenario, "priya.shah").await.get(&path).await.page;
    assert!(shown.contains(", Dan Fisher<br>"), "{shown}");
    // An unknown person, and a link that leads to another website
    let answer = browser.post("/sign-in", "person=nobody").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = browser.post("/sign-in", "person=ali.khan&to=//evil.example").await;
    assert_eq!(answer.location, "/staff");
    scenario.end().await;
}

#[tokio::test]
async fn local_sign_in_works_only_from_the_machine_itself() {
    let (scenario, _) = given().await;
    for headers in [
        vec![("host", "kept.example")],
        vec![("host", "192.168.1.4:8080")],
        vec![("host", "127.0.0.1:8080"), ("x-forwarded-for", "203.0.113.1")],
        vec![("host", "127.0.0.1:8080"), ("forwarded", "for=203.0.113.1")],
        vec![("host", "127.0.0.1:8080"), ("origin", "https://evil.example")],
        vec![("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")],
    ] {
        let mut browser = pages(&scenario);
        let answer = browser.post_without_token("/sign-in", "person=priya.shah", &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(browser.cookies.is_empty(), "{headers:?}");
        if headers.len() == 1 {
            let answer = browser.request(Method::GET, "/sign-in", "", &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
            assert!(!answer.page.contains("priya.shah"), "{}", answer.page);
        }
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_form_without_the_csrf_token_of_its_session_changes_nothing() {
    let (mut scenario, id) = given().await;
    let path = format!("/staff/contacts/{id}/call-attempt");
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let another = Browser::signed_in(&scenario, "priya.shah").await;
    assert_ne!(priya.csrf, another.csrf, "each session has its own token");
    let token = priya.csrf.clone();
    for form in [
        "what=tried".to_owned(),
        "what=tried&csrf=".to_owned(),
        format!("what=tried&csrf={}", another.csrf),
        format!("what=tried&csrf={token}x"),
        format!("what=tried&csrf={}", &token[1..]),
        format!("what=tried&csrf=&csrf={token}"),
    ] {
        for headers in [&[][..], &[("sec-fetch-site", "same-origin")]] {
            let answer = priya.post_without_token(&path, &form, headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
            assert!(answer.page.contains("reload the page"), "{}", answer.page);
        }
    }
    // The token does not count in the URL, nor in a body of another type
    let form = format!("what=tried&csrf={token}");
    let answer = priya.post_without_token(&format!("{path}?csrf={token}"), "what=tried", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = priya.request(Method::POST, &path, &form, &[("content-type", "text/plain")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let long = format!("{form}&text={}", "x".repeat(200_000));
    let answer = priya.post_without_token(&path, &long, &[]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    scenario.run_until_idle().await;
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    assert_eq!(priya.post_without_token(&path, &form, &[]).await.status, StatusCode::SEE_OTHER);
    scenario.run_until_idle().await;
    assert_eq!(scenario.log(&id).await.len(), 3);
    scenario.end().await;
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let (scenario, _) = given().await;
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    // A link or another website signs nobody out
    assert_eq!(priya.get("/sign-out").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(priya.post_without_token("/sign-out", "", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(priya.get("/staff").await.status, StatusCode::OK);
    let answer = priya.post("/sign-out", "").await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/signed-out"));
    assert!(priya.cookies.is_empty(), "{:?}", priya.cookies);
    let answer = priya.get("/signed-out").await;
    assert!(answer.page.contains("You are signed out"), "{}", answer.page);
    assert_eq!(priya.get("/staff").await.status, StatusCode::SEE_OTHER);
    scenario.end().await;
}

#[tokio::test]
async fn a_reader_can_see_everything_and_change_nothing() {
    let (scenario, id) = given().await;
    let mut pages = pages(&scenario);
    pages.post("/sign-in", "person=alex.audit").await;
    let shown = pages.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(shown.contains("Which day?") && shown.contains("Alex Audit"), "{shown}");
    assert!(!shown.contains("<h2>Actions</h2>") && !shown.contains("Record a contact"), "{shown}");
    for (method, path) in protected_routes(&id) {
        if method == Method::POST {
            let answer = pages.post(&path, "what=tried&means=phone&text=x&message=x").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(answer.page.contains("You cannot make changes"), "{path}: {}", answer.page);
        }
    }
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    // A contact cannot be assigned to a reader
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let shown = priya.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(shown.contains("dan.fisher") && !shown.contains("alex.audit"), "{shown}");
    assert_eq!(pages.post("/sign-out", "").await.status, StatusCode::SEE_OTHER);
    scenario.end().await;
}

#[tokio::test]
async fn only_a_manager_can_close_a_contact_that_is_owed_an_answer() {
    let (mut scenario, id) = given().await;
    let reply = format!("/staff/contacts/{id}/reply");
    let no_answer = "what=no-answer&text=It+was+spam";
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let answer = priya.post(&reply, no_answer).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.page.contains("Only a manager can close"), "{}", answer.page);
    assert!(!answer.page.contains("value=\"no-answer\""), "{}", answer.page);
    assert!(scenario.contact(&id).await.closed.is_none());
    // Tom Okafor leads her team
    let mut tom = Browser::signed_in(&scenario, "tom.okafor").await;
    assert!(tom.get(&format!("/staff/contacts/{id}")).await.page.contains("value=\"no-answer\""));
    assert_eq!(tom.post(&reply, no_answer).await.status, StatusCode::SEE_OTHER);
    scenario.run_until_idle().await;
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}

#[test]
fn roles_come_from_the_file_and_a_reader_cannot_be_on_duty() {
    let role = |id: &str| with_a_reader().person(id).unwrap().role.as_str();
    assert_eq!(
        ["alex.audit", "priya.shah", "tom.okafor", "helen.ward"].map(role),
        ["reader", "staff", "manager", "manager"]
    );
    let parse = |role: &str| {
        let file = built_in_organisation("westkent").unwrap();
        let duty = "id = \"priya.shah\"\n";
        let file = file.replace(duty, &format!("{duty}role = \"{role}\"\n"));
        let holidays = load_built_in_bank_holidays().unwrap();
        Organisation::parse("westkent.toml", &file, holidays, built_in_pack_file).map(Arc::new)
    };
    assert_eq!(parse("manager").unwrap().person("priya.shah").unwrap().role.as_str(), "manager");
    let error = parse("reader").unwrap_err().to_string();
    assert!(error.contains("person.role: `priya.shah` is a reader, who cannot act"), "{error}");
    let error = parse("owner").unwrap_err().to_string();
    assert!(error.contains("unknown variant `owner`"), "{error}");
}
