//! `kept duties`, for people, programs and calendars.

use serde_json::Value;

use crate::kept::{Folder, kept, run};

#[test]
fn duties_recur_by_calendar_month_and_move_to_the_working_day_before() {
    let data = Folder::new();
    let duties = |arguments: &[&str]| {
        run(kept(data.path()).args(["--organisation", "lhh", "duties"]).args(arguments), b"")
    };
    // Three months after Saturday 3 January is Good Friday, 3 April
    let (status, text, _) = duties(&["--since", "2026-01-03", "--months", "6"]);
    assert_eq!(status, 0);
    let line = |id: &str, text: &str| {
        let found: Vec<_> =
            text.lines().filter(|line| line.contains(id)).map(str::to_owned).collect();
        found
    };
    let calls = line("lhh-monitor-calls", &text);
    assert_eq!(calls.len(), 2, "{text}");
    assert!(calls[0].starts_with("Thu 2 Apr 2026"), "{text}");
    assert!(calls[1].starts_with("Fri 3 Jul 2026"), "{text}");

    let (status, json, _) =
        duties(&["--since", "2026-01-03", "--months", "24", "--format", "json", "--pack", "lhh"]);
    assert_eq!(status, 0);
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let review = rows.iter().find(|row| row["id"] == "lhh-review").unwrap();
    assert_eq!((&review["due"], &review["remind"]), (&"2027-12-31".into(), &"2027-07-02".into()));
    assert!(rows.iter().all(|row| row["pack"] == "lhh"));

    for (arguments, expected) in [
        (vec![], "--since"),
        (vec!["--since", "yesterday"], "--since"),
        (vec!["--since", "2026-01-03", "--months", "0"], "--months"),
        (vec!["--since", "2026-01-03", "--pack", "owl"], "there is no pack `owl`"),
    ] {
        let (status, _, error) = duties(&arguments);
        assert_eq!(status, 2, "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    let (status, _, error) = duties(&["--since", "2034-06-01", "--months", "60"]);
    assert_eq!(status, 1);
    assert!(error.contains("outside the years"), "{error}");
}

#[test]
fn the_calendar_file_follows_rfc_5545() {
    let data = Folder::new();
    let (status, ics, _) =
        run(kept(data.path()).args(["duties", "--since", "2026-04-01", "--format", "ics"]), b"");
    assert_eq!(status, 0);
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"), "{ics}");
    assert!(ics.ends_with("END:VCALENDAR\r\n"), "{ics}");
    assert!(ics.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{ics}");
    let lines = ics.replace("\r\n ", "");
    // Due on Thursday 1 April 2027, with the reminder moved from New Year's Day to the day before
    assert!(lines.contains("UID:due-wk-review-2027-04-01@westkent.kept.invalid\r\n"), "{lines}");
    assert!(lines.contains("DTSTART;VALUE=DATE:20270401\r\n"), "{lines}");
    assert!(lines.contains("DTSTART;VALUE=DATE:20261231\r\n"), "{lines}");
    assert!(
        lines.contains("SUMMARY:Survey residents\\, audit quality\\, and share the results.\r\n")
    );
    assert!(
        lines.contains("we will ask residents to help us do this.\"\\nwestkent\\, How will you")
    );
    let begun = lines.matches("BEGIN:VEVENT").count();
    let uids: std::collections::BTreeSet<_> =
        lines.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!((begun, uids.len()), (11, 11), "seven duties, four with a reminder: {lines}");
}
