//! `docs/promises.md`: what becomes of each promise, and the scenario that shows it.
//!
//! The scenarios are in `tests/promises`, one for each promise that is lived.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::kept::{Folder, kept, run, written};

/// The packs of the page, in its order: the charters, then the law.
const PACKS: [&str; 10] = [
    "kht-service-standards",
    "kht-complaints",
    "lhh",
    "westkent",
    "nihe",
    "hos-chc-2024",
    "awaab-2025",
    "foia",
    "ukgdpr",
    "dpa-complaints-2026",
];

/// The ids of the promises in the five charters, as they were read out of the published documents.
const CHARTERS: &str = "
kht-timely kht-appt-offer kht-appt-keep kht-complaint-ack kht-complaint-response
kht-emergency-repair-24h kht-call-answer kht-letter-response kht-letter-format kht-fax-response
kht-email-response kht-ooo kht-email-published kht-call-greeting kht-call-transfer kht-callback
kht-interpreter kht-busy-message kht-web-current kht-visit-id kht-office
lhh-call-answer lhh-abandon lhh-answerphone lhh-email-ack lhh-email-response lhh-passed-call-ack lhh-asb
lhh-letter-response lhh-delay-notice lhh-compensation lhh-visit-appt lhh-visit-noappt lhh-complaint-ack
lhh-complaint-response lhh-complaint-delay lhh-put-right lhh-survey-complaint lhh-survey-service
lhh-monitor-survey lhh-monitor-mystery lhh-monitor-calls lhh-monitor-dp lhh-audit-response
lhh-audit-completion lhh-audit-comp lhh-audit-complaints lhh-scrutiny lhh-publish lhh-review lhh-content
wk-online wk-portal wk-email-ack wk-email-cs wk-email-cs-delay wk-email-direct wk-email-direct-delay
wk-social wk-ooh-note wk-call-log wk-call-queueback wk-callback-person wk-ooh-emergency wk-letter
wk-visit-late wk-pass-tell wk-pref wk-team-update wk-outcome wk-financial wk-report wk-surveys wk-review
nihe-call-answer nihe-visitor nihe-callback nihe-info-delay nihe-foi nihe-dsar nihe-stage1 nihe-stage2
nihe-ooh-msg nihe-appt nihe-content nihe-comms-support nihe-ctos nihe-publish nihe-redesign
kht-call-rings kht-correspondence kht-visitor-wait kht-home-visit kht-answerphone-policy kht-appt-cancel
kht-not-a-complaint kht-informal kht-s1-ack kht-s1-plan kht-s2-window kht-s2-pass kht-s2-plan
kht-s3-window kht-s3-consider kht-s3-outcome kht-other-body kht-compliment-ack
kht-courtesy kht-understandable kht-access kht-suggestions kht-views kht-safe kht-web-accessible
kht-visit-appointment kht-reception kht-customer-care kht-badges kht-opening-times kht-private-room
kht-form-help kht-representative lhh-courtesy lhh-identity lhh-training lhh-plain-language
lhh-fairness lhh-privacy lhh-channels lhh-home-meeting lhh-formats lhh-repair-delay lhh-learning
wk-respect wk-contactable wk-informed wk-listen wk-translation wk-training wk-privacy
wk-payment-line wk-visit-id wk-office-appointments wk-first-time wk-news wk-involvement wk-consult
nihe-courtesy nihe-staff-pass nihe-privacy nihe-needs nihe-formats nihe-introduce nihe-forms
nihe-access nihe-leaflets nihe-interpreter nihe-accurate nihe-complaints-online";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A line of the page.
struct Line {
    id: String,
    state: String,
    shown_by: String,
}

/// The lines of the page as it is committed.
fn lines() -> Vec<Line> {
    let page = std::fs::read_to_string(root().join("docs/promises.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let line = |row: &str| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        Line {
            id: cells[0].split('`').nth(1).unwrap().to_owned(),
            state: cells[1].to_owned(),
            shown_by: cells.last().unwrap().to_string(),
        }
    };
    rows.map(line).collect()
}

#[test]
fn the_page_on_promises_is_what_the_command_writes() {
    let data = Folder::new();
    let mut command = kept(data.path());
    command.current_dir(root()).args(["promises", "--page", "--scenarios", "tests/promises"]);
    let (status, page, error) = run(command.args(PACKS), b"");
    assert_eq!((status, error.as_str()), (0, ""));
    written("docs/promises.md", &page);
}

#[test]
fn the_page_has_a_line_for_each_promise_of_the_charters_and_each_is_in_one_of_three_states() {
    let lines = lines();
    let ids: BTreeSet<_> = lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids.len(), lines.len(), "no promise has two lines");
    let missing: Vec<_> = CHARTERS.split_whitespace().filter(|id| !ids.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for line in &lines {
        assert!(["lived", "measured", "manners"].contains(&line.state.as_str()), "{}", line.id);
    }
}

#[test]
fn each_promise_that_is_lived_is_shown_by_a_scenario_or_by_the_calendar_of_duties() {
    let data = Folder::new();
    let mut duties = String::new();
    for pack in PACKS {
        let (_, text, _) = run(kept(data.path()).args(["promises", "--format", "json", pack]), b"");
        duties.push_str(&text);
    }
    for line in lines().iter().filter(|line| line.state == "lived") {
        match line.shown_by.as_str() {
            "`kept duties`" => {
                let row = duties
                    .split("\"id\": ")
                    .find(|row| row.starts_with(&format!("\"{}\"", line.id)));
                assert!(row.is_some_and(|row| row.contains("recurring_duty")), "{}", line.id);
            }
            "" => panic!("nothing shows {}", line.id),
            files => {
                for file in files.split(", ") {
                    let file = root().join(file.trim_matches('`'));
                    let text = std::fs::read_to_string(&file).unwrap();
                    assert!(text.contains(&format!("\"{}\"", line.id)), "{}", file.display());
                    assert!(text.contains("[[expect]]"), "{} expects nothing", file.display());
                }
            }
        }
    }
}

/// Plays every scenario of a folder, in which each fact that it expects has to happen.
fn plays(folder: &str) {
    let data = Folder::new();
    let mut count = 0;
    for file in std::fs::read_dir(root().join("tests/promises").join(folder)).unwrap() {
        let file = file.unwrap().path();
        let mut command = kept(data.path());
        let (status, json, error) =
            run(command.arg("play").arg(&file).args(["--format", "json"]), b"");
        assert_eq!((status, error.as_str()), (0, ""), "{}", file.display());
        assert!(!json.contains("\"event\":\"refused\""), "a step of {} is refused", file.display());
        count += 1;
    }
    assert!(count > 0, "{folder}");
}

macro_rules! plays {
    ($($name:ident = $folder:literal,)+) => {$(
        #[test]
        fn $name() {
            plays($folder);
        }
    )+};
}

plays! {
    the_service_standards_of_kht_are_lived = "kht-service-standards",
    the_complaints_procedure_of_kht_is_lived = "kht-complaints",
    the_promises_of_longhurst_and_havelok_are_lived = "lhh",
    the_promises_of_west_kent_are_lived = "westkent",
    the_promises_of_the_housing_executive_are_lived = "nihe",
    the_complaint_handling_code_is_lived = "hos-chc-2024",
    awaabs_law_is_lived = "awaab-2025",
    freedom_of_information_is_lived = "foia",
    the_right_of_access_is_lived = "ukgdpr",
    data_protection_complaints_are_lived = "dpa-complaints-2026",
}
