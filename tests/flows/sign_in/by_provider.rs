//! Signing in through a provider: a whole conversation over loopback HTTP.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::contact::Actor;
use functions::sign_in::{ClientSecret, SessionKey, Settings, SignIn};
use functions::staff;
use serde_json::{Value, json};
use tests::{Answer, Browser, Scenario};

use super::provider::{CLIENT, Provider, SECRET, Signs};

const KEY: SessionKey = SessionKey::new([3; 32]);

/// The pages of staff behind a provider, where people reach them by https.
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

async fn given() -> (Scenario, Provider, Browser) {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let provider = Provider::start(scenario.simulation.app.clock.clone()).await;
    let browser = browser(&scenario, &sign_in(&scenario, &provider));
    (scenario, provider, browser)
}

/// Follows a link to the provider, over the network; returns where the provider sends back to.
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

/// From a page to the provider and back to the gate; what the browser would open next.
async fn to_the_provider_and_back(browser: &mut Browser, page: &str) -> String {
    let asked = browser.get(page).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.page);
    assert!(asked.to.starts_with("/sign-in?to="), "{}", asked.to);
    let begun = browser.get(&asked.to).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.page);
    visit(&begun.to).await
}

async fn signs_in(browser: &mut Browser) -> Answer {
    let back = to_the_provider_and_back(browser, "/staff").await;
    browser.get(&back).await
}

fn is_out(browser: &Browser) -> bool {
    !browser.cookies.contains_key("__Host-kept-session")
}

#[tokio::test]
async fn somebody_signs_in_lands_where_they_wanted_to_go_and_acts_in_their_own_name() {
    let (mut scenario, _provider, mut browser) = given().await;
    let id = scenario.tenant_emails("help@westkent.example", "Bins", "Which day?").await;
    let page = format!("/staff/contacts/{id}?done=log");
    let back = to_the_provider_and_back(&mut browser, &page).await;
    assert!(back.starts_with("https://kept.example/sign-in/callback?code="), "{back}");
    let answer = browser.get(&back).await;
    assert_eq!((answer.status, answer.to.as_str()), (StatusCode::SEE_OTHER, page.as_str()));
    let kept: Vec<_> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(kept, ["__Host-kept-session"], "what began the sign-in is gone");
    let shown = browser.get(&page).await.page;
    assert!(shown.contains("Priya Shah") && shown.contains("Which day?"), "{shown}");
    // Who acts is who signed in, whatever the form says
    let form = "by=helen.ward&means=email&text=Thursdays.&closes=yes";
    let answer = browser.post(&format!("/staff/contacts/{id}/answer"), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.page);
    scenario.run_until_idle().await;
    let by: Vec<_> = scenario.log(&id).await.into_iter().map(|commit| commit.by).collect();
    assert!(by.contains(&Actor::Staff("priya.shah".into())), "{by:?}");
    assert!(!by.contains(&Actor::Staff("helen.ward".into())), "{by:?}");
    // The same link once more signs nobody in
    browser.cookies.clear();
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert!(is_out(&browser));
    scenario.end().await;
}

#[tokio::test]
async fn a_sign_in_ends_in_the_browser_in_which_it_began_and_soon() {
    let (mut scenario, _provider, mut browser) = given().await;
    let back = to_the_provider_and_back(&mut browser, "/staff").await;
    let (code, state) = back.split_once("&state=").unwrap();
    for wrong in [code.to_owned(), format!("{code}&state="), format!("{code}&state=x{state}")] {
        let mut tried = browser.clone();
        let answer = tried.get(&wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(answer.page.contains("was not begun in this browser"), "{}", answer.page);
        assert!(is_out(&tried), "{wrong}");
        // Whatever came of it, it was the attempt
        assert_eq!(tried.get(&back).await.status, StatusCode::BAD_REQUEST);
    }
    // In a browser that began nothing
    let mut other = browser.clone();
    other.cookies.clear();
    assert_eq!(other.get(&back).await.status, StatusCode::BAD_REQUEST);
    // In a browser that began another: with its own state, and this one's code
    let mut other = browser.clone();
    other.cookies.clear();
    let others = to_the_provider_and_back(&mut other, "/staff").await;
    let (_, others) = others.split_once("&state=").unwrap();
    let answer = other.get(&format!("{code}&state={others}")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "the code is bound to its verifier");
    assert!(is_out(&other));
    // A cookie that was changed
    let mut other = browser.clone();
    let cookie = other.cookies.get_mut("__Host-kept-sign-in").unwrap();
    *cookie = cookie.replacen('.', "A.", 1);
    assert_eq!(other.get(&back).await.status, StatusCode::BAD_REQUEST);
    // Eleven minutes later
    let mut late = browser.clone();
    scenario.advance_to("2026-06-02 10:11").await;
    assert_eq!(late.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert!(is_out(&late));
    scenario.end().await;
}

#[tokio::test]
async fn what_the_provider_did_not_say_to_us_now_signs_nobody_in() {
    let (scenario, provider, browser) = given().await;
    let now = scenario.simulation.app.now().timestamp();
    for (what, signs, claims) in [
        ("another nonce", Signs::Rs256, json!({ "nonce": "another" })),
        ("no nonce", Signs::Rs256, json!({ "nonce": null })),
        ("expired", Signs::Rs256, json!({ "iat": now - 600, "exp": now - 1 })),
        ("never expiring", Signs::Rs256, json!({ "exp": null })),
        ("another audience", Signs::Rs256, json!({ "aud": "another-client" })),
        ("several audiences", Signs::Rs256, json!({ "aud": [CLIENT, "another-client"] })),
        ("no audience", Signs::Rs256, json!({ "aud": null })),
        ("another issuer", Signs::Rs256, json!({ "iss": "https://evil.example" })),
        ("no signature", Signs::NoChange, json!({})),
        ("signed with the shared secret", Signs::Hs256, json!({})),
        ("signed by a stranger", Signs::Stranger, json!({})),
        ("signed for something else", Signs::Other, json!({})),
    ] {
        provider.say(signs, claims);
        let mut tried = browser.clone();
        let answer = signs_in(&mut tried).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.page);
        assert!(answer.page.contains("did not confirm who you are"), "{what}: {}", answer.page);
        assert!(is_out(&tried), "{what}");
    }
    // The last moment of a token is in time
    provider.say(Signs::Rs256, json!({ "exp": now + 1 }));
    let mut tried = browser.clone();
    assert_eq!(signs_in(&mut tried).await.status, StatusCode::SEE_OTHER);
    // The provider says no, or nothing
    let mut tried = browser.clone();
    let back = to_the_provider_and_back(&mut tried, "/staff").await;
    let (_, state) = back.split_once("&state=").unwrap();
    let refused =
        format!("/sign-in/callback?error=access_denied&error_description=x&state={state}");
    let answer = tried.get(&refused).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(is_out(&tried));
    scenario.end().await;
}

#[tokio::test]
async fn an_email_address_that_is_nobodys_or_not_verified_lets_nobody_in() {
    let (scenario, provider, browser) = given().await;
    let vouches = "an email address that it vouches for";
    let unknown = "nobody of that address is in Kept";
    for (claims, said) in [
        (json!({ "email_verified": false }), vouches),
        (json!({ "email_verified": false, "xms_edov": true }), vouches),
        (json!({ "email_verified": null }), vouches),
        (json!({ "email_verified": null, "xms_edov": false }), vouches),
        (json!({ "email": null }), vouches),
        (json!({ "email": "jo@tenant.example" }), unknown),
        // A team's mailbox is nobody's own
        (json!({ "email": "help@westkent.example" }), unknown),
        (json!({ "email": "priya.shah+x@westkent.example" }), unknown),
        (json!({ "email": "<b>x</b>@westkent.example" }), "&#60;b&#62;x"),
    ] {
        provider.say(Signs::Rs256, claims.clone());
        let mut tried = browser.clone();
        let answer = signs_in(&mut tried).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{claims}: {}", answer.page);
        assert!(answer.page.contains(said), "{claims}: {}", answer.page);
        assert!(is_out(&tried), "{claims}");
    }
    for claims in [
        json!({ "email": "Priya.Shah@WestKent.example" }),
        // Amazon Cognito in places, and Microsoft Entra ID
        json!({ "email_verified": "true" }),
        json!({ "email_verified": null, "xms_edov": true }),
        json!({ "email_verified": null, "xms_edov": "1" }),
    ] {
        provider.say(Signs::Rs256, claims.clone());
        let mut tried = browser.clone();
        assert_eq!(signs_in(&mut tried).await.status, StatusCode::SEE_OTHER, "{claims}");
        assert!(tried.get("/staff").await.page.contains("Priya Shah"), "{claims}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn what_the_provider_says_that_somebody_may_do_counts_before_the_file() {
    let (scenario, provider, browser) = given().await;
    // Priya Shah is staff by the file: she records contacts, and does not waive answers
    for (claims, acts) in [
        (json!({}), true),
        (json!({ "roles": ["kept-reader"] }), false),
        (json!({ "roles": "kept-reader" }), false),
        (json!({ "cognito:groups": ["others", "kept-reader"] }), false),
        (json!({ "cognito:groups": ["kept-reader", "kept-staff"] }), true),
        (json!({ "roles": ["reader", "kept-owner"] }), true),
        (json!({ "roles": { "kept-reader": 1 } }), true),
    ] {
        provider.say(Signs::Rs256, claims.clone());
        let mut tried = browser.clone();
        assert_eq!(signs_in(&mut tried).await.status, StatusCode::SEE_OTHER, "{claims}");
        let list = tried.get("/staff").await.page;
        assert_eq!(list.contains("Record a contact"), acts, "{claims}: {list}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_provider_is_asked_for_its_keys_seldom_and_anew_when_it_has_changed_them() {
    let (mut scenario, provider, browser) = given().await;
    for _ in 0..3 {
        assert_eq!(signs_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(provider.asked_for_keys(), 1);
    provider.say(Signs::Es256, json!({}));
    for _ in 0..3 {
        assert_eq!(signs_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(provider.asked_for_keys(), 2);
    // After an hour it is asked again: a key that it took back is taken no longer
    scenario.advance_to("2026-06-02 11:01").await;
    assert_eq!(signs_in(&mut browser.clone()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(provider.asked_for_keys(), 3);
    scenario.end().await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_said_to_be() {
    let scenario = Scenario::at("2026-06-02 10:00").await;
    let app = &scenario.simulation.app;
    let settings = |issuer: &str, public_url: &str| Settings {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: ClientSecret::new(SECRET.into()),
        public_url: public_url.into(),
    };
    // Nothing listens there
    let settings_of_nobody = settings("http://127.0.0.1:9", "https://kept.example");
    let sign_in = SignIn::by_provider(app, KEY, &settings_of_nobody).unwrap();
    let mut browser = browser(&scenario, &sign_in);
    let answer = browser.get("/sign-in").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.page.contains("Please try again"), "{}", answer.page);
    assert_eq!(browser.get("/staff").await.status, StatusCode::SEE_OTHER);
    // Nor is a secret sent where it could be read on the way
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
async fn a_session_is_for_whom_it_was_made_where_it_was_made_and_for_a_working_day() {
    let (mut scenario, provider, mut browser) = given().await;
    signs_in(&mut browser).await;
    let session = browser.cookies["__Host-kept-session"].clone();
    assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
    // Changed anywhere, or cut
    let (text, mark) = session.split_once('.').unwrap();
    let mut forged = vec![
        String::new(),
        text.to_owned(),
        format!("{text}."),
        format!(".{mark}"),
        format!("{text}.{}", &mark[1..]),
        format!("{session}.x"),
        session.to_lowercase(),
    ];
    let decoded = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text);
    let mut claims: Value = serde_json::from_slice(&decoded.unwrap()).unwrap();
    assert_eq!(claims["person"], "priya.shah");
    claims["person"] = "helen.ward".into();
    let engine = &base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let text = base64::Engine::encode(engine, claims.to_string());
    forged.push(format!("{text}.{mark}"));
    for cookie in forged {
        let mut forger = browser.clone();
        forger.cookies.insert("__Host-kept-session".into(), cookie.clone());
        assert_eq!(forger.get("/staff").await.status, StatusCode::SEE_OTHER, "{cookie}");
    }
    // What began a sign-in is not a session
    let mut beginner = browser.clone();
    beginner.cookies.clear();
    beginner.get("/sign-in").await;
    let begun = beginner.cookies["__Host-kept-sign-in"].clone();
    beginner.cookies.insert("__Host-kept-session".into(), begun);
    assert_eq!(beginner.get("/staff").await.status, StatusCode::SEE_OTHER);
    // With another key, or signed in another way
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
    // Once they have left
    let file = domain::standards::built_in_organisation("westkent").unwrap();
    let file = file.replace("priya.shah", "somebody.else");
    let holidays = domain::standards::load_built_in_bank_holidays().unwrap();
    let without =
        domain::organisation::Organisation::parse("westkent.toml", &file, holidays, |id| {
            domain::standards::built_in_pack_file(id)
        });
    let mut desk_without = app.clone();
    desk_without.organisation = std::sync::Arc::new(without.unwrap());
    let without = SignIn::by_provider(&desk_without, KEY, &settings).unwrap();
    assert_eq!(another(&without).get("/staff").await.status, StatusCode::SEE_OTHER);
    // To the minute: signed in at ten, signed out at eight in the evening
    scenario.advance_to("2026-06-02 19:59").await;
    assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
    let clock = &scenario.simulation.app.clock;
    clock.move_to(clock.now() + TimeDelta::minutes(1));
    let answer = browser.get("/staff").await;
    assert_eq!(
        (answer.status, answer.to.as_str()),
        (StatusCode::SEE_OTHER, "/sign-in?to=%2Fstaff")
    );
    let answer = browser.post("/staff/record", "message=x").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.page.contains("you are signed out"), "{}", answer.page);
    scenario.end().await;
}
