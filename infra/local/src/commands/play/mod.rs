//! `kept play`: a scenario in virtual time, through the real handlers and the real engine.
//!
//! [`scenario`] reads the file and [`player`] plays it in a [`crate::simulation`]. What happened becomes
//! [`facts`], which are printed as JSON, or told as text by [`timeline`].

mod description;
mod expectations;
mod facts;
mod message;
mod player;
mod scenario;
mod timeline;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, print};
use crate::rendering::count;
pub(crate) use facts::Fact;
pub(crate) use scenario::ScenarioFile;

const EXAMPLES: &str = "\
Examples:
  kept play infra/local/scenarios/a-complaint.toml
  kept play --letters ours/scenario.toml           also print the text of every email
  kept play --format json --organisation kht ours/scenario.toml
                                                   print each fact as a line of JSON

kept schema scenario and kept schema facts print what a scenario and a fact can hold.";

/// The arguments of `kept play`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PlayArgs {
    /// The scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also print the text of every email
    #[arg(long)]
    letters: bool,
    /// The format: a timeline for people, or one JSON object a line for programs
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Plays a scenario and prints what happened.
///
/// # Errors
/// Returns an error if the file cannot be read, if the scenario or its organisation has errors, or if a fact
/// that the scenario expects is not there. A step that is refused is part of what happened.
pub(crate) async fn run(context: &Context, args: &PlayArgs) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let file = ScenarioFile::read(&name, &text)?;
    let own = file.organisation().map(|own| beside(&args.file, own));
    let organisation = context.or_organisation(own).organisation(&[])?;
    let introduction = file.introduction();
    let scenario = file.check(&name, &organisation)?;
    let played = player::play(organisation.clone(), &scenario).await?;
    let facts = &played.facts;
    match args.format {
        Format::Json => facts.iter().try_for_each(|fact| {
            let line = serde_json::to_string(fact).map_err(Failure::failed)?;
            print(&format!("{line}\n"))
        }),
        Format::Text => {
            let timeline = timeline::text(facts, &organisation, args.letters);
            print(&format!("{introduction}\n\n{timeline}"))
        }
    }?;
    let unmet = expectations::unmet(&scenario.expectations, &played, &organisation);
    if unmet.is_empty() {
        return Ok(());
    }
    let count = count(unmet.len(), "expectation");
    Err(Failure::failed(format!("{name}: {count} not met:\n  {}", unmet.join("\n  "))))
}

/// The organisation that a scenario names: the id of a built-in one, or a file, found from the folder of
/// the scenario.
fn beside(scenario: &Path, organisation: &str) -> String {
    let is_file = organisation.contains(std::path::is_separator) || organisation.ends_with(".toml");
    match scenario.parent() {
        Some(folder) if is_file => folder.join(organisation).display().to_string(),
        _ => organisation.to_owned(),
    }
}
