//! `kept play`: a scenario in virtual time, through the real handlers and the real engine.
//!
//! [`scenario`] reads the file, [`player`] plays it in a [`crate::simulation`], and [`timeline`] prints
//! what happened.

mod player;
mod scenario;
mod timeline;

use std::path::PathBuf;

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, print, print_json};
use scenario::Scenario;

/// The arguments of `kept play`.
#[derive(Debug, Args)]
pub(crate) struct PlayArgs {
    /// The scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also print the text of every email
    #[arg(long)]
    letters: bool,
    /// The format of the timeline
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Plays a scenario and prints its timeline.
///
/// # Errors
/// Returns an error if the file cannot be read, the scenario has errors or a step cannot be done.
pub(crate) async fn run(context: &Context, args: &PlayArgs) -> Result<(), Failure> {
    let organisation = context.organisation(&[])?;
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let scenario = Scenario::parse(&name, &text, &organisation)?;
    let timeline = player::play(organisation, &scenario).await?;
    match args.format {
        Format::Json => print_json(&timeline.entries()),
        Format::Text => print(&format!(
            "{}\n\n{}\n\n{}",
            scenario.title,
            scenario.about.trim(),
            timeline.render(args.letters)
        )),
    }
}
