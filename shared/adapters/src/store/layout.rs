//! Keys and attributes of the table: see the [folder's page](super).

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::contact::{Contact, ContactId};
use domain::organisation::Organisation;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::StoreError;

/// The sort key of a contact's state.
pub(super) const HEAD: &str = "HEAD";

/// The beginning of the sort keys of a contact's log.
pub(super) const COMMIT_PREFIX: &str = "#";

/// The beginning of a contact's partition key.
const CONTACT_PREFIX: &str = "C#";

/// The beginning of the key of a team's open contacts in [`LIST`].
pub(super) const OPEN_PREFIX: &str = "open#";

/// The only key in [`ATTENTION`].
pub(super) const ATTENTION_KEY: &str = "A";

/// A sparse index over `HEAD` items. Its hash attribute has the index's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index {
    pub(super) name: &'static str,
    pub(super) range: &'static str,
}

pub(super) const LIST: Index = Index { name: "list", range: "list_at" };
pub(super) const ATTENTION: Index = Index { name: "attention", range: "attention_at" };
pub(super) const CUSTOMER: Index = Index { name: "customer", range: "customer_at" };

/// An item of the table.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn partition_key(id: &ContactId) -> String {
    format!("{CONTACT_PREFIX}{id}")
}

/// The contact of a partition key; `None` if it is not a contact's.
pub(super) fn contact_of(partition_key: &str) -> Option<ContactId> {
    partition_key.strip_prefix(CONTACT_PREFIX)?.parse().ok()
}

/// The sort key of a commit.
pub(super) fn commit_key(number: u32) -> String {
    format!("{COMMIT_PREFIX}{number:08}")
}

/// The place of a contact in [`LIST`]: open ones by team and due time, those with nothing due last;
/// closed ones by month, in local time of the organisation.
pub(super) fn list_key(contact: &Contact, organisation: &Organisation) -> (String, String) {
    if let Some(closed) = &contact.closed {
        let local = domain::time::local(organisation.zone(), closed.at);
        return (closed_key(&local.format("%Y-%m").to_string()), instant(closed.at));
    }
    let due = contact.next_due(organisation).map(|deadline| deadline.due_at);
    let at = due.map_or_else(|| format!("~{}", instant(contact.received_at)), instant);
    (open_key(contact.team.as_str()), at)
}

pub(super) fn open_key(team: &str) -> String {
    format!("{OPEN_PREFIX}{team}")
}

/// The key of the contacts closed in a month such as `2026-04`.
pub(super) fn closed_key(month: &str) -> String {
    format!("closed#{month}")
}

/// An instant as a key, in UTC. All have the same length, so their order is the order of time.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The instant of a key.
pub(super) fn parse_instant(key: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(key).ok()?.to_utc())
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn text_of<'a>(item: &'a Item, attribute: &str) -> Option<&'a str> {
    item.get(attribute)?.as_s().ok().map(String::as_str)
}

pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::failed("encode an item", error))
}

/// JSON that is not what it should be. Its place is named and never its text, which may be what a
/// customer wrote.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{kind:?} error at column {column} of the data")]
pub(super) struct InvalidJson {
    kind: serde_json::error::Category,
    column: usize,
}

pub(super) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, InvalidJson> {
    serde_json::from_str(json)
        .map_err(|error| InvalidJson { kind: error.classify(), column: error.column() })
}

/// The state or the commit in an item.
pub(super) fn decode<T: DeserializeOwned>(item: &Item) -> Result<T, StoreError> {
    let failed = |source| StoreError::Failed { action: "decode an item", source };
    let json = text_of(item, "data").ok_or_else(|| failed("the item has no data".into()))?;
    from_json(json).map_err(|error| failed(error.into()))
}
