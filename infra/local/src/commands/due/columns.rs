//! The columns of a batch, found by the names in its first line.

use csv::ByteRecord;

use super::lookup::{DueRequest, RowError};

/// The added column with the due date.
pub(super) const DUE_AT: &str = "due_at";
/// The added column with the derivation.
pub(super) const WHY: &str = "why";

/// The columns of a batch.
pub(super) struct Columns {
    /// The names to write, each of them once: those that were read, renamed if they are the same as
    /// another or as an added column.
    pub(super) names: Vec<String>,
    organisation: usize,
    pack: usize,
    standard: usize,
    started_at: usize,
    agreed_at: Option<usize>,
}

impl Columns {
    /// Finds the columns by the names in the first line.
    ///
    /// # Errors
    /// Returns a message if a column is missing or is there twice.
    pub(super) fn find(header: &ByteRecord) -> Result<Self, String> {
        if header.is_empty() {
            return Err(
                "the file is empty; its first line must name the columns organisation, pack, \
                        standard and started_at"
                    .into(),
            );
        }
        let written: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let find = |wanted: &str| {
            let mut found = written.iter().enumerate().filter(|(_, name)| *name == wanted);
            match (found.next(), found.next()) {
                (Some((index, _)), None) => Ok(Some(index)),
                (None, _) => Ok(None),
                _ => Err(format!("the column `{wanted}` is there twice; remove one of them")),
            }
        };
        let needed = |wanted: &str| find(wanted)?.ok_or_else(|| missing(wanted, &written));
        Ok(Self {
            organisation: needed("organisation")?,
            pack: needed("pack")?,
            standard: needed("standard")?,
            started_at: needed("started_at")?,
            agreed_at: find("agreed_at")?,
            names: unique_names(written),
        })
    }

    /// The deadline that a row asks for.
    ///
    /// # Errors
    /// Returns an error if a needed field is not UTF-8.
    pub(super) fn request<'r>(&self, row: &'r ByteRecord) -> Result<DueRequest<'r>, RowError> {
        let text = |column: &'static str, index: usize| {
            let field = row.get(index).unwrap_or_default();
            let text = std::str::from_utf8(field).map_err(|_| RowError {
                column,
                message: "is not UTF-8 text; save the file as CSV UTF-8".into(),
            })?;
            Ok(text.trim())
        };
        Ok(DueRequest {
            organisation: text("organisation", self.organisation)?,
            pack: text("pack", self.pack)?,
            standard: text("standard", self.standard)?,
            started_at: text("started_at", self.started_at)?,
            agreed_at: self.agreed_at.map_or(Ok(""), |index| text("agreed_at", index))?,
        })
    }
}

fn missing(wanted: &str, written: &[String]) -> String {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-', '.'], "_");
    if let Some(close) = written.iter().find(|name| plain(name) == wanted) {
        return format!("there is no column `{wanted}`; rename `{close}` to `{wanted}`");
    }
    match written {
        [one] if one.contains([';', '\t', '|']) => format!(
            "there is no column `{wanted}`; save the file with commas between the columns, not `{}`",
            one.chars().find(|c| ";\t|".contains(*c)).unwrap_or(';').escape_default()
        ),
        _ => format!(
            "there is no column `{wanted}`; the file needs organisation, pack, standard and \
             started_at, and has: {}",
            written.join(", ")
        ),
    }
}

/// Renames columns so that each name is there once. The due date of another system stays in the
/// output, to be compared with the one that is added.
fn unique_names(mut names: Vec<String>) -> Vec<String> {
    for index in 0..names.len() {
        let mut name = names.get(index).cloned().unwrap_or_default();
        let taken = |name: &str| {
            name == DUE_AT || name == WHY || names.iter().take(index).any(|other| other == name)
        };
        while taken(&name) || name.is_empty() {
            name = if name.is_empty() { "column".into() } else { format!("given_{name}") };
        }
        if let Some(slot) = names.get_mut(index) {
            *slot = name;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str]) -> Result<Columns, String> {
        Columns::find(&ByteRecord::from(header.to_vec()))
    }

    #[test]
    fn columns_come_in_any_order_and_with_spaces_around_their_names() {
        let columns =
            columns(&["case", "started_at", " pack ", "organisation", "standard"]).unwrap();
        let row = ByteRecord::from(vec!["1", " T ", "p", "o", "s"]);
        let request = columns.request(&row).map_err(|error| error.message).unwrap();
        assert_eq!(
            (request.organisation, request.pack, request.standard, request.started_at),
            ("o", "p", "s", "T")
        );
        assert_eq!(columns.names, ["case", "started_at", "pack", "organisation", "standard"]);
    }

    #[test]
    fn an_unusable_header_is_an_error_that_says_what_to_do() {
        for (header, expected) in [
            (vec![], "the file is empty"),
            (vec!["organisation", "pack", "standard", "Started at"], "rename `Started at` to"),
            (vec!["organisation;pack;standard;started_at"], "with commas between"),
            (vec!["organisation", "pack", "standard"], "and has: organisation, pack, standard"),
            (
                vec!["organisation", "pack", "pack", "standard", "started_at"],
                "`pack` is there twice",
            ),
        ] {
            let error = columns(&header).map(|_| ()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_results_of_another_system_stay_under_another_name() {
        let needed = ["organisation", "pack", "standard", "started_at"];
        let names = |more: &[&str]| columns(&[&needed[..], more].concat()).unwrap().names;
        assert_eq!(names(&["due_at", "why"])[4..], ["given_due_at", "given_why"]);
        assert_eq!(names(&["due_at", "given_due_at"])[4..], ["given_due_at", "given_given_due_at"]);
        assert_eq!(names(&["", ""])[4..], ["column", "given_column"]);
    }
}
