//! `kept play`: the scenarios that come with Kept, those of the pages about scenarios, and the facts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::kept::{Folder, kept, run};

/// The scenarios that come with Kept.
fn built_in() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|is| is == "toml")).collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    files
}

/// A page of the documentation.
fn page(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(file).unwrap()
}

/// The facts of a scenario, which plays without an error.
fn facts(file: &Path, options: &[&str]) -> Vec<Value> {
    let data = Folder::new();
    let mut command = kept(data.path());
    let (status, json, error) =
        run(command.arg("play").arg(file).args(["--format", "json"]).args(options), b"");
    assert_eq!((status, error.as_str()), (0, ""), "{}", file.display());
    json.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The facts of a scenario that is given as text.
fn facts_of(scenario: &str, options: &[&str]) -> Vec<Value> {
    let data = Folder::new();
    let file = data.path().join("s.toml");
    std::fs::write(&file, scenario).unwrap();
    facts(&file, options)
}

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
fn everything_staff_can_do() {
    insta::assert_snapshot!(play("everything-staff-can-do.toml"));
}

#[test]
fn an_invalid_scenario_is_an_error_that_says_what_to_correct() {
    let head = "title = 'x'\nabout = 'y'\nuntil = 2026-06-02T10:00:00\n";
    let step = "[[step]]\nat = 2026-06-01T10:00:00\n";
    let unknown = error(&format!("{head}{step}staff_replies = {{}}\n"));
    assert!(unknown.contains("s.toml:6:") && unknown.contains("staff_replies"), "{unknown}");
    let call =
        |at: &str| format!("[[step]]\nat = {at}\nstaff_call = {{ person = 'a', text = 'b' }}\n");
    for (scenario, expected) in [
        (String::new(), "there are no steps"),
        ([call("2026-06-01T10:00:00"), call("2026-05-01T10:00:00")].concat(), "in order of time"),
        (call("2026-06-03T10:00:00"), "before the last step"),
        (step.to_owned(), "the step at 2026-06-01 10:00:00 must have exactly one of email, form"),
        (
            format!("{step}contact = 'tap'\nstaff_call = {{ person = 'a', text = 'b' }}"),
            "as = \"tap\"",
        ),
        (
            format!("{step}as = 'tap'\nstaff_call = {{ person = 'a', text = 'b' }}"),
            "only email, form",
        ),
        (format!("{step}staff_action = {{ person = 'a' }}"), "exactly one of answer, update"),
        (
            format!(
                "{step}staff_action = {{ person = 'a', note = 'b', happened_at = 2026-06-01T10:00:00 }}"
            ),
            "happened_at, which belongs to milestone or escalate",
        ),
    ] {
        let error = error(&format!("{head}{scenario}"));
        assert!(error.contains("s.toml") && error.contains(expected), "{error}");
    }
}

#[test]
fn letters_adds_the_text_of_every_email_and_json_has_it_all() {
    let data = Folder::new();
    let file = format!("{}/scenarios/bank-holiday-weekend.toml", env!("CARGO_MANIFEST_DIR"));
    let (_, text, _) = run(kept(data.path()).args(["play", &file, "--letters"]), b"");
    // The emergency number is in the acknowledgement.
    assert!(text.contains("0800 169 1122"), "{text}");
    assert!(!play("bank-holiday-weekend.toml").contains("0800 169 1122"));
    let facts = facts(Path::new(&file), &[]);
    let acknowledgement = facts.iter().find(|fact| fact["event"] == "mail-sent").unwrap();
    assert!(acknowledgement["mail"]["text"].as_str().unwrap().contains("0800 169 1122"));
    assert_eq!(acknowledgement["mail"]["kind"], "acknowledgement");
    assert_eq!(facts[0]["at"], "2026-05-01T16:50:00+01:00");
}

#[test]
fn every_fact_of_every_scenario_fits_the_schema() {
    let schema: Value = serde_json::from_str(&page("facts.schema.json")).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for file in built_in() {
        let facts = facts(&file, &[]);
        assert!(facts.len() > 10, "{}", file.display());
        for fact in &facts {
            let faults: Vec<_> = schema.iter_errors(fact).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{fact}: {faults:?}");
        }
        let mut times = facts.iter().map(|fact| fact["at"].as_str().unwrap());
        let parse = |at: &str| chrono::DateTime::parse_from_rfc3339(at).unwrap();
        assert!(times.by_ref().map(parse).is_sorted(), "{}", file.display());
    }
}

#[test]
fn the_page_on_facts_explains_every_field_event_and_kind_of_email() {
    let schema: Value = serde_json::from_str(&page("facts.schema.json")).unwrap();
    let fields = schema["properties"].as_object().unwrap().keys().cloned();
    let events = schema["definitions"]["FactEvent"]["oneOf"].as_array().unwrap();
    let events = events.iter().map(|event| event["const"].as_str().unwrap().to_owned());
    let expected: BTreeSet<String> = fields.chain(events).collect();
    // The names in the first column of the tables.
    let page = page("facts.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let first = rows.filter_map(|row| row.split('|').nth(1));
    let named: BTreeSet<String> =
        first.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    let missing: Vec<_> = expected.difference(&named).collect();
    assert!(missing.is_empty(), "docs/facts.md does not explain {missing:?}");
    for file in built_in() {
        for fact in facts(&file, &[]) {
            let Some(kind) = fact["mail"]["kind"].as_str() else { continue };
            assert!(named.contains(kind), "docs/facts.md does not explain the email `{kind}`");
        }
    }
}

#[test]
fn every_scenario_of_the_page_on_scenarios_plays_and_nothing_in_it_is_refused() {
    let page = page("scenarios.md");
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    for scenario in blocks {
        let facts = facts_of(scenario, &[]);
        let refused: Vec<_> = facts.iter().filter(|fact| fact["event"] == "refused").collect();
        assert!(refused.is_empty(), "{refused:?}\n{scenario}");
        assert!(facts.iter().any(|fact| fact["event"] == "received"), "{scenario}");
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn a_refused_step_is_a_fact_and_the_play_goes_on() {
    let scenario = "title = 'x'\nuntil = 2026-06-02T10:00:00\n\
        [[step]]\nat = 2026-06-01T10:00:00\n\
        staff_call = { person = 'priya.shah', text = 'Hello?' }\n\
        [[step]]\nat = 2026-06-01T10:01:00\n\
        email = { from = 'jo@tenant.example', to = ['nobody@example.org'], subject = 's', text = 't' }\n\
        [[step]]\nat = 2026-06-01T10:02:00\n\
        customer_reply = { from = 'jo@tenant.example', text = 't' }\n\
        [[step]]\nat = 2026-06-01T10:03:00\n\
        email = { from = 'jo@tenant.example', to = ['help@westkent.example'], subject = 's', text = 't', \
        deliveries = 2 }\n\
        [[step]]\nat = 2026-06-01T10:04:00\n\
        staff_action = { person = 'priya.shah', hand_over = 'nowhere' }\n\
        [[step]]\nat = 2026-06-01T10:05:00\n\
        staff_call = { person = 'priya.shah', text = 'On Thursdays.' }\n";
    let facts = facts_of(scenario, &[]);
    let why = |event: &str| -> Vec<(u64, &str)> {
        let of = facts.iter().filter(|fact| fact["event"] == event);
        of.map(|fact| (fact["step"].as_u64().unwrap(), fact["why"].as_str().unwrap())).collect()
    };
    assert_eq!(
        why("refused"),
        [
            (1, "there is no contact yet"),
            (2, "none of the recipients is ours"),
            (3, "jo@tenant.example has not been sent an email to reply to"),
            (5, "there is no team called `nowhere` in this organisation"),
        ]
    );
    assert_eq!(why("no-change"), [(4, "the message was taken in before")]);
    assert!(facts.iter().any(|fact| fact["event"] == "closed"), "the last step answers");
}

#[test]
fn a_scenario_names_its_organisation_and_the_option_overrides_it() {
    let scenario = |organisation: &str| {
        format!(
            "title = 'x'\norganisation = '{organisation}'\nuntil = 2026-06-02T10:00:00\n\
             [[step]]\nat = 2026-06-01T10:00:00\n\
             form = {{ name = 'Jo', email = 'jo@tenant.example', text = 'Hello' }}\n"
        )
    };
    let prefix = |organisation: &str, options: &[&str]| {
        let facts = facts_of(&scenario(organisation), options);
        let received = facts.iter().find(|fact| fact["event"] == "received").unwrap();
        received["contact"].as_str().unwrap().split('-').next().unwrap().to_owned()
    };
    assert_eq!(prefix("kht", &[]), "KHT");
    assert_eq!(prefix("kht", &["--organisation", "lhh"]), "LHH");
    let data = Folder::new();
    let file = data.path().join("s.toml");
    std::fs::write(&file, scenario("owl")).unwrap();
    let (status, _, error) = run(kept(data.path()).arg("play").arg(&file), b"");
    assert_eq!(status, 2);
    assert!(error.contains("owl") && error.contains("kht"), "{error}");
}

#[test]
fn a_pause_that_moves_the_date_is_told_as_two_facts() {
    let scenario = "title = 'x'\nuntil = 2026-06-20T10:00:00\n\
        [[step]]\nat = 2026-06-01T10:00:00\n\
        form = { name = 'Jo', email = 'jo@tenant.example', category = 'subject-access-request', text = 't' }\n\
        [[step]]\nat = 2026-06-08T10:00:00\n\
        staff_action = { person = 'priya.shah', milestone = 'clarification-requested' }\n\
        [[step]]\nat = 2026-06-13T10:00:00\n\
        staff_action = { person = 'priya.shah', milestone = 'clarification-received' }\n";
    let facts = facts_of(scenario, &[]);
    let of = |event: &str| -> Vec<(String, String)> {
        let of = facts.iter().filter(|fact| fact["event"] == event);
        let text = |fact: &Value, field: &str| fact[field].as_str().unwrap_or_default().to_owned();
        of.map(|fact| (text(fact, "standard"), text(fact, "due_at"))).collect()
    };
    let paused = of("deadline-paused");
    assert!(!paused.is_empty());
    assert_eq!(of("deadline-resumed"), of("deadline-moved"));
    assert_ne!(paused, of("deadline-resumed"));
}
