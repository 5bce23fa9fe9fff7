//! Errors as text, for logs and for people, without personal data.
//!
//! An error says what failed, and its [`source`](std::error::Error::source) says why.
//! [`error_chain`] puts both in one line. The answers of other systems are cut down to what may be
//! logged before they become a source: without response bodies, and without email addresses.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// The cause of an error.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Returns an error and its causes in one line: `could not read a contact: connection refused`.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let why = error.to_string();
        // Some libraries repeat the cause in their own message.
        if !text.ends_with(&why) {
            text = format!("{text}: {why}");
        }
        cause = error.source();
    }
    text
}

/// An error's chain without the email addresses in it. Mail servers like to repeat them, and what
/// they answer is logged and kept.
pub(crate) fn without_addresses(error: &dyn Error) -> BoxError {
    let text = error_chain(error);
    let words = text.split_whitespace();
    let words = words.map(|word| if word.contains('@') { "(address)" } else { word });
    words.collect::<Vec<_>>().join(" ").into()
}

/// A request to a service of AWS that failed.
///
/// It has the service's own words, or why there were none, and never the response as it came: that
/// may hold what a customer wrote.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestFailure {
    /// The service answered with an error.
    #[error("{}", describe_error(.code.as_deref(), .message.as_deref(), *.status))]
    Answered { code: Option<String>, message: Option<String>, status: u16 },
    /// There was no answer, or none that could be read.
    #[error("{summary}")]
    Unanswered { summary: String, source: BoxError },
}

impl<E> From<SdkError<E>> for RequestFailure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E>) -> Self {
        let summary = error.to_string();
        match error {
            SdkError::ServiceError(service) => Self::Answered {
                code: service.err().code().map(str::to_owned),
                message: service.err().message().map(str::to_owned),
                status: service.raw().status().as_u16(),
            },
            other => match other.into_source() {
                Ok(source) => Self::Unanswered { summary, source },
                Err(other) => Self::Unanswered { summary, source: other.to_string().into() },
            },
        }
    }
}

/// A service's error in one line, by what it says of itself: `code: message`.
fn describe_error(code: Option<&str>, message: Option<&str>, status: u16) -> String {
    match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => format!("status {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the email was refused")]
    struct Refused(#[source] BoxError);

    #[test]
    fn a_chain_says_what_failed_and_why() {
        let error = Refused(std::io::Error::other("550 No such mailbox").into());
        assert_eq!(error_chain(&error), "the email was refused: 550 No such mailbox");
    }

    #[test]
    fn a_cause_that_a_message_repeats_is_not_said_twice() {
        #[derive(Debug, thiserror::Error)]
        #[error("{0}")]
        struct Repeats(#[source] Refused);
        let error = Repeats(Refused("no such mailbox".into()));
        assert_eq!(error_chain(&error), "the email was refused: no such mailbox");
    }

    #[test]
    fn addresses_are_left_out() {
        let error = Refused("550 <jo@tenant.example>: relay access denied".into());
        let text = without_addresses(&error).to_string();
        assert_eq!(text, "the email was refused: 550 (address) relay access denied");
    }
}
