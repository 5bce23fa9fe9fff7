//! How a command fails.

use std::fmt;
use std::process::ExitCode;

use adapters::errors::{BoxError, error_chain};

/// The error that ends a command, sorted by exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong: exit status 2.
    Usage(BoxError),
    /// The command failed, or it found problems: exit status 1.
    Failed(BoxError),
    /// The command failed and may succeed later: exit status 75, `EX_TEMPFAIL` of `sysexits.h`. Mail
    /// systems then keep the message and try again.
    Temporary(BoxError),
}

impl Failure {
    /// A failure of the command line, with exit status 2.
    pub(crate) fn usage(error: impl Into<BoxError>) -> Self {
        Self::Usage(error.into())
    }

    /// A failure with exit status 1.
    pub(crate) fn failed(error: impl Into<BoxError>) -> Self {
        Self::Failed(error.into())
    }

    /// A failure with exit status 75.
    pub(crate) fn temporary(error: impl Into<BoxError>) -> Self {
        Self::Temporary(error.into())
    }

    /// The same error with exit status 75.
    pub(crate) fn into_temporary(self) -> Self {
        match self {
            Self::Usage(error) | Self::Failed(error) | Self::Temporary(error) => {
                Self::Temporary(error)
            }
        }
    }

    /// The exit status of the process.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Temporary(_) => 75,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(error) | Self::Failed(error) | Self::Temporary(error)) = self;
        f.write_str(&error_chain(error.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot open kept.db")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_failure_names_its_causes_and_keeps_its_text_when_it_becomes_temporary() {
        let failure = Failure::failed(Outer(std::io::Error::other("disk full")));
        assert_eq!(failure.to_string(), "cannot open kept.db: disk full");
        let failure = failure.into_temporary();
        assert!(matches!(failure, Failure::Temporary(_)));
        assert_eq!(failure.to_string(), "cannot open kept.db: disk full");
    }
}
