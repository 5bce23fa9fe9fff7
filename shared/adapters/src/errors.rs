//! What a service of AWS said, for logs and for people.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Its code and its message, or why it was not heard. Never the answer as it came, which may hold
/// what a customer wrote.
pub(crate) fn describe_error<E>(error: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let SdkError::ServiceError(service) = error {
        let status = service.raw().status().as_u16();
        return match (service.err().code(), service.err().message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (Some(code), None) => code.to_owned(),
            (None, _) => format!("status {status}"),
        };
    }
    error_chain(error)
}

/// Returns an error's message followed by those of its causes, as in `cannot read: no such file`.
#[must_use]
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
