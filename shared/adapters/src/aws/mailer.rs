//! Mail through Amazon SES.

use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};

use super::{Aws, config, is_of_the_moment};
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
        let client = aws_sdk_sesv2::Client::from_conf(config!(aws, aws_sdk_sesv2).build());
        Self { client, configuration_set }
    }
}

impl Mailer for Ses {
    const REPEATABLE: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let never = |error: aws_sdk_sesv2::error::BuildError| MailError::Never(error.to_string());
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
        match sent {
            Ok(_) => Ok(()),
            // The account may send again once somebody has seen to it.
            Err(error)
                if is_of_the_moment(&error)
                    || matches!(
                        error.code(),
                        Some("AccountSuspendedException" | "SendingPausedException")
                    ) =>
            {
                Err(MailError::Later(without_addresses(&DisplayErrorContext(&error).to_string())))
            }
            Err(error) => {
                Err(MailError::Never(without_addresses(&DisplayErrorContext(&error).to_string())))
            }
        }
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
