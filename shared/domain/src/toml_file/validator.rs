//! Checks that the form of a file cannot express: ids, names that must exist, names used twice.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Located, Problem, Problems, Source};

/// The problems of one file, as checks find them.
pub(crate) struct Validator<'a> {
    source: Source<'a>,
    problems: Vec<Problem>,
}

impl<'a> Validator<'a> {
    pub(crate) fn new(source: Source<'a>) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// Reports a problem of `key` at a byte range of the file.
    pub(crate) fn report(&mut self, at: &Range<usize>, key: &str, message: impl Into<String>) {
        self.problems.push(self.source.problem(at, key, message));
    }

    /// Adds the problems of another file that this one names.
    pub(crate) fn add(&mut self, problems: Problems) {
        self.problems.extend(problems.0);
    }

    /// Reports an id that is not made of lower-case words joined by hyphens.
    pub(crate) fn id(&mut self, at: &Range<usize>, key: &str, id: &str) {
        if !is_id(id) {
            let message = format!("`{id}` is not an id. Use lower-case words joined by hyphens");
            self.report(at, key, message);
        }
    }

    /// Reports a name that is not one of those `known`. `kind` is the word for what it names: "team".
    pub(crate) fn known(&mut self, name: &Located<String>, key: &str, kind: &str, known: &[&str]) {
        if !known.contains(&name.get_ref().as_str()) {
            let message =
                format!("`{}` is not a {kind}. Choose from: {}", name.get_ref(), known.join(", "));
            self.report(&name.span(), key, message);
        }
    }

    /// Reports every name that an earlier one repeats, whatever the case of its letters. `kind` is the
    /// word for what it names: "address".
    pub(crate) fn unique<'n>(
        &mut self,
        names: impl IntoIterator<Item = (Range<usize>, &'n str)>,
        key: &str,
        kind: &str,
    ) {
        let mut seen = BTreeSet::new();
        for (at, name) in names {
            if !seen.insert(name.to_lowercase()) {
                self.report(&at, key, format!("the {kind} `{name}` is used twice. Use each once"));
            }
        }
    }

    /// Returns the problems found, in the order of files and lines.
    ///
    /// # Errors
    /// Returns an error if there are any.
    pub(crate) fn finish(mut self) -> Result<(), Problems> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(Problems(self.problems))
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
