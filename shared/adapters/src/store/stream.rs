//! The table's stream: commits as the table hands them on.

use domain::contact::{Commit, Contact, ContactId};
use thiserror::Error;

use super::layout::{COMMIT_PREFIX, contact_of, from_json};
use crate::errors::BoxError;

/// A commit that was written. On AWS it comes from the table's stream, on one machine from the
/// store's feed.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The contact.
    pub id: ContactId,
    /// The commit.
    pub commit: Commit,
    /// The contact's state after it, if that is known without reading it.
    pub contact: Option<Contact>,
}

/// A record of the table's stream that cannot be decoded.
#[derive(Debug, Error)]
pub enum StreamRecordError {
    /// An attribute is missing.
    #[error("the new item has no `{0}`")]
    Missing(&'static str),
    /// The partition key is not a contact's.
    #[error("the partition key is not that of a contact")]
    NotAContact,
    /// The data is not a commit. The source names the place and not the text.
    #[error("the data is not a commit")]
    NotACommit(#[source] BoxError),
}

impl Committed {
    /// Decodes a record of the table's stream, given the name of its event and the text attributes
    /// of the new item.
    ///
    /// Returns `None` for a record that brings no commit: a new state, a claim, a removed item.
    ///
    /// # Errors
    /// Returns an error if the record brings a new item that the store did not write.
    pub fn from_stream<'a>(
        event_name: &str,
        attribute: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Option<Self>, StreamRecordError> {
        if event_name != "INSERT" {
            return Ok(None);
        }
        let need = |name: &'static str| attribute(name).ok_or(StreamRecordError::Missing(name));
        let (partition_key, sort_key) = (need("pk")?, need("sk")?);
        if !sort_key.starts_with(COMMIT_PREFIX) {
            return Ok(None);
        }
        let id = contact_of(partition_key).ok_or(StreamRecordError::NotAContact)?;
        let commit = from_json(need("data")?)
            .map_err(|error| StreamRecordError::NotACommit(error.into()))?;
        Ok(Some(Self { id, commit, contact: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::error_chain;

    fn decode(
        event: &str,
        item: &[(&str, &'static str)],
    ) -> Result<Option<Committed>, StreamRecordError> {
        Committed::from_stream(event, |name| {
            item.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        })
    }

    const PK: (&str, &str) = ("pk", "C#7KQ4M2XP9DRT");
    const SK: (&str, &str) = ("sk", "#00000003");
    const COMMIT: (&str, &str) =
        ("data", r#"{"number":3,"at":"2026-05-06T08:00:00Z","by":"kept","events":[]}"#);

    #[test]
    fn a_new_commit_is_decoded_and_everything_else_is_passed_over() {
        let committed = decode("INSERT", &[PK, SK, COMMIT]).unwrap().unwrap();
        assert_eq!((committed.id.as_str(), committed.commit.number), ("7KQ4M2XP9DRT", 3));
        assert!(decode("MODIFY", &[PK, SK, COMMIT]).unwrap().is_none(), "a claim");
        assert!(decode("REMOVE", &[]).unwrap().is_none(), "a removed item");
        assert!(decode("INSERT", &[PK, ("sk", "HEAD"), COMMIT]).unwrap().is_none(), "a state");
    }

    #[test]
    fn an_item_that_the_store_did_not_write_is_an_error_that_does_not_quote_it() {
        for (item, why) in [
            (vec![SK, COMMIT], "the new item has no `pk`"),
            (vec![PK, COMMIT], "the new item has no `sk`"),
            (vec![PK, SK], "the new item has no `data`"),
            (
                vec![("pk", "no contact at all"), SK, COMMIT],
                "the partition key is not that of a contact",
            ),
            (
                vec![PK, SK, ("data", r#"{"number":"Jo Tenant"}"#)],
                "the data is not a commit: Data error at column 21 of the data",
            ),
        ] {
            assert_eq!(error_chain(&decode("INSERT", &item).unwrap_err()), why);
        }
    }
}
