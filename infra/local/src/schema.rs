//! `kept schema`: the form of the files that people write, for editors.

use clap::{Args, ValueEnum};
use domain::standards::schema;

use crate::cli::{Failure, print_json};

const EXAMPLES: &str = "\
Examples:
  kept schema > shared/standards/pack.schema.json
                     after a change to what a pack can say
  kept schema organisation > organisation.schema.json

An editor that reads it (VS Code with Even Better TOML, or any with taplo) completes keys, shows what
each means and marks what is misspelt. A file names its schema in its first line:
  #:schema ./pack.schema.json";

/// Of what.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SchemaArgs {
    /// Which file's form
    #[arg(value_enum, default_value = "pack")]
    pub of: Of,
}

/// The files that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// A pack of standards.
    Pack,
    /// An organisation.
    Organisation,
}

/// Prints a JSON Schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        Of::Pack => schema::pack(),
        Of::Organisation => schema::organisation(),
    };
    print_json(&schema)
}
