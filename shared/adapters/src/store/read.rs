//! Reading: by key, and page by page along the indexes.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Commit, Contact, ContactId};
use serde::de::DeserializeOwned;

use super::commit::text;
use super::table::unbuildable;
use super::{HEAD, OPEN, Store, StoreError, entry, failed, instant, partition};

/// Part of a list, and where it goes on.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// This part.
    pub items: Vec<T>,
    /// Where the next part starts; `None` at the end. To be handed back as it is.
    pub next: Option<String>,
}

/// A contact that Kept has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The contact.
    pub id: ContactId,
    /// Since when, or from when on.
    pub at: DateTime<Utc>,
}

/// An entry of a contact's log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened, and what was to be seen to.
    pub commit: Commit,
    /// When somebody last began to send its mails.
    pub claimed_at: Option<DateTime<Utc>>,
}

type Item = HashMap<String, AttributeValue>;

/// A read of one index: its name, and what its keys have to be.
struct IndexQuery<'a> {
    index: &'a str,
    hash: String,
    until: Option<String>,
    from: Option<String>,
    descending: bool,
}

impl Store {
    /// The current state of a contact; `None` where there is none.
    ///
    /// # Errors
    /// When the table cannot be reached, or holds what cannot be read.
    pub async fn load(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.get(id, HEAD.to_owned()).await?.as_ref().map(data).transpose()
    }

    /// One entry of a contact's log.
    ///
    /// # Errors
    /// When the table cannot be reached, or holds what cannot be read.
    pub async fn entry(&self, id: &ContactId, number: u32) -> Result<Option<Entry>, StoreError> {
        let Some(item) = self.get(id, entry(number)).await? else { return Ok(None) };
        let claimed = item.get("claimed").and_then(|value| value.as_s().ok());
        let claimed_at =
            claimed.and_then(|at| Some(DateTime::parse_from_rfc3339(at).ok()?.to_utc()));
        Ok(Some(Entry { commit: data(&item)?, claimed_at }))
    }

    async fn get(&self, id: &ContactId, sort: String) -> Result<Option<Item>, StoreError> {
        let got = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(partition(id)))
            .key("sk", text(sort))
            .consistent_read(true)
            .send()
            .await
            .map_err(failed("read"))?;
        Ok(got.item)
    }

    /// A contact's whole log, oldest first.
    ///
    /// # Errors
    /// When the table cannot be reached, or holds what cannot be read.
    pub async fn log(&self, id: &ContactId) -> Result<Vec<Commit>, StoreError> {
        let mut log = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :entry)")
                .expression_attribute_values(":pk", text(partition(id)))
                .expression_attribute_values(":entry", text("#"))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(failed("read a log"))?;
            for item in page.items() {
                log.push(data(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(log);
            }
        }
    }

    /// The current states of several contacts, in the order asked for; those that are no more are
    /// left out.
    ///
    /// # Errors
    /// When the table cannot be reached, or holds what cannot be read.
    pub async fn load_all(&self, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        let mut found: HashMap<ContactId, Contact> = HashMap::new();
        // DynamoDB gives at most a hundred items at once, and fewer where they are large.
        for part in ids.chunks(100) {
            let keys = part.iter().map(|id| {
                HashMap::from([
                    ("pk".to_owned(), text(partition(id))),
                    ("sk".to_owned(), text(HEAD)),
                ])
            });
            let request = KeysAndAttributes::builder().set_keys(Some(keys.collect())).build();
            let mut left =
                Some(HashMap::from([(self.table.clone(), request.map_err(unbuildable)?)]));
            while let Some(request) = left.take().filter(|left| !left.is_empty()) {
                let got =
                    self.client.batch_get_item().set_request_items(Some(request)).send().await;
                let got = got.map_err(failed("read several"))?;
                for item in got.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    let contact: Contact = data(&item)?;
                    found.insert(contact.id, contact);
                }
                left = got.unprocessed_keys;
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Contacts that Kept has to look at by `until`, the longest waiting first.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn waiting(
        &self,
        until: DateTime<Utc>,
        from: Option<String>,
        limit: i32,
    ) -> Result<Page<Waiting>, StoreError> {
        let query_index = IndexQuery {
            index: "attention",
            hash: "A".into(),
            until: Some(instant(until)),
            from,
            descending: false,
        };
        let page = self.query_index(query_index, limit).await?;
        let items = page.items.iter().filter_map(|item| {
            let at = item.get("attention_at")?.as_s().ok()?;
            Some(Waiting { id: id_of(item)?, at: DateTime::parse_from_rfc3339(at).ok()?.to_utc() })
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// Open contacts of a team, the next due first and those with nothing due last.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn open(
        &self,
        team: &str,
        from: Option<String>,
        limit: i32,
    ) -> Result<Page<ContactId>, StoreError> {
        let hash = format!("{OPEN}{team}");
        self.ids(IndexQuery { index: "list", hash, until: None, from, descending: false }, limit)
            .await
    }

    /// The teams that have open contacts.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub(super) async fn teams_with_open(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut teams = BTreeSet::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .index_name("list")
                .projection_expression("#list")
                .filter_expression("begins_with(#list, :open)")
                .expression_attribute_names("#list", "list")
                .expression_attribute_values(":open", text(OPEN))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(failed("list the teams"))?;
            let lists = page.items().iter().filter_map(|item| item.get("list")?.as_s().ok());
            teams.extend(lists.filter_map(|list| list.strip_prefix(OPEN)).map(str::to_owned));
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(teams);
            }
        }
    }

    /// Contacts closed in a month such as `2026-04`, the last closed first.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn closed(
        &self,
        month: &str,
        from: Option<String>,
        limit: i32,
    ) -> Result<Page<ContactId>, StoreError> {
        let hash = format!("closed#{month}");
        self.ids(IndexQuery { index: "list", hash, until: None, from, descending: true }, limit)
            .await
    }

    /// How many contacts a customer has made since `since`, counting no further than `most`.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn count_since(
        &self,
        customer: &str,
        since: DateTime<Utc>,
        most: i32,
    ) -> Result<u32, StoreError> {
        let got = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("customer")
            .key_condition_expression("customer = :customer AND customer_at >= :since")
            .expression_attribute_values(":customer", text(customer))
            .expression_attribute_values(":since", text(instant(since)))
            .select(aws_sdk_dynamodb::types::Select::Count)
            .limit(most)
            .send()
            .await
            .map_err(failed("count"))?;
        Ok(u32::try_from(got.count).unwrap_or_default())
    }

    async fn ids(
        &self,
        query_index: IndexQuery<'_>,
        limit: i32,
    ) -> Result<Page<ContactId>, StoreError> {
        let page = self.query_index(query_index, limit).await?;
        Ok(Page { items: page.items.iter().filter_map(id_of).collect(), next: page.next })
    }

    async fn query_index(
        &self,
        query_index: IndexQuery<'_>,
        limit: i32,
    ) -> Result<Page<Item>, StoreError> {
        let range = format!("{}_at", query_index.index);
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(query_index.index)
            .expression_attribute_names("#hash", query_index.index)
            .expression_attribute_values(":hash", text(query_index.hash))
            .scan_index_forward(!query_index.descending)
            .limit(limit);
        query = match query_index.until {
            Some(until) => query
                .key_condition_expression("#hash = :hash AND #range <= :until")
                .expression_attribute_names("#range", range)
                .expression_attribute_values(":until", text(until)),
            None => query.key_condition_expression("#hash = :hash"),
        };
        if let Some(from) = query_index.from {
            query = query.set_exclusive_start_key(Some(start_key(&from)?));
        }
        let page = query.send().await.map_err(failed("list"))?;
        let next = page.last_evaluated_key.as_ref().map(next_key).transpose()?;
        Ok(Page { items: page.items.unwrap_or_default(), next })
    }
}

/// Where a list goes on, as text: its key attributes, which are all text themselves.
fn next_key(key: &Item) -> Result<String, StoreError> {
    let plain: HashMap<&String, &String> =
        key.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?))).collect();
    serde_json::to_string(&plain).map_err(|error| StoreError::Broken {
        doing: "go on with a list",
        cause: error.to_string(),
    })
}

fn start_key(from: &str) -> Result<Item, StoreError> {
    let plain: HashMap<String, String> = serde_json::from_str(from).map_err(|error| {
        StoreError::Broken { doing: "go on with a list", cause: error.to_string() }
    })?;
    Ok(plain.into_iter().map(|(name, value)| (name, text(value))).collect())
}

fn id_of(item: &Item) -> Option<ContactId> {
    item.get("pk")?.as_s().ok()?.strip_prefix("C#")?.parse().ok()
}

fn data<T: DeserializeOwned>(item: &Item) -> Result<T, StoreError> {
    let broken = |cause: String| StoreError::Broken { doing: "read what it holds", cause };
    let text = item.get("data").and_then(|value| value.as_s().ok());
    let text = text.ok_or_else(|| broken("an item has no data".into()))?;
    // What is wrong is said by line and column, never by quoting what a customer wrote.
    serde_json::from_str(text)
        .map_err(|e| broken(format!("{:?} error at column {}", e.classify(), e.column())))
}

impl Store {
    /// How many contacts a customer has made in the day before `now`, counting no further than `most`.
    ///
    /// # Errors
    /// When the table cannot be reached.
    pub async fn count_in_day(
        &self,
        customer: &str,
        now: DateTime<Utc>,
        most: u32,
    ) -> Result<u32, StoreError> {
        let most = i32::try_from(most).unwrap_or(i32::MAX).max(1);
        self.count_since(customer, now - TimeDelta::days(1), most).await
    }
}
