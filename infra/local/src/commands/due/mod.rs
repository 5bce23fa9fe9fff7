//! `kept due --batch`: the due date of each row of a CSV file, and its derivation.
//!
//! [`columns`] finds the columns that are needed, [`lookup`] counts, [`rows`] writes. A row that
//! cannot be worked out keeps its place in the output and does not end the batch.

mod columns;
mod lookup;
mod rows;

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use csv::ByteRecord;

use crate::context::Context;
use crate::failure::Failure;
use columns::Columns;
use lookup::{Lookup, RowError};
use rows::RowWriter;

/// The arguments of `kept due`.
#[derive(Debug, Args)]
pub(crate) struct DueArgs {
    /// CSV file with the columns organisation, pack, standard and started_at; - for standard input
    #[arg(long, value_name = "FILE")]
    batch: PathBuf,
    /// The format of the rows
    #[arg(long, value_enum, default_value = "csv")]
    format: RowFormat,
}

/// The format of the rows that are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RowFormat {
    /// The rows as they were, with the columns due_at and why added
    Csv,
    /// A JSON object on each line, with the same names and values
    Json,
}

/// Prints every row with its `due_at` and `why`.
///
/// # Errors
/// Returns an error if the file cannot be read, lacks a column or has a row that cannot be worked out.
pub(crate) fn run(context: &Context, args: &DueArgs) -> Result<(), Failure> {
    let (name, input): (String, Box<dyn Read>) = if args.batch.as_os_str() == "-" {
        ("standard input".into(), Box::new(io::stdin().lock()))
    } else {
        let name = args.batch.display().to_string();
        let file = File::open(&args.batch).map_err(|error| {
            Failure::usage(format!("{name}: {error}; give a CSV file, or - for standard input"))
        })?;
        (name, Box::new(file))
    };
    let mut batch = Batch {
        name,
        lookup: Lookup::new(context)?,
        // A row of the wrong length is reported and does not end the batch.
        reader: csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(input),
        rows: 0,
        failed: 0,
    };
    let columns = batch.read_columns()?;
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match batch.process(&columns, RowWriter::new(args.format, out)) {
        Err(BatchError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(BatchError::Write(error)) => Err(Failure::failed(format!("standard output: {error}"))),
        Err(BatchError::Read(error)) => Err(Failure::failed(format!("{}: {error}", batch.name))),
        Ok(()) if batch.failed > 0 => Err(Failure::failed(format!(
            "{} of {} rows could not be worked out; their due_at is empty and their why says what to \
             correct",
            batch.failed, batch.rows
        ))),
        Ok(()) => Ok(()),
    }
}

/// An error that ends the batch before its last row.
enum BatchError {
    Read(csv::Error),
    Write(io::Error),
}

struct Batch<'a> {
    name: String,
    lookup: Lookup<'a>,
    reader: csv::Reader<Box<dyn Read>>,
    rows: u64,
    failed: u64,
}

impl Batch<'_> {
    fn read_columns(&mut self) -> Result<Columns, Failure> {
        let mut header = ByteRecord::new();
        self.reader
            .read_byte_record(&mut header)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.name)))?;
        Columns::find(&header)
            .map_err(|message| Failure::usage(format!("{}:1: {message}", self.name)))
    }

    fn process(
        &mut self,
        columns: &Columns,
        mut out: RowWriter<impl Write>,
    ) -> Result<(), BatchError> {
        out.write_header(columns).map_err(BatchError::Write)?;
        let mut row = ByteRecord::new();
        while self.reader.read_byte_record(&mut row).map_err(BatchError::Read)? {
            self.rows += 1;
            let (due_at, why) = self.due(columns, &row).unwrap_or_else(|error| {
                self.failed += 1;
                let line = row.position().map_or(0, csv::Position::line);
                // If standard error is closed, the row still says it.
                let _ = writeln!(io::stderr(), "{}:{line}: {error}", self.name);
                (String::new(), format!("error: {error}"))
            });
            out.write_row(columns, &row, &due_at, &why).map_err(BatchError::Write)?;
        }
        out.flush().map_err(BatchError::Write)
    }

    fn due(&mut self, columns: &Columns, row: &ByteRecord) -> Result<(String, String), RowError> {
        if row.len() != columns.names.len() {
            let message = format!(
                "the row has {} fields but the first line has {}; put quotes around text with commas",
                row.len(),
                columns.names.len()
            );
            return Err(RowError { column: "row", message });
        }
        self.lookup.due(&columns.request(row)?)
    }
}
