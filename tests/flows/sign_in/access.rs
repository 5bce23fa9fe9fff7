//! What the gate in front of the pages of staff lets pass, and signing in on one machine.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use domain::contact::ContactId;
use domain::organisation::Organisation;
use domain::standards::{built_in_organisation, built_in_pack_file, load_built_in_bank_holidays};
use functions::sign_in::{SessionKey, SignIn};
use functions::staff;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";

/// West Kent, where Priya Shah is on duty, Helen Ward manages, and an auditor may read.
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

/// Everything that the gate is in front of.
fn everything(id: &ContactId) -> Vec<(Method, String)> {
    let mut all: Vec<_> =
        ["/staff", "/staff/record"].map(|page| (Method::GET, page.to_owned())).to_vec();
    all.push((Method::GET, format!("/staff/contacts/{id}")));
    all.push((Method::POST, "/staff/record".to_owned()));
    for action in ["answer", "delay", "log", "assign", "pass", "close", "anything"] {
        all.push((Method::POST, format!("/staff/contacts/{id}/{action}")));
    }
    all
}

/// All pages that are behind the gate. The outbox of one machine is with the process tests.
fn pages(scenario: &Scenario) -> Browser {
    let app = scenario.simulation.app.clone();
    let sign_in = SignIn::local(&app, SessionKey::new([2; 32]));
    Browser::new(staff::routes(app, &sign_in), "http://127.0.0.1:8080")
}

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

#[tokio::test]
async fn nothing_is_shown_or_done_without_a_sign_in() {
    let (scenario, id) = given().await;
    let mut browser = pages(&scenario);
    for (method, path) in everything(&id) {
        let answer =
            browser.ask(method.clone(), &path, "means=phone&text=x&what=tried", &FORM).await;
        if method == Method::GET {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.to.starts_with("/sign-in?to=%2F"), "{path}: {}", answer.to);
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert!(!answer.page.contains("Which day?"), "{path}");
        let answer = browser.ask(Method::HEAD, &path, "", &[]).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
    }
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    scenario.end().await;
}

#[tokio::test]
async fn on_one_machine_one_click_is_enough_and_says_who_acts() {
    let (mut scenario, id) = given().await;
    let mut browser = pages(&scenario);
    let path = format!("/staff/contacts/{id}");
    let asked = browser.get(&path).await;
    let choice = browser.get(&asked.to).await;
    assert_eq!(choice.status, StatusCode::OK);
    let priya = choice.page.find("value=\"priya.shah\"").unwrap();
    assert!(priya < choice.page.find("value=\"ali.khan\"").unwrap(), "who is on duty comes first");
    assert!(choice.page.contains(&format!("name=\"to\" value=\"{path}\"")), "{}", choice.page);
    // As a browser says it, and as curl, which says nothing
    for headers in [&[("sec-fetch-site", "same-origin")][..], &[]] {
        let mut browser = browser.clone();
        let form = format!("to={path}&person=dan.fisher");
        let answer = browser.post_only("/sign-in", &form, headers).await;
        assert_eq!((answer.status, answer.to.as_str()), (StatusCode::SEE_OTHER, path.as_str()));
        assert!(browser.get(&path).await.page.contains("Dan Fisher"));
        let answer = browser.post(&format!("{path}/log"), "what=tried").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.page);
    }
    scenario.run_until_idle().await;
    let shown = Browser::signed_in(&scenario, "priya.shah").await.get(&path).await.page;
    assert!(shown.contains(", Dan Fisher<br>"), "{shown}");
    // Nobody of that name; and a link that leads elsewhere
    let answer = browser.post("/sign-in", "person=nobody").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = browser.post("/sign-in", "person=ali.khan&to=//evil.example").await;
    assert_eq!(answer.to, "/staff");
    scenario.end().await;
}

#[tokio::test]
async fn local_sign_in_is_for_programs_on_the_machine_itself() {
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
        let answer = browser.post_only("/sign-in", "person=priya.shah", &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(browser.cookies.is_empty(), "{headers:?}");
        if headers.len() == 1 {
            let answer = browser.ask(Method::GET, "/sign-in", "", &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
            assert!(!answer.page.contains("priya.shah"), "{}", answer.page);
        }
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_form_that_is_not_ours_or_not_this_sessions_changes_nothing() {
    let (mut scenario, id) = given().await;
    let path = format!("/staff/contacts/{id}/log");
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let another = Browser::signed_in(&scenario, "priya.shah").await;
    assert_ne!(priya.csrf, another.csrf, "each session has its own");
    let mark = priya.csrf.clone();
    for form in [
        "what=tried".to_owned(),
        "what=tried&csrf=".to_owned(),
        format!("what=tried&csrf={}", another.csrf),
        format!("what=tried&csrf={mark}x"),
        format!("what=tried&csrf={}", &mark[1..]),
        format!("what=tried&csrf=&csrf={mark}"),
    ] {
        for headers in [&[][..], &[("sec-fetch-site", "same-origin")]] {
            let answer = priya.post_only(&path, &form, headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
            assert!(answer.page.contains("load the page again"), "{}", answer.page);
        }
    }
    // In the address it does not count, nor in a body that is no form
    let form = format!("what=tried&csrf={mark}");
    let answer = priya.post_only(&format!("{path}?csrf={mark}"), "what=tried", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = priya.ask(Method::POST, &path, &form, &[("content-type", "text/plain")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let long = format!("{form}&text={}", "x".repeat(200_000));
    let answer = priya.post_only(&path, &long, &[]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    scenario.run_until_idle().await;
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    assert_eq!(priya.post_only(&path, &form, &[]).await.status, StatusCode::SEE_OTHER);
    scenario.run_until_idle().await;
    assert_eq!(scenario.log(&id).await.len(), 3);
    scenario.end().await;
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let (scenario, _) = given().await;
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    // Nobody is signed out by a link or by another website
    assert_eq!(priya.get("/sign-out").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(priya.post_only("/sign-out", "", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(priya.get("/staff").await.status, StatusCode::OK);
    let answer = priya.post("/sign-out", "").await;
    assert_eq!((answer.status, answer.to.as_str()), (StatusCode::SEE_OTHER, "/signed-out"));
    assert!(priya.cookies.is_empty(), "{:?}", priya.cookies);
    let answer = priya.get("/signed-out").await;
    assert!(answer.page.contains("You are signed out"), "{}", answer.page);
    assert_eq!(priya.get("/staff").await.status, StatusCode::SEE_OTHER);
    scenario.end().await;
}

#[tokio::test]
async fn a_reader_sees_everything_and_changes_nothing() {
    let (scenario, id) = given().await;
    let mut pages = pages(&scenario);
    pages.post("/sign-in", "person=alex.audit").await;
    let shown = pages.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(shown.contains("Which day?") && shown.contains("Alex Audit"), "{shown}");
    assert!(!shown.contains("What you can do") && !shown.contains("Record a contact"), "{shown}");
    for (method, path) in everything(&id) {
        if method == Method::POST {
            let answer = pages.post(&path, "what=tried&means=phone&text=x&message=x").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(answer.page.contains("You may look"), "{path}: {}", answer.page);
        }
    }
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    // Nobody assigns work to who cannot do it
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let shown = priya.get(&format!("/staff/contacts/{id}")).await.page;
    assert!(shown.contains("dan.fisher") && !shown.contains("alex.audit"), "{shown}");
    assert_eq!(pages.post("/sign-out", "").await.status, StatusCode::SEE_OTHER);
    scenario.end().await;
}

#[tokio::test]
async fn a_manager_decides_that_no_answer_is_needed_and_nobody_else() {
    let (mut scenario, id) = given().await;
    let close = format!("/staff/contacts/{id}/close");
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    let answer = priya.post(&close, "reason=It+was+spam").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.page.contains("Only a manager decides"), "{}", answer.page);
    assert!(!answer.page.contains("name=\"reason\""), "{}", answer.page);
    assert!(scenario.contact(&id).await.closed.is_none());
    // Tom Okafor leads her team
    let mut tom = Browser::signed_in(&scenario, "tom.okafor").await;
    assert!(tom.get(&format!("/staff/contacts/{id}")).await.page.contains("name=\"reason\""));
    assert_eq!(tom.post(&close, "reason=It+was+spam").await.status, StatusCode::SEE_OTHER);
    scenario.run_until_idle().await;
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}

#[test]
fn roles_are_as_the_file_says_and_a_reader_answers_for_nothing() {
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
