//! The memory of a cloud.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::contact::ContactId;
use serde_json::Value;

use super::units::{ItemSizes, Units};

/// The state of the services, and a record of the calls to them.
#[derive(Debug, Default)]
pub struct CloudState {
    /// The number of calls of each operation, by names such as `SES SendEmail`.
    pub calls: BTreeMap<String, u32>,
    /// The units that calls to the table have cost.
    pub units: Units,
    /// The raw emails that SES has accepted.
    pub mails: Vec<Vec<u8>>,
    /// The details of the events on the bus.
    pub events: Vec<Value>,
    /// The time and the contact of each schedule, by name.
    pub schedules: BTreeMap<String, (DateTime<Utc>, ContactId)>,
    /// The objects in the bucket, by key.
    pub objects: HashMap<String, Vec<u8>>,
    /// Contacts whose schedules Scheduler always refuses.
    pub refuse_schedules_of: HashSet<ContactId>,
    /// The sizes of the items in the table.
    pub(super) sizes: ItemSizes,
}

impl CloudState {
    /// Counts a call.
    pub fn count(&mut self, service: &str, operation: &str) {
        *self.calls.entry(format!("{service} {operation}")).or_default() += 1;
    }
}
