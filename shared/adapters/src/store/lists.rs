//! Lists: contacts found along the indexes, page by page.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::Select;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::ContactId;

use super::error::request_error;
use super::layout::{
    ATTENTION, ATTENTION_KEY, CUSTOMER, Index, Item, LIST, OPEN_PREFIX, closed_key, contact_of,
    instant, open_key, parse_instant, text, text_of,
};
use super::{Store, StoreError};

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// An opaque cursor for the next page; `None` on the last one.
    pub next: Option<String>,
}

/// A contact that Kept has to act on: an email is to be sent, or a timer should have fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueContact {
    /// The contact.
    pub id: ContactId,
    /// When Kept should have acted, in UTC.
    pub due_at: DateTime<Utc>,
}

/// A query of one index.
struct IndexQuery {
    index: Index,
    key: String,
    /// The last range key to return; all, if `None`.
    until: Option<String>,
    cursor: Option<String>,
    newest_first: bool,
    limit: i32,
}

impl Store {
    /// Returns contacts that Kept should have acted on by `until`, the longest overdue first.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn due_contacts(
        &self,
        until: DateTime<Utc>,
        cursor: Option<String>,
        limit: i32,
    ) -> Result<Page<DueContact>, StoreError> {
        let query = IndexQuery {
            index: ATTENTION,
            key: ATTENTION_KEY.into(),
            until: Some(instant(until)),
            cursor,
            newest_first: false,
            limit,
        };
        let page = self.query_index(query).await?;
        let items = page.items.iter().filter_map(|item| {
            let due_at = parse_instant(text_of(item, ATTENTION.range)?)?;
            Some(DueContact { id: id_of(item)?, due_at })
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// Returns open contacts of a team, the next due first and those with nothing due last.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn open_contacts(
        &self,
        team: &str,
        cursor: Option<String>,
        limit: i32,
    ) -> Result<Page<ContactId>, StoreError> {
        let key = open_key(team);
        let query =
            IndexQuery { index: LIST, key, until: None, cursor, newest_first: false, limit };
        self.ids(query).await
    }

    /// Returns contacts closed in a month such as `2026-04`, the last closed first. The month is in
    /// local time of the organisation.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn closed_contacts(
        &self,
        month: &str,
        cursor: Option<String>,
        limit: i32,
    ) -> Result<Page<ContactId>, StoreError> {
        let key = closed_key(month);
        let query = IndexQuery { index: LIST, key, until: None, cursor, newest_first: true, limit };
        self.ids(query).await
    }

    /// Returns the number of contacts that a customer made in the 24 hours before `now`, counting no
    /// further than `limit`.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn contacts_in_last_day(
        &self,
        customer: &str,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let got = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(CUSTOMER.name)
            .key_condition_expression("customer = :customer AND customer_at >= :since")
            .expression_attribute_values(":customer", text(customer))
            .expression_attribute_values(":since", text(instant(now - TimeDelta::days(1))))
            .select(Select::Count)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX).max(1))
            .send()
            .await
            .map_err(request_error("count a customer's contacts"))?;
        Ok(u32::try_from(got.count).unwrap_or_default())
    }

    /// The teams that have open contacts. Reads the whole index.
    pub(super) async fn teams_with_open_contacts(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut teams = BTreeSet::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .index_name(LIST.name)
                .projection_expression("#list")
                .filter_expression("begins_with(#list, :open)")
                .expression_attribute_names("#list", LIST.name)
                .expression_attribute_values(":open", text(OPEN_PREFIX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(request_error("list the teams"))?;
            let lists = page.items().iter().filter_map(|item| text_of(item, LIST.name));
            teams
                .extend(lists.filter_map(|list| list.strip_prefix(OPEN_PREFIX)).map(str::to_owned));
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(teams);
            }
        }
    }

    async fn ids(&self, query: IndexQuery) -> Result<Page<ContactId>, StoreError> {
        let page = self.query_index(query).await?;
        Ok(Page { items: page.items.iter().filter_map(id_of).collect(), next: page.next })
    }

    async fn query_index(&self, query: IndexQuery) -> Result<Page<Item>, StoreError> {
        let IndexQuery { index, key, until, cursor, newest_first, limit } = query;
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index.name)
            .expression_attribute_names("#hash", index.name)
            .expression_attribute_values(":hash", text(key))
            .scan_index_forward(!newest_first)
            .limit(limit);
        request = match until {
            Some(until) => request
                .key_condition_expression("#hash = :hash AND #range <= :until")
                .expression_attribute_names("#range", index.range)
                .expression_attribute_values(":until", text(until)),
            None => request.key_condition_expression("#hash = :hash"),
        };
        if let Some(cursor) = cursor {
            request = request.set_exclusive_start_key(Some(start_key(&cursor)?));
        }
        let page = request.send().await.map_err(request_error("list contacts"))?;
        let next = page.last_evaluated_key.as_ref().map(next_cursor).transpose()?;
        Ok(Page { items: page.items.unwrap_or_default(), next })
    }
}

/// The cursor for the page after a key. Key attributes are all text, so it is a map of texts in JSON.
fn next_cursor(key: &Item) -> Result<String, StoreError> {
    let plain: HashMap<&String, &String> =
        key.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?))).collect();
    serde_json::to_string(&plain)
        .map_err(|error| StoreError::failed("make a cursor for a list", error))
}

fn start_key(cursor: &str) -> Result<Item, StoreError> {
    let plain: HashMap<String, String> = serde_json::from_str(cursor)
        .map_err(|error| StoreError::failed("read the cursor of a list", error))?;
    Ok(plain.into_iter().map(|(name, value)| (name, text(value))).collect())
}

fn id_of(item: &Item) -> Option<ContactId> {
    contact_of(text_of(item, "pk")?)
}
