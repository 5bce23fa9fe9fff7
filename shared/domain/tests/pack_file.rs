//! Mistakes in a pack's file, each with the message that its author reads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::standards::Pack;

/// A sound pack with a row of every kind.
const PACK: &str = "\
[pack]
id = 'p'
title = 'A pack'
publisher = 'A landlord'
version = '1'
examples_for = 'westkent'

[[standard]]
id = 'letter'
title = 'Answer to a letter'
promise = 'p'
place = 'p'
starts = 'received'
within = '5 working days'
kept_by = ['responded']

[[standard]]
id = 'delay'
title = 'Delay notice'
promise = 'p'
place = 'p'
starts = 'received'
shares_due_with = 'letter'
kept_by = ['delay-notice-sent']

[[standard]]
id = 'either'
title = 'Acknowledgement'
promise = 'p'
place = 'p'
starts = 'received'
option = [
  { id = 'by-letter', title = 'Letter', within = '3 working days', kept_by = ['written-to'] },
  { id = 'by-phone', title = 'Call', within = '5 working days', kept_by = ['spoken-to'] },
]
[[standard.example]]
option = 'by-letter'
start = 2026-06-01T10:00:00
due = 2026-06-04T17:15:00

[[standard]]
id = 'access'
title = 'Subject access response'
promise = 'p'
place = 'p'
starts = 'complaint-defined'
provisional_start = { due_of = 'letter' }
within = '1 calendar month'
pause = { from = 'clarification-requested', until = 'clarification-received' }
delivered_by_post_in = '2 working days'
extension = { on = 'extension-notified', within = '3 calendar months', from = 'start' }
kept_by = ['responded']
effective_from = 2026-01-01
effective_until = 2026-12-31

[[measure]]
id = 'calls'
title = 'Calls answered'
promise = 'p'
place = 'p'
measured_by = 'telephony'

[[action_prompt]]
id = 'tell'
title = 'Tell the customer'
promise = 'p'
place = 'p'
on = 'handed-over'
on_breach_of = ['letter']
notify = 'customer'
do = 'Our {team} team has it.'

[[recurring_duty]]
id = 'review'
title = 'Review'
promise = 'p'
place = 'p'
every = '12 calendar months'
remind_before = '3 calendar months'
do = 'Review.'

[[required_wording]]
id = 'wording'
title = 'Wording'
promise = 'p'
place = 'p'
appears_in = ['answer']
text = 'Text.'
";

/// Returns the problems of the pack with one part replaced by another.
fn problems(part: &str, other: &str) -> Vec<String> {
    assert!(PACK.contains(part), "{part}");
    let error = Pack::parse("p.toml", &PACK.replacen(part, other, 1)).unwrap_err();
    error.0.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
}

#[test]
fn the_pack_is_sound() {
    let pack = Pack::parse("p.toml", PACK).unwrap();
    assert_eq!((pack.standards.len(), pack.examples.len()), (4, 1));
}

#[test]
fn every_mistake_has_its_key_and_a_way_to_put_it_right() {
    for (part, other, expected) in [
        ("id = 'p'", "id = 'P p'", "pack.id: `P p` is not an id. Use lower-case words"),
        ("id = 'access'", "id = 'Access!'", "standard.id: `Access!` is not an id. Use lower-case"),
        ("id = 'calls'", "id = 'delay'", "measure.id: `delay` is used twice. Give each row"),
        ("id = 'by-phone'", "id = 'tell'", "standard.option.id: `tell` is used twice. Give each"),
        ("title = 'Review'", "title = ' '", "recurring_duty.title: is empty. Write the name that"),
        ("title = 'Wording'", "", "required_wording: missing field `title`"),
        (
            "title = 'Wording'",
            "title = 'Calls answered'",
            "required_wording.title: `Calls answered` is used twice in this pack. Give each row",
        ),
        ("title = 'Call'", "title = ''", "standard.option.title: is empty. Write the name that"),
        (
            "title = 'Call'",
            "title = 'Letter'",
            "standard.option.title: `Letter` is used twice in this standard. Give each option",
        ),
        (
            "within = '5 working days'",
            "",
            "standard.within: give exactly one of `within` (a duration), `option`",
        ),
        (
            "shares_due_with = 'letter'",
            "shares_due_with = 'letter'\nwithin = '1 day'",
            "standard.within: give exactly one of",
        ),
        (
            "shares_due_with = 'letter'",
            "shares_due_with = 'delay'",
            "standard.shares_due_with: `delay` is not a standard of this pack with a duration",
        ),
        ("kept_by = ['responded']", "", "standard.kept_by: is missing. List the milestones"),
        (
            "option = [",
            "kept_by = ['seen']\noption = [",
            "standard.kept_by: belongs in each `option`. Move it there",
        ),
        ("starts = 'received'", "starts = []", "standard.starts: is empty. Name the milestone"),
        (
            "kept_by = ['responded']",
            "kept_by = ['received']",
            "standard.kept_by: `received` is also in `starts`, so the promise would be kept",
        ),
        (
            "starts = 'received'\nwithin = '5 working days'",
            "starts = 'received'\nwithin = 'at the agreed time'",
            "standard.within: `received` carries no agreed time. Start the promise with a milestone \
             that does, such as appointment-made or call-back-agreed, or give it a duration",
        ),
        (
            "starts = 'received'\nwithin = '5 working days'",
            "starts = 'appointment-made'\nrestarts_on = 'handed-over'\nwithin = 'at the agreed time'",
            "standard.within: `handed-over` carries no agreed time",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\naim = 'at the agreed time'",
            "standard.aim: is a time that nobody agreed on",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\nor_later = { starts = 'seen', within = 'at the agreed time' }",
            "standard.or_later.within: is a time that nobody agreed on",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\nexempted_by = ['received']",
            "standard.exempted_by: `received` is also in `starts`",
        ),
        (
            "examples_for = 'westkent'",
            "examples_for = 'westkent'\n[counting]\ndue = 'noon'",
            "`noon` is not a time at which a day ends. Write",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\naim = '5 clear working days'",
            "standard.aim: `5 clear working days` is not shorter than `within`, 5 working days",
        ),
        (
            "shares_due_with = 'letter'",
            "shares_due_with = 'letter'\naim = '3 days'",
            "standard.aim: needs a `within`, the time that is promised",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\nrecurs_every = '5 working days'",
            "standard.recurs_until: goes with `recurs_every`",
        ),
        (
            "within = '3 calendar months', from = 'start'",
            "from = 'start'",
            "standard.extension: give exactly one of `within`, the longest extension, and",
        ),
        (
            "from = 'start' }",
            "from = 'start', times = 0 }",
            "standard.extension.times: is 0, so nothing is ever extended",
        ),
        (
            "within = '5 working days'",
            "within = '5 working days'\nor_later = { starts = 'received', within = '1 day' }",
            "standard.or_later.starts: `received` is also in `starts`",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\nrings = 3\nwithin = '9 seconds'",
            "measure.within: give one of `within` (for each case), `rings`",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\nat_least_percent = 101",
            "measure.at_least_percent: `101` is no share. Write a number from 0 to 100",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\nat_least_percent = 80\nat_most_percent = 90",
            "measure.at_least_percent: give one of `at_least_percent` and `at_most_percent`",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\naverage = '2 days'\nat_least_percent = 90",
            "measure.average: is for all cases together",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\napplies_to = { channel = ['phone'] }",
            "measure.applies_to: goes with `measured_by = \"contacts\"` alone",
        ),
        (
            "measured_by = 'telephony'",
            "measured_by = 'telephony'\nduring = 'mornings'",
            "measure.during: `mornings` is not a part of the day. Write `office hours`, or two times",
        ),
        (
            "due_of = 'letter'",
            "due_of = 'access'",
            "standard.provisional_start.due_of: `access` is not a standard of this pack without",
        ),
        (
            "within = '3 calendar months', from",
            "within = '24 hours', from",
            "standard.extension.within: `24 hours` cannot be added to a date. Write days or months",
        ),
        (
            "until = 'clarification-received'",
            "until = 'clarification-requested'",
            "standard.pause.until: is the milestone that begins the pause. Name the one that ends it",
        ),
        (
            "within = '1 calendar month'",
            "within = '20 hours'",
            "standard.pause: needs a `within` in days or months",
        ),
        (
            "delivered_by_post_in = '2 working days'",
            "delivered_by_post_in = '2 days'",
            "standard.delivered_by_post_in: `2 days` is not in working days. Write it like",
        ),
        (
            "option = 'by-letter'",
            "option = 'by-owl'",
            "standard.example.option: `by-owl` is not an option of this standard. Name the option \
             that the example shows: by-letter or by-phone",
        ),
        (
            "option = 'by-letter'",
            "",
            "standard.example.option: is missing. Name the option that the example shows",
        ),
        (
            "effective_until = 2026-12-31",
            "effective_until = 2025-12-31",
            "standard.effective_until: 2025-12-31 is before effective_from, 2026-01-01. Correct one",
        ),
        (
            "on = 'handed-over'\non_breach_of = ['letter']",
            "",
            "action_prompt.on: is missing. Name the milestone that sets the prompt off",
        ),
        (
            "on_breach_of = ['letter']",
            "on_breach_of = ['owl']",
            "action_prompt.on_breach_of: `owl` is not a standard of this pack. Name one",
        ),
        ("{team}", "{name}", "action_prompt.do: has braces around something other than `{team}`"),
        (
            "every = '12 calendar months'",
            "every = '1 day'",
            "recurring_duty.every: `1 day` is not in months. Write it like `3 calendar months`",
        ),
        (
            "remind_before = '3 calendar months'",
            "remind_before = '12 weeks'",
            "recurring_duty.remind_before: `12 weeks` is not in months",
        ),
        (
            "appears_in = ['answer']",
            "appears_in = []",
            "required_wording.appears_in: is empty. List what carries the sentence",
        ),
        ("5 working days", "soon", "standard.within: `soon` is not a duration. Write a number"),
        (
            "effective_from = 2026-01-01",
            "effective_from = 2026-01-01T10:00:00",
            "is not a date. Write",
        ),
    ] {
        let found = problems(part, other);
        assert_eq!(found.len(), 1, "{other}: {found:#?}");
        assert!(found[0].contains(expected), "{found:#?} lacks {expected}");
    }
}

#[test]
fn a_channel_or_milestone_that_nothing_names_is_a_problem_with_the_nearest() {
    use std::sync::Arc;

    use domain::library::load_built_in;

    let problems = |part: &str, other: &str| -> Vec<String> {
        assert!(PACK.contains(part), "{part}");
        let text = PACK.replacen(part, other, 1);
        let checked = Pack::check("p.toml", &text, |id| load_built_in(id).ok().map(Arc::new));
        checked.problems.iter().map(|p| format!("{}: {}", p.key, p.message)).collect()
    };
    let starts = "starts = 'received'\nwithin = '5 working days'";
    assert_eq!(
        problems(starts, "starts = 'recieved'\nwithin = '5 working days'"),
        [
            "standard.starts: `recieved` is not a milestone. Did you mean `received`? To add one of your own, \
          name it under [[milestone]], here or in your organisation's file"
        ]
    );
    assert_eq!(
        problems(
            starts,
            "applies_to = { channel = ['live-chat'] }\nstarts = 'received'\nwithin = '5 days'"
        ),
        [
            "standard.applies_to: `live-chat` is not a channel. To add one of your own, name it under \
          [[channel]], here or in your organisation's file"
        ]
    );
    let named = |rows: &str| {
        problems("[[standard]]\nid = 'letter'", &format!("{rows}\n[[standard]]\nid = 'letter'"))
    };
    assert_eq!(named("[[channel]]\nid = 'live-chat'\nlabel = 'live chat'"), [""; 0]);
    assert_eq!(
        named("[[channel]]\nid = 'email'\nlabel = 'email'"),
        ["channel.id: `email` is a channel that Kept knows. Remove it here"]
    );
    assert_eq!(
        named("[[milestone]]\nid = 'Moved in'\nlabel = 'moved in'"),
        [
            "milestone.id: `Moved in` is not an id. Use lower-case words joined by hyphens, 30 characters at most"
        ]
    );
}
