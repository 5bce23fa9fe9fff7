//! The rows of a batch as they are read and written.

use std::io::{self, Write};

use csv::ByteRecord;

use super::RowFormat;
use super::promises::{Ask, Bad};

/// Which column of the file is which.
pub(super) struct Columns {
    /// The names to write: those that were read, each once.
    pub(super) names: Vec<String>,
    organisation: usize,
    pack: usize,
    standard: usize,
    started_at: usize,
    agreed_at: Option<usize>,
}

const DUE_AT: &str = "due_at";
const WHY: &str = "why";

impl Columns {
    /// Finds the columns by the names in the first line, or says what is wrong with it.
    pub(super) fn of(header: &ByteRecord) -> Result<Self, String> {
        if header.is_empty() {
            return Err("the file is empty; its first line names the columns organisation, pack, \
                        standard and started_at"
                .into());
        }
        let written: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let find = |wanted: &str| {
            let mut found = written.iter().enumerate().filter(|(_, name)| *name == wanted);
            match (found.next(), found.next()) {
                (Some((index, _)), None) => Ok(Some(index)),
                (None, _) => Ok(None),
                _ => Err(format!("the column `{wanted}` is there twice; leave one of them")),
            }
        };
        let needed = |wanted: &str| find(wanted)?.ok_or_else(|| missing(wanted, &written));
        Ok(Self {
            organisation: needed("organisation")?,
            pack: needed("pack")?,
            standard: needed("standard")?,
            started_at: needed("started_at")?,
            agreed_at: find("agreed_at")?,
            names: set_apart(written),
        })
    }

    /// What a row asks for.
    pub(super) fn ask<'r>(&self, row: &'r ByteRecord) -> Result<Ask<'r>, Bad> {
        let text = |column: &'static str, index: usize| {
            let field = row.get(index).unwrap_or_default();
            let text = std::str::from_utf8(field).map_err(|_| Bad {
                column,
                message: "is not UTF-8 text; save the file as CSV UTF-8".into(),
            })?;
            Ok(text.trim())
        };
        Ok(Ask {
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
            "there is no column `{wanted}`; needed are organisation, pack, standard and started_at, \
             and there are: {}",
            written.join(", ")
        ),
    }
}

/// What another system says of the due date stays, under a name of its own: it is what Kept's answer
/// is compared with. So every name is there once.
fn set_apart(mut names: Vec<String>) -> Vec<String> {
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

/// Where rows go, and in which form.
pub(super) enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
}

impl<W: Write> Out<W> {
    pub(super) fn new(format: RowFormat, out: W) -> Self {
        match format {
            RowFormat::Csv => {
                Self::Csv(Box::new(csv::WriterBuilder::new().flexible(true).from_writer(out)))
            }
            RowFormat::Json => Self::Json(out),
        }
    }

    pub(super) fn header(&mut self, columns: &Columns) -> io::Result<()> {
        match self {
            Self::Csv(csv) => {
                let names = columns.names.iter().map(String::as_str);
                csv.write_record(names.chain([DUE_AT, WHY])).map_err(as_io)
            }
            Self::Json(_) => Ok(()),
        }
    }

    pub(super) fn row(
        &mut self,
        columns: &Columns,
        row: &ByteRecord,
        due_at: &str,
        why: &str,
    ) -> io::Result<()> {
        // A row that is too short or too long keeps its place, and its answer the right column.
        let cells = (0..columns.names.len()).map(|index| row.get(index).unwrap_or_default());
        match self {
            Self::Csv(csv) => {
                for cell in cells.chain([due_at.as_bytes(), why.as_bytes()]) {
                    csv.write_field(cell).map_err(as_io)?;
                }
                csv.write_record(None::<&[u8]>).map_err(as_io)
            }
            Self::Json(out) => {
                for (index, (name, cell)) in columns.names.iter().zip(cells).enumerate() {
                    out.write_all(if index == 0 { b"{" } else { b"," })?;
                    member(out, name, &String::from_utf8_lossy(cell))?;
                }
                out.write_all(b",")?;
                member(out, DUE_AT, due_at)?;
                out.write_all(b",")?;
                member(out, WHY, why)?;
                out.write_all(b"}\n")
            }
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(csv) => csv.flush(),
            Self::Json(out) => out.flush(),
        }
    }
}

/// The reason itself, so that a reader who has gone is known as one.
fn as_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn member(out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
    serde_json::to_writer(&mut *out, name)?;
    out.write_all(b":")?;
    serde_json::to_writer(&mut *out, text)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str]) -> Result<Columns, String> {
        Columns::of(&ByteRecord::from(header.to_vec()))
    }

    #[test]
    fn the_order_of_the_columns_is_free_and_blanks_around_names_do_not_matter() {
        let columns =
            columns(&["case", "started_at", " pack ", "organisation", "standard"]).unwrap();
        let row = ByteRecord::from(vec!["1", " T ", "p", "o", "s"]);
        let ask = columns.ask(&row).map_err(|bad| bad.message).unwrap();
        assert_eq!(
            (ask.organisation, ask.pack, ask.standard, ask.started_at),
            ("o", "p", "s", "T")
        );
        assert_eq!(columns.names, ["case", "started_at", "pack", "organisation", "standard"]);
    }

    #[test]
    fn a_header_that_will_not_do_says_what_to_do() {
        for (header, said) in [
            (vec![], "the file is empty"),
            (vec!["organisation", "pack", "standard", "Started at"], "rename `Started at` to"),
            (vec!["organisation;pack;standard;started_at"], "with commas between"),
            (vec!["organisation", "pack", "standard"], "there are: organisation, pack, standard"),
            (
                vec!["organisation", "pack", "pack", "standard", "started_at"],
                "`pack` is there twice",
            ),
        ] {
            let error = columns(&header).map(|_| ()).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn what_another_system_says_stays_under_another_name() {
        let needed = ["organisation", "pack", "standard", "started_at"];
        let names = |more: &[&str]| columns(&[&needed[..], more].concat()).unwrap().names;
        assert_eq!(names(&["due_at", "why"])[4..], ["given_due_at", "given_why"]);
        assert_eq!(names(&["due_at", "given_due_at"])[4..], ["given_due_at", "given_given_due_at"]);
        assert_eq!(names(&["", ""])[4..], ["column", "given_column"]);
    }
}
