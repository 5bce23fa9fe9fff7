//! The examples of docs/standards.md, which are sound and come out as written.

use std::sync::Arc;

use domain::library::{
    built_in_organisation, built_in_pack_file, load_built_in, load_built_in_bank_holidays,
};
use domain::organisation::Organisation;
use domain::standards::Pack;

const GUIDE: &str = include_str!("../../../docs/standards.md");

const HEADER: &str = "\
[pack]
id = \"part\"
title = \"A part of a pack\"
publisher = \"The guide\"
version = \"1\"
examples_for = \"westkent\"
";

/// Returns the examples of the guide, with the line on which each begins.
fn examples() -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in GUIDE.lines().enumerate() {
        match &mut open {
            None if line == "```toml" => open = Some((index + 2, String::new())),
            Some(_) if line == "```" => found.extend(open.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    assert!(open.is_none(), "the last example has no end");
    found
}

fn organisation(id: &str) -> Option<Arc<Organisation>> {
    load_built_in(id).ok().map(Arc::new)
}

#[test]
fn every_pack_in_the_guide_is_sound_and_its_examples_come_out() {
    let mut worked = 0;
    let mut packs = 0;
    for (line, text) in examples().into_iter().filter(|(_, text)| !is_of_organisation(text)) {
        let whole = text.contains("[pack]");
        let text = if whole { text } else { format!("{HEADER}{text}") };
        let checked = Pack::check(&format!("standards.md, example at {line}"), &text, organisation);
        assert!(checked.problems.is_empty(), "{:#?}\n{text}", checked.problems);
        // Some examples are published promises that contradict the Code.
        let mut warnings = checked.warnings.iter();
        let other = warnings.find(|warning| !warning.message.contains("Complaint Handling Code"));
        assert_eq!(other, None, "{text}");
        worked += checked.pack.unwrap().examples.len();
        packs += 1;
    }
    assert!(packs >= 9 && worked >= 15, "{packs} with {worked} examples");
}

fn is_of_organisation(text: &str) -> bool {
    ["packs = ", "[[bank_holiday]]", "[[closure]]", "# Your organisation's file"]
        .iter()
        .any(|key| text.starts_with(key))
}

#[test]
fn every_part_of_an_organisations_file_in_the_guide_fits_into_one() {
    let mut fitted = 0;
    for (line, text) in examples().into_iter().filter(|(_, text)| is_of_organisation(text)) {
        let base = built_in_organisation("westkent").unwrap();
        let whole = if text.starts_with("packs = ") {
            let rest: String = base
                .lines()
                .filter(|l| !l.starts_with("packs = "))
                .map(|l| format!("{l}\n"))
                .collect();
            format!("{text}{rest}")
        } else {
            format!("{base}\n{text}")
        };
        let holidays = load_built_in_bank_holidays().unwrap();
        let parsed = Organisation::parse(
            &format!("example at {line}"),
            &whole,
            holidays,
            built_in_pack_file,
        );
        assert!(parsed.is_ok(), "{}", parsed.unwrap_err());
        fitted += 1;
    }
    assert_eq!(fitted, 4);
}

#[cfg(feature = "schema")]
#[test]
fn the_guide_explains_every_key() {
    fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
        if let Some(map) = schema.as_object() {
            if let Some(properties) = map.get("properties").and_then(|keys| keys.as_object()) {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| keys(inner, found));
        }
        if let Some(list) = schema.as_array() {
            list.iter().for_each(|inner| keys(inner, found));
        }
    }
    let mut all = Vec::new();
    keys(&domain::schema::pack(), &mut all);
    assert!(all.len() > 60, "{all:?}");
    let explained = |key: &String| {
        GUIDE.contains(&format!("`{key}`"))
            || GUIDE.contains(&format!("`{key} = "))
            || GUIDE.contains(&format!("\n{key} = "))
            || GUIDE.contains(&format!(".{key}]"))
            || GUIDE.contains(&format!("[{key}]"))
            || GUIDE.contains(&format!("{{ {key} = "))
            || GUIDE.contains(&format!(", {key} = "))
    };
    let missing: Vec<_> = all.iter().filter(|key| !explained(key)).collect();
    assert!(missing.is_empty(), "docs/standards.md does not explain {missing:?}");
}
