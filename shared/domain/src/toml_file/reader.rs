//! The reader: it goes on after a mistake, so that a person sees every problem of a file at once.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{Problem, Problems, Source};

/// Reads TOML into `T`, and reports everything that is wrong with it at once. `file` is the file's name
/// in the problems.
///
/// # Errors
/// Returns every problem, in the order of the lines.
pub fn read_toml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problems> {
    read(Source { file, text })
}

/// The limit on problems in one report, and so on the work that a broken file can cause.
const MAX_PROBLEMS: usize = 100;

/// Reads a source as TOML into `T`.
///
/// A reader that stops at the first error makes people correct a file one line at a time. This one
/// notes a problem, removes the entry at fault, and reads the rest again until nothing more is found.
///
/// # Errors
/// Returns every problem, in the order of the lines.
pub(crate) fn read<T: DeserializeOwned>(source: Source<'_>) -> Result<T, Problems> {
    let (root, errors) = DeTable::parse_recoverable(source.text);
    let mut problems: Vec<Problem> = errors
        .iter()
        .map(|e| source.problem(&e.span().unwrap_or_default(), "", e.message()))
        .collect();
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    // The short way: nearly every file is sound, and every start of a function reads several.
    if let Ok(value) = T::deserialize(Deserializer::from(root)) {
        return Ok(value);
    }
    let (mut root, _) = DeTable::parse_recoverable(source.text);
    let mut removed: Vec<Vec<String>> = Vec::new();
    while problems.len() < MAX_PROBLEMS {
        let Err(error) = T::deserialize(Deserializer::from(root.clone())) else { break };
        let span = error.span().unwrap_or_default();
        // An empty span is that of the root, which lacks a key: nothing can be removed from it.
        let path = if span.is_empty() { None } else { remove(root.get_mut(), &span) };
        let missing =
            error.message().strip_prefix("missing field `").and_then(|m| m.split('`').next());
        let follows_from_another = missing.is_some_and(|field| {
            removed.iter().any(|removed| {
                removed.split_last().is_some_and(|(last, table)| {
                    last == field && path.as_deref().unwrap_or_default() == table
                })
            })
        });
        if !follows_from_another {
            let key =
                path.as_deref().unwrap_or_default().iter().filter(|part| !part.starts_with('#'));
            let key = key.cloned().collect::<Vec<_>>().join(".");
            problems.push(source.problem(&span, &key, error.message()));
        }
        match path {
            Some(path) => removed.push(path),
            None => break,
        }
    }
    problems.sort_by_key(|problem| problem.line);
    Err(Problems(problems))
}

/// Removes the innermost entry or element that spans `at`. Returns its path: keys, and `#n` for an
/// element of a list.
fn remove(table: &mut DeTable<'_>, at: &Range<usize>) -> Option<Vec<String>> {
    // The span of a table is its header alone, so every table is searched, and not only those around `at`.
    let keys: Vec<_> = table.iter().map(|(key, _)| key.clone()).collect();
    for key in keys {
        let name = key.get_ref().to_string();
        let here = holds(&key.span(), at);
        let value = table.get_mut(&key)?;
        if let Some(mut path) = remove_from_value(value, at) {
            path.insert(0, name);
            return Some(path);
        }
        if here || holds(&value.span(), at) {
            table.remove(&key);
            return Some(vec![name]);
        }
    }
    None
}

fn remove_from_value(value: &mut Spanned<DeValue<'_>>, at: &Range<usize>) -> Option<Vec<String>> {
    match value.get_mut() {
        DeValue::Table(inner) => remove(inner, at),
        DeValue::Array(elements) => {
            for index in 0..elements.len() {
                let element = elements.get_mut(index)?;
                let name = format!("#{index}@{}", element.span().start);
                if let Some(mut path) = remove_from_value(element, at) {
                    path.insert(0, name);
                    return Some(path);
                }
                if holds(&element.span(), at) {
                    let rest = elements.iter().enumerate().filter(|(i, _)| *i != index);
                    *elements = rest.map(|(_, element)| element.clone()).collect();
                    return Some(vec![name]);
                }
            }
            None
        }
        _ => None,
    }
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && !outer.is_empty()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is of interest")]
    struct File {
        title: String,
        #[serde(default)]
        standard: Vec<Entry>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is of interest")]
    struct Entry {
        id: String,
        within: Duration,
        reminders: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is of interest")]
    struct Inner {
        at: Duration,
    }

    /// A value with a form of its own, as many in the files have.
    #[derive(Debug)]
    struct Duration;

    impl<'de> Deserialize<'de> for Duration {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match String::deserialize(deserializer)?.as_str() {
                "1 day" => Ok(Self),
                other => Err(serde::de::Error::custom(format!("`{other}` is not a duration"))),
            }
        }
    }

    fn problems(text: &str) -> Vec<String> {
        let problems = read::<File>(Source { file: "p.toml", text }).unwrap_err();
        problems.0.iter().map(|p| format!("{}:{}: {}", p.line, p.key, p.message)).collect()
    }

    #[test]
    fn every_problem_is_reported_at_once_with_its_line_and_key() {
        let found = problems(
            "title = 1\n\
             [[standard]]\n\
             id = 'a'\n\
             within = '3 moons'\n\
             withn = 'x'\n\
             [[standard]]\n\
             within = '1 day'\n\
             [[standard]]\n\
             id = 'c'\n\
             within = '1 day'\n\
             reminders = [{ at = '1 day' }, { at = 'never' }]\n",
        );
        assert_eq!(found.len(), 5, "{found:#?}");
        assert!(found[0].starts_with("1:title: invalid type: integer"), "{found:#?}");
        assert!(
            found[1].starts_with("4:standard.within: `3 moons` is not a duration"),
            "{found:#?}"
        );
        assert!(found[2].starts_with("5:standard.withn: unknown field `withn`"), "{found:#?}");
        assert!(found[3].starts_with("6:standard: missing field `id`"), "{found:#?}");
        assert!(
            found[4].starts_with("11:standard.reminders.at: `never` is not a duration"),
            "{found:#?}"
        );
    }

    #[test]
    fn a_key_that_the_root_lacks_is_reported_once() {
        assert_eq!(problems("standard = []\n"), ["1:: missing field `title`"]);
        let found = problems("standard = []\ntitle = 1\n");
        assert_eq!(found.len(), 1, "{found:#?}");
    }

    #[test]
    fn text_that_is_not_toml_is_reported_with_its_line() {
        let found = problems("title = 'a'\nthis is not toml\n");
        assert!(found[0].starts_with("2:"), "{found:#?}");
    }
}
