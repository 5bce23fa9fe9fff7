//! Batches of the table's stream, as Lambda delivers them.

use std::collections::BTreeSet;

use adapters::errors::error_chain;
use adapters::mailer::Mailer;
use adapters::ports::{EventBus, Timers};
use adapters::store::{Committed, StreamRecordError};
use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use chrono::{DateTime, Utc};
use domain::contact::ContactId;
use serde_dynamo::AttributeValue;

use super::Dispatch;

/// Carries out the commits among some records, in order. Returns the records that have to come again.
///
/// From `until` on, no record is begun and all that are left are returned. A function that is stopped
/// by its time limit returns nothing, and its whole batch comes again.
///
/// The records of one contact keep their order: after one that failed, later ones of that contact wait
/// for the next delivery as well. Other contacts are not held up. A record that cannot be decoded is
/// returned like one that failed. In the end it lies in the dead-letter queue, where an alarm points
/// at it, and no longer blocks the rest.
pub async fn process_records<M: Mailer, T: Timers, B: EventBus>(
    dispatch: &Dispatch<M, T, B>,
    records: &[EventRecord],
    until: DateTime<Utc>,
) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    let mut failed: BTreeSet<ContactId> = BTreeSet::new();
    for record in records {
        let committed = match committed(record) {
            Ok(Some(committed)) => committed,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(error = error_chain(&error), "a stream record cannot be decoded");
                report(&mut response, record);
                continue;
            }
        };
        let Committed { id, commit, .. } = &committed;
        if failed.contains(id) || dispatch.app.now() >= until {
            report(&mut response, record);
            continue;
        }
        if let Err(error) = dispatch.process(&committed).await {
            let error = error_chain(&error);
            tracing::warn!(contact = %id, commit = commit.number, error, "will be delivered again");
            failed.insert(*id);
            report(&mut response, record);
        }
    }
    response
}

/// Decodes the commit in a record; `None` if it brings something else.
///
/// # Errors
/// Returns an error if the record brings a new item that the store did not write.
pub fn committed(record: &EventRecord) -> Result<Option<Committed>, StreamRecordError> {
    let item = &record.change.new_image;
    Committed::from_stream(&record.event_name, |name| match item.get(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    })
}

fn report(response: &mut DynamoDbEventResponse, record: &EventRecord) {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier.clone_from(&record.change.sequence_number);
    response.batch_item_failures.push(failure);
}
