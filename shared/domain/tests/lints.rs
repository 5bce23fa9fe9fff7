//! Warnings about packs whose file is sound, and packs that deserve none.

use std::sync::Arc;

use domain::library::load_built_in;
use domain::standards::Pack;

const HEADER: &str = "[pack]\nid = 'p'\ntitle = 't'\npublisher = 'p'\nversion = '1'\n";

/// Returns a standard with these keys, and the usual value of every other key. It has no example.
fn standard(id: &str, own: &str) -> String {
    let mut text = format!(
        "\n[[standard]]\nid = '{id}'\ntitle = 'T {id}'\npromise = 'p'\nplace = 'p'\n{own}\n"
    );
    for (key, usual) in [
        ("starts", "'received'"),
        ("within", "'5 working days'"),
        ("kept_by", "['responded']"),
        ("internal_target", "true"),
    ] {
        if !own.contains(&format!("{key} = ")) {
            text.push_str(&format!("{key} = {usual}\n"));
        }
    }
    text
}

fn warnings(organisation: &str, header: &str, rows: &str) -> Vec<String> {
    let text = format!("{HEADER}examples_for = '{organisation}'\n{header}\n{rows}");
    let checked = Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new));
    assert_eq!(checked.problems, [], "{text}");
    checked.warnings.iter().map(|w| format!("{}:{}: {}", w.line, w.key, w.message)).collect()
}

/// Asserts that the rows give one warning, and that it contains `expected`.
fn one(rows: &str, expected: &str) {
    let found = warnings("westkent", "", rows);
    assert_eq!(found.len(), 1, "{found:#?}\n{rows}");
    assert!(found[0].contains(expected), "{found:#?}");
}

fn none(rows: &str) {
    assert_eq!(warnings("westkent", "", rows), [""; 0], "{rows}");
}

#[test]
fn a_promise_about_complaints_that_allows_longer_than_the_code_is_a_warning() {
    let complaint =
        |own: &str| standard("c", &format!("applies_to = {{ category = ['complaint'] }}\n{own}"));
    one(&complaint("within = '11 working days'"), "standard.within: c answers a complaint");
    none(&complaint("within = '10 working days'"));
    one(&complaint("within = '15 days'"), "(6.3) allows 10");
    none(&complaint("within = '14 days'"));
    one(&complaint("within = '1 calendar month'"), "(6.3) allows 10");
    one(&complaint("within = '10 working days'\nout_of_hours = 'next-opening'"), "(6.3) allows 10");
    let second = |within: &str| {
        let applies = "applies_to = { category = ['complaint'], stage = 2 }\nstarts = 'escalated'";
        standard("c", &format!("{applies}\nwithin = '{within}'"))
    };
    none(&second("20 working days"));
    one(&second("21 working days"), "(6.14) allows 20");
    let ack = |own: &str| complaint(&format!("kept_by = ['acknowledged']\n{own}"));
    none(&ack("within = '5 working days'"));
    one(&ack("within = '6 working days'"), "c acknowledges a complaint within 6 working days");
    one(&ack("starts = 'handed-over'"), "standard.starts: c counts the acknowledgement");
    // A promise that is not about complaints alone, one under another ombudsman, and the law itself.
    let rows = standard("c", "within = '30 working days'");
    none(&rows);
    let rows = complaint("within = '15 working days'");
    assert_eq!(warnings("nihe", "", &rows), [""; 0]);
    let law = warnings("westkent", "statutory = true\ncomplaint_stages = 3", &rows);
    assert_eq!(law, [""; 0]);
}

#[test]
fn a_procedure_that_the_code_does_not_allow_is_a_warning_on_its_own_lines() {
    let found = warnings("westkent", "complaint_stages = 1\ninformal_stage = true", "");
    assert!(found[0].starts_with("7:pack.complaint_stages: the procedure has 1 stages"));
    assert!(found[1].starts_with("8:pack.informal_stage: "), "{found:#?}");
    assert_eq!(warnings("westkent", "complaint_stages = 2\ninformal_stage = false", ""), [""; 0]);
    one(
        &standard("w", "kept_by = ['escalated']\nstarts = 'reply-delivered'\nowed_by = 'customer'"),
        "standard.owed_by: w gives the customer 5 working days",
    );
}

#[test]
fn a_row_that_can_never_apply_is_a_warning() {
    let applies = |part: &str| standard("s", &format!("applies_to = {{ {part} }}"));
    let never = "standard.applies_to: can never apply: ";
    one(&applies("category = ['rent'], category_not = ['rent', 'repair']"), never);
    none(&applies("category = ['rent', 'noise'], category_not = ['rent']"));
    one(&applies("team = ['repairs'], team_not = ['repairs']"), never);
    one(&applies("stage = 0"), never);
    one(
        &standard(
            "s",
            "effective_until = 2026-01-01\napplies_to = { effective_from = 2026-01-02 }",
        ),
        "it begins on 2026-01-02, after effective_until, 2026-01-01",
    );
    let third = warnings("westkent", "complaint_stages = 2", &applies("stage = 3"));
    assert!(third[0].contains("it is for stage 3, and pack.complaint_stages says 2"), "{third:?}");
    one(&applies("team = ['stables']"), "`stables` is not a team of West Kent");
    let followed = format!(
        "{}{}",
        applies("channel = ['letter']"),
        standard("f", "shares_due_with = 's'\napplies_to = { channel = ['email'] }\nwithin = ")
            .replace("\nwithin = \n", "\n")
    );
    one(&followed, "standard.shares_due_with: `s` applies to none of the contacts");
}

#[test]
fn a_prompt_that_nothing_sets_off_and_a_target_that_makes_no_sense_are_warnings() {
    let action_prompt = |own: &str| {
        format!(
            "\n[[action_prompt]]\nid = 'p'\ntitle = 'P'\npromise = 'p'\nplace = 'p'\nnotify = 'owner'\ndo = 'd'\n{own}\n"
        )
    };
    let missed = action_prompt("on_breach_of = ['s']");
    one(&format!("{}{missed}", standard("s", "")), "a target of the provider's own");
    let published = standard("s", "internal_target = false\napplies_to = { channel = ['letter'] }")
        + "[[standard.example]]\nstart = 2026-06-01T10:00:00\ndue = 2026-06-08T17:15:00\n";
    none(&format!("{published}{missed}"));
    let elsewhere = action_prompt("on_breach_of = ['s']\napplies_to = { channel = ['fax'] }");
    one(&format!("{published}{elsewhere}"), "applies to none of the contacts");
    let measure = |own: &str| {
        format!(
            "\n[[measure]]\nid = 'm'\ntitle = 'M'\npromise = 'p'\nplace = 'p'\nmeasured_by = 'survey'\n{own}\n"
        )
    };
    none(&measure("within = '60 seconds'"));
    one(&measure("within = '1 working day'"), "measure.within: m: `1 working day` is not elapsed");
    one(&measure("at_most_percent = 100"), "measure.at_most_percent: m: no share is above 100 %");
    let duty = |remind: &str| {
        format!(
            "\n[[recurring_duty]]\nid = 'd'\ntitle = 'D'\npromise = 'p'\nplace = 'p'\nevery = '6 calendar months'\n\
             remind_before = '{remind}'\ndo = 'd'\n"
        )
    };
    none(&duty("5 calendar months"));
    one(&duty("6 calendar months"), "duty.remind_before: d: `6 calendar months` is not shorter");
}

#[test]
fn a_published_promise_without_an_example_is_a_warning_and_a_wrong_example_an_error() {
    one(&standard("s", "internal_target = false"), "standard.example: s has no worked example");
    let example = |due: &str| {
        let text = format!(
            "{HEADER}examples_for = 'westkent'\n{}[[standard.example]]\n\
             start = 2026-06-01T10:00:00\ndue = {due}\n",
            standard("s", "internal_target = false")
        );
        Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new))
    };
    assert_eq!(example("2026-06-08T17:15:00").problems, []);
    let wrong = example("2026-06-09T17:15:00").problems;
    assert_eq!(
        wrong[0].to_string(),
        "p.toml:17: standard.example.due: s from Mon 1 Jun 2026 10:00:00 comes out as Mon 8 Jun \
         2026 17:15:00, not Tue 9 Jun 2026 17:15:00 as written. Correct the example, or the way in \
         which the promise is counted"
    );
}

#[test]
fn a_title_of_more_than_60_characters_is_a_warning() {
    let titled =
        |length: usize| standard("s", "").replace("'T s'", &format!("'{}'", "é".repeat(length)));
    none(&titled(60));
    one(&titled(61), "standard.title: has 61 characters. Shorten it to 60 or fewer");
    let option = |length: usize| {
        standard("s", "kept_by = []")
            .replace("within = '5 working days'\n", "")
            .replace("kept_by = []\n", "")
            + &format!(
                "[[standard.option]]\nid = 'a'\ntitle = '{}'\nwithin = '1 day'\n\
                 kept_by = ['responded']\n",
                "x".repeat(length)
            )
    };
    none(&option(60));
    one(&option(61), "standard.option.title: has 61 characters");
}
