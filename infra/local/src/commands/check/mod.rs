//! `kept check`: errors in packs of standards, and promises that look doubtful.

mod organisations;
mod report;

use clap::Args;
use domain::check::Checked;
use domain::library::{built_in_pack_file, built_in_packs, load_built_in_bank_holidays};
use domain::organisation::{Organisation, OrganisationFile};
use domain::standards::Pack;
use domain::toml_file::{Problem, read_toml};

use crate::context::{Context, NamedText};
use crate::failure::Failure;
use crate::output::{Format, print, print_json};
use crate::rendering::count;
use organisations::Organisations;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  kept check                              check every built-in pack
  kept check ours.toml                    check one file while you write it
  kept --organisation ours/us.toml check  check an organisation's file and every pack that it names
  kept check --deny-warnings kht-complaints
                                          also fail if there are warnings

An error is printed as file:line: key: message, and says how to correct it. A warning is about something
that looks doubtful: a promise that contradicts the Housing Ombudsman's Complaint Handling Code, a row
that can never apply, a category that the organisation does not have, or a second time for one answer.

Exit status: 0 no errors; 1 errors, or warnings with --deny-warnings; 2 wrong usage.";

/// The arguments of `kept check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Packs, as files or as ids of packs that are built in or beside the organisation's file
    /// [default: all built-in packs, and the organisation's]
    #[arg(value_name = "PACK")]
    packs: Vec<String>,
    /// Treat warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Checks the packs that are named. If none is, checks the organisation's file and all packs.
///
/// # Errors
/// Returns an error if there are errors, or warnings that are denied.
pub(crate) fn run(context: &Context, args: &CheckArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    let organisations = Organisations::new(context)?;
    let mut files = Vec::new();
    if args.packs.is_empty() {
        files.extend(built_in_packs().filter_map(built_in_pack_file));
        let (own, problems) = check_organisation(context)?;
        report.add_errors(problems);
        for file in own {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    } else {
        for name in &args.packs {
            files.push(context.known_pack_file(name)?);
        }
    }
    let confirmed = confirmed(context)?;
    for (file, text) in &files {
        let Checked { pack, problems, warnings } = Pack::check_for(
            file,
            text,
            |id| organisations.keeper(file, id),
            |id| organisations.find(id),
        );
        report.add_pack(pack.as_ref());
        if let Some(pack) = &pack {
            report.add_warnings(pack.unconfirmed_warnings(file, &confirmed));
        }
        report.add_errors(problems);
        report.add_warnings(warnings);
    }
    match args.format {
        Format::Text => print(&report.text())?,
        Format::Json => print_json(&report)?,
    }
    let denied = if args.deny_warnings { report.warnings.len() } else { 0 };
    match report.findings.len() + denied {
        0 => Ok(()),
        n => Err(Failure::failed(format!("{} to fix", count(n, "error")))),
    }
}

/// The things that the organisation has confirmed.
fn confirmed(context: &Context) -> Result<Vec<String>, Failure> {
    let (file, text) = context.organisation_file()?;
    let written = read_toml::<OrganisationFile>(&file, &text);
    let confirmed = written.map(|written| written.confirmed).unwrap_or_default();
    Ok(confirmed.iter().map(|name| name.get_ref().clone()).collect())
}

/// The packs of the organisation, and the problems in the organisation's own file.
fn check_organisation(context: &Context) -> Result<(Vec<NamedText>, Vec<Problem>), Failure> {
    let (file, text) = context.organisation_file()?;
    let written: OrganisationFile = match read_toml(&file, &text) {
        Ok(written) => written,
        Err(problems) => return Ok((Vec::new(), problems.0)),
    };
    let mut packs = Vec::new();
    for id in &written.packs {
        packs.extend(context.pack_file(id.get_ref())?);
    }
    let holidays = load_built_in_bank_holidays().map_err(Failure::failed)?;
    let pack = |id: &str| context.pack_file(id).ok().flatten();
    let problems = match Organisation::parse(&file, &text, holidays, pack) {
        Ok(_) => Vec::new(),
        // Problems in packs are found again when each pack is checked.
        Err(problems) => problems.0.into_iter().filter(|problem| problem.file == file).collect(),
    };
    Ok((packs, problems))
}
