//! The promises of other landlords' published charters, as the author of a pack would write them.
//!
//! The pack, its organisation and the scenarios that play it are in `tests/charters`.

use std::path::{Path, PathBuf};

use crate::kept::{Folder, kept, run};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/charters")
}

fn charter(arguments: &[&str]) -> (i32, String, String) {
    let data = Folder::new();
    run(kept(data.path()).current_dir(folder()).args(arguments), b"")
}

#[test]
fn a_charter_with_channels_and_times_of_its_own_is_sound_and_says_how_it_is_kept() {
    let (status, text, error) =
        charter(&["--organisation", "acorn.toml", "check", "--deny-warnings", "charter"]);
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    let (status, text, error) =
        charter(&["--organisation", "acorn.toml", "promises", "charter.toml"]);
    assert_eq!((status, error.as_str()), (0, ""));
    for expected in [
        "applies to missed-call, received while the office is closed",
        "spoken-to on the same working day by 17:00",
        "responded immediately, from received",
        "responded within 1 working day by 12:00",
        "written-to within 10 clear working days, from consultation-ended",
        "extended to the date told on call-back-agreed, 2 times, aiming at 3 working days",
        "every 5 working days until responded or withdrawn",
        "or 7 days from meeting-held if later",
        "within 5 rings, at least 90%, except 12:00-14:00",
        "Letters; applies to letter\n",
        "not acknowledged",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn a_charter_with_channels_and_times_of_its_own_comes_out_as_its_scenarios_expect() {
    for scenario in ["own-channels.toml", "later-dates.toml"] {
        let (status, text, error) = charter(&["play", scenario]);
        assert_eq!((status, error.as_str()), (0, ""), "{scenario}: {text}");
    }
}

#[test]
fn dates_of_a_charter_with_milestones_of_its_own_are_worked_out_in_a_batch() {
    let data = Folder::new();
    let rows = "organisation,pack,standard,started_at\n\
                acorn,charter,consult,2026-06-06T11:00\n\
                acorn,charter,moved,2026-06-06T11:00\n";
    let mut command = kept(data.path());
    command.current_dir(folder()).args(["--organisation", "acorn.toml", "due", "--batch", "-"]);
    let (status, text, error) = run(&mut command, rows.as_bytes());
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    assert!(text.contains("2026-06-19T17:00:00+01:00,\"consultation ended Sat 6 Jun"), "{text}");
    assert!(text.contains("2026-07-18T17:00:00+01:00,\"moved in Sat 6 Jun"), "{text}");
}
