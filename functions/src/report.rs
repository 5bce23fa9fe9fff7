//! Figures: how often each promise was kept in a month.

use std::collections::BTreeMap;

use adapters::store::StoreError;
use domain::deadline::DeadlineState;
use serde::Serialize;

use crate::App;

/// One standard's month. Contacts are counted in the month in which they were closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Deadlines kept in time.
    pub kept: u32,
    /// Deadlines done late.
    pub late: u32,
    /// Deadlines that were never done.
    pub missed: u32,
    /// Deadlines that were not owed after all; they count on neither side.
    pub not_owed: u32,
}

/// The figures of a month such as `2026-04`, by standard. Targets of the provider's own are left
/// out: they were not promised to anybody.
///
/// # Errors
/// When the table cannot be reached.
pub async fn month(app: &App, month: &str) -> Result<BTreeMap<String, Figures>, StoreError> {
    let mut figures: BTreeMap<String, Figures> = BTreeMap::new();
    let mut from = None;
    loop {
        let page = app.store.closed(month, from, 100).await?;
        for contact in app.store.load_all(&page.items).await? {
            for deadline in contact.deadlines.iter().filter(|deadline| !deadline.internal) {
                let of = figures.entry(deadline.id.standard.to_string()).or_default();
                match deadline.state {
                    DeadlineState::Met { .. } => of.kept += 1,
                    DeadlineState::MetLate { .. } => of.late += 1,
                    DeadlineState::Missed | DeadlineState::Open => of.missed += 1,
                    DeadlineState::Waived { .. } | DeadlineState::Lapsed => of.not_owed += 1,
                }
            }
        }
        from = page.next;
        if from.is_none() {
            return Ok(figures);
        }
    }
}
