//! The rows of a pack's file, whatever their kind.

use std::ops::Range;

use super::PackFile;
use crate::standards::Applies;

/// The keys that every kind of row has.
pub(crate) struct Row<'a> {
    /// The table that holds the row: `standard`.
    pub(crate) table: &'static str,
    /// The place of the row.
    pub(crate) at: Range<usize>,
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    /// The contacts that the row is for. If empty, it is for all.
    pub(crate) applies_to: &'a [Applies],
}

impl PackFile {
    /// Returns the rows of all tables.
    pub(crate) fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        let mut add = |table, at, id, title, applies_to| {
            rows.push(Row { table, at, id, title, applies_to });
        };
        for row in &self.standard {
            let title = row.title.get_ref();
            add("standard", row.id.span(), row.id.get_ref().as_str(), title, &row.applies_to.0);
        }
        for row in &self.measure {
            let (at, row) = (row.span(), row.get_ref());
            add("measure", at, &row.id, &row.title, &row.applies_to.0);
        }
        for row in &self.action_prompt {
            let (at, row) = (row.span(), row.get_ref());
            add("action_prompt", at, &row.id, &row.title, &row.applies_to.0);
        }
        for row in &self.recurring_duty {
            let (at, row) = (row.span(), row.get_ref());
            add("recurring_duty", at, &row.id, &row.title, &[]);
        }
        for row in &self.required_wording {
            let (at, row) = (row.span(), row.get_ref());
            add("required_wording", at, &row.id, &row.title, &row.applies_to.0);
        }
        for row in &self.full_response {
            let (at, row) = (row.span(), row.get_ref());
            add("full_response", at, &row.id, &row.title, &row.applies_to.0);
        }
        rows
    }
}
