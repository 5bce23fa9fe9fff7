//! Reading contacts by id.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::contact::{Contact, ContactId};

use super::error::request_error;
use super::layout::{HEAD, Item, decode, partition_key, text};
use super::table::invalid_request;
use super::{Store, StoreError};

/// DynamoDB returns at most a hundred items for one request, and fewer if they are large.
const MAX_BATCH: usize = 100;

impl Store {
    /// Returns the current state of a contact; `None` if there is no such contact.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable or an item cannot be decoded.
    pub async fn load(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.get(id, HEAD, "read a contact").await?.as_ref().map(decode).transpose()
    }

    pub(super) async fn get(
        &self,
        id: &ContactId,
        sort_key: &str,
        action: &'static str,
    ) -> Result<Option<Item>, StoreError> {
        let got = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(partition_key(id)))
            .key("sk", text(sort_key))
            .consistent_read(true)
            .send()
            .await
            .map_err(request_error(action))?;
        Ok(got.item)
    }

    /// Returns the current states of several contacts, in the order asked for. Contacts that no
    /// longer exist are left out.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable or an item cannot be decoded.
    pub async fn load_all(&self, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        let mut found: HashMap<ContactId, Contact> = HashMap::new();
        for batch in ids.chunks(MAX_BATCH) {
            let keys = batch.iter().map(|id| {
                Item::from([
                    ("pk".to_owned(), text(partition_key(id))),
                    ("sk".to_owned(), text(HEAD)),
                ])
            });
            let request = KeysAndAttributes::builder().set_keys(Some(keys.collect())).build();
            let mut left =
                Some(HashMap::from([(self.table.clone(), request.map_err(invalid_request)?)]));
            while let Some(request) = left.take().filter(|left| !left.is_empty()) {
                let got =
                    self.client.batch_get_item().set_request_items(Some(request)).send().await;
                let got = got.map_err(request_error("read several contacts"))?;
                for item in got.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    let contact: Contact = decode(&item)?;
                    found.insert(contact.id, contact);
                }
                left = got.unprocessed_keys;
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
