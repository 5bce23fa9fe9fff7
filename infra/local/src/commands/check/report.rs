//! The findings of a check, as text and as JSON.

use domain::standards::Pack;
use domain::toml_file::Problem;
use serde::Serialize;

use crate::rendering::count;

/// The findings in all files together.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    packs: usize,
    rows: usize,
    examples: usize,
    /// Errors.
    pub(super) findings: Vec<Finding>,
    pub(super) warnings: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    file: String,
    line: usize,
    key: String,
    message: String,
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        let Problem { file, line, key, message } = problem;
        Self { file, line, key, message }
    }
}

impl Report {
    /// Counts a pack, with its rows and examples if it could be read.
    pub(super) fn add_pack(&mut self, pack: Option<&Pack>) {
        self.packs += 1;
        if let Some(pack) = pack {
            self.examples += pack.examples.len();
            self.rows += pack.standards.len()
                + pack.measures.len()
                + pack.action_prompts.len()
                + pack.duties.len()
                + pack.required_wording.len()
                + pack.full_responses.len();
        }
    }

    /// Adds errors, each once: the organisation and a pack may report the same one.
    pub(super) fn add_errors(&mut self, problems: Vec<Problem>) {
        for finding in problems.into_iter().map(Finding::from) {
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }

    pub(super) fn add_warnings(&mut self, warnings: Vec<Problem>) {
        self.warnings.extend(warnings.into_iter().map(Finding::from));
    }

    /// A line for each finding, file by file in order of the lines, and a summary.
    pub(super) fn text(&self) -> String {
        let mut found: Vec<(&Finding, &str)> = self.findings.iter().map(|f| (f, "")).collect();
        found.extend(self.warnings.iter().map(|warning| (warning, "warning: ")));
        let mut files: Vec<&String> = found.iter().map(|(finding, _)| &finding.file).collect();
        files.dedup();
        found.sort_by_key(|(f, _)| (files.iter().position(|file| **file == f.file), f.line));
        let mut text = String::new();
        for (Finding { file, line, key, message }, kind) in found {
            let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
            text.push_str(&format!("{file}:{line}: {kind}{key}{message}\n"));
        }
        text.push_str(&format!(
            "{} with {} and {}: {}, {}\n",
            count(self.packs, "pack"),
            count(self.rows, "row"),
            count(self.examples, "worked example"),
            count(self.findings.len(), "error"),
            count(self.warnings.len(), "warning")
        ));
        text
    }
}
