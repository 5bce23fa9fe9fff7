//! Records of the table's stream.

use std::collections::BTreeSet;

use adapters::mailer::Mailer;
use adapters::ports::{EventBus, Timers};
use adapters::store::Committed;
use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use chrono::{DateTime, Utc};
use domain::contact::ContactId;

use super::Dispatch;

/// Sees to the commits among some records, in order, and reports those that have to come again.
///
/// Once it is `until`, what is left is reported without being begun: a function that is stopped by
/// its time limit says nothing, and everything in the batch would come again.
///
/// Records of one contact keep their order: after one that failed, later ones of the same contact
/// are left for the next time as well. Other contacts are not held up. A record that cannot be read
/// is reported like any other, so that in the end it lies in the dead-letter queue, where somebody
/// is told of it, and not in the way.
pub async fn process_records<M: Mailer, T: Timers, B: EventBus>(
    dispatch: &Dispatch<M, T, B>,
    records: &[EventRecord],
    until: DateTime<Utc>,
) -> DynamoDbEventResponse {
    let mut failed = DynamoDbEventResponse::default();
    let mut held: BTreeSet<ContactId> = BTreeSet::new();
    for record in records {
        let committed = match commit(record) {
            Ok(Some(committed)) => committed,
            Ok(None) => continue,
            Err(why) => {
                tracing::error!(why, "a record of the stream cannot be read");
                report(&mut failed, record);
                continue;
            }
        };
        if held.contains(&committed.id) || dispatch.app.now() >= until {
            report(&mut failed, record);
            continue;
        }
        if let Err(error) = dispatch.process(&committed).await {
            tracing::warn!(contact = %committed.id, commit = committed.commit.number, %error, "to come again");
            held.insert(committed.id);
            report(&mut failed, record);
        }
    }
    failed
}

fn report(failed: &mut DynamoDbEventResponse, record: &EventRecord) {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier.clone_from(&record.change.sequence_number);
    failed.batch_item_failures.push(failure);
}

/// The commit that a record brings; `None` where it brings something else: a new state, a claim, the
/// end of an item.
fn commit(record: &EventRecord) -> Result<Option<Committed>, &'static str> {
    if record.event_name != "INSERT" {
        return Ok(None);
    }
    let image = record.change.new_image.clone().into_inner();
    let text = |name: &str| match image.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => Some(text.as_str()),
        _ => None,
    };
    let (Some(pk), Some(sk)) = (text("pk"), text("sk")) else { return Err("it has no keys") };
    if !sk.starts_with('#') {
        return Ok(None);
    }
    let id =
        pk.strip_prefix("C#").and_then(|id| id.parse().ok()).ok_or("its key is not a contact's")?;
    let data = text("data").ok_or("it has no data")?;
    let commit = serde_json::from_str(data).map_err(|_| "its data is not a commit")?;
    Ok(Some(Committed { id, commit, contact: None }))
}
