//! The cost of calls to the table, in request units as DynamoDB prices them on demand.

use std::collections::HashMap;

use serde_json::Value;

/// Request units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Units {
    /// Write request units of the table. A kilobyte costs one, or two in a transaction.
    pub written: f64,
    /// Write request units of the indexes. Each key that is added or removed costs one.
    pub indexed: f64,
    /// Read request units. Four kilobytes cost one, or a half if the read may be stale.
    pub read: f64,
}

/// The size and the index keys of each item, by its key in the table.
#[derive(Debug, Default)]
pub(super) struct ItemSizes(HashMap<String, (usize, Vec<String>)>);

impl Units {
    /// Adds the cost of an operation.
    pub(super) fn add(
        &mut self,
        sizes: &mut ItemSizes,
        operation: &str,
        request: &Value,
        response: &Value,
        succeeded: bool,
    ) {
        match operation {
            "TransactWriteItems" => {
                let puts = request["TransactItems"].as_array().into_iter().flatten();
                for put in puts {
                    let item = &put["Put"]["Item"];
                    self.written += 2.0 * kilobytes(size(item), 1);
                    if succeeded {
                        self.indexed += sizes.put(item);
                    }
                }
            }
            "UpdateItem" => {
                // The update sets the time of a claim, which is 31 bytes with its name.
                self.written += kilobytes(sizes.of(&request["Key"]) + 31, 1);
            }
            "GetItem" => self.read += kilobytes(size(&response["Item"]), 4),
            "Query" | "BatchGetItem" => {
                let items = response["Items"].as_array().into_iter().flatten();
                self.read += kilobytes(items.map(size).sum(), 4) / 2.0;
            }
            _ => {}
        }
    }
}

impl ItemSizes {
    /// The size of an item; 0 if there is none.
    fn of(&self, item_key: &Value) -> usize {
        self.0.get(&key(item_key)).map_or(0, |(size, _)| *size)
    }

    /// Replaces an item. Returns the units of the index keys that are added and removed.
    fn put(&mut self, item: &Value) -> f64 {
        let keys: Vec<String> = ["list", "attention", "customer"]
            .iter()
            .filter_map(|index| {
                let hash = item[index]["S"].as_str()?;
                Some(format!("{index} {hash} {}", item[format!("{index}_at")]["S"]))
            })
            .collect();
        let old = self.0.insert(key(item), (size(item), keys.clone()));
        let old = old.map_or_else(Vec::new, |(_, keys)| keys);
        let added = keys.iter().filter(|key| !old.contains(key)).count();
        let removed = old.iter().filter(|key| !keys.contains(key)).count();
        f64::from(u32::try_from(added + removed).unwrap_or(u32::MAX))
    }
}

fn key(item: &Value) -> String {
    format!("{} {}", item["pk"]["S"], item["sk"]["S"])
}

/// The size of an item as DynamoDB measures it: the bytes of all names and values.
fn size(item: &Value) -> usize {
    let attributes = item.as_object().into_iter().flatten();
    attributes
        .map(|(name, value)| {
            let text = value["S"].as_str().or(value["N"].as_str()).unwrap_or_default();
            name.len() + text.len()
        })
        .sum()
}

/// The number of units of so many kilobytes, rounded up, and at least one.
fn kilobytes(bytes: usize, unit: usize) -> f64 {
    f64::from(u32::try_from(bytes.div_ceil(unit * 1024).max(1)).unwrap_or(u32::MAX))
}
