//! The scenarios that come with Kept, as they play.

use std::path::Path;
use std::sync::Arc;

use domain::standards::load_built_in;

async fn played(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/local/scenarios").join(name);
    let text = std::fs::read_to_string(&file).unwrap();
    let organisation = Arc::new(load_built_in("westkent").unwrap());
    let played = local::play::play(organisation, name, &text).await.unwrap();
    played.in_words(false)
}

#[tokio::test]
async fn a_bank_holiday_weekend() {
    insta::assert_snapshot!(played("bank-holiday-weekend.toml").await);
}

#[tokio::test]
async fn staff_reply_by_email() {
    insta::assert_snapshot!(played("staff-reply-by-email.toml").await);
}

#[tokio::test]
async fn a_machine_writes() {
    insta::assert_snapshot!(played("a-machine-writes.toml").await);
}

#[tokio::test]
async fn a_complaint() {
    insta::assert_snapshot!(played("a-complaint.toml").await);
}

#[tokio::test]
async fn damp_and_mould() {
    insta::assert_snapshot!(played("damp-and-mould.toml").await);
}

#[tokio::test]
async fn a_broken_scenario_says_what_is_wrong() {
    let organisation = || Arc::new(load_built_in("westkent").unwrap());
    let unknown = "title = 'x'\nabout = 'y'\nuntil = 2026-06-02T10:00:00\n[[step]]\nat = 2026-06-01T10:00:00\nstaff_replies = {}\n";
    let error = local::play::play(organisation(), "s.toml", unknown).await.unwrap_err().to_string();
    assert!(error.contains("s.toml") && error.contains("staff_replies"), "{error}");
    let backwards = "title = 'x'\nabout = 'y'\nuntil = 2026-06-02T10:00:00\n\
        [[step]]\nat = 2026-06-01T10:00:00\nstaff_call = { person = 'a', text = 'b' }\n\
        [[step]]\nat = 2026-05-01T10:00:00\nstaff_call = { person = 'a', text = 'b' }\n";
    let error =
        local::play::play(organisation(), "s.toml", backwards).await.unwrap_err().to_string();
    assert!(error.contains("order of time"), "{error}");
}
