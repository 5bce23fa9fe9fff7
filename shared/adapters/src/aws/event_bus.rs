//! Amazon EventBridge: events for other systems.

use std::sync::Arc;

use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use domain::organisation::Organisation;

use super::Aws;
use super::client::config;
use super::failure::port_error;
use crate::errors::BoxError;
use crate::ports::{CommitNotice, EventBus, PortError};

const SYSTEM: &str = "EventBridge";

/// The source that Kept's events have on the bus.
const SOURCE: &str = "kept";

/// EventBridge takes ten entries at once.
const MAX_ENTRIES: usize = 10;

/// How often entries that were not taken are put within one call.
const MAX_ATTEMPTS: usize = 3;

/// An event bus.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: aws_sdk_eventbridge::Client,
    bus: String,
    organisation: Arc<Organisation>,
}

impl EventBridgeBus {
    /// The bus of this name, for the events of `organisation`.
    #[must_use]
    pub fn new(aws: &Aws, bus: String, organisation: Arc<Organisation>) -> Self {
        let client =
            aws_sdk_eventbridge::Client::from_conf(config!(aws, aws_sdk_eventbridge).build());
        Self { client, bus, organisation }
    }

    /// Puts at most [`MAX_ENTRIES`] entries. EventBridge may take some and not others. Only those it
    /// did not take are put again, so that the rest is not published twice.
    async fn put(&self, mut entries: Vec<PutEventsRequestEntry>) -> Result<(), PortError> {
        let mut source: BoxError = "EventBridge gave no reason".into();
        for _ in 0..MAX_ATTEMPTS {
            let put = self.client.put_events().set_entries(Some(entries.clone())).send().await;
            let put = put.map_err(port_error(SYSTEM))?;
            if put.failed_entry_count == 0 {
                return Ok(());
            }
            // The answers are in the order of the entries.
            let failed = |answer: &PutEventsResultEntry| answer.error_code.is_some();
            let answers = put.entries();
            if let Some(refused) = answers.iter().find(|a| failed(a) && !is_transient(a)) {
                return Err(PortError::Refused { system: SYSTEM, source: entry_error(refused) });
            }
            if let Some(first) = answers.iter().find(|a| failed(a)) {
                source = entry_error(first);
            }
            let offered = entries.into_iter().zip(answers);
            entries = offered.filter(|(_, a)| failed(a)).map(|(entry, _)| entry).collect();
            if entries.is_empty() {
                break;
            }
        }
        Err(PortError::Unavailable { system: SYSTEM, source })
    }
}

/// Returns true if EventBridge itself is at fault, and not the entry.
fn is_transient(answer: &PutEventsResultEntry) -> bool {
    let code = answer.error_code().unwrap_or_default();
    code.contains("Throttl") || code.starts_with("Internal") || code.contains("LimitExceeded")
}

fn entry_error(answer: &PutEventsResultEntry) -> BoxError {
    let code = answer.error_code().unwrap_or("no code");
    format!("{code}: {}", answer.error_message().unwrap_or_default()).into()
}

impl EventBus for EventBridgeBus {
    async fn publish(&self, notice: &CommitNotice<'_>) -> Result<(), PortError> {
        let entries: Vec<_> = notice
            .published_events(&self.organisation)
            .into_iter()
            .map(|event| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.bus)
                    .source(SOURCE)
                    .detail_type(event.kind)
                    .detail(event.detail.to_string())
                    .build()
            })
            .collect();
        for part in entries.chunks(MAX_ENTRIES) {
            self.put(part.to_vec()).await?;
        }
        Ok(())
    }
}
