//! Printing to standard output.

use std::io::{self, Write as _};

use clap::ValueEnum;

use crate::failure::Failure;

/// The two formats that most commands print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Prints text. A reader that closes the pipe early, as `head` does, is not an error.
///
/// # Errors
/// Returns an error if standard output cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(error)),
        _ => Ok(()),
    }
}

/// Prints indented JSON and a line feed.
///
/// # Errors
/// Returns an error if standard output cannot be written.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    print(&format!("{json}\n"))
}
