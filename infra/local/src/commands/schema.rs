//! `kept schema`: the JSON Schemas of packs and organisations, for editors.

use clap::{Args, ValueEnum};
use domain::schema;

use crate::failure::Failure;
use crate::output::print_json;

const EXAMPLES: &str = "\
Examples:
  kept schema > shared/standards/pack.schema.json
  kept schema organisation > organisation.schema.json

An editor that reads the schema completes keys, explains them and marks misspelt ones. VS Code with the
extension Even Better TOML does, and so does any editor with taplo. A file names its schema in its
first line:
  #:schema ./pack.schema.json";

/// The arguments of `kept schema`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArgs {
    /// The kind of file
    #[arg(value_enum, default_value = "pack")]
    of: FileKind,
}

/// The files that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileKind {
    /// A pack of standards
    Pack,
    /// An organisation
    Organisation,
}

/// Prints a JSON Schema.
///
/// # Errors
/// Returns an error if standard output cannot be written.
pub(crate) fn run(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        FileKind::Pack => schema::pack(),
        FileKind::Organisation => schema::organisation(),
    };
    print_json(&schema)
}
