//! `kept check`: everything that is wrong or doubtful in packs of standards.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use domain::organisation::{Organisation, OrganisationFile};
use domain::standards::{
    Checked, Pack, Problem, Problems, built_in_organisation, built_in_pack_file, built_in_packs,
    load_built_in_bank_holidays, read_toml,
};
use serde::Serialize;

use crate::cli::{Failure, Format, Shared, count, print, print_json};

const EXAMPLES: &str = "\
Examples:
  kept check                              every pack that is built in
  kept check ours.toml                    one file, while you write it
  kept --organisation ours/us.toml check  an organisation's file, and every pack that it names
  kept check --deny-warnings kht-complaints
                                          also fail where a promise contradicts the Code

What is wrong is printed as file:line: key: what, and how to mend it. What is doubtful is marked as
a warning: a promise that contradicts the Housing Ombudsman's Complaint Handling Code, a row that can
never apply, a published promise without a worked example.

Exit status: 0 nothing is wrong; 1 something is, or with --deny-warnings something is doubtful; 2 the
command was wrong.";

/// Which packs.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// Packs: ids of those that are built in or lie beside the organisation's file, or files [default:
    /// all that are built in, and those of the organisation]
    #[arg(value_name = "PACK")]
    pub packs: Vec<String>,
    /// Fail where something is doubtful, too
    #[arg(long)]
    pub deny_warnings: bool,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// What was found in all files together.
#[derive(Debug, Default, Serialize)]
struct Report {
    packs: usize,
    rows: usize,
    examples: usize,
    findings: Vec<Finding>,
    warnings: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Finding {
    file: String,
    line: usize,
    key: String,
    message: String,
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        let Problem { file, line, key, message } = problem;
        Self { file, line, key, message }
    }
}

/// Checks packs, and the organisation's file where no packs are named.
///
/// # Errors
/// When something is wrong with one of them.
pub fn run(shared: &Shared, args: &CheckArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    let organisations = Organisations::new(shared)?;
    let mut files = Vec::new();
    if args.packs.is_empty() {
        files.extend(built_in_packs().filter_map(built_in_pack_file));
        let (own, problems) = organisation(shared)?;
        report.findings.extend(problems.into_iter().map(Finding::from));
        for file in own {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    } else {
        for name in &args.packs {
            files.push(shared.known_pack_file(name)?);
        }
    }
    for (file, text) in &files {
        let Checked { pack, problems, warnings } =
            Pack::check(file, text, |id| organisations.find(id));
        report.packs += 1;
        if let Some(pack) = pack {
            report.examples += pack.examples.len();
            report.rows += pack.standards.len()
                + pack.measures.len()
                + pack.action_prompts.len()
                + pack.duties.len()
                + pack.required_wording.len();
        }
        for finding in problems.into_iter().map(Finding::from) {
            if !report.findings.contains(&finding) {
                report.findings.push(finding);
            }
        }
        report.warnings.extend(warnings.into_iter().map(Finding::from));
    }
    match args.format {
        Format::Text => print(&text(&report))?,
        Format::Json => print_json(&report)?,
    }
    let denied = if args.deny_warnings { report.warnings.len() } else { 0 };
    match report.findings.len() + denied {
        0 => Ok(()),
        n => Err(Failure::Found(format!("{} to mend", count(n, "thing")))),
    }
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    let mut lines: Vec<(&Finding, &str)> = report.findings.iter().map(|f| (f, "")).collect();
    lines.extend(report.warnings.iter().map(|warning| (warning, "warning: ")));
    let mut files: Vec<&String> = lines.iter().map(|(finding, _)| &finding.file).collect();
    files.dedup();
    lines.sort_by_key(|(f, _)| (files.iter().position(|file| **file == f.file), f.line));
    for (Finding { file, line, key, message }, kind) in lines {
        let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
        text.push_str(&format!("{file}:{line}: {kind}{key}{message}\n"));
    }
    text.push_str(&format!(
        "{} with {} and {}: {} wrong, {}\n",
        count(report.packs, "pack"),
        count(report.rows, "row"),
        count(report.examples, "worked example"),
        report.findings.len(),
        count(report.warnings.len(), "warning")
    ));
    text
}

/// A file's name and its text.
type File = (String, std::borrow::Cow<'static, str>);

/// The packs of the organisation that was given, and what is wrong with its own file.
fn organisation(shared: &Shared) -> Result<(Vec<File>, Vec<Problem>), Failure> {
    let (file, text) = shared.organisation_file()?;
    let written: OrganisationFile = match read_toml(&file, &text) {
        Ok(written) => written,
        Err(problems) => return Ok((Vec::new(), problems.0)),
    };
    let mut packs = Vec::new();
    for id in &written.packs {
        packs.extend(shared.pack_file(id.get_ref())?);
    }
    let holidays = load_built_in_bank_holidays().map_err(Failure::found)?;
    let pack = |id: &str| shared.pack_file(id).ok().flatten();
    let problems = match Organisation::parse(&file, &text, holidays, pack) {
        Ok(_) => Vec::new(),
        // The packs' own are found again when each is checked.
        Err(problems) => problems.0.into_iter().filter(|problem| problem.file == file).collect(),
    };
    Ok((packs, problems))
}

/// The organisations whose hours and holidays examples use, without their packs: one of those may be
/// what is wrong.
struct Organisations {
    found: RefCell<BTreeMap<String, Option<Arc<Organisation>>>>,
}

impl Organisations {
    fn new(shared: &Shared) -> Result<Self, Failure> {
        let (file, text) = shared.organisation_file()?;
        let mut found = BTreeMap::new();
        if let Ok(own) = bare(&file, &text) {
            found.insert(own.id.clone(), Some(Arc::new(own)));
        }
        Ok(Self { found: RefCell::new(found) })
    }

    fn find(&self, id: &str) -> Option<Arc<Organisation>> {
        let make = || Some(Arc::new(bare(id, built_in_organisation(id)?).ok()?));
        self.found.borrow_mut().entry(id.to_owned()).or_insert_with(make).clone()
    }
}

fn bare(file: &str, text: &str) -> Result<Organisation, Problems> {
    let holidays = load_built_in_bank_holidays()?;
    Organisation::parse_with_packs(file, text, holidays, &[], |_| None)
}
