//! Failed requests, told apart by what they leave behind.

use std::error::Error;
use std::io;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::errors::RequestFailure;
use crate::ports::PortError;

/// The effect of a failed request to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The service was busy and did nothing. The same request may succeed later.
    Busy,
    /// There was no answer, or one that says nothing of the request. The request may have been
    /// carried out, and the same one may succeed later.
    Unconfirmed,
    /// The service refused the request.
    Refused,
}

impl Failure {
    pub(super) fn of<E>(error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        match error {
            SdkError::ServiceError(service) => {
                let busy = service.err().code().is_some_and(is_busy);
                match service.raw().status().as_u16() {
                    _ if busy => Self::Busy,
                    429 | 503 => Self::Busy,
                    500.. => Self::Unconfirmed,
                    _ => Self::Refused,
                }
            }
            SdkError::ConstructionFailure(_) => Self::Refused,
            SdkError::DispatchFailure(_) if never_connected(error) => Self::Busy,
            _ => Self::Unconfirmed,
        }
    }
}

fn is_busy(code: &str) -> bool {
    ["Throttl", "TooManyRequests", "LimitExceeded", "QuotaExceeded", "SlowDown"]
        .iter()
        .any(|busy| code.contains(busy))
}

/// Returns true if nobody listened. Then nothing can have been done.
pub(super) fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return io.kind() == io::ErrorKind::ConnectionRefused;
        }
        next = error.source();
    }
    false
}

/// The error of a request that may be made twice without harm.
pub(super) fn port_error<E>(system: &'static str) -> impl FnOnce(SdkError<E>) -> PortError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    move |error| {
        let failure = Failure::of(&error);
        let source = RequestFailure::from(error).into();
        match failure {
            Failure::Busy | Failure::Unconfirmed => PortError::Unavailable { system, source },
            Failure::Refused => PortError::Refused { system, source },
        }
    }
}
