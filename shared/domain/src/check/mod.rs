//! A pack's check as its author runs it: what is wrong, whether the worked examples come out, and what
//! is doubtful.

mod complaint_code;
mod lints;

use std::sync::Arc;

use chrono::NaiveDateTime;

use self::lints::Lints;
use crate::organisation::Organisation;
use crate::standards::{Pack, PackFile};
use crate::time;
use crate::toml_file::{Problem, Source, read};

/// What there is to say about a pack's file.
#[derive(Debug, Default)]
pub struct Checked {
    /// The pack, where it can be used.
    pub pack: Option<Pack>,
    /// What is wrong with it, in the order of the lines. A worked example that does not come out is
    /// one of these, though the pack can be used.
    pub problems: Vec<Problem>,
    /// What is doubtful, though nothing is wrong with the file: promises that contradict the Housing
    /// Ombudsman's Complaint Handling Code, rows that can never apply, promises without an example.
    pub warnings: Vec<Problem>,
}

impl Pack {
    /// Reads a pack, works its examples and looks for what is doubtful. `organisation` finds the one
    /// whose hours and holidays the examples use.
    #[must_use]
    pub fn check(
        file: &str,
        text: &str,
        organisation: impl Fn(&str) -> Option<Arc<Organisation>>,
    ) -> Checked {
        let pack = match Self::parse(file, text) {
            Ok(pack) => pack,
            Err(problems) => return Checked { problems: problems.0, ..Checked::default() },
        };
        let source = Source { file, text };
        let written: PackFile = match read(source) {
            Ok(written) => written,
            Err(problems) => return Checked { problems: problems.0, ..Checked::default() },
        };
        let named = written.pack.examples_for.get_ref();
        let organisation = organisation(named);
        let mut problems = Vec::new();
        match &organisation {
            Some(organisation) => problems.extend(pack.wrong_examples(file, organisation)),
            None if pack.examples.is_empty() => {}
            None => {
                let message = format!(
                    "there is no organisation `{named}` with whose hours and holidays to work the \
                     examples; name one that is built in, or give the file of yours with \
                     --organisation"
                );
                let at = written.pack.examples_for.span();
                problems.push(source.problem(&at, "pack.examples_for", message));
            }
        }
        let warnings = Lints::of(source, &written, organisation.as_deref());
        Checked { pack: Some(pack), problems, warnings }
    }

    /// The worked examples that do not come out with the hours and holidays of `organisation`.
    #[must_use]
    pub fn wrong_examples(&self, file: &str, organisation: &Organisation) -> Vec<Problem> {
        let mut wrong = Vec::new();
        for example in &self.examples {
            let mut report = |key: &str, message: String| {
                wrong.push(Problem {
                    file: file.to_owned(),
                    line: example.line,
                    key: format!("standard.example{key}"),
                    message,
                });
            };
            let rule =
                self.due_rule(&example.standard).filter(|rule| rule.shares_due_with.is_none());
            let option = rule.and_then(|rule| rule.options.into_iter().next());
            let Some((_, counting)) = option else {
                let message = format!(
                    "`{}` has no clock of its own to show; give the example to the standard that it \
                     follows",
                    example.standard
                );
                report("", message);
                continue;
            };
            let start = time::instant(organisation.zone(), example.start);
            match counting.due(organisation.calendar(counting.calendar), start) {
                Ok(due) => {
                    let due = time::local(organisation.zone(), due);
                    if due != example.due {
                        let message = format!(
                            "{} from {} comes out as {}, not {} as written; mend how the promise \
                             counts, or the example",
                            example.standard,
                            stamp(example.start),
                            stamp(due),
                            stamp(example.due)
                        );
                        report(".due", message);
                    }
                }
                Err(error) => report(".start", error.to_string()),
            }
        }
        wrong
    }
}

fn stamp(at: NaiveDateTime) -> String {
    at.format("%a %-d %b %Y %H:%M:%S").to_string()
}
