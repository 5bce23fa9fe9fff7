//! `kept check`, `kept promises` and `kept schema`, as the author of a pack runs them.

use serde_json::Value;

use crate::kept::{Folder, kept, run, written};

#[test]
fn built_in_packs_have_no_errors_and_contradictions_of_the_code_are_warnings() {
    let data = Folder::new();
    let (status, text, error) = run(kept(data.path()).arg("check"), b"");
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    let line = |part: &str| {
        let pack = domain::library::built_in_pack("kht-complaints").unwrap();
        1 + pack.lines().position(|line| line.starts_with(part)).unwrap()
    };
    for (at, expected) in [
        (line("complaint_stages"), "warning: pack.complaint_stages: the procedure has 3 stages"),
        (line("informal_stage"), "warning: pack.informal_stage:"),
        (line("id = \"kht-s2-window\""), "kht-s2-window gives the customer 14 days"),
        (line("id = \"kht-s1-ack\""), "counts the acknowledgement of a complaint from handed-over"),
    ] {
        let found = text.lines().find(|line| line.contains(expected));
        let found = found.unwrap_or_else(|| panic!("{expected}: {text}"));
        assert!(found.starts_with(&format!("kht-complaints.toml:{at}: warning: ")), "{found}");
    }
    // The Code does not apply in Northern Ireland, so 15 working days do not contradict it
    assert!(!text.contains("nihe.toml"), "{text}");
    assert!(text.ends_with(": 0 errors, 6 warnings\n"), "{text}");

    let (status, text, error) =
        run(kept(data.path()).args(["check", "--deny-warnings", "kht-complaints"]), b"");
    assert_eq!(status, 1, "{text}");
    assert!(error.contains("5 errors to fix"), "{error}");
    let (status, _, _) = run(kept(data.path()).args(["check", "--deny-warnings", "westkent"]), b"");
    assert_eq!(status, 0);
    let (status, _, error) = run(kept(data.path()).args(["check", "owl"]), b"");
    assert_eq!(status, 2);
    assert!(error.contains("there is no pack `owl`") && error.contains("westkent"), "{error}");
}

#[test]
fn all_errors_in_a_pack_are_reported_at_once() {
    let data = Folder::new();
    let file = data.path().join("ours.toml");
    let path = file.to_str().unwrap();
    let good = domain::library::built_in_pack("westkent").unwrap();
    std::fs::write(
        &file,
        good.replacen("within = \"1 working day\"", "within = \"soon\"", 1).replacen(
            "starts = \"received\"",
            "strats = \"received\"",
            1,
        ),
    )
    .unwrap();
    let (status, text, error) = run(kept(data.path()).args(["check", path]), b"");
    assert_eq!(status, 1, "{error}");
    assert!(text.contains("standard.within: `soon` is not a duration. Write"), "{text}");
    assert!(text.contains("standard.strats: unknown field `strats`"), "{text}");
    assert!(
        text.lines().all(|line| line.starts_with(path)
            || line.contains(" error, ")
            || line.contains(" errors, ")),
        "{text}"
    );

    // A wrong worked example is reported with its line and both dates
    let wrong = good.replacen("due = 2026-04-28T17:15:00", "due = 2026-04-29T17:15:00", 1);
    let line = 1 + wrong.lines().position(|line| line.contains("2026-04-29T17:15:00")).unwrap();
    std::fs::write(&file, wrong).unwrap();
    let (status, text, _) = run(kept(data.path()).args(["check", path]), b"");
    assert_eq!(status, 1);
    let found = text.lines().next().unwrap();
    assert_eq!(
        found,
        format!(
            "{path}:{}: standard.example.due: wk-online from Mon 27 Apr 2026 00:00:00 comes out as \
             Tue 28 Apr 2026 17:15:00, not Wed 29 Apr 2026 17:15:00 as written. Correct the example, or \
             the way in which the promise is counted",
            // The line of an example is the line of its header
            line - 2
        )
    );

    let (status, json, _) = run(kept(data.path()).args(["check", "--format", "json", path]), b"");
    assert_eq!(status, 1);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"][0]["line"], line - 2);
    assert_eq!(json["findings"][0]["key"], "standard.example.due");
    assert_eq!(json["warnings"].as_array().unwrap().len(), 0);
}

#[test]
fn an_organisation_is_checked_with_every_pack_that_it_names() {
    let data = Folder::new();
    let organisation = domain::library::built_in_organisation("westkent").unwrap();
    let pack = domain::library::built_in_pack("westkent").unwrap();
    let us = data.path().join("us.toml");
    let check = |organisation: &str, pack: &str| {
        std::fs::write(&us, organisation).unwrap();
        std::fs::write(data.path().join("ours.toml"), pack).unwrap();
        run(kept(data.path()).args(["--organisation", us.to_str().unwrap(), "check"]), b"")
    };
    let ours = organisation
        .replace("id = \"westkent\"", "id = \"us\"")
        .replace("packs = [\"westkent\",", "packs = [\"ours\",");
    let own = pack.replacen("examples_for = \"westkent\"", "examples_for = \"us\"", 1);
    let (status, text, error) = check(&ours, &own);
    assert_eq!(status, 0, "{text}{error}");
    assert!(text.contains("11 packs"), "the built-in ones and ours: {text}");

    // Examples are counted by the organisation's office hours
    let (status, text, _) = check(&ours.replace("08:45-17:15", "08:45-17:00"), &own);
    assert_eq!(status, 1);
    assert!(text.contains("comes out as Tue 28 Apr 2026 17:00:00, not Tue 28 Apr"), "{text}");

    // A team that does not exist
    let (status, text, _) = check(
        &ours,
        &own.replace("team = [\"customer-services\"]", "team = [\"customer-servces\"]"),
    );
    assert_eq!(status, 0, "doubtful, not wrong: {text}");
    assert!(
        text.contains("warning: standard.applies_to: `customer-servces` is not a team"),
        "{text}"
    );

    // Examples can use another organisation's hours. Teams and categories are still ours.
    let asbestos = "\n[[category]]\nid = \"asbestos\"\nlabel = \"Asbestos\"\n";
    let elsewhere =
        pack.replacen("category_not = [", "category_not = [\"asbestos\", \"absestos\", ", 1);
    let (status, text, _) = check(&format!("{ours}{asbestos}"), &elsewhere);
    assert_eq!(status, 0, "{text}");
    assert!(!text.contains("`asbestos` is not a category"), "{text}");
    assert!(text.contains("`absestos` is not a category"), "{text}");
    assert!(text.contains("Did you mean `asbestos`?"), "{text}");

    // Errors in both files, and a pack that does not exist
    let (status, text, _) = check(
        &ours.replace("lead = \"tom.okafor\"", "lead = \"nobody\"").replace("\"foia\"", "\"x\""),
        &own.replacen("within = \"1 working day\"", "within = \"soon\"", 1),
    );
    assert_eq!(status, 1);
    assert!(text.contains("us.toml:") && text.contains("team.lead: `nobody`"), "{text}");
    assert!(text.contains("ours.toml:") && text.contains("standard.within: `soon`"), "{text}");
    let (status, text, _) = check(&ours.replace("\"ours\",", "\"ours\", \"theirs\","), &own);
    assert_eq!(status, 1);
    assert!(text.contains("packs: there is no pack `theirs`"), "{text}");
    // Examples for an organisation that does not exist
    let (status, text, _) = run(
        kept(data.path()).args(["check", data.path().join("ours.toml").to_str().unwrap()]),
        b"",
    );
    assert_eq!(status, 1);
    assert!(text.contains("pack.examples_for: there is no organisation `us`"), "{text}");
}

#[test]
fn promises_lists_every_row_with_how_it_is_kept() {
    let data = Folder::new();
    let (status, text, _) = run(kept(data.path()).args(["promises", "westkent"]), b"");
    assert_eq!(status, 0);
    assert!(text.contains("version 2026-04, 39 rows"), "{text}");
    assert!(
        text.contains(
            "responded or updated within 5 working days, from handed-over, again after updated"
        ),
        "{text}"
    );
    let (status, json, _) = run(kept(data.path()).args(["promises", "--format", "json"]), b"");
    assert_eq!(status, 0);
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    for (id, kind, how) in [
        ("wk-email-cs-delay", "standard", "delay-notice-sent by the due date of wk-email-cs"),
        ("wk-call-queueback", "measure", "no target, measured by telephone system"),
        ("wk-pass-tell", "action_prompt", "on handed-over, tells the customer: We have passed"),
        (
            "wk-review",
            "recurring_duty",
            "every 12 calendar months, with a reminder 3 calendar months before: ",
        ),
        (
            "wk-pref",
            "required_wording",
            "appears on the contact's page, for staff: Before passing it on",
        ),
        ("chc-s1-response", "standard", "provisionally from the due date of chc-s1-ack"),
    ] {
        let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(row["kind"], kind);
        assert!(row["how"].as_str().unwrap().contains(how), "{row}");
    }
    let (status, _, _) = run(kept(data.path()).args(["promises", "owl"]), b"");
    assert_eq!(status, 2);
}

#[test]
fn schema_prints_the_committed_schema() {
    let data = Folder::new();
    for (of, file) in [
        ("pack", "shared/standards/pack.schema.json"),
        ("organisation", "shared/standards/organisation.schema.json"),
        ("scenario", "infra/local/scenarios/scenario.schema.json"),
        ("facts", "docs/facts.schema.json"),
    ] {
        let (status, printed, _) = run(kept(data.path()).args(["schema", of]), b"");
        assert_eq!(status, 0);
        written(file, &printed);
    }
}
