//! The command line: what can be asked, and how it ends.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::calendar::BankHolidays;
use domain::organisation::Organisation;
use domain::standards::{
    Problem, Problems, built_in_organisation, built_in_organisations, built_in_pack_file,
    load_built_in_bank_holidays,
};
use thiserror::Error;

use crate::{explain, play, receive, serve};

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
  kept play infra/local/scenarios/bank-holiday-weekend.toml
                                                   what happens when nobody answers
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
    /// Play a scenario in virtual time and print what happens when
    Play(play::PlayArgs),
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
    Later(String),
}

impl Failure {
    /// Something did not work.
    pub fn found(error: impl std::fmt::Display) -> Self {
        Self::Found(error.to_string())
    }
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
            Some(Command::Play(args)) => play::run(shared, args).await,
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
                Failure::Later(_) => 75,
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
        load(&self.organisation, packs).map(Arc::new)
    }
}

fn load(name: &str, packs: &[String]) -> Result<Organisation, Failure> {
    let holidays = load_built_in_bank_holidays().map_err(Failure::found)?;
    if let Some(text) = built_in_organisation(name) {
        return parse(&format!("{name}.toml"), text, holidays, packs, None);
    }
    let path = PathBuf::from(name);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let known: Vec<_> = built_in_organisations().collect();
        Failure::Usage(format!(
            "{name}: {error}; give a file, or one that is built in: {}",
            known.join(", ")
        ))
    })?;
    parse(name, &text, holidays, packs, path.parent())
}

/// Packs are looked for beside the organisation's file first, then among those that are built in.
fn parse(
    file: &str,
    text: &str,
    holidays: BankHolidays,
    packs: &[String],
    folder: Option<&std::path::Path>,
) -> Result<Organisation, Failure> {
    let pack = |id: &str| {
        let own = folder.map(|folder| folder.join(format!("{id}.toml")));
        let own = own.filter(|path| path.to_string_lossy() != file);
        let read = own.and_then(|path| {
            Some((path.display().to_string(), std::fs::read_to_string(path).ok()?))
        });
        read.map(|(file, text)| (file, text.into())).or_else(|| built_in_pack_file(id))
    };
    let parsed = if packs.is_empty() {
        Organisation::parse(file, text, holidays, pack)
    } else {
        Organisation::parse_with_packs(file, text, holidays, packs, pack)
    };
    parsed.map_err(|problems| Failure::Found(broken(&problems)))
}

fn broken(problems: &Problems) -> String {
    let count = problems.0.len();
    let first = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
    let lines = problems.0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n  ");
    format!("{first} in the organisation or its standards:\n  {lines}")
}
