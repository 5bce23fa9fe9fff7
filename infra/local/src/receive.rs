//! `kept receive`: one message from standard input, as Postfix or Exim pipe it.

use std::io::Read as _;
use std::time::Duration;

use adapters::clock::Clock;
use adapters::mail::Incoming;
use clap::Args;
use functions::App;
use functions::intake_email::{Envelope, Intake, IntakeError, receive};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Tokio1Executor};

use crate::cli::{Failure, Shared};
use crate::data::Data;
use crate::engine;
use crate::smtp::Limits;

/// Which message.
#[derive(Debug, Args)]
pub struct ReceiveArgs {
    /// Sender of the envelope; empty, or anything that is no address, for a report about a delivery
    /// (Postfix: --from=${sender}) [default: the message's Return-Path]
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Recipient of the envelope; may be given several times (Postfix: --to=${recipient}) [default: the
    /// provider's addresses in To and Cc]
    #[arg(long, value_name = "ADDRESS")]
    pub to: Vec<String>,
}

/// Takes one message. Where Kept is running on the same data folder, that one takes it; else it is
/// recorded here, and what is to be done about it is done when Kept starts.
///
/// # Errors
/// [`Failure::TryAgain`] where the message should be delivered again, which includes whatever is wrong
/// with this installation: it can be mended. [`Failure::Found`] where none of the message's recipients
/// is the provider's or it is too large.
pub async fn run(shared: &Shared, args: &ReceiveArgs) -> Result<(), Failure> {
    let limit = Limits::default().message;
    let mut raw = Vec::new();
    let read = std::io::stdin().lock().take(limit as u64 + 1).read_to_end(&mut raw);
    read.map_err(|error| Failure::TryAgain(format!("standard input: {error}")))?;
    if raw.len() > limit {
        return Err(Failure::Found(format!(
            "the message is larger than {} MB",
            limit / 1024 / 1024
        )));
    }
    if raw.is_empty() {
        return Err(Failure::Usage(
            "there is no message on standard input; use: kept receive < message.eml".into(),
        ));
    }
    let later = |error: &dyn std::fmt::Display| Failure::TryAgain(error.to_string());
    let organisation = shared.organisation(&[]).map_err(|error| later(&error))?;
    let recipients = if args.to.is_empty() {
        let addressed = Incoming::read(&raw, None).recipients.into_iter();
        addressed.filter(|address| organisation.address_owner(address).is_some()).collect()
    } else {
        args.to.clone()
    };
    if recipients.is_empty() {
        return Err(Failure::Found(
            "none of the recipients is ours; name one with --to ADDRESS".into(),
        ));
    }
    // What is no address cannot be answered: mail systems write MAILER-DAEMON for the empty sender.
    let known = |sender: String| sender.parse::<Address>().map(|_| sender).unwrap_or_default();
    let sender = args.from.clone().or_else(|| return_path(&raw)).map(known);
    let envelope = Envelope { sender, recipients };
    let folder = shared.data().map_err(|error| later(&error))?;
    let mut data = Data::open(&folder).map_err(|error| later(&error))?;
    if !data.take().map_err(|error| later(&error))? {
        return hand_over(&data, &envelope, &raw).await;
    }
    let store = engine::open(Some(&data.database())).await.map_err(|error| later(&error))?;
    let app = App {
        store,
        organisation,
        secret: data.secret().map_err(|error| later(&error))?,
        clock: Clock::System,
        base_url: String::new(),
    };
    match receive(&app, &data.inbox, &envelope, &raw).await {
        Ok(taken) => {
            for one in taken {
                println!("{}", in_words(&one, &app));
            }
            Ok(())
        }
        Err(error @ IntakeError::NoRecipient) => Err(Failure::found(error)),
        Err(error) => Err(later(&error)),
    }
}

/// The sender that the last mail system noted, `Some("")` for the empty one.
fn return_path(raw: &[u8]) -> Option<String> {
    let message = mail_parser::MessageParser::default().parse_headers(raw)?;
    let path = message.header_raw("Return-Path")?.trim().trim_matches(['<', '>']).to_owned();
    Some(path)
}

fn in_words(taken: &Intake, app: &App) -> String {
    let reference = |id: &domain::contact::ContactId| id.reference(&app.organisation.prefix);
    match taken {
        Intake::New(id) => format!("new contact {}", reference(id)),
        Intake::Joined(id) => format!("joined contact {}", reference(id)),
        Intake::Answered(id) => format!("answer in contact {}", reference(id)),
        Intake::NotPassedOn(id) => format!("reply in contact {} not passed on", reference(id)),
        Intake::Duplicate(Some(id)) => format!("came before: contact {}", reference(id)),
        Intake::Duplicate(None) => "came before".into(),
        Intake::Ignored => "a machine's reply, or a mail of ours: archived".into(),
    }
}

/// How long the Kept that is running may take; the mail system that called waits for as long.
const PATIENCE: Duration = Duration::from_secs(300);

/// Delivers to the Kept that is running, by SMTP.
async fn hand_over(data: &Data, envelope: &Envelope, raw: &[u8]) -> Result<(), Failure> {
    let later =
        |cause: String| Failure::TryAgain(format!("the running kept did not take it: {cause}"));
    let address = data.smtp().ok_or_else(|| later("it does not say where it listens".into()))?;
    let parse =
        |text: &str| text.parse::<Address>().map_err(|e| Failure::Usage(format!("`{text}`: {e}")));
    // An empty sender says that a machine reports about a delivery, so it is not made up.
    let author = || Incoming::read(raw, None).from;
    let sender = envelope.sender.clone().or_else(author).filter(|sender| !sender.is_empty());
    let sender = sender.as_deref().map(parse).transpose()?;
    let recipients =
        envelope.recipients.iter().map(|to| parse(to)).collect::<Result<Vec<_>, _>>()?;
    let lettre = lettre::address::Envelope::new(sender, recipients)
        .map_err(|e| Failure::Usage(e.to_string()))?;
    let transport =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
            .port(address.port())
            .build();
    let sent = tokio::time::timeout(PATIENCE, transport.send_raw(&lettre, raw)).await;
    match sent.map_err(|_| later("it does not answer".into()))? {
        Ok(_) => {
            println!("handed to the kept that is running");
            Ok(())
        }
        Err(error) if error.is_permanent() => Err(Failure::found(error)),
        Err(error) => Err(later(error.to_string())),
    }
}
