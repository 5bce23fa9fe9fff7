//! One thing wrong with a file, and the error that holds them all.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// One thing wrong with a file, with its line and how to put it right.
///
/// It is shown as `file:line: key: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name, as given by the caller.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key, with the keys of the tables around it: `standard.within`. Empty if the problem
    /// concerns the file as a whole.
    pub key: String,
    /// The message: the value at fault, and what to write instead.
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

/// Everything wrong with a file, in the order of its lines. As an error it is never empty.
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

/// A file's name and text, from which byte ranges become line numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// Returns the line, counted from 1, on which a byte range begins.
    pub(crate) fn line(&self, at: &Range<usize>) -> usize {
        1 + self.text.get(..at.start).unwrap_or_default().matches('\n').count()
    }

    pub(crate) fn problem(
        &self,
        at: &Range<usize>,
        key: &str,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            file: self.file.to_owned(),
            line: self.line(at),
            key: key.to_owned(),
            message: message.into(),
        }
    }
}
