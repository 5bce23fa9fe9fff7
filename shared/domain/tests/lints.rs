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
        if !own.lines().any(|line| line.starts_with(&format!("{key} = "))) {
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
    let complaint = |own: &str| {
        standard(
            "c",
            &format!(
                "applies_to = {{ category = ['complaint'] }}\nif_due_on_non_working_day = 'stays'\n{own}"
            ),
        )
    };
    one(&complaint("within = '11 working days'"), "standard.within: c answers a complaint");
    none(&complaint("within = '10 working days'"));
    none(&complaint("within = '15 working days'\nkept_by = ['responded', 'updated']"));
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
    // A time for something else cuts nothing off.
    none(&standard("w", "kept_by = ['withdrawn']\nstarts = 'outcome-sent'\nowed_by = 'customer'"));
}

#[test]
fn a_row_that_can_never_apply_is_a_warning() {
    let applies = |part: &str| standard("s", &format!("applies_to = {{ {part} }}"));
    let never = "standard.applies_to: can never apply: ";
    one(&applies("category = ['rent'], category_not = ['rent', 'repair']"), never);
    none(&applies("category = ['rent', 'repair'], category_not = ['rent']"));
    one(&applies("team = ['repairs'], team_not = ['repairs']"), never);
    one(&applies("stage = 0"), never);
    one(
        &standard(
            "s",
            "effective_until = 2026-01-01\napplies_to = { effective_from = 2026-01-02 }",
        ),
        "it begins on 2026-01-02, after effective_until, 2026-01-01",
    );
    one(&applies("triaged = false, priority = ['urgent']"), "normal until staff set its priority");
    none(&applies("triaged = false, priority = ['urgent', 'normal']"));
    one(&applies("stage = 2"), "a later stage starts with `escalated`");
    let escalated = |stage: u8| {
        standard("s", &format!("applies_to = {{ stage = {stage} }}\nstarts = 'escalated'"))
    };
    one(&escalated(1), "a complaint that was escalated is no longer at stage 1");
    none(&escalated(2));
    let ended = warnings(
        "westkent",
        "effective_from = 2026-01-02",
        &standard("s", "effective_until = 2026-01-01"),
    );
    assert!(ended[0].contains("it begins on 2026-01-02, after effective_until"), "{ended:?}");
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
                "[[standard.option]]\nid = 'a'\ntitle = '{}'\nwithin = '24 hours'\n\
                 kept_by = ['responded']\n",
                "x".repeat(length)
            )
    };
    none(&option(60));
    one(&option(61), "standard.option.title: has 61 characters");
}

#[test]
fn a_category_that_the_organisation_does_not_have_is_a_warning_with_the_nearest() {
    let applies = |part: &str| standard("s", &format!("applies_to = {{ {part} }}"));
    one(
        &applies("category = ['complaints']"),
        "standard.applies_to: `complaints` is not a category in the file of West Kent Housing \
         Association, so no customer can choose it. Did you mean `complaint`?",
    );
    one(&applies("category_not = ['damp-mould']"), "Did you mean `damp-and-mould`?");
    one(&applies("category = ['xylophone']"), "It has: general, repair, rent,");
    // Those that it has, that every organisation has, and those of the law that it keeps.
    none(&applies("category = ['complaint', 'general', 'excess-cold']"));
    // Each is reported once, and not at all if somebody said why it is right.
    let twice = applies("category = ['asb']")
        + &applies("category = ['asb']").replace("'s'", "'t'").replace("'T s'", "'T t'");
    one(&twice, "`asb` is not a category");
    none(&standard(
        "s",
        "applies_to = { category = ['asb'] }\naccepted = { category = 'Staff set it.' }",
    ));
    // Law knows categories that nobody offers; only a slip of the pen is reported.
    let law = |category: &str| {
        warnings("westkent", "statutory = true", &applies(&format!("category = ['{category}']")))
    };
    assert_eq!(law("asbestos"), [""; 0]);
    assert!(law("complaints")[0].contains("Did you mean `complaint`?"), "{:?}", law("complaints"));
}

#[test]
fn a_stage_that_the_procedure_does_not_have_is_a_warning() {
    let stage = |stage: u8| {
        standard("s", &format!("applies_to = {{ stage = {stage} }}\nstarts = 'escalated'"))
    };
    let code = "can never apply: it is for stage 3, and `hos-chc-2024`, which replaces your own number, \
                says 2";
    one(&stage(3), code);
    none(&stage(2));
    // The Housing Executive has no code that gives a number, so its own counts.
    assert_eq!(warnings("nihe", "", &stage(3)), [""; 0]);
    let own = warnings("nihe", "complaint_stages = 2", &stage(3));
    assert!(own[0].contains("it is for stage 3, and pack.complaint_stages says 2"), "{own:?}");
    let window = |stage: u8| {
        standard(
            "s",
            &format!(
                "applies_to = {{ category = ['complaint'], stage = {stage} }}\nstarts = 'reply-delivered'\n\
                 kept_by = ['escalated']\nowed_by = 'customer'"
            ),
        )
    };
    let invited = warnings("nihe", "complaint_stages = 2", &window(2));
    assert!(invited[0].contains("is a time to ask for stage 3"), "{invited:?}");
    assert_eq!(warnings("nihe", "complaint_stages = 2", &window(1)), [""; 0]);
    // A pack that names no stage at all has no next one.
    let any = window(1).replace(", stage = 1", "");
    let nothing = warnings("nihe", "", &any);
    assert!(nothing[0].contains("nothing says that there is one"), "{nothing:?}");
    assert_eq!(warnings("nihe", "complaint_stages = 2", &any), [""; 0]);
    assert_eq!(
        warnings("nihe", "", &(any + &stage(2).replace("'T s'", "'T t'").replace("'s'", "'t'"))),
        [""; 0]
    );
    none(&format!("{}accepted = {{ stage = 'The Code took it away in 2022.' }}\n", stage(3)));
}

#[test]
fn promises_that_one_answer_keeps_by_different_times_are_a_warning() {
    let promise = |id: &str, own: &str| {
        standard(id, &format!("internal_target = false\n{own}"))
            + "[[standard.example]]\nstart = 2026-06-01T10:00:00\ndue = 2026-06-02T17:15:00\n"
    };
    let found = |rows: &str| {
        let text = format!("{HEADER}examples_for = 'westkent'\n{rows}");
        let checked = Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new));
        assert!(checked.pack.is_some(), "{:#?}", checked.problems);
        checked.warnings.iter().map(|w| w.message.clone()).collect::<Vec<_>>()
    };
    let email = "applies_to = { channel = ['email'] }\nwithin = '1 working day'";
    let rent = "applies_to = { category = ['rent'] }\nwithin = '4 working days'";
    let one = |rows: &str, expected: &str| {
        let found = found(rows);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains(expected), "{found:#?}");
    };
    let none = |rows: &str| assert_eq!(found(rows), [""; 0], "{rows}");
    one(
        &(promise("email", email) + &promise("rent", rent)),
        "a contact by email in category rent has this time and that of `email` (1 working day) for the same \
         answer",
    );
    // The answer to any contact, beside that to an email.
    one(
        &(promise("any", "within = '5 working days'") + &promise("email", email)),
        "a contact by email has this time and that of `any` (5 working days) for the same answer. If only \
         one of them is promised, narrow `applies_to` of the more general one, for example with `channel`",
    );
    // Several at once are one warning.
    let letter = "applies_to = { channel = ['letter'] }\nwithin = '3 working days'";
    one(
        &(promise("email", email) + &promise("letter", letter) + &promise("rent", rent)),
        "`email` (1 working day) and `letter` (3 working days)",
    );
    // Narrowed, meant, or the same time.
    let not_rent =
        "applies_to = { channel = ['email'], category_not = ['rent'] }\nwithin = '1 working day'";
    none(&(promise("email", not_rent) + &promise("rent", rent)));
    let meant = format!("{rent}\naccepted = {{ stacks = 'Both were published.' }}");
    none(&(promise("email", email) + &promise("rent", &meant)));
    none(&(promise("email", email) + &promise("rent", &rent.replace('4', "1"))));
    // An acknowledgement before an answer, an update before it, a target of our own, a different start,
    // another edition.
    for other in [
        "kept_by = ['acknowledged', 'responded']",
        "kept_by = ['responded', 'updated']",
        "starts = 'handed-over'",
        "exempted_by = ['withdrawn']",
    ] {
        none(&(promise("email", email) + &promise("rent", &format!("{rent}\n{other}"))));
    }
    let target = standard("rent", rent);
    none(&(promise("email", email) + &target));
    let ended = format!("{email}\neffective_until = 2026-12-31");
    let begun = format!("{rent}\neffective_from = 2027-01-01");
    none(&(promise("email", &ended) + &promise("rent", &begun)));
    // Law stands beside other law.
    let law = format!(
        "{HEADER}examples_for = 'westkent'\nstatutory = true\n{}{}",
        promise("email", email),
        promise("rent", rent)
    );
    let law = Pack::check("p.toml", &law, |id| load_built_in(id).ok().map(Arc::new));
    assert_eq!(law.warnings, []);
}

#[test]
fn a_promise_to_tell_of_a_later_date_that_changes_nothing_is_a_warning() {
    let notice = |own: &str| {
        standard(
            "n",
            &format!("shares_due_with = 's'\nkept_by = ['delay-notice-sent']\nwithin = \n{own}"),
        )
        .replace("within = \n", "")
    };
    let answer = |own: &str| standard("s", own);
    one(
        &(answer("") + &notice("")),
        "standard.kept_by: n is a promise to tell the customer of a later date, and `s` has no extension",
    );
    none(&(answer("extension = { on = 'delay-notice-sent', until = 'told' }") + &notice("")));
    none(
        &(answer(
            "extension = { on = 'extension-notified', within = '10 working days', from = 'due' }",
        ) + &notice("")),
    );
    none(&(answer("") + &notice("accepted = { no_extension = 'The first date stays.' }")));
    let alone = "kept_by = ['extension-notified']";
    let published = answer("internal_target = false\nexample = []");
    let found = warnings("westkent", "", &(published.clone() + &standard("n", alone)));
    assert!(found.iter().any(|w| w.contains("n is a promise to tell") && w.contains("`s` has no")));
    let either = "kept_by = ['responded', 'delay-notice-sent']";
    let found = warnings("westkent", "", &(published + &standard("n", either)));
    assert!(found.iter().any(|w| w.contains("n is a promise to tell")), "{found:?}");
    // An answer that a notice keeps too, if there is no other, and a promise to tell without an answer.
    none(&standard("s", either));
    none(&standard("n", alone));
}

#[test]
fn an_urgent_promise_whose_reminders_wait_for_the_office_is_a_warning() {
    let urgent = |within: &str, own: &str| standard("u", &format!("within = '{within}'\n{own}"));
    let waits = "reminders = [{ at = 'halfway', notify = 'owner' }, { at = 'when due', notify = 'manager', any_time = true }]";
    let emergencies = format!("applies_to = {{ priority = ['emergency'] }}\n{waits}");
    one(
        &urgent("2 hours", &emergencies),
        "standard.reminders: u has to be kept within 2 hours at any hour",
    );
    one(&urgent("24 hours", &emergencies), "within 24 hours at any hour");
    one(&urgent("2 hours", waits), "within 2 hours at any hour");
    none(&urgent("24 hours", waits));
    none(&urgent("2 minutes", waits));
    none(&urgent("48 hours", &emergencies));
    none(&urgent("1 working day", &emergencies));
    none(&urgent("2 office hours", &emergencies));
    for own in [
        "reminders = []",
        "reminders = [{ at = 'halfway', notify = 'on-call', any_time = true }]",
        &format!("{waits}\nout_of_hours = 'next-opening'"),
        &format!("{waits}\nstarts = 'arrived'"),
        &format!("{waits}\nkept_by = ['acknowledged']"),
        &format!("{waits}\napplies_to = {{ received = 'when-open' }}"),
        &format!("{waits}\napplies_to = {{ channel = ['office-visit'] }}"),
        &format!("{waits}\naccepted = {{ reminders_wait = 'The contractor has its own.' }}"),
    ] {
        none(&urgent("2 hours", own));
    }
    // Reminders of the whole pack wait as well.
    let shared = "[[reminders]]\nat = 'halfway'\nnotify = 'owner'\n";
    let rows = urgent("2 hours", "applies_to = { priority = ['emergency'] }");
    one(&format!("{shared}{rows}"), "within 2 hours at any hour");
}

#[test]
fn a_count_that_can_end_on_a_closed_day_without_a_rule_is_a_warning() {
    let counts = |own: &str| standard("s", own);
    let open = "standard.if_due_on_non_working_day: s counts ";
    one(&counts("within = '14 days'"), open);
    one(&counts("within = '2 weeks'"), open);
    one(&counts("within = '1 calendar month'"), open);
    one(
        &counts("extension = { on = 'extension-notified', within = '14 days', from = 'due' }"),
        "s counts 14 days",
    );
    for rule in ["stays", "next-working-day"] {
        none(&counts(&format!("within = '14 days'\nif_due_on_non_working_day = '{rule}'")));
        none(&format!(
            "[counting]\nif_due_on_non_working_day = '{rule}'\n{}",
            counts("within = '14 days'")
        ));
    }
    none(&counts("within = '24 hours'"));
    none(&counts("within = '10 working days'"));
    // The customer's own time ends on any day, unless it ends when the office closes.
    let window = "within = '14 days'\nstarts = 'outcome-sent'\nkept_by = ['withdrawn']\nowed_by = 'customer'";
    none(&counts(&format!("{window}\ndue = 'end-of-day'")));
    one(&counts(window), open);
}

#[test]
fn a_warning_is_not_accepted_without_a_reason() {
    let text = format!(
        "{HEADER}examples_for = 'westkent'\n{}",
        standard("s", "accepted = { stacks = ' ' }")
    );
    let checked = Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new));
    assert_eq!(
        checked.problems[0].to_string(),
        "p.toml:9: standard.accepted.stacks: is empty. Write the reason, or leave it out"
    );
}
