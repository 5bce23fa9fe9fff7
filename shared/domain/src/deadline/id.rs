//! Ids of deadlines: a standard and a round.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::standards::StandardId;

/// Names a deadline of a contact: its standard, and its round if the standard started again.
///
/// As text, and so in JSON, the first round is the standard's id alone and a later one has its number
/// after a tilde.
///
/// ```
/// use domain::deadline::DeadlineId;
///
/// let id: DeadlineId = "wk-email-cs~2".parse()?;
/// assert_eq!((id.standard.as_str(), id.round), ("wk-email-cs", 2));
/// assert_eq!(id.to_string(), "wk-email-cs~2");
/// assert_eq!(DeadlineId::first(id.standard).to_string(), "wk-email-cs");
/// # Ok::<(), domain::deadline::DeadlineIdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeadlineId {
    /// The standard.
    pub standard: StandardId,
    /// The round, from 1.
    pub round: u16,
}

/// A text that is not the id of a deadline.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a deadline; write a standard's id, such as wk-email-cs, or for its second round wk-email-cs~2"
)]
pub struct DeadlineIdError(pub String);

/// Divides the standard from the round.
const DIVIDER: char = '~';

impl DeadlineId {
    /// The first round of a standard.
    #[must_use]
    pub fn first(standard: StandardId) -> Self {
        Self { standard, round: 1 }
    }
}

impl fmt::Display for DeadlineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.round {
            1 => write!(f, "{}", self.standard),
            round => write!(f, "{}{DIVIDER}{round}", self.standard),
        }
    }
}

impl FromStr for DeadlineId {
    type Err = DeadlineIdError;

    fn from_str(text: &str) -> Result<Self, DeadlineIdError> {
        let (standard, round) = match text.split_once(DIVIDER) {
            None => (text, Some(1)),
            Some((standard, round)) => (standard, round.parse().ok().filter(|round| *round >= 2)),
        };
        match round {
            Some(round) if !standard.is_empty() => Ok(Self { standard: standard.into(), round }),
            _ => Err(DeadlineIdError(text.to_owned())),
        }
    }
}

impl Serialize for DeadlineId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeadlineId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_is_written() {
        for text in ["wk-email-cs", "wk-email-cs~2", "wk-email-cs~65535"] {
            assert_eq!(text.parse::<DeadlineId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_round_that_nobody_writes_is_refused() {
        for text in ["", "~2", "a~", "a~0", "a~1", "a~x", "a~2~3", "a~65536"] {
            assert_eq!(text.parse::<DeadlineId>(), Err(DeadlineIdError(text.into())));
        }
    }
}
