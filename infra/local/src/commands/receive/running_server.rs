//! Delivery by SMTP to the server that is running on the data folder.

use std::time::Duration;

use functions::intake_email::Envelope;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Tokio1Executor};

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::output::print;

/// How long the server may take. The mail system that runs `kept receive` waits as long.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Delivers a message to the running server.
///
/// # Errors
/// Returns [`Failure::Temporary`] if the server does not accept the message now, [`Failure::Failed`] if it
/// never will, and [`Failure::Usage`] if an address is invalid.
pub(super) async fn deliver(
    data: &DataFolder,
    envelope: &Envelope,
    raw: &[u8],
    author: Option<String>,
) -> Result<(), Failure> {
    let not_accepted = |problem: String| {
        Failure::temporary(format!("the running kept did not accept the message: {problem}"))
    };
    let address = data
        .smtp_address()
        .ok_or_else(|| not_accepted("it has not written down where it listens yet".into()))?;
    let parse = |text: &str| {
        text.parse::<Address>().map_err(|error| Failure::usage(format!("`{text}`: {error}")))
    };
    // If no sender is known, the author stands in: an empty sender would say that the message is a
    // delivery report.
    let sender = envelope.sender.clone().or(author);
    let sender = sender.filter(|sender| !sender.is_empty());
    let sender = sender.as_deref().map(parse).transpose()?;
    let recipients =
        envelope.recipients.iter().map(|to| parse(to)).collect::<Result<Vec<_>, _>>()?;
    let envelope = lettre::address::Envelope::new(sender, recipients).map_err(Failure::usage)?;
    let host = address.ip().to_string();
    let transport =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(address.port()).build();
    match tokio::time::timeout(TIMEOUT, transport.send_raw(&envelope, raw)).await {
        Err(_) => Err(not_accepted("it does not respond".into())),
        Ok(Err(error)) if error.is_permanent() => Err(Failure::failed(error)),
        Ok(Err(error)) => Err(not_accepted(error.to_string())),
        Ok(Ok(_)) => print("delivered to the kept that is running\n"),
    }
}
