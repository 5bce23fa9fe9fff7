//! Errors of the store.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::contact::ContactId;
use thiserror::Error;

use crate::errors::{BoxError, RequestFailure};

/// An error of the store. Its source says what the table answered, without any contact's data.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Somebody else has written the contact since it was read: load it and decide again.
    #[error("contact {0} was changed by somebody else")]
    Conflict(ContactId),
    /// The table is unreachable or busy. The same request may succeed later.
    #[error("could not {action}")]
    Unavailable {
        /// The attempted action: "read a contact".
        action: &'static str,
        /// The cause.
        source: BoxError,
    },
    /// The request is invalid, or an item cannot be decoded. The same request will fail again.
    #[error("could not {action}")]
    Failed {
        /// The attempted action: "read a contact".
        action: &'static str,
        /// The cause.
        source: BoxError,
    },
}

impl StoreError {
    /// Returns true if the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::Failed { .. })
    }

    /// An error that repeating the request does not mend.
    pub(super) fn failed(action: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Failed { action, source: source.into() }
    }
}

/// Errors of DynamoDB after which the same request may succeed, besides those with a status of 500
/// and above.
const TRANSIENT: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionInProgressException",
    "TransactionConflictException",
    "LimitExceededException",
];

/// Turns the failure of a request into an error, told apart by what may help.
pub(super) fn request_error<E>(action: &'static str) -> impl FnOnce(SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    move |error| {
        let transient = match &error {
            SdkError::ServiceError(service) => {
                service.raw().status().is_server_error()
                    || service.err().code().is_some_and(|code| TRANSIENT.contains(&code))
            }
            SdkError::ConstructionFailure(_) => false,
            _ => true,
        };
        let source = RequestFailure::from(error).into();
        if transient {
            StoreError::Unavailable { action, source }
        } else {
            StoreError::Failed { action, source }
        }
    }
}
