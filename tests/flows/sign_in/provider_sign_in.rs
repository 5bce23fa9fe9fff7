//! Sign-in through an identity provider, in a whole conversation over loopback HTTP.

use axum::http::StatusCode;
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use domain::contact::Actor;
use functions::sign_in::{ClientSecret, SessionKey, Settings, SignIn};
use functions::staff;
use serde_json::{Value, json};
use tests::{Browser, PageResponse, Scenario};

use super::identity_provider::{CLIENT, Provider, SECRET, Signature};

const KEY: SessionKey = SessionKey::new([3; 32]);

/// The sign-in through a provider, for pages that staff reach by https.
fn sign_in(scenario: &Scenario, provider: &Provider) -> SignIn {
    let app = &scenario.simulation.app;
    let settings = Settings {
        issuer: provider.issuer().to_owned(),
        client_id: CLIENT.into(),
        client_secret: ClientSecret::new(SECRET.into()),
        public_url: "https://kept.example/".into(),
    };
    SignIn::by_provider(app, KEY, &settings).unwrap()
}

fn browser(scenario: &Scenario, sign_in: &SignIn) -> Browser {
    Browser::new(staff::routes(scenario.simulation.app.clone(), sign_in), "https://kept.example")
}

async fn setup() -> (Scenario, Provider, Browser) {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let provider = Provider::start(scenario.simulation.app.clock.clone()).await;
    let browser = browser(&scenario, &sign_in(&scenario, &provider));
    (scenario, provider, browser)
}

/// Follows a link to the provider over the network, and returns the address it redirects to.
async fn visit(url: &str) -> String {
    let url = url.to_owned();
    let visit = move || {
        let config = ureq::Agent::config_builder();
        let agent: ureq::Agent =
            config.max_redirects(0).max_redirects_will_error(false).build().into();
        let answer = agent.get(&url).call().unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    tokio::task::spawn_blocking(visit).await.unwrap()
}

/// Opens a page, signs in at the provider, and returns the callback address to open next.
async fn sign_in_at_provider(browser: &mut Browser, page: &str) -> String {
    let asked = browser.get(page).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.page);
    assert!(asked.location.starts_with("/sign-in?to="), "{}", asked.location);
    let begun = browser.get(&asked.location).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.page);
    visit(&begun.location).await
}

async fn complete_sign_in(browser: &mut Browser) -> PageResponse {
    let back = sign_in_at_provider(browser, "/staff").await;
    browser.get(&back).await
}

fn has_no_session(browser: &Browser) -> bool {
    !browser.cookies.contains_key("__Host-kept-session")
}

#[tokio::test]
async fn after_signing_in_people_see_the_page_they_asked_for_and_act_in_their_own_name() {
    let (mut scenario, _provider, mut browser) = setup().await;
    let id = scenario.tenant_emails("help@westkent.example", "Bins", "Which day?").await;
    let page = format!("/staff/contacts/{id}?done=call-attempt");
    let back = sign_in_at_provider(&mut browser, &page).await;
    assert!(back.starts_with("https://kept.example/sign-in/callback?code="), "{back}");
    let answer = browser.get(&back).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, page.as_str()));
    let kept: Vec<_> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(kept, ["__Host-kept-session"], "the cookie of the pending sign-in is gone");
    let shown = browser.get(&page).await.page;
    assert!(shown.contains("Priya Shah") && shown.contains("Which day?"), "{shown}");
    // The person who signed in is the one who acts, whatever the form says
    let form = "by=helen.ward&what=answer&means=email&text=Thursdays.&closes=yes";
    let answer = browser.post(&format!("/staff/contacts/{id}/reply"), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.page);
    scenario.run_until_idle().await;
    let by: Vec<_> = scenario.log(&id).await.into_iter().map(|commit| commit.by).collect();
    assert!(by.contains(&Actor::Staff("priya.shah".into())), "{by:?}");
    assert!(!by.contains(&Actor::Staff("helen.ward".into())), "{by:?}");
    // The same link works only once
    browser.cookies.clear();
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert!(has_no_session(&browser));
    scenario.end().await;
}

#[tokio::test]
async fn a_sign_in_has_to_be_finished_in_the_same_browser_within_ten_minutes() {
    let (mut scenario, _provider, mut browser) = setup().await;
    let back = sign_in_at_provider(&mut browser, "/staff").await;
    let (code, state) = back.split_once("&state=").unwrap();
    for wrong in [code.to_owned(), format!("{code}&state="), format!("{code}&state=x{state}")] {
        let mut tried = browser.clone();
        let answer = tried.get(&wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(answer.page.contains("was started in another browser"), "{}", answer.page);
        assert!(has_no_session(&tried), "{wrong}");
        // A failed attempt counts as the attempt
        assert_eq!(tried.get(&back).await.status, StatusCode::BAD_REQUEST);
    }
    // In a browser that started no sign-in
    let mut other = browser.clone();
    other.cookies.clear();
    assert_eq!(other.get(&back).await.status, StatusCode::BAD_REQUEST);
    // In a browser that started another one: its own state, but this one's code
    let mut other = browser.clone();
    other.cookies.clear();
    let others = sign_in_at_provider(&mut other, "/staff").await;
    let (_, others) = others.split_once("&state=").unwrap();
    let answer = other.get(&format!("{code}&state={others}")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "the code is bound to its verifier");
    assert!(has_no_session(&other));
    // With a cookie that was tampered with
    let mut other = browser.clone();
    let cookie = other.cookies.get_mut("__Host-kept-sign-in").unwrap();
    *cookie = cookie.replacen('.', "A.", 1);
    assert_eq!(other.get(&back).await.status, StatusCode::BAD_REQUEST);
    // After eleven minutes
    let mut late = browser.clone();
    scenario.advance_to("2026-06-02 10:11").await;
    assert_eq!(late.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert!(has_no_session(&late));
    scenario.end().await;
}

#[tokio::test]
async fn a_token_that_is_not_valid_for_this_sign_in_is_refused() {
    let (scenario, provider, browser) = setup().await;
    let now = scenario.simulation.app.now().timestamp();
    for (what, signature, claims) in [
        ("another nonce", Signature::Rs256, json!({ "nonce": "another" })),
        ("no nonce", Signature::Rs256, json!({ "nonce": null })),
        ("expired", Signature::Rs256, json!({ "iat": now - 600, "exp": now - 1 })),
        ("never expiring", Signature::Rs256, json!({ "exp": null })),
        ("another audience", Signature::Rs256, json!({ "aud": "another-client" })),
        ("several audiences", Signature::Rs256, json!({ "aud": [CLIENT, "another-client"] })),
        ("no audience", Signature::Rs256, json!({ "aud": null })),
        ("another issuer", Signature::Rs256, json!({ "iss": "https://evil.example" })),
        ("no signature", Signature::None, json!({})),
        ("signed with the shared secret", Signature::Hs256, json!({})),
        ("signed by a stranger", Signature::Stranger, json!({})),
        ("signed for something else", Signature::Other, json!({})),
    ] {
        provider.set_tokens(signature, claims);
        let mut tried = browser.clone();
        let answer = complete_sign_in(&mut tried).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.page);
        assert!(answer.page.contains("did not confirm who you are"), "{what}: {}", answer.page);
        assert!(has_no_session(&tried), "{what}");
    }
    // A token is valid until its last second
    provider.set_tokens(Signature::Rs256, json!({ "exp": now + 1 }));
    let mut tried = browser.clone();
    assert_eq!(complete_sign_in(&mut tried).await.status, StatusCode::SEE_OTHER);
    // The provider refuses
    let mut tried = browser.clone();
    let back = sign_in_at_provider(&mut tried, "/staff").await;
    let (_, state) = back.split_once("&state=").unwrap();
    let refused =
        format!("/sign-in/callback?error=access_denied&error_description=x&state={state}");
    let answer = tried.get(&refused).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(has_no_session(&tried));
    scenario.end().await;
}

#[tokio::test]
async fn an_email_address_has_to_be_verified_and_belong_to_one_of_our_people() {
    let (scenario, provider, browser) = setup().await;
    let unverified = "did not give Kept a verified email address";
    let unknown = "does not know this address";
    for (claims, expected) in [
        (json!({ "email_verified": false }), unverified),
        (json!({ "email_verified": false, "xms_edov": true }), unverified),
        (json!({ "email_verified": null }), unverified),
        (json!({ "email_verified": null, "xms_edov": false }), unverified),
        (json!({ "email": null }), unverified),
        (json!({ "email": "jo@tenant.example" }), unknown),
        // A team's mailbox belongs to no one person
        (json!({ "email": "help@westkent.example" }), unknown),
        (json!({ "email": "priya.shah+x@westkent.example" }), unknown),
        (json!({ "email": "<b>x</b>@westkent.example" }), "&#60;b&#62;x"),
    ] {
        provider.set_tokens(Signature::Rs256, claims.clone());
        let mut tried = browser.clone();
        let answer = complete_sign_in(&mut tried).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{claims}: {}", answer.page);
        assert!(answer.page.contains(expected), "{claims}: {}", answer.page);
        assert!(has_no_session(&tried), "{claims}");
    }
    for claims in [
        json!({ "email": "Priya.Shah@WestKent.example" }),
        // As Amazon Cognito sometimes writes it, and as Microsoft Entra ID does
        json!({ "email_verified": "true" }),
        json!({ "email_verified": null, "xms_edov": true }),
        json!({ "email_verified": null, "xms_edov": "1" }),
    ] {
        provider.set_tokens(Signature::Rs256, claims.clone());
        let mut tried = browser.clone();
        assert_eq!(complete_sign_in(&mut tried).await.status, StatusCode::SEE_OTHER, "{claims}");
        assert!(tried.get("/staff").await.page.contains("Priya Shah"), "{claims}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_role_from_the_provider_takes_precedence_over_the_file() {
    let (scenario, provider, browser) = setup().await;
    // The file makes Priya Shah a member of staff: she may record contacts, but not waive an answer
    for (claims, acts) in [
        (json!({}), true),
        (json!({ "roles": ["kept-reader"] }), false),
        (json!({ "roles": "kept-reader" }), false),
        (json!({ "cognito:groups": ["others", "kept-reader"] }), false),
        (json!({ "cognito:groups": ["kept-reader", "kept-staff"] }), true),
        (json!({ "roles": ["reader", "kept-owner"] }), true),
        (json!({ "roles": { "kept-reader": 1 } }), true),
    ] {
        provider.set_tokens(Signature::Rs256, claims.clone());
        let mut tried = browser.clone();
        assert_eq!(complete_sign_in(&mut tried).await.status, StatusCode::SEE_OTHER, "{claims}");
        let list = tried.get("/staff").await.page;
        assert_eq!(list.contains("Record a contact"), acts, "{claims}: {list}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn keys_are_fetched_once_an_hour_and_when_the_provider_changes_them() {
    let (mut scenario, provider, browser) = setup().await;
    for _ in 0..3 {
        assert_eq!(complete_sign_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(provider.key_requests(), 1);
    provider.set_tokens(Signature::Es256, json!({}));
    for _ in 0..3 {
        assert_eq!(complete_sign_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(provider.key_requests(), 2);
    // After an hour they are fetched again, so that a withdrawn key is no longer accepted
    scenario.advance_to("2026-06-02 11:01").await;
    assert_eq!(complete_sign_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(provider.key_requests(), 3);
    scenario.end().await;
}

#[tokio::test]
async fn an_unreachable_provider_is_reported_and_unsafe_addresses_are_refused() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let app = &scenario.simulation.app;
    let settings = |issuer: &str, public_url: &str| Settings {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: ClientSecret::new(SECRET.into()),
        public_url: public_url.into(),
    };
    // Nothing listens on that port
    let unreachable = settings("http://127.0.0.1:9", "https://kept.example");
    let sign_in = SignIn::by_provider(app, KEY, &unreachable).unwrap();
    let mut browser = browser(&scenario, &sign_in);
    let answer = browser.get("/sign-in").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.page.contains("Please try again"), "{}", answer.page);
    assert_eq!(browser.get("/staff").await.status, StatusCode::SEE_OTHER);
    // Secrets are never sent over plain HTTP
    for (issuer, public_url) in [
        ("http://login.example", "https://kept.example"),
        ("https://login.example", "http://kept.example"),
        ("login", "https://kept.example"),
    ] {
        let error = SignIn::by_provider(app, KEY, &settings(issuer, public_url)).unwrap_err();
        assert!(error.to_string().contains("https://"), "{error}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_session_is_valid_for_one_person_one_deployment_and_one_working_day() {
    let (mut scenario, provider, mut browser) = setup().await;
    complete_sign_in(&mut browser).await;
    let session = browser.cookies["__Host-kept-session"].clone();
    assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
    // Tampered with, or cut short
    let (text, signature) = session.split_once('.').unwrap();
    let mut forged = vec![
        String::new(),
        text.to_owned(),
        format!("{text}."),
        format!(".{signature}"),
        format!("{text}.{}", &signature[1..]),
        format!("{session}.x"),
        session.to_lowercase(),
    ];
    let decoded = BASE64URL_NOPAD.decode(text.as_bytes());
    let mut claims: Value = serde_json::from_slice(&decoded.unwrap()).unwrap();
    assert_eq!(claims["person"], "priya.shah");
    claims["person"] = "helen.ward".into();
    let text = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
    forged.push(format!("{text}.{signature}"));
    for cookie in forged {
        let mut forger = browser.clone();
        forger.cookies.insert("__Host-kept-session".into(), cookie.clone());
        assert_eq!(forger.get("/staff").await.status, StatusCode::SEE_OTHER, "{cookie}");
    }
    // The cookie of a pending sign-in is not a session
    let mut beginner = browser.clone();
    beginner.cookies.clear();
    beginner.get("/sign-in").await;
    let begun = beginner.cookies["__Host-kept-sign-in"].clone();
    beginner.cookies.insert("__Host-kept-session".into(), begun);
    assert_eq!(beginner.get("/staff").await.status, StatusCode::SEE_OTHER);
    // With another key, or another way to sign in
    let app = scenario.simulation.app.clone();
    let another = |sign_in: &SignIn| {
        let mut other = Browser::new(staff::routes(app.clone(), sign_in), "https://kept.example");
        other.cookies.insert("__Host-kept-session".into(), session.clone());
        other.cookies.insert("kept-session".into(), session.clone());
        other
    };
    let settings = Settings {
        issuer: provider.issuer().into(),
        client_id: CLIENT.into(),
        client_secret: ClientSecret::new(SECRET.into()),
        public_url: "https://kept.example".into(),
    };
    let key = SessionKey::new([4; 32]);
    let with_another_key = SignIn::by_provider(&app, key, &settings).unwrap();
    assert_eq!(another(&with_another_key).get("/staff").await.status, StatusCode::SEE_OTHER);
    let local = SignIn::local(&app, KEY);
    assert_eq!(another(&local).get("/staff").await.status, StatusCode::SEE_OTHER);
    let elsewhere = Settings { client_id: "another".into(), ..settings.clone() };
    let elsewhere = SignIn::by_provider(&app, KEY, &elsewhere).unwrap();
    assert_eq!(another(&elsewhere).get("/staff").await.status, StatusCode::SEE_OTHER);
    let the_same = SignIn::by_provider(&app, KEY, &settings).unwrap();
    assert_eq!(another(&the_same).get("/staff").await.status, StatusCode::OK, "after a restart");
    // After the person has left
    let file = domain::library::built_in_organisation("westkent").unwrap();
    let file = file.replace("priya.shah", "somebody.else");
    let holidays = domain::library::load_built_in_bank_holidays().unwrap();
    let without =
        domain::organisation::Organisation::parse("westkent.toml", &file, holidays, |id| {
            domain::library::built_in_pack_file(id)
        });
    let mut app_without = app.clone();
    app_without.organisation = std::sync::Arc::new(without.unwrap());
    let without = SignIn::by_provider(&app_without, KEY, &settings).unwrap();
    assert_eq!(another(&without).get("/staff").await.status, StatusCode::SEE_OTHER);
    // For ten hours to the minute
    scenario.advance_to("2026-06-02 19:59").await;
    assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
    let clock = &scenario.simulation.app.clock;
    clock.move_to(clock.now() + TimeDelta::minutes(1));
    let answer = browser.get("/staff").await;
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (StatusCode::SEE_OTHER, "/sign-in?to=%2Fstaff")
    );
    let answer = browser.post("/staff/record", "message=x").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.page.contains("You are signed out"), "{}", answer.page);
    scenario.end().await;
}
