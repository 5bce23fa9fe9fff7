//! Claims: who sends the emails of a commit.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::ContactId;

use super::error::request_error;
use super::layout::{commit_key, instant, partition_key, text};
use super::{Store, StoreError};

/// The outcome of claiming the emails of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody has tried to send them before.
    Fresh,
    /// An earlier sender left no result. The emails may have been accepted already.
    Abandoned,
    /// Another sender is at work on them.
    Busy,
}

impl Store {
    /// Claims the emails of a commit for sending. A claim older than `lease` has lapsed.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
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
            .key("pk", text(partition_key(id)))
            .key("sk", text(commit_key(number)))
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
            Err(error) => Err(request_error("claim emails")(error)),
        }
    }
}
