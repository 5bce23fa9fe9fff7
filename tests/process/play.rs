//! `kept play`, with the scenarios that come with Kept.

use crate::kept::{Folder, kept, run};

/// The output for a scenario.
fn play(name: &str) -> String {
    let data = Folder::new();
    let file = format!("{}/scenarios/{name}", env!("CARGO_MANIFEST_DIR"));
    let (status, text, error) = run(kept(data.path()).args(["play", &file]), b"");
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    text
}

/// The error for a scenario, which is exit status 1.
fn error(scenario: &str) -> String {
    let data = Folder::new();
    let file = data.path().join("s.toml");
    std::fs::write(&file, scenario).unwrap();
    let (status, text, error) = run(kept(data.path()).arg("play").arg(&file), b"");
    assert_eq!((status, text.as_str()), (1, ""));
    error
}

#[test]
fn a_bank_holiday_weekend() {
    insta::assert_snapshot!(play("bank-holiday-weekend.toml"));
}

#[test]
fn staff_reply_by_email() {
    insta::assert_snapshot!(play("staff-reply-by-email.toml"));
}

#[test]
fn a_machine_writes() {
    insta::assert_snapshot!(play("a-machine-writes.toml"));
}

#[test]
fn a_complaint() {
    insta::assert_snapshot!(play("a-complaint.toml"));
}

#[test]
fn damp_and_mould() {
    insta::assert_snapshot!(play("damp-and-mould.toml"));
}

#[test]
fn an_invalid_scenario_is_an_error_that_says_what_to_correct() {
    let head = "title = 'x'\nabout = 'y'\nuntil = 2026-06-02T10:00:00\n";
    let unknown =
        error(&format!("{head}[[step]]\nat = 2026-06-01T10:00:00\nstaff_replies = {{}}\n"));
    assert!(unknown.contains("s.toml:6:") && unknown.contains("staff_replies"), "{unknown}");
    let call =
        |at: &str| format!("[[step]]\nat = {at}\nstaff_call = {{ person = 'a', text = 'b' }}\n");
    let backwards = [head, &call("2026-06-01T10:00:00"), &call("2026-05-01T10:00:00")].concat();
    let backwards = error(&backwards);
    assert!(backwards.contains("s.toml") && backwards.contains("order of time"), "{backwards}");
    let nothing = error(&format!("{head}[[step]]\nat = 2026-06-01T10:00:00\n"));
    assert!(nothing.contains("exactly one of email, customer_reply"), "{nothing}");
    let nobody = error(&format!("{head}{}", call("2026-06-01T10:00:00")));
    assert!(nobody.contains("there is no open contact"), "{nobody}");
}

#[test]
fn letters_adds_the_text_of_every_email_and_json_has_it_all() {
    let data = Folder::new();
    let file = format!("{}/scenarios/bank-holiday-weekend.toml", env!("CARGO_MANIFEST_DIR"));
    let (_, text, _) = run(kept(data.path()).args(["play", &file, "--letters"]), b"");
    // The emergency number is in the acknowledgement.
    assert!(text.contains("0800 169 1122"), "{text}");
    assert!(!play("bank-holiday-weekend.toml").contains("0800 169 1122"));
    let (_, json, _) = run(kept(data.path()).args(["play", &file, "--format", "json"]), b"");
    let entries: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let acknowledgement = entries.iter().find(|entry| entry["by"] == "email").unwrap();
    assert!(acknowledgement["text"].as_str().unwrap().contains("0800 169 1122"));
    assert_eq!(entries[0]["at"], "2026-05-01T16:50:00+01:00");
}
