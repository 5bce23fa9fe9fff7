//! The command line: what can be asked, and how it ends.

use std::borrow::Cow;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::calendar::BankHolidays;
use domain::organisation::Organisation;
use domain::standards::{
    Problem, Problems, built_in_organisation, built_in_organisations, built_in_pack_file,
    built_in_packs, load_built_in_bank_holidays,
};
use thiserror::Error;

use crate::{
    bank_holidays, check, due, duties, explain, play, promises, receive, replay, schema, serve,
};

/// Kept keeps the promises that a housing provider publishes.
///
/// A tenant emails or fills in the form; Kept records it, works out from the published standards by
/// when which answer is owed, acknowledges at once with that date, reminds staff before it is late,
/// and shows afterwards that each promise was kept, or where it was not.
///
/// `kept` alone starts it on this machine. Then open http://127.0.0.1:8080/ and write to it, or send
/// mail to help@westkent.example by SMTP at 127.0.0.1:2525, and look at /staff and /outbox.
#[derive(Debug, Parser)]
#[command(name = "kept", version, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do; left out, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What several commands share.
    #[command(flatten)]
    pub shared: Shared,
    /// How it serves.
    #[command(flatten)]
    pub serve: ServeArgs,
}

const EXAMPLES: &str = "\
Examples:
  kept                                             start on this machine
  kept --organisation ours.toml --data /srv/kept   with your own teams and standards
  kept --relay smtp://mail.ours.example:25         send mail for real
  kept explain --channel email --received 2026-05-01T16:50
                                                   every deadline of such an email, and why
  kept due --batch contacts.csv                    the rows with due_at and why, as CSV
  kept play infra/local/scenarios/bank-holiday-weekend.toml
                                                   what happens when nobody answers
  kept check ours.toml                             what is wrong or doubtful in a pack of standards
  kept replay contacts.csv --standards westkent --against new.toml
                                                   last year's contacts under other standards
  kept receive --to help@westkent.example < message.eml
                                                   take one message, as from Postfix or Exim

Exit status: 0 done; 1 something was found or failed; 2 the command was wrong.";

/// What several commands share.
#[derive(Debug, Clone, Args)]
pub struct Shared {
    /// Folder for the database, the archive of incoming mail and the outbox
    /// [default: kept in your data folder, such as ~/.local/share/kept]
    #[arg(long, global = true, env = "KEPT_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File that describes the provider, its teams, people and standards; or the id of a built-in one
    #[arg(
        long,
        global = true,
        env = "KEPT_ORGANISATION",
        value_name = "FILE",
        default_value = "westkent"
    )]
    pub organisation: String,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start Kept on this machine: the form, the staff pages, the SMTP listener, the timers
    Serve,
    /// Take one message from standard input, as from a pipe of Postfix or Exim
    Receive(receive::ReceiveArgs),
    /// Say by when a contact would have to be answered, and why
    Explain(explain::ExplainArgs),
    /// Work out due dates for a file of clocks, a row each
    Due(due::DueArgs),
    /// Play a scenario in virtual time and print what happens when
    Play(play::PlayArgs),
    /// Say everything that is wrong or doubtful in packs of standards
    Check(check::CheckArgs),
    /// Take contacts from a table and compare two versions of the standards
    Replay(replay::ReplayArgs),
    /// Show the bank holidays in use, or compare them with the list that GOV.UK publishes
    BankHolidays(bank_holidays::BankHolidaysArgs),
    /// List every promise, and how Kept keeps it
    Promises(promises::PromisesArgs),
    /// List the days on which reports, surveys and reviews come round
    Duties(duties::DutiesArgs),
    /// Print the JSON Schema of packs or organisations, for editors
    Schema(schema::SchemaArgs),
}

/// How it serves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Serving")]
pub struct ServeArgs {
    /// Where the pages are served; a loopback address, unless staff sign in through a provider
    #[arg(
        long,
        global = true,
        env = "KEPT_HTTP",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    pub http: SocketAddr,
    /// Where mail is taken; a port of 0 chooses a free one
    #[arg(
        long,
        global = true,
        env = "KEPT_SMTP",
        value_name = "ADDR",
        default_value = "127.0.0.1:2525"
    )]
    pub smtp: SocketAddr,
    /// Send mail through this server, such as smtp://host:25 or smtps://user:password@host; left out,
    /// mail is written to the data folder and shown at /outbox
    #[arg(long, global = true, env = "KEPT_RELAY", value_name = "URL", hide_env_values = true)]
    pub relay: Option<String>,
    /// Where people reach the pages, for the links in letters [default: http:// and the address above]
    #[arg(long, global = true, env = "KEPT_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// Let staff sign in through the provider of OpenID Connect with this issuer, as its discovery
    /// document writes it; left out, they choose who they are, on this machine alone
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_ISSUER",
        value_name = "URL",
        help_heading = "Sign-in"
    )]
    pub oidc_issuer: Option<String>,
    /// What the provider calls Kept
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_CLIENT_ID",
        value_name = "ID",
        help_heading = "Sign-in"
    )]
    pub oidc_client_id: Option<String>,
    /// What Kept proves itself to the provider with; better set as the variable, which other users of
    /// the machine do not see
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        help_heading = "Sign-in"
    )]
    pub oidc_client_secret: Option<String>,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a command failed.
#[derive(Debug, Error)]
pub enum Failure {
    /// The command was wrong: exit status 2.
    #[error("{0}")]
    Usage(String),
    /// Something was found, or did not work: exit status 1.
    #[error("{0}")]
    Found(String),
    /// It may work later: exit status 75, which mail systems take as "keep it and try again".
    #[error("{0}")]
    TryAgain(String),
}

impl Failure {
    /// Something did not work.
    pub fn found(error: impl std::fmt::Display) -> Self {
        Self::Found(error.to_string())
    }
}

/// Prints an answer.
///
/// # Errors
/// When standard output cannot be written. That who reads it has seen enough, as `head` has, is none.
pub fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::found(error)),
        _ => Ok(()),
    }
}

/// Prints an answer for programs.
///
/// # Errors
/// As [`print()`].
pub fn print_json(answer: &impl serde::Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(answer).map_err(Failure::found)?;
    print(&format!("{json}\n"))
}

/// "1 row", "2 rows".
#[must_use]
pub fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// Does what was asked.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(Failure::found(error))),
    };
    let shared = &cli.shared;
    end(runtime.block_on(async {
        match &cli.command {
            None | Some(Command::Serve) => serve::run(shared, &cli.serve).await,
            Some(Command::Receive(args)) => receive::run(shared, args).await,
            Some(Command::Explain(args)) => explain::run(shared, args),
            Some(Command::Due(args)) => due::run(shared, args),
            Some(Command::Play(args)) => play::run(shared, args).await,
            Some(Command::Check(args)) => check::run(shared, args),
            Some(Command::Replay(args)) => replay::run(shared, args),
            Some(Command::BankHolidays(args)) => bank_holidays::run(shared, args),
            Some(Command::Promises(args)) => promises::run(shared, args),
            Some(Command::Duties(args)) => duties::run(shared, args),
            Some(Command::Schema(args)) => schema::run(args),
        }
    }))
}

fn end(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("kept: {failure}");
            ExitCode::from(match failure {
                Failure::Found(_) => 1,
                Failure::Usage(_) => 2,
                Failure::TryAgain(_) => 75,
            })
        }
    }
}

impl Shared {
    /// The data folder.
    ///
    /// # Errors
    /// When none was given and the system does not say where the user's is.
    pub fn data(&self) -> Result<PathBuf, Failure> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let from = |name: &str, below: &str| {
            let base = std::env::var_os(name).filter(|base| !base.is_empty())?;
            Some(PathBuf::from(base).join(below))
        };
        from("XDG_DATA_HOME", "kept")
            .or_else(|| from("LOCALAPPDATA", "kept"))
            .or_else(|| from("HOME", ".local/share/kept"))
            .ok_or_else(|| {
                Failure::Usage(
                    "there is no home folder; say where data goes with --data DIR".into(),
                )
            })
    }

    /// The organisation.
    ///
    /// # Errors
    /// When there is none of that name, or its file or a pack is broken.
    pub fn organisation(&self, packs: &[String]) -> Result<Arc<Organisation>, Failure> {
        let holidays = load_built_in_bank_holidays().map_err(Failure::found)?;
        self.organisation_with(packs, holidays).map(Arc::new)
    }

    /// The organisation, with another list of bank holidays than the one that is built in.
    ///
    /// # Errors
    /// As [`Shared::organisation`].
    pub fn organisation_with(
        &self,
        packs: &[String],
        holidays: BankHolidays,
    ) -> Result<Organisation, Failure> {
        let (file, text) = self.organisation_file()?;
        let pack = |id: &str| self.pack_file(id).ok().flatten();
        let parsed = if packs.is_empty() {
            Organisation::parse(&file, &text, holidays, pack)
        } else {
            Organisation::parse_with_packs(&file, &text, holidays, packs, pack)
        };
        parsed.map_err(|problems| Failure::Found(broken(&problems)))
    }

    /// The name and text of the organisation's file.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn organisation_file(&self) -> Result<(String, Cow<'static, str>), Failure> {
        let name = &self.organisation;
        if let Some(text) = built_in_organisation(name) {
            return Ok((format!("{name}.toml"), text.into()));
        }
        match std::fs::read_to_string(name) {
            Ok(text) => Ok((name.clone(), text.into())),
            Err(error) => {
                let known: Vec<_> = built_in_organisations().collect();
                Err(Failure::Usage(format!(
                    "{name}: {error}; give a file, or one that is built in: {}",
                    known.join(", ")
                )))
            }
        }
    }

    /// The name and text of a pack's file: a path, or the id of a pack, which is looked for beside the
    /// organisation's file first and then among those that are built in. `None` where there is none
    /// of that id.
    ///
    /// # Errors
    /// When a file that was named by its path cannot be read.
    pub fn pack_file(&self, name: &str) -> Result<Option<(String, Cow<'static, str>)>, Failure> {
        if name.contains(std::path::is_separator) || name.ends_with(".toml") {
            let text = std::fs::read_to_string(name)
                .map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
            return Ok(Some((name.to_owned(), text.into())));
        }
        let folder = match built_in_organisation(&self.organisation) {
            Some(_) => None,
            None => Path::new(&self.organisation).parent(),
        };
        let own = folder.map(|folder| folder.join(format!("{name}.toml")));
        let own = own.filter(|path| path.as_path() != Path::new(&self.organisation));
        let own = own.and_then(|path| {
            Some((path.display().to_string(), std::fs::read_to_string(path).ok()?.into()))
        });
        Ok(own.or_else(|| built_in_pack_file(name)))
    }

    /// As [`Shared::pack_file`], where it is a mistake to name a pack that there is not.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn known_pack_file(&self, name: &str) -> Result<(String, Cow<'static, str>), Failure> {
        self.pack_file(name)?.ok_or_else(|| {
            let known: Vec<_> = built_in_packs().collect();
            Failure::Usage(format!(
                "there is no pack `{name}`; give a file that ends with .toml, or one that is built \
                 in: {}",
                known.join(", ")
            ))
        })
    }
}

fn broken(problems: &Problems) -> String {
    let count = problems.0.len();
    let first = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
    let lines = problems.0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n  ");
    format!("{first} in the organisation or its standards:\n  {lines}")
}
