//! Reading files that people write, and saying everything that is wrong with them at once.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// One thing wrong with a file, where it is, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as its reader knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The key, with the keys of the tables around it: `standard.within`. Empty for the file as a whole.
    pub key: String,
    /// What is wrong and what is expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything wrong with a file; never empty where it is an error.
#[derive(Clone, Debug, Default, Error, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// A file's name and text, to find lines in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    pub(crate) fn problem(
        &self,
        at: &Range<usize>,
        key: &str,
        message: impl Into<String>,
    ) -> Problem {
        let before = self.text.get(..at.start).unwrap_or_default();
        Problem {
            file: self.file.to_owned(),
            line: 1 + before.matches('\n').count(),
            key: key.to_owned(),
            message: message.into(),
        }
    }
}

/// Reads a file that people write, and says everything that is wrong with it at once; `file` is its
/// name in what is said.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn read_toml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problems> {
    read(Source { file, text })
}

/// More than anyone mends in one go; also the bound on the work a broken file can cause.
const MOST: usize = 100;

/// Reads `text` as TOML into `T`.
///
/// A reader that stops at the first error makes people mend a file one line at a time. So what is
/// wrong is noted, taken out, and the rest is read again until nothing more is found.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub(crate) fn read<T: DeserializeOwned>(source: Source<'_>) -> Result<T, Problems> {
    let (root, errors) = DeTable::parse_recoverable(source.text);
    let mut problems: Vec<Problem> = errors
        .iter()
        .map(|e| source.problem(&e.span().unwrap_or_default(), "", e.message()))
        .collect();
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    // Nearly every file is in order, and every start of a function reads several.
    if let Ok(value) = T::deserialize(Deserializer::from(root)) {
        return Ok(value);
    }
    let (mut root, _) = DeTable::parse_recoverable(source.text);
    let mut taken: Vec<Vec<String>> = Vec::new();
    while problems.len() < MOST {
        let Err(error) = T::deserialize(Deserializer::from(root.clone())) else { break };
        let span = error.span().unwrap_or_default();
        let path = take_out(root.get_mut(), &span);
        let missing =
            error.message().strip_prefix("missing field `").and_then(|m| m.split('`').next());
        let follows_from_another = missing.is_some_and(|field| {
            taken.iter().any(|taken| {
                taken.split_last().is_some_and(|(last, table)| {
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
            Some(path) => taken.push(path),
            None => break,
        }
    }
    problems.sort_by_key(|problem| problem.line);
    Err(Problems(problems))
}

/// Removes the innermost entry or element that spans `at`, and says which: keys, and `#n` for the
/// element of a list.
fn take_out(table: &mut DeTable<'_>, at: &Range<usize>) -> Option<Vec<String>> {
    // A table's own span is its header alone, so look into every table, not only the ones around.
    let keys: Vec<_> = table.iter().map(|(key, _)| key.clone()).collect();
    for key in keys {
        let name = key.get_ref().to_string();
        let here = holds(&key.span(), at);
        let value = table.get_mut(&key)?;
        if let Some(mut path) = take_out_of_value(value, at) {
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

fn take_out_of_value(value: &mut Spanned<DeValue<'_>>, at: &Range<usize>) -> Option<Vec<String>> {
    match value.get_mut() {
        DeValue::Table(inner) => take_out(inner, at),
        DeValue::Array(elements) => {
            for index in 0..elements.len() {
                let element = elements.get_mut(index)?;
                let name = format!("#{index}@{}", element.span().start);
                if let Some(mut path) = take_out_of_value(element, at) {
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
    use crate::standards::Within;

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
        within: Within,
        reminders: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is of interest")]
    struct Inner {
        at: Within,
    }

    fn problems(text: &str) -> Vec<String> {
        let problems = read::<File>(Source { file: "p.toml", text }).unwrap_err();
        problems.0.iter().map(|p| format!("{}:{}: {}", p.line, p.key, p.message)).collect()
    }

    #[test]
    fn everything_wrong_is_said_at_once_with_its_line_and_key() {
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
    fn text_that_is_not_toml_is_said_with_its_line() {
        let found = problems("title = 'a'\nthis is not toml\n");
        assert!(found[0].starts_with("2:"), "{found:#?}");
    }
}
