//! Amazon SES: outgoing email.

use aws_sdk_sesv2::config::interceptors::InterceptorContext;
use aws_sdk_sesv2::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata as _, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};

use super::Aws;
use super::client::config;
use super::failure::{Failure, never_connected};
use crate::errors::{RequestFailure, without_addresses};
use crate::mail::Outgoing;
use crate::mailer::{MailError, Mailer};

/// Amazon SES as a mailer.
#[derive(Clone, Debug)]
pub struct Ses {
    client: aws_sdk_sesv2::Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// SES in this account. Bounces are reported through `configuration_set`.
    #[must_use]
    pub fn new(aws: &Aws, configuration_set: Option<String>) -> Self {
        let config = config!(aws, aws_sdk_sesv2).retry_classifier(NoRetryIfAccepted).build();
        let client = aws_sdk_sesv2::Client::from_conf(config);
        Self { client, configuration_set }
    }
}

impl Mailer for Ses {
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let invalid = |error: BuildError| MailError::Permanent(error.into());
        let raw =
            RawMessage::builder().data(Blob::new(mail.to_bytes())).build().map_err(invalid)?;
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
        let failure = Failure::of(&error);
        let about_the_account = is_about_the_account(&error);
        let source = without_addresses(&RequestFailure::from(error));
        Err(match failure {
            Failure::Busy => MailError::Transient(source),
            Failure::Unconfirmed => MailError::Unconfirmed(source),
            // The email itself is fine, and will go out once somebody has put the account right.
            Failure::Refused if about_the_account => MailError::Transient(source),
            Failure::Refused => MailError::Permanent(source),
        })
    }
}

/// Returns true if the account may not send, as opposed to an email that cannot be sent.
fn is_about_the_account(error: &SdkError<SendEmailError>) -> bool {
    match error.code() {
        Some(
            "AccountSuspendedException"
            | "SendingPausedException"
            | "MailFromDomainNotVerifiedException"
            // The configuration set does not exist.
            | "NotFoundException"
            | "AccessDeniedException"
            | "ExpiredTokenException"
            | "UnrecognizedClientException",
        ) => true,
        // Most rejected emails are rejected for what is in them, but a sender that is not verified
        // gets the same error.
        Some("MessageRejected") => {
            error.message().is_some_and(|message| message.contains("not verified"))
        }
        _ => false,
    }
}

/// Forbids the client to repeat a request that may have been carried out. An email may not be sent
/// twice without a mark, and only Kept can put the mark on it.
#[derive(Debug)]
struct NoRetryIfAccepted;

impl ClassifyRetry for NoRetryIfAccepted {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let may_be_accepted = match context.output_or_error() {
            Some(Err(error)) => match context.response() {
                Some(response) => {
                    let status = response.status().as_u16();
                    status >= 500 && status != 503
                }
                None => !never_connected(error),
            },
            _ => false,
        };
        if may_be_accepted { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "no retry if the email may have been accepted"
    }
}
