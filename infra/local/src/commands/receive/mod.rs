//! `kept receive`: one message from standard input, as Postfix and Exim pipe it.
//!
//! If a server is running on the same data folder, the message is delivered to it by SMTP
//! ([`running_server`]), because only one process may write the database. If not, the message is
//! recorded here, and its emails are sent at the next start.

mod running_server;

use std::io::{self, Read as _};

use adapters::clock::Clock;
use adapters::mail::Incoming;
use clap::Args;
use domain::contact::ContactId;
use functions::App;
use functions::intake_email::{self, Envelope, Intake, IntakeError};

use crate::context::Context;
use crate::data_folder::DataFolder;
use crate::engine;
use crate::failure::Failure;
use crate::output::print;
use crate::smtp::Limits;

const EXIT_STATUS: &str = "\
Exit status: 0 the message was accepted; 1 it will never be accepted; 2 wrong usage; 75 try again later.";

/// The arguments of `kept receive`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct ReceiveArgs {
    /// Envelope sender (Postfix: --from=${sender}). A sender that is empty or not an address means a
    /// delivery report [default: the message's Return-Path]
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Envelope recipient (Postfix: --to=${recipient}); repeat for several [default: your own
    /// addresses in the message's header]
    #[arg(long, value_name = "ADDRESS")]
    to: Vec<String>,
}

/// Takes one message.
///
/// # Errors
/// Returns [`Failure::Temporary`] if the mail system should try again, which includes every error of the
/// installation, and [`Failure::Failed`] if the message is too large or is not for the provider.
pub(crate) async fn run(context: &Context, args: &ReceiveArgs) -> Result<(), Failure> {
    let raw = read_message()?;
    let organisation = context.organisation(&[]).map_err(Failure::into_temporary)?;
    let message = Incoming::parse(&raw);
    let header = Envelope::from_header(&organisation, &message);
    let envelope = Envelope {
        sender: args.from.as_deref().map(intake_email::sender).or(header.sender),
        recipients: if args.to.is_empty() { header.recipients } else { args.to.clone() },
        received_at: None,
    };
    if envelope.recipients.is_empty() {
        return Err(Failure::failed(
            "the message is not for any of our addresses; name the recipient with --to ADDRESS",
        ));
    }
    let folder = context.data_folder().map_err(Failure::into_temporary)?;
    let mut data = DataFolder::open(&folder).map_err(Failure::temporary)?;
    if !data.lock().map_err(Failure::temporary)? {
        return running_server::deliver(&data, &envelope, &raw, message.from).await;
    }
    let app = App {
        store: engine::open(Some(&data.database())).await.map_err(Failure::temporary)?,
        organisation,
        secret: data.secret().map_err(Failure::temporary)?,
        clock: Clock::System,
        // Links are made when emails are sent.
        base_url: String::new(),
        staff_base_url: String::new(),
    };
    match intake_email::receive_parsed(&app, &data.inbox, &envelope, &raw, message).await {
        Ok(taken) => {
            let prefix = &app.organisation.prefix;
            let lines: String = taken.iter().map(|intake| describe(intake, prefix)).collect();
            print(&lines)
        }
        Err(error @ IntakeError::NoRecipient) => Err(Failure::failed(error)),
        Err(error) => Err(Failure::temporary(error)),
    }
}

fn read_message() -> Result<Vec<u8>, Failure> {
    let limit = Limits::default().message;
    let mut raw = Vec::new();
    let read = io::stdin().lock().take(limit as u64 + 1).read_to_end(&mut raw);
    read.map_err(|error| Failure::temporary(format!("standard input: {error}")))?;
    if raw.len() > limit {
        let megabytes = limit / 1024 / 1024;
        return Err(Failure::failed(format!("the message is larger than {megabytes} MB")));
    }
    if raw.is_empty() {
        return Err(Failure::usage(
            "there is no message on standard input; use kept receive < message.eml",
        ));
    }
    Ok(raw)
}

/// The line that is printed for a recipient.
fn describe(intake: &Intake, prefix: &str) -> String {
    let reference = |id: &ContactId| id.reference(prefix);
    match intake {
        Intake::New(id) => format!("new contact {}\n", reference(id)),
        Intake::Joined(id) => format!("added to contact {}\n", reference(id)),
        Intake::Answered(id) => format!("answer in contact {}\n", reference(id)),
        Intake::Updated(id) => format!("update in contact {}\n", reference(id)),
        Intake::ReplyRejected(id) => format!("reply in contact {} was not sent\n", reference(id)),
        Intake::Duplicate(id) => format!("received before: contact {}\n", reference(id)),
        Intake::Ignored => "automatic reply, or one of our own emails: archived only\n".into(),
    }
}
