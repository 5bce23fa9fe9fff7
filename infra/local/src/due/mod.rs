//! `kept due --batch`: due dates for a file of clocks, a row at a time.

mod promises;
mod rows;

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use csv::ByteRecord;

use crate::cli::{Failure, Shared};
use promises::{Bad, Promises};
use rows::{Columns, Out};

/// Which rows, and how they are printed.
#[derive(Debug, Args)]
pub struct DueArgs {
    /// CSV with the columns organisation, pack, standard and started_at; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub batch: PathBuf,
    /// How the rows are printed: csv, or json for an object a line
    #[arg(long, value_enum, default_value = "csv")]
    pub format: RowFormat,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// The rows as they came, with two columns more.
    Csv,
    /// An object for each row, with the same names and texts.
    Json,
}

/// Prints every row with its `due_at` and `why`.
///
/// # Errors
/// When the file cannot be read or lacks a column; when a row could not be worked out.
pub fn run(shared: &Shared, args: &DueArgs) -> Result<(), Failure> {
    let (name, input): (String, Box<dyn Read>) = if args.batch.as_os_str() == "-" {
        ("standard input".into(), Box::new(io::stdin().lock()))
    } else {
        let name = args.batch.display().to_string();
        let file = File::open(&args.batch).map_err(|error| {
            Failure::Usage(format!("{name}: {error}; give a CSV file, or - for standard input"))
        })?;
        (name, Box::new(file))
    };
    let mut batch = Batch {
        name,
        promises: Promises::new(shared)?,
        // Rows of the wrong length are reported with their line, and do not end the batch.
        reader: csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(input),
        rows: 0,
        bad: 0,
    };
    let columns = batch.header()?;
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match batch.work(&columns, Out::new(args.format, out)) {
        Err(Ended::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Ended::Write(error)) => Err(Failure::Found(format!("standard output: {error}"))),
        Err(Ended::Read(error)) => Err(Failure::Found(format!("{}: {error}", batch.name))),
        Ok(()) if batch.bad > 0 => Err(Failure::Found(format!(
            "{} of {} rows could not be worked out; they have no due_at, and their why says what to do",
            batch.bad, batch.rows
        ))),
        Ok(()) => Ok(()),
    }
}

/// Why a batch ended before its last row.
enum Ended {
    Read(csv::Error),
    Write(io::Error),
}

struct Batch<'a> {
    name: String,
    promises: Promises<'a>,
    reader: csv::Reader<Box<dyn Read>>,
    rows: u64,
    bad: u64,
}

impl Batch<'_> {
    fn header(&mut self) -> Result<Columns, Failure> {
        let mut header = ByteRecord::new();
        self.reader
            .read_byte_record(&mut header)
            .map_err(|error| Failure::Usage(format!("{}: {error}", self.name)))?;
        Columns::of(&header)
            .map_err(|message| Failure::Usage(format!("{}:1: {message}", self.name)))
    }

    fn work(&mut self, columns: &Columns, mut out: Out<impl Write>) -> Result<(), Ended> {
        out.header(columns).map_err(Ended::Write)?;
        let mut row = ByteRecord::new();
        while self.reader.read_byte_record(&mut row).map_err(Ended::Read)? {
            self.rows += 1;
            let (due_at, why) = self.one(columns, &row).unwrap_or_else(|bad| {
                self.bad += 1;
                let line = row.position().map_or(0, csv::Position::line);
                // Where standard error is closed, the row still says it.
                let _ = writeln!(io::stderr(), "{}:{line}: {bad}", self.name);
                (String::new(), format!("error: {bad}"))
            });
            out.row(columns, &row, &due_at, &why).map_err(Ended::Write)?;
        }
        out.flush().map_err(Ended::Write)
    }

    fn one(&mut self, columns: &Columns, row: &ByteRecord) -> Result<(String, String), Bad> {
        if row.len() != columns.names.len() {
            let message = format!(
                "the row has {} fields and the first line {}; put quotes around a text with commas",
                row.len(),
                columns.names.len()
            );
            return Err(Bad { column: "row", message });
        }
        self.promises.due(&columns.ask(row)?)
    }
}
