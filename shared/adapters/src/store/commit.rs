//! Writing: one transaction a commit.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactId};
use domain::decide::CommitPlan;
use domain::organisation::Organisation;

use super::error::request_error;
use super::layout::{
    ATTENTION, ATTENTION_KEY, CUSTOMER, HEAD, Item, LIST, commit_key, instant, list_key,
    partition_key, text, to_json,
};
use super::table::invalid_request;
use super::{Committed, Store, StoreError};

impl Store {
    /// Writes a commit and the state that it leads to, both or neither. Returns the new state.
    ///
    /// `customer` is the key under which an index knows the customer, if they gave an address.
    ///
    /// # Errors
    /// Returns [`StoreError::Conflict`] if the contact has been written since it was read, and
    /// another error if the table is unreachable.
    pub async fn commit(
        &self,
        plan: CommitPlan,
        customer: Option<String>,
        organisation: &Organisation,
    ) -> Result<Contact, StoreError> {
        let id = plan.contact.id;
        let items = vec![
            TransactWriteItem::builder().put(self.commit_item(&plan)?).build(),
            TransactWriteItem::builder()
                .put(self.head_item(&plan.contact, customer, organisation)?)
                .build(),
        ];
        match &self.group_commit {
            Some(group_commit) => group_commit.write(id, items).await?,
            None => write(&self.client, id, items).await?,
        }
        if let Some(feed) = &self.feed {
            // Nobody listens while the process shuts down. The index finds what is left.
            let contact = Some(plan.contact.clone());
            let _ = feed.send(Committed { id, commit: plan.commit, contact });
        }
        Ok(plan.contact)
    }

    fn commit_item(&self, plan: &CommitPlan) -> Result<Put, StoreError> {
        let mut put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(partition_key(&plan.contact.id)))
            .item("sk", text(commit_key(plan.commit.number)))
            .item("data", text(to_json(&plan.commit)?))
            .condition_expression("attribute_not_exists(pk)");
        if let Some(expires) = self.expires(plan.commit.at) {
            put = put.item("expires", expires);
        }
        put.build().map_err(invalid_request)
    }

    /// When an item that is done with at `at` may be removed, in seconds since 1970, as DynamoDB's
    /// time to live wants it.
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
        let (list, list_at) = list_key(contact, organisation);
        let mut item = Item::from([
            ("pk".to_owned(), text(partition_key(&contact.id))),
            ("sk".to_owned(), text(HEAD)),
            ("v".to_owned(), AttributeValue::N(contact.version.to_string())),
            ("data".to_owned(), text(to_json(contact)?)),
            (LIST.name.to_owned(), text(list)),
            (LIST.range.to_owned(), text(list_at)),
        ]);
        if let Some(at) = contact.next_action_at() {
            item.insert(ATTENTION.name.into(), text(ATTENTION_KEY));
            item.insert(ATTENTION.range.into(), text(instant(at)));
        }
        if let Some(customer) = customer {
            item.insert(CUSTOMER.name.into(), text(customer));
            item.insert(CUSTOMER.range.into(), text(instant(contact.received_at)));
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
        put.build().map_err(invalid_request)
    }
}

/// Writes the items of one contact in a transaction.
pub(super) async fn write(
    client: &Client,
    id: ContactId,
    items: Vec<TransactWriteItem>,
) -> Result<(), StoreError> {
    const ACTION: &str = "write a commit";
    let written = client.transact_write_items().set_transact_items(Some(items)).send().await;
    match written {
        Ok(_) => Ok(()),
        Err(error) => Err(match cancellation_reasons(&error) {
            Some(reasons) if reasons.iter().any(|r| r == "ConditionalCheckFailed") => {
                StoreError::Conflict(id)
            }
            Some(reasons) if reasons.iter().all(|r| is_transient(r)) => {
                StoreError::Unavailable { action: ACTION, source: reasons.join(", ").into() }
            }
            _ => request_error(ACTION)(error),
        }),
    }
}

/// The reasons why the items of a cancelled transaction were not written, in the items' order.
/// `None` if the transaction failed for another reason than its items.
pub(super) fn cancellation_reasons(
    error: &SdkError<TransactWriteItemsError>,
) -> Option<Vec<String>> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        error.as_service_error()?
    else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons().iter();
    Some(reasons.map(|reason| reason.code().unwrap_or("None").to_owned()).collect())
}

/// Returns true if the same transaction may succeed a moment later: two transactions met on an item,
/// or there were too many.
fn is_transient(reason: &str) -> bool {
    matches!(
        reason,
        "None" | "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
    )
}
