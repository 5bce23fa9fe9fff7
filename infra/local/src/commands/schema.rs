//! `kept schema`: the JSON Schemas of packs, organisations and scenarios, for editors, and of the facts of
//! a play, for programs.

use clap::{Args, ValueEnum};
use domain::schema;

use super::play::{Fact, ScenarioFile};
use crate::failure::Failure;
use crate::output::print_json;

const EXAMPLES: &str = "\
Examples:
  kept schema > shared/standards/pack.schema.json
  kept schema organisation > organisation.schema.json
  kept schema scenario > scenario.schema.json

An editor that reads the schema completes keys, explains them and marks misspelt ones. VS Code with the
extension Even Better TOML does, and so does any editor with taplo. A file names its schema in its
first line:
  #:schema ./pack.schema.json";

/// The arguments of `kept schema`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArgs {
    /// The kind of file, or of line
    #[arg(value_enum, default_value = "pack")]
    of: FileKind,
}

/// The kinds of file and of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileKind {
    /// A pack of standards
    Pack,
    /// An organisation
    Organisation,
    /// A scenario
    Scenario,
    /// A fact: one line of what `kept play --format json` prints
    Facts,
}

/// Prints a JSON Schema.
///
/// # Errors
/// Returns an error if standard output cannot be written.
pub(crate) fn run(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        FileKind::Pack => schema::pack(),
        FileKind::Organisation => schema::organisation(),
        FileKind::Scenario => schema::schema_of::<ScenarioFile>(
            "A scenario of Kept: what customers and staff do, and when",
        ),
        FileKind::Facts => schema::schema_of::<Fact>("A fact: one thing that happened in a play"),
    };
    print_json(&schema)
}
