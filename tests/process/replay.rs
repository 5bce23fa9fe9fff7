//! `kept replay`, against outcomes that were worked out by hand.

use serde_json::{Value, json};

use crate::kept::{Folder, kept, run};

/// Contacts by line of the file. West Kent closes at 17:15, on Fridays at 16:45.
///
/// - 2: The form, after closing on Friday 12 June. It counts as received on Monday 15 and is due on Tuesday
///   16. With Monday 15 as a bank holiday, it counts as received on Tuesday 16 and is due on Wednesday 17.
///   The owner is reminded at the opening of the due day, the team lead is notified when it is due and the
///   manager a working day later. The answer on Wednesday 17 at 09:30 is late under A and in time under B.
/// - 3: A letter on Monday 1 June, due after five working days on Monday 8, and answered in the second of
///   closing. The reminder half-way falls in the night before Friday 5, so it goes out at the opening of
///   Friday together with the reminder a working day before. One more goes out at the opening of Monday 8.
/// - 4: An email on Monday 1 June, due on Tuesday 2, and never answered. The owner is reminded at the opening
///   of Tuesday, the team lead is notified at its close, and the manager at the close of Wednesday 3.
/// - 5, 6 and 7: Invalid rows.
const CONTACTS: &str = "\
received_at,channel,category,priority,team,answered_at,name
2026-06-12 16:46,web-form,general,normal,customer-services,2026-06-17 09:30,Jo
2026-06-01T10:00,letter,repair,,,2026-06-08T17:15:00+01:00,\"Ali, Sam\"
2026-06-01 09:00,email,,normal,customer-services,,Kit
2026-06-01 09:00,owl,general,normal,customer-services,,Kit
2026-06-01 09:00,email,general,normal,customer-services
2026-06-01 09:00,email,general,normal,stables,2026-06-01 08:00,Kit
";

#[test]
fn an_added_bank_holiday_moves_one_date_and_keeps_one_promise() {
    let data = Folder::new();
    let file = data.path().join("contacts.csv");
    std::fs::write(&file, CONTACTS).unwrap();
    let path = file.to_str().unwrap();
    let replay = |more: &[&str]| {
        let both = ["replay", path, "--standards", "westkent", "--against", "westkent"];
        run(kept(data.path()).args(both).args(["--bank-holiday", "2026-06-15"]).args(more), b"")
    };
    let (status, text, error) = replay(&["--format", "json"]);
    assert_eq!(status, 1, "{error}");
    for expected in [
        format!("{path}:5: channel: `owl` is not a channel. Choose from: email, web-form"),
        format!("{path}:6: the row has 5 fields but the first line has 7"),
        format!("{path}:7: answered_at: is before received_at"),
        "3 rows left out".to_owned(),
    ] {
        assert!(error.contains(&expected), "{expected}: {error}");
    }
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&found["contacts"], &found["left_out"]), (&json!(3), &json!(3)));
    assert_eq!((&found["dates_later"], &found["dates_earlier"]), (&json!(1), &json!(0)));
    assert_eq!(found["a"]["contacts_with_a_broken_promise"], 1);
    assert_eq!(found["b"]["contacts_with_a_broken_promise"], 0);
    assert_eq!(found["unanswered"], 1);
    let change = &found["changes"][0];
    assert_eq!(found["changes"].as_array().unwrap().len(), 1);
    assert_eq!(
        change["a"],
        json!({ "standard": "wk-online", "due_at": "2026-06-16T17:15:00+01:00", "outcome": "broken" })
    );
    assert_eq!(
        change["b"],
        json!({ "standard": "wk-online", "due_at": "2026-06-17T17:15:00+01:00", "outcome": "kept" })
    );
    let day = |team: &str, date: &str, a: u8, b: u8| json!({ "team": team, "date": date, "a": a, "b": b });
    assert_eq!(
        found["reminders"],
        json!([
            day("customer-services", "2026-06-02", 2, 2),
            day("customer-services", "2026-06-03", 1, 1),
            day("customer-services", "2026-06-16", 2, 0),
            day("customer-services", "2026-06-17", 0, 1),
            day("repairs", "2026-06-05", 1, 1),
            day("repairs", "2026-06-08", 1, 1),
        ])
    );

    let (_, csv, _) = replay(&["--format", "csv"]);
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows.len(), 4, "{csv}");
    assert_eq!(
        rows[2],
        "3,2026-06-01T10:00:00+01:00,letter,repair,normal,repairs,2026-06-08T17:15:00+01:00,no,\
         wk-letter,2026-06-08T17:15:00+01:00,kept,wk-letter,2026-06-08T17:15:00+01:00,kept"
    );
    let (_, csv, _) = replay(&["--format", "csv", "--table", "reminders"]);
    assert!(csv.contains("\ncustomer-services,2026-06-16,2,0\n"), "{csv}");
    let (_, csv, _) = replay(&["--format", "csv", "--table", "promises"]);
    assert!(csv.contains("\nwk-online,1,0,1,0,1,1,0,0\n"), "{csv}");
    let (_, text, _) = replay(&[]);
    assert!(text.contains("1 date changes under B: 1 later, 0 earlier"), "{text}");
    assert!(text.contains("3 contacts from") && text.contains("3 rows left out"), "{text}");
}

#[test]
fn the_example_matches_an_independent_count_and_a_changed_standard_moves_only_its_own_dates() {
    let data = Folder::new();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/contacts.csv");
    let replay = |against: &[&str]| {
        let both = ["replay", example, "--format", "json", "--standards", "westkent", "--against"];
        let (status, text, error) = run(kept(data.path()).args(both).args(against), b"");
        assert_eq!((status, error.as_str()), (0, ""));
        serde_json::from_str::<Value>(&text).unwrap()
    };
    // Counted independently, with a calendar and a script
    let found = replay(&["westkent", "--bank-holiday", "2026-06-15"]);
    assert_eq!((&found["contacts"], &found["dates_later"]), (&json!(40), &json!(6)));
    assert_eq!(found["a"]["contacts_with_a_broken_promise"], 9);
    assert_eq!(found["b"]["contacts_with_a_broken_promise"], 8);
    assert_eq!(found["unanswered"], 1);

    let same = replay(&["westkent"]);
    assert_eq!(same["changes"], json!([]));

    // Letters are answered in three working days instead of five
    let pack = domain::library::built_in_pack("westkent").unwrap();
    let letter = pack.find("id = \"wk-letter\"").unwrap();
    let (before, after) = pack.split_at(letter);
    let new = format!("{before}{}", after.replacen("\"5 working days\"", "\"3 working days\"", 1));
    let file = data.path().join("letters.toml");
    std::fs::write(&file, new).unwrap();
    let found = replay(&[file.to_str().unwrap()]);
    let changes = found["changes"].as_array().unwrap();
    let letters = std::fs::read_to_string(example).unwrap().matches(",letter,").count();
    assert_eq!(changes.len(), letters);
    assert_eq!(found["dates_earlier"], letters);
    assert!(changes.iter().all(|change| change["channel"] == "letter"), "{changes:#?}");
}

#[test]
fn unusable_arguments_are_wrong_usage() {
    let data = Folder::new();
    let file = data.path().join("contacts.csv");
    std::fs::write(&file, "received_at,channel\n2026-06-01,email\n").unwrap();
    let path = file.to_str().unwrap();
    let both = ["--standards", "westkent", "--against"];
    for (arguments, expected) in [
        (vec![path, "westkent"], "no column category, priority, team, answered_at"),
        (vec!["no-such-file.csv", "westkent"], "no-such-file.csv"),
        (vec![path, "owl"], "there is no pack `owl`"),
        (vec![path, "no-such-pack.toml"], "no-such-pack.toml"),
        (vec![path, "westkent", "--bank-holiday", "2050-01-01"], "2019 to 2035"),
    ] {
        let (table, rest) = arguments.split_first().unwrap();
        let (status, _, error) =
            run(kept(data.path()).args(["replay", table]).args(both).args(rest), b"");
        assert_eq!(status, 2, "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    // Standard input, without rows
    let both = ["replay", "-", "--standards", "westkent", "--against", "westkent"];
    let head = b"received_at,channel,category,priority,team,answered_at\n";
    let (status, text, _) = run(kept(data.path()).args(both), head);
    assert_eq!(status, 0);
    assert!(text.starts_with("0 contacts from standard input compared"), "{text}");
}

#[test]
fn an_answer_that_counts_from_the_acknowledgement_counts_from_its_due_date() {
    let data = Folder::new();
    let file = data.path().join("contacts.csv");
    // Received on Friday 5 June. The acknowledgement is due on Friday 12, and the answer ten working days
    // later, on Friday 26. Stage 2 counts from an escalation, which the file does not have.
    std::fs::write(
        &file,
        "received_at,channel,category,priority,team,answered_at,stage\n\
         2026-06-05 10:00,letter,complaint,normal,,2026-06-26 16:45,1\n\
         2026-06-05 10:00,letter,complaint,normal,,2026-06-26 16:46,\n\
         2026-06-05 10:00,letter,complaint,normal,,2026-06-26 16:46,2\n",
    )
    .unwrap();
    let both = ["--standards", "hos-chc-2024", "--against", "westkent", "--format", "csv"];
    let (status, csv, error) =
        run(kept(data.path()).args(["replay", file.to_str().unwrap()]).args(both), b"");
    assert_eq!((status, error.as_str()), (0, ""));
    let under_a: Vec<_> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(8).take(3).collect::<Vec<_>>())
        .collect();
    let due = "2026-06-26T16:45:00+01:00";
    assert_eq!(
        under_a,
        [["chc-s1-response", due, "kept"], ["chc-s1-response", due, "broken"], ["", "", ""]]
    );
}
