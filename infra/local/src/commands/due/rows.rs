//! Writing the rows of a batch.

use std::io::{self, Write};

use csv::ByteRecord;

use super::RowFormat;
use super::columns::{Columns, DUE_AT, WHY};

/// Writes rows in one of the formats.
pub(super) enum RowWriter<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
}

impl<W: Write> RowWriter<W> {
    pub(super) fn new(format: RowFormat, out: W) -> Self {
        match format {
            RowFormat::Csv => {
                Self::Csv(Box::new(csv::WriterBuilder::new().flexible(true).from_writer(out)))
            }
            RowFormat::Json => Self::Json(out),
        }
    }

    pub(super) fn write_header(&mut self, columns: &Columns) -> io::Result<()> {
        match self {
            Self::Csv(csv) => {
                let names = columns.names.iter().map(String::as_str);
                csv.write_record(names.chain([DUE_AT, WHY])).map_err(into_io)
            }
            Self::Json(_) => Ok(()),
        }
    }

    pub(super) fn write_row(
        &mut self,
        columns: &Columns,
        row: &ByteRecord,
        due_at: &str,
        why: &str,
    ) -> io::Result<()> {
        // Cells are cut or filled up, so that the answer of a row of the wrong length still comes in
        // the right column.
        let cells = (0..columns.names.len()).map(|index| row.get(index).unwrap_or_default());
        match self {
            Self::Csv(csv) => {
                for cell in cells.chain([due_at.as_bytes(), why.as_bytes()]) {
                    csv.write_field(cell).map_err(into_io)?;
                }
                csv.write_record(None::<&[u8]>).map_err(into_io)
            }
            Self::Json(out) => {
                for (index, (name, cell)) in columns.names.iter().zip(cells).enumerate() {
                    out.write_all(if index == 0 { b"{" } else { b"," })?;
                    write_member(out, name, &String::from_utf8_lossy(cell))?;
                }
                out.write_all(b",")?;
                write_member(out, DUE_AT, due_at)?;
                out.write_all(b",")?;
                write_member(out, WHY, why)?;
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

/// Unwraps an IO error, so that a closed pipe is recognised as one.
fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn write_member(out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
    serde_json::to_writer(&mut *out, name)?;
    out.write_all(b":")?;
    serde_json::to_writer(&mut *out, text)?;
    Ok(())
}
