//! The check of a pack, as its author runs it.
//!
//! - [`Pack::check`] reads a pack, works out its examples and looks for mistakes. [`Checked`] is the
//!   result.
//! - [`Pack::wrong_examples`] works out the examples alone.
//!
//! ```
//! use std::sync::Arc;
//!
//! use domain::library::{built_in_pack, load_built_in};
//! use domain::standards::Pack;
//!
//! let text = built_in_pack("westkent").unwrap();
//! let checked = Pack::check("westkent.toml", text, |id| load_built_in(id).ok().map(Arc::new));
//! assert!(checked.pack.is_some() && checked.problems.is_empty() && checked.warnings.is_empty());
//! ```

mod examples;
mod lints;

use std::sync::Arc;

use crate::organisation::Organisation;
use crate::standards::{Pack, PackFile};
use crate::toml_file::{Problem, Problems, Source, read};

/// The result of checking a pack.
#[derive(Debug, Default)]
pub struct Checked {
    /// The pack, if it can be used.
    pub pack: Option<Pack>,
    /// Everything that is wrong, in the order of the lines. A pack whose only problems are worked
    /// examples can be used all the same.
    pub problems: Vec<Problem>,
    /// Things that may be mistakes although the file is sound: promises that contradict the Housing
    /// Ombudsman's Complaint Handling Code, rows that can never apply, promises that stand in each
    /// other's way, promises without an example.
    pub warnings: Vec<Problem>,
}

impl From<Problems> for Checked {
    fn from(problems: Problems) -> Self {
        Self { problems: problems.0, ..Self::default() }
    }
}

impl Pack {
    /// Returns a warning for everything in the pack that is not confirmed against the source and that
    /// `confirmed` does not list. `file` is the file's name in warnings.
    #[must_use]
    pub fn unconfirmed_warnings(&self, file: &str, confirmed: &[String]) -> Vec<Problem> {
        let open = self.unconfirmed.iter().filter_map(|(row, line)| {
            let name = format!("{}/{}", self.id, row.id);
            let message = format!(
                "{} Once you have checked it, write `confirmed = [\"{name}\"]` in your organisation's \
                 file",
                row.what
            );
            let key = format!("unconfirmed.{}", row.id);
            let warning = Problem { file: file.to_owned(), line: *line, key, message };
            (!confirmed.contains(&name)).then_some(warning)
        });
        open.collect()
    }

    /// Reads a pack, works out its examples and looks for mistakes. `file` is the file's name in
    /// problems. `find_organisation` returns the organisation whose office hours and bank holidays the
    /// examples use, by its id. It is taken for the one that keeps the pack.
    #[must_use]
    pub fn check(
        file: &str,
        text: &str,
        find_organisation: impl Fn(&str) -> Option<Arc<Organisation>>,
    ) -> Checked {
        Self::check_for(file, text, |_| None, find_organisation)
    }

    /// Checks a pack as [`Pack::check`] does. `find_keeper` returns the organisation that keeps the pack,
    /// by the pack's id, if that is another than the one that the examples use. Its teams, categories and
    /// channels are those that the pack may name.
    #[must_use]
    pub fn check_for(
        file: &str,
        text: &str,
        find_keeper: impl Fn(&str) -> Option<Arc<Organisation>>,
        find_organisation: impl Fn(&str) -> Option<Arc<Organisation>>,
    ) -> Checked {
        let source = Source { file, text };
        let written: PackFile = match read(source) {
            Ok(written) => written,
            Err(problems) => return problems.into(),
        };
        let examples_for = written.pack.examples_for.clone();
        let organisation = find_organisation(examples_for.get_ref());
        let keeper = find_keeper(&written.pack.id).or_else(|| organisation.clone());
        let warnings = lints::lint(source, &written, keeper.as_deref());
        let words = keeper.as_ref().map(|keeper| keeper.own_words().clone()).unwrap_or_default();
        let pack = match Self::from_file_with(source, written, Some(&words)) {
            Ok(pack) => pack,
            Err(problems) => return problems.into(),
        };
        let problems = match organisation {
            Some(organisation) => pack.wrong_examples(file, &organisation),
            None if pack.examples.is_empty() => Vec::new(),
            None => {
                let message = format!(
                    "there is no organisation `{}`, so the examples cannot be worked out. Name one that \
                     comes with Kept, or give your own file with --organisation",
                    examples_for.get_ref()
                );
                vec![source.problem(&examples_for.span(), "pack.examples_for", message)]
            }
        };
        Checked { pack: Some(pack), problems, warnings }
    }
}
