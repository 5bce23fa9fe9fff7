//! `kept promises`: every row of the packs, and how it is kept.

mod conditions;
mod page;
mod rows;
mod shown_by;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use domain::standards::Pack;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, print, print_json};
use crate::rendering::count;

const EXAMPLES: &str = "\
Examples:
  kept promises                         list every promise of the organisation
  kept promises westkent                list the promises of one pack
  kept promises --format json ours.toml
  kept promises --page --scenarios ours/scenarios ours.toml
                                        write a page: what becomes of each promise, and the scenario
                                        that shows it";

/// The arguments of `kept promises`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PromisesArgs {
    /// Packs, as ids or files [default: the organisation's packs]
    #[arg(value_name = "PACK")]
    packs: Vec<String>,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write a page in Markdown with a line for each promise: what happens, who hears, when it counts as
    /// kept
    #[arg(long, conflicts_with = "format")]
    page: bool,
    /// With --page: a folder of scenarios. Each names in `shows` the promises that it shows
    #[arg(long, value_name = "DIR", requires = "page")]
    scenarios: Option<PathBuf>,
}

/// Lists every row of the packs.
///
/// # Errors
/// Returns an error if a pack does not exist or has errors, or if a scenario cannot be read.
pub(crate) fn run(context: &Context, args: &PromisesArgs) -> Result<(), Failure> {
    for name in &args.packs {
        context.known_pack_file(name)?;
    }
    if args.page {
        return print(&page::page(context, &args.packs, args.scenarios.as_deref())?);
    }
    let organisation = context.organisation(&args.packs)?;
    let packs = organisation.packs();
    match args.format {
        Format::Text => packs.iter().try_for_each(|pack| print(&text(pack))),
        Format::Json => print_json(&packs.iter().flat_map(rows::of).collect::<Vec<_>>()),
    }
}

fn text(pack: &Pack) -> String {
    let rows = rows::of(pack);
    let mut text = format!(
        "{}: {}, {}, version {}, {}\n\n",
        pack.id,
        pack.title,
        pack.publisher,
        pack.version,
        count(rows.len(), "row")
    );
    for row in rows {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{} ({})", row.title, row.id);
        let _ = writeln!(text, "    {}: {}", row.kind.replace('_', " "), row.how);
        let _ = writeln!(text, "    \"{}\"", row.promise);
        let _ = write!(text, "    {}", row.place);
        let _ = match row.applies_to.as_slice() {
            [] => text.write_str("\n\n"),
            parts => write!(text, "; applies to {}\n\n", parts.join("; or ")),
        };
    }
    text
}
