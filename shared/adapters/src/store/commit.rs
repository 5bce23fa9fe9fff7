//! Writing: one transaction a command.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValue, TransactWriteItem};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Contact, ContactId};
use domain::decide::CommitPlan;
use domain::organisation::Organisation;

use super::table::unbuildable;
use super::{Committed, HEAD, OPEN, Store, StoreError, entry, failed, instant, partition};

/// Whether the mails of a commit may be sent by whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody has tried.
    Fresh,
    /// Somebody tried and was not heard of again: what they sent may have been accepted.
    Abandoned,
    /// Somebody is at it.
    Busy,
}

impl Store {
    /// Writes a commit and the state that it leads to, both or neither.
    ///
    /// `customer` stands for the customer in an index, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the contact was written since it was read.
    pub async fn commit(
        &self,
        plan: CommitPlan,
        customer: Option<String>,
        organisation: &Organisation,
    ) -> Result<Contact, StoreError> {
        let id = plan.contact.id;
        let items = vec![
            TransactWriteItem::builder().put(self.entry_item(&plan)?).build(),
            TransactWriteItem::builder()
                .put(self.head_item(&plan.contact, customer, organisation)?)
                .build(),
        ];
        match &self.group {
            Some(group) => group.write(id, items).await?,
            None => write(&self.client, id, items).await?,
        }
        if let Some(feed) = &self.feed {
            // Nobody listens while the machine shuts down; the index finds what is left.
            let contact = Some(plan.contact.clone());
            let _ = feed.send(Committed { id, commit: plan.commit, contact });
        }
        Ok(plan.contact)
    }

    fn entry_item(&self, plan: &CommitPlan) -> Result<Put, StoreError> {
        let mut put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(partition(&plan.contact.id)))
            .item("sk", text(entry(plan.commit.number)))
            .item("data", text(json(&plan.commit)?))
            .condition_expression("attribute_not_exists(pk)");
        if let Some(expires) = self.expires(plan.commit.at) {
            put = put.item("expires", expires);
        }
        put.build().map_err(unbuildable)
    }

    /// When something may be removed that is done with at `at`, as the table reads it: in seconds
    /// since 1970.
    fn expires(&self, at: DateTime<Utc>) -> Option<AttributeValue> {
        let expires = at + self.retention?;
        Some(AttributeValue::N(expires.timestamp().to_string()))
    }

    fn head_item(
        &self,
        contact: &Contact,
        customer: Option<String>,
        organisation: &Organisation,
    ) -> Result<Put, StoreError> {
        let mut item = HashMap::from([
            ("pk".to_owned(), text(partition(&contact.id))),
            ("sk".to_owned(), text(HEAD)),
            ("v".to_owned(), AttributeValue::N(contact.version.to_string())),
            ("data".to_owned(), text(json(contact)?)),
        ]);
        let (list, list_at) = list_key(contact, organisation);
        item.insert("list".into(), text(list));
        item.insert("list_at".into(), text(list_at));
        if let Some(at) = contact.next_action_at() {
            item.insert("attention".into(), text("A"));
            item.insert("attention_at".into(), text(instant(at)));
        }
        if let Some(customer) = customer {
            item.insert("customer".into(), text(customer));
            item.insert("customer_at".into(), text(instant(contact.received_at)));
        }
        let closed = contact.closed.as_ref();
        if let Some(expires) = closed.and_then(|closed| self.expires(closed.at)) {
            item.insert("expires".into(), expires);
        }
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match contact.version {
            1 => put.condition_expression("attribute_not_exists(pk)"),
            version => put
                .condition_expression("v = :read")
                .expression_attribute_values(":read", AttributeValue::N((version - 1).to_string())),
        };
        put.build().map_err(unbuildable)
    }

    /// Claims the mails of a commit for sending. A claim older than `lease` belongs to nobody.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn claim(
        &self,
        id: &ContactId,
        number: u32,
        now: DateTime<Utc>,
        lease: TimeDelta,
    ) -> Result<Claim, StoreError> {
        let claimed = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(partition(id)))
            .key("sk", text(entry(number)))
            .update_expression("SET claimed = :now")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(claimed) OR claimed <= :stale)",
            )
            .expression_attribute_values(":now", text(instant(now)))
            .expression_attribute_values(":stale", text(instant(now - lease)))
            .return_values(ReturnValue::UpdatedOld)
            .send()
            .await;
        match claimed {
            Ok(old) if old.attributes().is_none_or(HashMap::is_empty) => Ok(Claim::Fresh),
            Ok(_) => Ok(Claim::Abandoned),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(Claim::Busy)
            }
            Err(error) => Err(failed("claim mails")(error)),
        }
    }
}

/// Writes the items of one contact.
pub(super) async fn write(
    client: &aws_sdk_dynamodb::Client,
    id: ContactId,
    items: Vec<TransactWriteItem>,
) -> Result<(), StoreError> {
    let written = client.transact_write_items().set_transact_items(Some(items)).send().await;
    match written {
        Ok(_) => Ok(()),
        Err(error) => Err(match cancelled(&error) {
            Some(reasons) if reasons.iter().any(|r| r == "ConditionalCheckFailed") => {
                StoreError::Conflict(id)
            }
            Some(reasons) if reasons.iter().all(|r| is_transient(r)) => {
                StoreError::Unavailable { doing: "write", cause: reasons.join(", ") }
            }
            _ => failed("write")(error),
        }),
    }
}

/// Why each item of a transaction was not written, in order.
pub(super) fn cancelled(error: &SdkError<TransactWriteItemsError>) -> Option<Vec<String>> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        error.as_service_error()?
    else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons().iter();
    Some(reasons.map(|reason| reason.code().unwrap_or("None").to_owned()).collect())
}

/// Two transactions met on an item, or there were too many: the same one may work the next moment.
fn is_transient(reason: &str) -> bool {
    matches!(
        reason,
        "None" | "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
    )
}

/// Where the contact stands in the lists: open ones by team and due instant, those without one
/// last; closed ones by month.
fn list_key(contact: &Contact, organisation: &Organisation) -> (String, String) {
    if let Some(closed) = &contact.closed {
        let local = domain::time::local(organisation.zone(), closed.at);
        return (format!("closed#{}", local.format("%Y-%m")), instant(closed.at));
    }
    let due = contact.next_due(organisation).map(|deadline| deadline.due_at);
    let at = due.map_or_else(|| format!("~{}", instant(contact.received_at)), instant);
    (format!("{OPEN}{}", contact.team), at)
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Broken { doing: "hold this", cause: error.to_string() })
}
