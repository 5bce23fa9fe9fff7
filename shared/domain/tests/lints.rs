//! What is doubtful in a pack, though nothing is wrong with its file; and what is not.

use std::sync::Arc;

use domain::library::load_built_in;
use domain::standards::Pack;

const HEADER: &str = "[pack]\nid = 'p'\ntitle = 't'\npublisher = 'p'\nversion = '1'\n";

/// A standard with what is given in place of, or beside, what it would have; without an example.
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

fn one(rows: &str, said: &str) {
    let found = warnings("westkent", "", rows);
    assert_eq!(found.len(), 1, "{found:#?}\n{rows}");
    assert!(found[0].contains(said), "{found:#?}");
}

fn none(rows: &str) {
    assert_eq!(warnings("westkent", "", rows), [""; 0], "{rows}");
}

#[test]
fn complaints_that_take_longer_than_the_code_allows() {
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
    // What is not about complaints alone, and what is under another ombudsman
    let rows = standard("c", "within = '30 working days'");
    none(&rows);
    let rows = complaint("within = '15 working days'");
    assert_eq!(warnings("nihe", "", &rows), [""; 0]);
    let law = warnings("westkent", "statutory = true\ncomplaint_stages = 3", &rows);
    assert_eq!(law, [""; 0]);
}

#[test]
fn a_procedure_that_the_code_does_not_allow_is_told_on_its_lines() {
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
fn rows_that_can_never_apply() {
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
fn prompts_that_nothing_sets_off_measures_and_duties_that_make_no_sense() {
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
    one(&duty("6 calendar months"), "duty.remind_before: d: 6 months before");
}

#[test]
fn a_published_promise_has_an_example_and_an_example_comes_out() {
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
         2026 17:15:00, not Tue 9 Jun 2026 17:15:00 as written; mend how the promise counts, or \
         the example"
    );
}

#[test]
fn a_title_of_more_than_60_characters_is_a_warning() {
    let titled =
        |length: usize| standard("s", "").replace("'T s'", &format!("'{}'", "é".repeat(length)));
    none(&titled(60));
    one(&titled(61), "standard.title: has 61 characters; shorten it to 60 or fewer");
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

#[test]
fn every_row_has_a_title_of_its_own() {
    let problems = |rows: &str| {
        let text = format!("{HEADER}examples_for = 'westkent'\n{rows}");
        let problems = Pack::parse("p.toml", &text).unwrap_err().0;
        problems.iter().map(|p| format!("{}: {}", p.key, p.message)).collect::<Vec<_>>()
    };
    let titled = |id: &str, title: &str| {
        standard(id, "").replace(&format!("'T {id}'"), &format!("'{title}'"))
    };
    let empty = problems(&titled("s", " "));
    assert!(empty[0].starts_with("standard.title: is empty"), "{empty:?}");
    let missing = problems(&standard("s", "").replace("title = 'T s'\n", ""));
    assert!(missing[0].starts_with("standard: missing field `title`"), "{missing:?}");
    let twice = problems(&format!("{}{}", titled("a", "Letter"), titled("b", "Letter")));
    assert_eq!(
        twice,
        ["standard.title: `Letter` is used twice in this pack; give each row its own title"]
    );
    let measure = "[[measure]]\nid = 'm'\ntitle = 'T s'\npromise = 'p'\nplace = 'p'\n\
                   measured_by = 'survey'\n";
    let across = problems(&format!("{}{measure}", standard("s", "")));
    assert!(across[0].starts_with("measure.title: `T s` is used twice"), "{across:?}");
    let options = "[[standard]]\nid = 's'\ntitle = 'T'\npromise = 'p'\nplace = 'p'\nstarts = 'received'\n\
                   option = [\n\
                   { id = 'a', title = 'Letter', within = '1 day', kept_by = ['written-to'] },\n\
                   { id = 'b', title = 'Letter', within = '2 days', kept_by = ['spoken-to'] },\n\
                   { id = 'c', title = '', within = '2 days', kept_by = ['seen'] },\n\
                   ]\n";
    let options = problems(options);
    assert!(options[0].starts_with("standard.option.title: `Letter` is used twice"), "{options:?}");
    assert!(options[1].starts_with("standard.option.title: is empty"), "{options:?}");
}
