//! What happened, for other systems, on Amazon EventBridge.

use std::sync::Arc;

use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use domain::organisation::Organisation;

use super::{Aws, config, outside};
use crate::ports::{CommitNotice, EventBus, PortError};

const SYSTEM: &str = "EventBridge";

/// Under which name Kept's events are on the bus.
const SOURCE: &str = "kept";

/// How often entries that were not taken are offered within one call.
const ATTEMPTS: usize = 3;

/// One event bus.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: aws_sdk_eventbridge::Client,
    bus: String,
    organisation: Arc<Organisation>,
}

impl EventBridgeBus {
    /// Tells what happens at `organisation` on `bus`.
    #[must_use]
    pub fn new(aws: &Aws, bus: String, organisation: Arc<Organisation>) -> Self {
        let client =
            aws_sdk_eventbridge::Client::from_conf(config!(aws, aws_sdk_eventbridge).build());
        Self { client, bus, organisation }
    }

    /// Puts at most ten entries, which is what EventBridge takes at once. It may take some and
    /// not others; those are offered again, so that the rest is not told twice.
    async fn put(&self, mut entries: Vec<PutEventsRequestEntry>) -> Result<(), PortError> {
        let mut left = String::new();
        for _ in 0..ATTEMPTS {
            let put = self.client.put_events().set_entries(Some(entries.clone())).send().await;
            let put = put.map_err(|error| outside(SYSTEM, &error))?;
            if put.failed_entry_count == 0 {
                return Ok(());
            }
            // The answers are in the order of the entries.
            let failed = |answer: &PutEventsResultEntry| answer.error_code.is_some();
            let answers = put.entries();
            if let Some(refused) = answers.iter().find(|a| failed(a) && !is_transient(a)) {
                return Err(PortError::Refused { system: SYSTEM, cause: said(refused) });
            }
            left = answers.iter().find(|a| failed(a)).map_or_else(|| "no reason".into(), said);
            let offered = entries.into_iter().zip(answers);
            entries = offered.filter(|(_, a)| failed(a)).map(|(entry, _)| entry).collect();
            if entries.is_empty() {
                break;
            }
        }
        Err(PortError::Unavailable { system: SYSTEM, cause: left })
    }
}

/// EventBridge's own trouble, as opposed to an entry that it will never take.
fn is_transient(answer: &PutEventsResultEntry) -> bool {
    let code = answer.error_code().unwrap_or_default();
    code.contains("Throttl") || code.starts_with("Internal") || code.contains("LimitExceeded")
}

fn said(answer: &PutEventsResultEntry) -> String {
    let code = answer.error_code().unwrap_or("no code");
    format!("{code}: {}", answer.error_message().unwrap_or_default())
}

impl EventBus for EventBridgeBus {
    async fn publish(&self, notice: &CommitNotice<'_>) -> Result<(), PortError> {
        let mut entries = Vec::new();
        for told in notice.told(&self.organisation) {
            entries.push(
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.bus)
                    .source(SOURCE)
                    .detail_type(told.kind)
                    .detail(told.detail.to_string())
                    .build(),
            );
        }
        for part in entries.chunks(10) {
            self.put(part.to_vec()).await?;
        }
        Ok(())
    }
}
