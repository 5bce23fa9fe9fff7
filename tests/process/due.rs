//! `kept due --batch`, with CSV files in and out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use crate::kept::{Folder, kept, run};

const WORKED: &str = include_str!("../../shared/domain/tests/fixtures/worked-deadlines.csv");

const HEADER: &str = "organisation,pack,standard,started_at";

/// The exit status, the rows as pairs of column and value, and standard error.
fn batch(arguments: &[&str], input: &str) -> (i32, Vec<Vec<(String, String)>>, String) {
    let data = Folder::new();
    let (status, out, error) =
        run(kept(data.path()).args(["due", "--batch", "-"]).args(arguments), input.as_bytes());
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        names.iter().cloned().zip(row.iter().map(str::to_owned)).collect()
    });
    (status, rows.collect(), error)
}

fn cell<'r>(row: &'r [(String, String)], name: &str) -> &'r str {
    &row.iter().find(|(column, _)| column == name).unwrap().1
}

/// The exit status, `due_at`, `why` and standard error for one row of West Kent's email standard.
fn one(started_at: &str) -> (i32, String, String, String) {
    let input = format!("{HEADER}\nwestkent,westkent,wk-email-cs,{started_at}\n");
    let (status, rows, error) = batch(&[], &input);
    (status, cell(&rows[0], "due_at").into(), cell(&rows[0], "why").into(), error)
}

#[test]
fn every_worked_deadline_matches_the_expected_date_to_the_second() {
    let (status, rows, error) = batch(&[], WORKED);
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(rows.len(), 138);
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| cell(row, "due_at") != cell(row, "given_due_at"))
        .map(|row| format!("{}: {} {}", cell(row, "case"), cell(row, "due_at"), cell(row, "why")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        rows.iter()
            .all(|row| cell(row, "why").contains("; ") || !cell(row, "agreed_at").is_empty())
    );
    // The rows are in order, and their other columns unchanged
    for (row, line) in rows.iter().zip(WORKED.lines().skip(1)) {
        let before: Vec<&str> = row.iter().take(7).map(|(_, text)| text.as_str()).collect();
        assert_eq!(before.join(","), line);
    }
}

#[test]
fn the_page_on_dates_shows_what_the_command_prints() {
    let page = include_str!("../../docs/dates.md");
    let (_, shell) = page.split_once("$ cat contacts.csv\n").unwrap();
    let (input, rest) = shell.split_once("$ kept due --batch contacts.csv\n").unwrap();
    let (expected, _) = rest.split_once("```").unwrap();
    let data = Folder::new();
    let mut command = kept(data.path());
    let (status, printed, error) = run(command.args(["due", "--batch", "-"]), input.as_bytes());
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(printed, expected);
}

#[test]
fn a_row_is_printed_with_its_due_date_and_derivation() {
    let (status, due_at, why, error) = one("2026-05-01T16:46:00+01:00");
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(due_at, "2026-05-06T17:15:00+01:00");
    assert_eq!(
        why,
        "received Fri 1 May 2026 16:46; after closing at 16:45, so it counts as received Tue 5 May \
         2026, skipping Mon 4 May 2026 (Early May bank holiday); day 0 is Tue 5 May 2026; 1 working \
         day later is Wed 6 May 2026; due at closing, 17:15"
    );
}

#[test]
fn a_time_without_an_offset_is_local_and_due_at_has_the_offset_of_its_own_day() {
    assert_eq!(one("2026-05-01T16:46").1, "2026-05-06T17:15:00+01:00");
    assert_eq!(one("2026-05-01 16:46:00").1, "2026-05-06T17:15:00+01:00");
    assert_eq!(one("2026-05-01T15:46:00Z").1, "2026-05-06T17:15:00+01:00");
    assert_eq!(one("2026-05-01T16:46+01:00").1, "2026-05-06T17:15:00+01:00");
    // Friday is in summer time and Monday is not
    assert_eq!(one("2026-10-23T10:00").1, "2026-10-26T17:15:00+00:00");
}

#[test]
fn columns_in_any_order_quotes_crlf_and_a_byte_order_mark_are_accepted() {
    let input = "\u{feff}note,started_at,standard,pack,organisation\r\n\
                 \"hot, \"\"very\"\"\nhot\",2026-06-01T10:00:00+01:00,\"wk-letter\",westkent, westkent \r\n";
    let (status, rows, error) = batch(&[], input);
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(cell(&rows[0], "note"), "hot, \"very\"\nhot");
    assert_eq!(cell(&rows[0], "organisation"), " westkent ");
    assert_eq!(cell(&rows[0], "due_at"), "2026-06-08T17:15:00+01:00");
    let names: Vec<_> = rows[0].iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["note", "started_at", "standard", "pack", "organisation", "due_at", "why"]);
}

#[test]
fn invalid_utf_8_passes_through_in_other_columns_and_is_an_error_in_needed_ones() {
    let data = Folder::new();
    let file = data.path().join("latin.csv");
    let mut text =
        format!("{HEADER},note\nwestkent,westkent,wk-letter,2026-06-01T10:00,caf").into_bytes();
    text.extend(b"\xe9\nwestk\xe9nt,westkent,wk-letter,2026-06-01T10:00,x\n");
    std::fs::write(&file, text).unwrap();
    let output = kept(data.path()).args(["due", "--batch"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.windows(5).any(|bytes| bytes == b"caf\xe9,"));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("latin.csv:3: organisation: is not UTF-8 text"), "{error}");
}

#[test]
fn a_standard_that_is_not_in_force_has_due_at_none_and_a_reason() {
    let input = format!(
        "{HEADER}\n\
         lhh,awaab-2025,awaab-summary,2025-10-26T23:59:59+00:00\n\
         lhh,awaab-2025,awaab-summary,2025-10-27T00:00:00+00:00\n\
         kht,dpa-complaints-2026,dpc-ack,2026-06-18T23:59:59+01:00\n\
         kht,dpa-complaints-2026,dpc-ack,2026-06-19T00:00:00+01:00\n\
         nihe,awaab-2025,awaab-summary,2026-06-19T00:00:00+01:00\n"
    );
    let (status, rows, error) = batch(&[], &input);
    assert_eq!((status, error.as_str()), (0, ""));
    let due: Vec<_> = rows.iter().map(|row| cell(row, "due_at")).collect();
    let (summary, acknowledged) = ("2025-10-30T23:59:59+00:00", "2026-07-20T23:59:59+01:00");
    assert_eq!(due, ["NONE", summary, "NONE", acknowledged, "NONE"]);
    let elsewhere = "does not bind in Northern Ireland, but in England and Wales";
    assert_eq!(cell(&rows[4], "why"), elsewhere);
    assert_eq!(cell(&rows[0], "why"), "not in force at the start: in force from Mon 27 Oct 2025");
}

#[test]
fn options_shared_due_dates_measures_agreed_times_and_unlisted_packs_are_found() {
    let input = format!(
        "{HEADER},agreed_at\n\
         kht,kht-service-standards,kht-complaint-ack,2026-06-01T10:00:00+01:00,\n\
         lhh,lhh,lhh-complaint-delay,2026-06-01T10:00:00+01:00,\n\
         kht,kht-service-standards,kht-call-answer,2026-06-01T10:00:00+01:00,\n\
         westkent,foia,foi-response,2026-06-01T10:00:00+01:00,\n\
         nihe,nihe,nihe-callback,2026-10-23T16:00:00+01:00,2026-10-26T09:30\n\
         nihe,nihe,nihe-callback,2026-10-23T16:00:00+01:00,\n\
         lhh,lhh,lhh-visit-appt,2026-06-03T10:00,2026-06-03T10:15\n\
         lhh,lhh,lhh-visit-appt,2026-06-03T10:20,2026-06-03T10:15\n\
         lhh,lhh,lhh-letter-response,2026-06-01T10:00,2026-06-03T10:15\n"
    );
    let (status, rows, error) = batch(&[], &input);
    assert_eq!((status, error.as_str()), (0, ""));
    let check = |row: usize, due_at: &str, why: &str| {
        assert_eq!(cell(&rows[row], "due_at"), due_at);
        assert!(cell(&rows[row], "why").contains(why), "{}", cell(&rows[row], "why"));
    };
    check(
        0,
        "2026-06-08T17:00:00+01:00",
        "kht-complaint-ack-phone is the last of 2 options: received",
    );
    check(
        1,
        "2026-06-15T17:00:00+01:00",
        "due at the same time as lhh-complaint-response: received",
    );
    check(2, "2026-06-01T10:00:30+01:00", "received Mon 1 Jun 2026 10:00; 30 seconds later");
    check(3, "2026-06-30T23:59:59+01:00", "skipping Mon 15 Jun 2026");
    check(4, "2026-10-26T09:30:00+00:00", "due at the agreed time, Mon 26 Oct 2026 09:30");
    check(5, "2026-10-23T16:00:00+01:00", "agreed_at is missing, so started_at was used");
    check(6, "2026-06-03T10:20:00+01:00", "appointment made Wed 3 Jun 2026 10:15; 5 minutes later");
    check(7, "2026-06-03T10:25:00+01:00", "visitor arrived Wed 3 Jun 2026 10:20; 5 minutes later");
    check(8, "2026-06-15T17:00:00+01:00", "received Mon 1 Jun 2026 10:00");
}

#[test]
fn a_row_with_an_error_is_reported_by_line_and_column_and_the_others_are_worked_out() {
    let data = Folder::new();
    let input = format!(
        "{HEADER}\n\
         owl,westkent,wk-letter,2026-06-01T10:00:00+01:00\n\
         westkent,owl,wk-letter,2026-06-01T10:00:00+01:00\n\
         westkent,../westkent,wk-letter,2026-06-01T10:00:00+01:00\n\
         westkent,westkent,owl,2026-06-01T10:00:00+01:00\n\
         westkent,westkent,wk-letter,tomorrow\n\
         westkent,westkent,wk-letter,2036-01-01T10:00:00+00:00\n\
         westkent,westkent,wk-letter\n\
         westkent,westkent,wk-letter,2026-06-01T10:00:00+01:00,more\n\
         westkent,westkent,wk-letter,2026-06-01T10:00:00+01:00\n"
    );
    let file = data.path().join("contacts.csv");
    std::fs::write(&file, &input).unwrap();
    let (status, out, error) = run(kept(data.path()).args(["due", "--batch"]).arg(&file), b"");
    assert_eq!(status, 1, "{error}");
    for expected in [
        "contacts.csv:2: organisation: `owl` is not an organisation; choose from: kht, lhh, nihe, westkent",
        "contacts.csv:3: pack: there is no pack `owl`; choose from: westkent, ",
        "contacts.csv:4: pack: there is no pack `../westkent`",
        "contacts.csv:5: standard: `owl` is not a standard with a time in pack `westkent`; choose from: ",
        "contacts.csv:6: started_at: `tomorrow` is not a time; write 2026-05-01T16:50:00+01:00",
        "contacts.csv:7: started_at: 2036-01-01 is outside the years that the bank holidays cover, \
         2019-01-01 to 2035-12-31, so nothing can be counted there. Correct the date",
        "contacts.csv:8: row: the row has 3 fields but the first line has 4",
        "contacts.csv:9: row: the row has 5 fields but the first line has 4",
        "kept: 8 of 9 rows could not be worked out",
    ] {
        assert!(error.contains(expected), "{expected}\nis not in\n{error}");
    }
    assert_eq!(error.lines().count(), 9, "{error}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 9);
    for row in &rows[..8] {
        assert_eq!(&row[4], "");
        assert!(row[5].starts_with("error: "), "{row:?}");
    }
    assert_eq!(&rows[8][4], "2026-06-08T17:15:00+01:00");
}

#[test]
fn json_has_an_object_per_line_with_the_same_values() {
    let input =
        format!("case,{HEADER}\n1,westkent,westkent,wk-letter,2026-06-01T10:00\n2,x,y,z,\n");
    let data = Folder::new();
    let (status, out, _) =
        run(kept(data.path()).args(["due", "--batch", "-", "--format", "json"]), input.as_bytes());
    assert_eq!(status, 1);
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["case"], "1");
    assert_eq!(lines[0]["due_at"], "2026-06-08T17:15:00+01:00");
    assert!(out.starts_with("{\"case\":\"1\",\"organisation\":\"westkent\","), "{out}");
    assert_eq!(lines[1]["due_at"], "");
    assert!(lines[1]["why"].as_str().unwrap().starts_with("error: organisation: `x`"));
}

#[test]
fn an_unusable_file_is_wrong_usage_and_the_error_says_what_to_do() {
    let data = Folder::new();
    let asked = |arguments: &[&str], input: &str| {
        let (status, out, error) =
            run(kept(data.path()).arg("due").args(arguments), input.as_bytes());
        assert_eq!((status, out.as_str()), (2, ""), "{error}");
        error
    };
    assert!(asked(&[], "").contains("--batch <FILE>"));
    assert!(asked(&["--batch", "no-such.csv"], "").contains("no-such.csv: "));
    assert!(asked(&["--batch", "-"], "").contains("the file is empty"));
    let error = asked(&["--batch", "-"], "organisation,pack,standard,started at\n");
    assert!(error.contains("rename `started at` to `started_at`"), "{error}");
    let folder = data.path().to_str().unwrap().to_owned();
    assert!(asked(&["--batch", &folder], "").contains(&folder));
    // A file without rows is valid
    let (status, rows, _) = batch(&[], &format!("{HEADER}\n"));
    assert_eq!((status, rows.len()), (0, 0));
}

#[test]
fn your_own_organisation_brings_its_packs_and_replaces_the_built_in_one_with_its_id() {
    let data = Folder::new();
    let ours = domain::library::built_in_organisation("westkent").unwrap();
    let ours = ours
        .replace("-17:15\"", "-16:00\"")
        .replace("packs = [\"westkent\", ", "packs = [\"mine\", ");
    std::fs::write(data.path().join("ours.toml"), ours).unwrap();
    let mine = domain::library::built_in_pack("westkent").unwrap();
    std::fs::write(
        data.path().join("mine.toml"),
        mine.replace("id = \"westkent\"", "id = \"mine\""),
    )
    .unwrap();
    let file = data.path().join("ours.toml");
    let (status, rows, error) = batch(
        &["--organisation", file.to_str().unwrap()],
        &format!(
            "{HEADER}\n\
             westkent,mine,wk-letter,2026-06-01T10:00\n\
             kht,kht-service-standards,kht-letter-response,2026-06-01T10:00\n"
        ),
    );
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(cell(&rows[0], "due_at"), "2026-06-08T16:00:00+01:00");
    assert_eq!(cell(&rows[1], "due_at"), "2026-06-08T17:00:00+01:00");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_the_batch_without_an_error() {
    let data = Folder::new();
    let mut child = kept(data.path())
        .args(["due", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || {
        let _ = writeln!(input, "{HEADER}");
        // More than a pipe can buffer
        for _ in 0..20_000 {
            if writeln!(input, "westkent,westkent,wk-letter,2026-06-01T10:00").is_err() {
                break;
            }
        }
    });
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, format!("{HEADER},due_at,why\n"));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
