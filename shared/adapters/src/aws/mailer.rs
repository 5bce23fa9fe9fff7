//! Mail through Amazon SES.

use aws_sdk_sesv2::config::interceptors::InterceptorContext;
use aws_sdk_sesv2::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_sesv2::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};

use super::{Aws, Fault, config, fault, never_connected};
use crate::errors::describe_error;
use crate::mail::Outgoing;
use crate::mailer::{MailError, Mailer};

/// Mail through Amazon SES.
#[derive(Clone, Debug)]
pub struct Ses {
    client: aws_sdk_sesv2::Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// Sends in this account; `configuration_set` is what bounces are reported through.
    #[must_use]
    pub fn new(aws: &Aws, configuration_set: Option<String>) -> Self {
        let config = config!(aws, aws_sdk_sesv2).retry_classifier(OnlyWhatWasNotTaken).build();
        let client = aws_sdk_sesv2::Client::from_conf(config);
        Self { client, configuration_set }
    }
}

impl Mailer for Ses {
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let never =
            |error: aws_sdk_sesv2::error::BuildError| MailError::Permanent(error.to_string());
        let raw = RawMessage::builder().data(Blob::new(mail.to_bytes())).build().map_err(never)?;
        let sent = self
            .client
            .send_email()
            .from_email_address(&mail.from.address)
            .destination(Destination::builder().to_addresses(&mail.to.address).build())
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        let why = without_addresses(&describe_error(&error));
        Err(match fault(&error) {
            Fault::Busy => MailError::Transient(why),
            Fault::Unknown => MailError::Unconfirmed(why),
            // Nothing is wrong with the mail, and it goes once somebody has seen to the account.
            Fault::Refused if is_about_the_account(&error) => MailError::Transient(why),
            Fault::Refused => MailError::Permanent(why),
        })
    }
}

/// Whether it is the account that may not send, not the mail that cannot be sent.
fn is_about_the_account(error: &SdkError<SendEmailError>) -> bool {
    match error.code() {
        Some(
            "AccountSuspendedException"
            | "SendingPausedException"
            | "MailFromDomainNotVerifiedException"
            // The configuration set is not there.
            | "NotFoundException"
            | "AccessDeniedException"
            | "ExpiredTokenException"
            | "UnrecognizedClientException",
        ) => true,
        // Most rejected mails are rejected for what is in them, but a sender who is not verified
        // is told in the same way.
        Some("MessageRejected") => {
            error.message().is_some_and(|message| message.contains("not verified"))
        }
        _ => false,
    }
}

/// Sending is the one call that may not be made twice without anyone knowing. Where it is not known
/// whether a mail was taken, the client does not try again by itself.
#[derive(Debug)]
struct OnlyWhatWasNotTaken;

impl ClassifyRetry for OnlyWhatWasNotTaken {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let taken_perhaps = match context.output_or_error() {
            Some(Err(error)) => match context.response() {
                Some(response) => {
                    let status = response.status().as_u16();
                    status >= 500 && status != 503
                }
                None => !never_connected(error),
            },
            _ => false,
        };
        if taken_perhaps { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "only what was not taken"
    }
}

/// What a service said, without the addresses that it repeats: it is logged and kept.
fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace();
    words
        .map(|word| if word.contains('@') { "(address)" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}
