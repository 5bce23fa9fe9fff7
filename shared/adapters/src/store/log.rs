//! Reading the logs of contacts.

use chrono::{DateTime, Utc};
use domain::contact::{Commit, ContactId};

use super::error::request_error;
use super::layout::{
    COMMIT_PREFIX, commit_key, decode, parse_instant, partition_key, text, text_of,
};
use super::{Store, StoreError};

/// A commit as it stands in a contact's log.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// The commit.
    pub commit: Commit,
    /// When its emails were last claimed for sending, in UTC; `None` if they never were.
    pub claimed_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Returns one commit of a contact's log; `None` if there is no such commit.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable or the item cannot be decoded.
    pub async fn log_entry(
        &self,
        id: &ContactId,
        number: u32,
    ) -> Result<Option<LogEntry>, StoreError> {
        let Some(item) = self.get(id, &commit_key(number), "read a commit").await? else {
            return Ok(None);
        };
        let claimed_at = text_of(&item, "claimed").and_then(parse_instant);
        Ok(Some(LogEntry { commit: decode(&item)?, claimed_at }))
    }

    /// Returns a contact's whole log, oldest commit first.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable or an item cannot be decoded.
    pub async fn log(&self, id: &ContactId) -> Result<Vec<Commit>, StoreError> {
        let mut log = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :commit)")
                .expression_attribute_values(":pk", text(partition_key(id)))
                .expression_attribute_values(":commit", text(COMMIT_PREFIX))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(request_error("read a log"))?;
            for item in page.items() {
                log.push(decode(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(log);
            }
        }
    }
}
