//! Report: how often each promise was kept in a month.

use std::collections::BTreeMap;

use adapters::store::StoreError;
use domain::deadline::{DeadlineState, WaiverReason};
use serde::Serialize;

use crate::App;

/// The figures of one standard in a month. A contact counts in the month in which it was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The number of deadlines met in time.
    pub kept: u32,
    /// Of those, the number that each option of an either-or promise met, by the option's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kept_by: BTreeMap<String, u32>,
    /// The number of deadlines met late.
    pub late: u32,
    /// The number of deadlines missed.
    pub missed: u32,
    /// The number of deadlines that ended without being kept, because the law no longer asked for it.
    pub ended: u32,
    /// The number of other deadlines that were waived or lapsed. They count neither for nor against.
    pub not_owed: u32,
}

/// The number of contacts that are read at once.
const PAGE: i32 = 100;

/// Returns the figures of a month such as `2026-04`, by standard. Targets of the provider's own are
/// left out, because nobody was promised them.
///
/// # Errors
/// Returns an error if the table is unreachable or an item cannot be decoded.
pub async fn month(app: &App, month: &str) -> Result<BTreeMap<String, Figures>, StoreError> {
    let mut figures: BTreeMap<String, Figures> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = app.store.closed_contacts(month, cursor, PAGE).await?;
        for contact in app.store.load_all(&page.items).await? {
            for deadline in contact.deadlines.iter().filter(|deadline| !deadline.internal) {
                let of = figures.entry(deadline.id.standard.to_string()).or_default();
                match deadline.state {
                    DeadlineState::Met { ref option, .. } => {
                        of.kept += 1;
                        if let Some(option) = option {
                            *of.kept_by.entry(option.clone()).or_default() += 1;
                        }
                    }
                    DeadlineState::MetLate { .. } => of.late += 1,
                    DeadlineState::Missed | DeadlineState::Open => of.missed += 1,
                    DeadlineState::Waived { why: WaiverReason::Ended { .. } } => of.ended += 1,
                    DeadlineState::Waived { .. } | DeadlineState::Lapsed => of.not_owed += 1,
                }
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(figures);
        }
    }
}
