//! The table and its stream, by the embedded engine.

use std::collections::HashMap;
use std::sync::PoisonError;

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Cloud, CloudState};

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
impl Cloud {
    /// Puts an item into the table without the store.
    pub fn put_raw(&self, item: &Value) {
        let request = request(json!({ "TableName": "kept", "Item": item }));
        self.database.put_item(request).expect("the item is put");
    }

    /// Every item of the table, as it is stored.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let request = request(json!({ "TableName": "kept" }));
        let found = self.database.scan(request).expect("the table is read");
        let found = serde_json::to_value(&found).expect("a response");
        found["Items"].as_array().expect("items").clone()
    }

    /// Every record of the stream, oldest first.
    #[must_use]
    pub fn stream(&self) -> Vec<EventRecord> {
        self.records_from(&mut HashMap::new())
    }

    /// The records of the stream since the last call, oldest first.
    #[must_use]
    pub fn new_records(&self) -> Vec<EventRecord> {
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        self.records_from(&mut positions)
    }

    /// The records after these positions, which are moved on. A shard without a position is read from its
    /// beginning.
    fn records_from(&self, positions: &mut HashMap<String, String>) -> Vec<EventRecord> {
        let streams = request(json!({ "TableName": "kept" }));
        let streams = self.database.list_streams(streams).expect("streams");
        let arn = &streams.streams.first().expect("a stream").stream_arn;
        let described = request(json!({ "StreamArn": arn }));
        let described = self.database.describe_stream(described).expect("a description");
        let mut records = Vec::new();
        for shard in &described.stream_description.shards {
            let position = positions.entry(shard.shard_id.clone()).or_insert_with(|| {
                let beginning = request(json!({
                    "StreamArn": arn, "ShardId": shard.shard_id, "ShardIteratorType": "TRIM_HORIZON",
                }));
                let beginning = self.database.get_shard_iterator(beginning).expect("a position");
                beginning.shard_iterator.expect("an open shard")
            });
            loop {
                let page = request(json!({ "ShardIterator": position }));
                let page = self.database.get_records(page).expect("records");
                if let Some(next) = &page.next_shard_iterator {
                    position.clone_from(next);
                }
                if page.records.is_empty() {
                    break;
                }
                let page = serde_json::to_value(&page).expect("a response");
                for record in page["Records"].as_array().expect("records") {
                    let record = serde_json::from_value(record.clone());
                    records.push(record.expect("a record in Lambda's form"));
                }
            }
        }
        records
    }

    /// Passes a request to the engine, and counts it with its units.
    pub(super) async fn call_table(
        &self,
        mut request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let mut body: Value = super::services::body(&request);
        if operation == "CreateTable" {
            body["StreamSpecification"] =
                json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
            request = with_body(request, &body);
        }
        let response = self.engine.call(request).await?;
        let output: Value = response
            .body()
            .bytes()
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .unwrap_or_default();
        let succeeded = response.status().as_u16() == 200;
        let mut state = self.state();
        state.count("DynamoDB", &operation);
        let CloudState { units, sizes, .. } = &mut *state;
        units.add(sizes, &operation, &body, &output, succeeded);
        Ok(response)
    }
}

/// A request of the engine from its JSON form.
#[expect(clippy::expect_used, reason = "the requests are written above")]
fn request<T: DeserializeOwned>(request: Value) -> T {
    serde_json::from_value(request).expect("a request")
}

fn with_body(request: HttpRequest, body: &Value) -> HttpRequest {
    let mut new = HttpRequest::new(SdkBody::from(body.to_string()));
    for (name, value) in request.headers() {
        new.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    new
}
