//! The command line of `kept`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    bank_holidays, check, due, duties, explain, play, promises, receive, replay, schema,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::server;

const EXAMPLES: &str = "\
Examples:
  kept                                             start on this machine
  kept --organisation ours.toml --data /srv/kept   start with your own teams and standards
  kept --relay smtp://mail.ours.example:25         send emails through your mail server
  kept explain --channel email --received 2026-05-01T16:50
                                                   show every deadline of such an email, and why
  kept due --batch contacts.csv                    add due_at and why to each row
  kept play infra/local/scenarios/bank-holiday-weekend.toml
                                                   show what happens when nobody answers
  kept check ours.toml                             find errors in a pack of standards
  kept replay contacts.csv --standards westkent --against new.toml
                                                   compare two sets of standards on past contacts
  kept receive --to help@westkent.example < message.eml
                                                   take one message, as a pipe from Postfix or Exim

Exit status: 0 success; 1 something failed or was found; 2 wrong usage.";

/// Kept keeps the promises that a housing provider publishes.
///
/// A customer sends an email or fills in the form. Kept records it and works out from the published
/// standards which answer is due, and when. It acknowledges at once with that date, reminds staff in
/// time, and shows afterwards whether each promise was kept.
///
/// `kept` alone starts it on this machine. Open http://127.0.0.1:8080/ and send a message, or email
/// help@westkent.example by SMTP at 127.0.0.1:2525. Staff pages are at /staff, and the emails that
/// Kept has sent at /outbox.
#[derive(Debug, Parser)]
#[command(name = "kept", version, after_help = EXAMPLES)]
struct Cli {
    /// The command; without one, `serve`
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    context: Context,
    #[command(flatten)]
    serve: server::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start Kept on this machine: the form, the staff pages and the SMTP listener
    Serve,
    /// Take one message from standard input, as a pipe from Postfix or Exim
    Receive(receive::ReceiveArgs),
    /// Show when a contact would have to be answered, and why
    Explain(explain::ExplainArgs),
    /// Work out the due date of each row of a CSV file
    Due(due::DueArgs),
    /// Play a scenario in virtual time and print what happens, and when
    Play(play::PlayArgs),
    /// Find errors in packs of standards, and promises that look doubtful
    Check(check::CheckArgs),
    /// Compare two sets of standards on past contacts
    Replay(replay::ReplayArgs),
    /// Show the bank holidays in use, or compare them with the list on GOV.UK
    BankHolidays(bank_holidays::BankHolidaysArgs),
    /// List every promise, and how it is kept
    Promises(promises::PromisesArgs),
    /// List the days on which reports, surveys and reviews are due
    Duties(duties::DutiesArgs),
    /// Print the JSON Schema of packs, organisations, scenarios or facts
    Schema(schema::SchemaArgs),
}

/// Runs the command that the process was started with. Returns its exit status.
#[must_use]
pub fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If standard error is closed, the exit status still tells.
            let _ = writeln!(io::stderr(), "kept: {failure}");
            failure.exit_code()
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::failed)?;
    let context = &cli.context;
    runtime.block_on(async {
        match &cli.command {
            None | Some(Command::Serve) => server::run(context, &cli.serve).await,
            Some(Command::Receive(args)) => receive::run(context, args).await,
            Some(Command::Explain(args)) => explain::run(context, args),
            Some(Command::Due(args)) => due::run(context, args),
            Some(Command::Play(args)) => play::run(context, args).await,
            Some(Command::Check(args)) => check::run(context, args),
            Some(Command::Replay(args)) => replay::run(context, args),
            Some(Command::BankHolidays(args)) => bank_holidays::run(context, args),
            Some(Command::Promises(args)) => promises::run(context, args),
            Some(Command::Duties(args)) => duties::run(context, args),
            Some(Command::Schema(args)) => schema::run(args),
        }
    })
}
