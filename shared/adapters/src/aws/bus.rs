//! What happened, for other systems, on Amazon EventBridge.

use aws_sdk_eventbridge::error::DisplayErrorContext;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use super::{Aws, config, is_of_the_moment};
use crate::outside::{Bus, News, OutsideError};

const SYSTEM: &str = "EventBridge";

/// One event bus.
#[derive(Clone, Debug)]
pub struct EventBus {
    client: aws_sdk_eventbridge::Client,
    bus: String,
    prefix: String,
}

impl EventBus {
    /// Tells what happens on `bus`; `prefix` is what references begin with.
    #[must_use]
    pub fn new(aws: &Aws, bus: String, prefix: String) -> Self {
        let client =
            aws_sdk_eventbridge::Client::from_conf(config!(aws, aws_sdk_eventbridge).build());
        Self { client, bus, prefix }
    }
}

impl Bus for EventBus {
    async fn tell(&self, news: &News<'_>) -> Result<(), OutsideError> {
        let mut entries = Vec::new();
        for told in news.told(&self.prefix) {
            let detail = serde_json::to_string(&told.detail).map_err(|error| {
                OutsideError::Refused { system: SYSTEM, cause: error.to_string() }
            })?;
            entries.push(
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.bus)
                    .source("kept")
                    .detail_type(told.kind)
                    .detail(detail)
                    .build(),
            );
        }
        // EventBridge takes ten entries at once.
        for part in entries.chunks(10) {
            let put = self.client.put_events().set_entries(Some(part.to_vec())).send().await;
            let put = put.map_err(|error| {
                let cause = DisplayErrorContext(&error).to_string();
                if is_of_the_moment(&error) {
                    OutsideError::Unavailable { system: SYSTEM, cause }
                } else {
                    OutsideError::Refused { system: SYSTEM, cause }
                }
            })?;
            if put.failed_entry_count > 0 {
                let code =
                    put.entries().iter().find_map(|entry| entry.error_code()).unwrap_or("unknown");
                return Err(OutsideError::Unavailable { system: SYSTEM, cause: code.to_owned() });
            }
        }
        Ok(())
    }
}
