//! What stands in for AWS: the real clients and adapters over one connection that leads to the
//! embedded engine for the table, and to a memory of what was asked for everything else. It counts,
//! and it can be told to break.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adapters::aws::{Aws, EventBridgeBus, Schedules, Ses};
use adapters::clock::Clock;
use adapters::store::Store;
use aws_lambda_events::event::dynamodb::EventRecord;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Secret};
use domain::standards::load_built_in;
use dynoxide::Database;
use functions::App;
use functions::dispatch::Dispatch;
use local::engine::Engine;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::at;

/// The table, the schedules, the bus and the mail of one installation.
#[derive(Clone)]
pub struct Cloud {
    database: Database,
    engine: Engine,
    kept: Arc<Mutex<Held>>,
    /// How far the stream was read, by shard.
    places: Arc<Mutex<HashMap<String, String>>>,
    fault: Arc<Mutex<Option<Fault>>>,
    /// Calls to everything but the table, until the next fault.
    until_fault: Arc<AtomicU32>,
    /// Told when a call makes the function that made it crash.
    pub crashed: Arc<Notify>,
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cloud")
    }
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The function is gone before the call is made.
    CrashBefore,
    /// The function is gone after the call was carried out and before it hears of it.
    CrashAfter,
    /// The service is busy, and does nothing.
    Busy,
    /// The call is carried out and the connection breaks off.
    Unconfirmed,
    /// The service refuses this.
    Refused,
}

/// What AWS holds and has been asked.
#[derive(Debug, Default)]
pub struct Held {
    /// How often each operation was called, as `SES SendEmail`.
    pub calls: BTreeMap<String, u32>,
    /// What the table wrote and read, in units as it is priced.
    pub units: Units,
    /// Mails that were taken, as they came.
    pub mails: Vec<Vec<u8>>,
    /// The details of the events that were taken.
    pub events: Vec<Value>,
    /// When each schedule fires, and for whom.
    pub schedules: BTreeMap<String, (DateTime<Utc>, ContactId)>,
    /// What is in the bucket.
    pub objects: HashMap<String, Vec<u8>>,
    /// References whose schedules are refused for good.
    pub refuse_schedules_of: HashSet<ContactId>,
    /// The size of each item, and its keys in the indexes.
    items: HashMap<String, (usize, Vec<String>)>,
}

/// Units as DynamoDB prices them on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Units {
    /// Write request units of the table; those of transactions are two each.
    pub written: f64,
    /// Write request units of the indexes.
    pub indexed: f64,
    /// Read request units.
    pub read: f64,
}

/// What sees to commits here.
pub type CloudDispatch = Dispatch<Ses, Schedules, Option<EventBridgeBus>>;

#[expect(clippy::expect_used, clippy::panic, reason = "what does not work here fails its test")]
impl Cloud {
    /// An installation with an empty table that has a stream.
    pub async fn new() -> Self {
        let database = Database::memory().expect("an engine");
        let cloud = Self {
            engine: Engine::over(database.clone()),
            database,
            kept: Arc::default(),
            places: Arc::default(),
            fault: Arc::default(),
            until_fault: Arc::default(),
            crashed: Arc::default(),
        };
        cloud.store().create_table().await.expect("a table");
        cloud
    }

    /// Clients of AWS that lead here.
    #[must_use]
    pub fn aws(&self) -> Aws {
        let connector = self.clone();
        Aws::over(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
    }

    fn store(&self) -> Store {
        Store::new(self.aws().dynamodb(), "kept")
    }

    /// West Kent's desk at a local time.
    #[must_use]
    pub fn app(&self, local: &str) -> App {
        App {
            store: self.store(),
            organisation: Arc::new(load_built_in("westkent").expect("West Kent")),
            secret: Secret::new([1; 32]),
            clock: Clock::by_hand(at(local)),
            base_url: "https://kept.example".into(),
        }
    }

    /// The function that sees to the commits of a desk, as its binary makes it.
    #[must_use]
    pub fn dispatch(&self, app: &App) -> CloudDispatch {
        let aws = self.aws();
        let timers = Schedules::new(
            &aws,
            "kept".into(),
            "arn:aws:lambda:eu-west-2:123456789012:function:deadline".into(),
            "arn:aws:iam::123456789012:role/waker".into(),
            "arn:aws:sqs:eu-west-2:123456789012:dead-letters".into(),
        );
        Dispatch {
            app: app.clone(),
            mailer: Ses::new(&aws, None),
            timers: timers.by(app.clock.clone()),
            bus: Some(EventBridgeBus::new(&aws, "kept".into(), app.organisation.clone())),
            lease: TimeDelta::seconds(60),
        }
    }

    /// What it holds.
    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The `calls`th call from now to anything but the table goes wrong.
    pub fn break_at(&self, calls: u32, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        self.until_fault.store(calls, Ordering::SeqCst);
    }

    /// What goes wrong with the call that is being made, if anything.
    fn fault(&self) -> Option<Fault> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.until_fault.load(Ordering::SeqCst).saturating_sub(1);
        self.until_fault.store(left, Ordering::SeqCst);
        if left == 0 { fault.take() } else { None }
    }

    /// Puts an item into the table past the store.
    pub fn put_raw(&self, item: &Value) {
        let request = json!({ "TableName": "kept", "Item": item });
        let request = serde_json::from_value(request).expect("a request");
        self.database.put_item(request).expect("the item is put");
    }

    /// Every item of the table, as it is stored.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let request = serde_json::from_value(json!({ "TableName": "kept" })).expect("a request");
        let found = self.database.scan(request).expect("the table is read");
        let found = serde_json::to_value(&found).expect("an answer");
        found["Items"].as_array().expect("items").clone()
    }

    /// The records of the table's stream, oldest first.
    #[must_use]
    pub fn stream(&self) -> Vec<EventRecord> {
        self.records(&mut HashMap::new())
    }

    /// Those that were written since it was last asked.
    #[must_use]
    pub fn new_records(&self) -> Vec<EventRecord> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        self.records(&mut places)
    }

    /// What comes after these places, by shard; they are moved on.
    fn records(&self, places: &mut HashMap<String, String>) -> Vec<EventRecord> {
        let request = serde_json::from_value(json!({ "TableName": "kept" })).expect("a request");
        let streams = self.database.list_streams(request).expect("streams");
        let arn = &streams.streams.first().expect("a stream").stream_arn;
        let request = serde_json::from_value(json!({ "StreamArn": arn })).expect("a request");
        let described = self.database.describe_stream(request).expect("a description");
        let mut records = Vec::new();
        for shard in &described.stream_description.shards {
            let place = places.entry(shard.shard_id.clone()).or_insert_with(|| {
                let request = json!({
                    "StreamArn": arn, "ShardId": shard.shard_id, "ShardIteratorType": "TRIM_HORIZON",
                });
                let request = serde_json::from_value(request).expect("a request");
                let place = self.database.get_shard_iterator(request).expect("a place");
                place.shard_iterator.expect("a shard that is open")
            });
            loop {
                let request = json!({ "ShardIterator": place });
                let request = serde_json::from_value(request).expect("a request");
                let page = self.database.get_records(request).expect("records");
                if let Some(next) = &page.next_shard_iterator {
                    place.clone_from(next);
                }
                if page.records.is_empty() {
                    break;
                }
                let page = serde_json::to_value(&page).expect("an answer");
                for record in page["Records"].as_array().expect("records") {
                    let record = serde_json::from_value(record.clone());
                    records.push(record.expect("a record as Lambda gives it"));
                }
            }
        }
        records
    }

    /// Takes the schedules that are due by `now`, which are then no more: Scheduler fires once.
    pub fn due(&self, now: DateTime<Utc>) -> Vec<ContactId> {
        let mut held = self.held();
        let (due, later) =
            std::mem::take(&mut held.schedules).into_iter().partition(|(_, (at, _))| *at <= now);
        held.schedules = later;
        let due: BTreeMap<String, (DateTime<Utc>, ContactId)> = due;
        due.into_values().map(|(_, contact)| contact).collect()
    }

    fn bucket(&self, request: &HttpRequest) -> HttpResponse {
        let name = request.uri().split('?').next().and_then(|path| path.rsplit('/').next());
        let mut held = self.held();
        held.count("S3", "GetObject");
        match held.objects.get(name.unwrap_or_default()) {
            Some(object) => {
                let status = 200.try_into().expect("a status");
                HttpResponse::new(status, SdkBody::from(object.as_slice()))
            }
            None => answer(404, Some("NoSuchKey"), &json!({})),
        }
    }

    async fn table(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let mut body: Value = read(&request);
        if operation == "CreateTable" {
            body["StreamSpecification"] =
                json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
            request = replaced(request, &body);
        }
        let response = self.engine.call(request).await?;
        let answer: Value = response
            .body()
            .bytes()
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .unwrap_or_default();
        let done = response.status().as_u16() == 200;
        let mut held = self.held();
        held.count("DynamoDB", &operation);
        held.measure(&operation, &body, &answer, done);
        Ok(response)
    }

    fn other(&self, service: &str, request: &HttpRequest) -> HttpResponse {
        let body = read(request);
        let method = request.method().to_owned();
        let name = request.uri().split('?').next().and_then(|path| path.rsplit('/').next());
        let name = name.unwrap_or_default().to_owned();
        let mut held = self.held();
        match (service, method.as_str()) {
            ("scheduler", "DELETE") => {
                held.count("Scheduler", "DeleteSchedule");
                match held.schedules.remove(&name) {
                    Some(_) => answer(200, None, &json!({})),
                    None => answer(404, Some("ResourceNotFoundException"), &json!({})),
                }
            }
            ("scheduler", method) => {
                let (operation, made) = match method {
                    "POST" => ("CreateSchedule", !held.schedules.contains_key(&name)),
                    _ => ("UpdateSchedule", held.schedules.contains_key(&name)),
                };
                held.count("Scheduler", operation);
                let text = body["ScheduleExpression"].as_str().unwrap_or_default();
                let at = NaiveDateTime::parse_from_str(text, "at(%Y-%m-%dT%H:%M:%S)");
                let input = body["Target"]["Input"].as_str().unwrap_or_default();
                let input: Value = serde_json::from_str(input).unwrap_or_default();
                let contact = input["contact"].as_str().and_then(|id| id.parse().ok());
                let (Ok(at), Some(contact)) = (at, contact) else {
                    return answer(400, Some("ValidationException"), &json!({}));
                };
                if held.refuse_schedules_of.contains(&contact) {
                    return answer(400, Some("ValidationException"), &json!({}));
                }
                if !made {
                    let code = match operation {
                        "CreateSchedule" => (409, "ConflictException"),
                        _ => (404, "ResourceNotFoundException"),
                    };
                    return answer(code.0, Some(code.1), &json!({}));
                }
                held.schedules.insert(name, (at.and_utc(), contact));
                answer(200, None, &json!({ "ScheduleArn": "arn:aws:scheduler:::schedule/one" }))
            }
            ("events", _) => {
                held.count("EventBridge", "PutEvents");
                let entries = body["Entries"].as_array().cloned().unwrap_or_default();
                let taken: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "e" })).collect();
                for entry in entries {
                    let detail = entry["Detail"].as_str().unwrap_or_default();
                    held.events.push(serde_json::from_str(detail).unwrap_or_default());
                }
                answer(200, None, &json!({ "FailedEntryCount": 0, "Entries": taken }))
            }
            ("email", _) => {
                held.count("SES", "SendEmail");
                let data = body["Content"]["Raw"]["Data"].as_str().unwrap_or_default();
                held.mails.push(aws_smithy_types::base64::decode(data).unwrap_or_default());
                answer(200, None, &json!({ "MessageId": "m" }))
            }
            (service, _) => panic!("{service} is not connected"),
        }
    }
}

impl Held {
    /// Counts a call.
    pub fn count(&mut self, service: &str, operation: &str) {
        *self.calls.entry(format!("{service} {operation}")).or_default() += 1;
    }

    /// What an operation of the table takes, from the sizes of what it writes and reads: a unit for
    /// each kilobyte written, twice that in a transaction, one for each key of an index that
    /// comes or goes; a unit for four kilobytes read, half for what need not be the latest.
    fn measure(&mut self, operation: &str, body: &Value, answer: &Value, done: bool) {
        match operation {
            "TransactWriteItems" => {
                let puts = body["TransactItems"].as_array().into_iter().flatten();
                for put in puts {
                    let item = &put["Put"]["Item"];
                    self.units.written += 2.0 * kilobytes(size(item), 1);
                    if done {
                        self.put(item);
                    }
                }
            }
            "UpdateItem" => {
                let item = self.items.get(&key(&body["Key"])).map_or(0, |(size, _)| *size);
                // What is set is the time of the claim.
                self.units.written += kilobytes(item + 31, 1);
            }
            "GetItem" => self.units.read += kilobytes(size(&answer["Item"]), 4),
            "Query" | "BatchGetItem" => {
                let items = answer["Items"].as_array().into_iter().flatten();
                let bytes: usize = items.map(size).sum();
                self.units.read += kilobytes(bytes, 4) / 2.0;
            }
            _ => {}
        }
    }

    fn put(&mut self, item: &Value) {
        let keys: Vec<String> = ["list", "attention", "customer"]
            .iter()
            .filter_map(|index| {
                let hash = item[index]["S"].as_str()?;
                Some(format!("{index} {hash} {}", item[format!("{index}_at")]["S"]))
            })
            .collect();
        let new = (size(item), keys.clone());
        let old = self.items.insert(key(item), new).map_or_else(Vec::new, |(_, keys)| keys);
        let came = keys.iter().filter(|key| !old.contains(key)).count();
        let went = old.iter().filter(|key| !keys.contains(key)).count();
        self.units.indexed += f64::from(u32::try_from(came + went).unwrap_or(u32::MAX));
    }
}

fn key(item: &Value) -> String {
    format!("{} {}", item["pk"]["S"], item["sk"]["S"])
}

/// As DynamoDB measures: names and values.
fn size(item: &Value) -> usize {
    let attributes = item.as_object().into_iter().flatten();
    attributes
        .map(|(name, value)| {
            let text = value["S"].as_str().or(value["N"].as_str()).unwrap_or_default();
            name.len() + text.len()
        })
        .sum()
}

fn kilobytes(bytes: usize, unit: usize) -> f64 {
    f64::from(u32::try_from(bytes.div_ceil(unit * 1024).max(1)).unwrap_or(u32::MAX))
}

fn read(request: &HttpRequest) -> Value {
    let bytes = request.body().bytes().unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn replaced(request: HttpRequest, body: &Value) -> HttpRequest {
    let mut new = HttpRequest::new(SdkBody::from(body.to_string()));
    for (name, value) in request.headers() {
        new.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    new
}

fn answer(status: u16, error: Option<&'static str>, body: &Value) -> HttpResponse {
    #[expect(clippy::expect_used, reason = "the statuses are written above")]
    let status = status.try_into().expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    if let Some(error) = error {
        response.headers_mut().insert("x-amzn-errortype", error);
    }
    response
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let cloud = self.clone();
        HttpConnectorFuture::new(async move {
            let host = request.uri().trim_start_matches("https://").to_owned();
            let service = host.split('.').next().unwrap_or_default().to_owned();
            if service == "dynamodb" {
                return cloud.table(request).await;
            }
            let fault = cloud.fault();
            if fault == Some(Fault::CrashBefore) {
                cloud.crashed.notify_one();
                return std::future::pending().await;
            }
            if host.contains(".s3.") {
                return Ok(cloud.bucket(&request));
            }
            if fault == Some(Fault::Busy) {
                return Ok(answer(429, Some("TooManyRequestsException"), &json!({})));
            }
            if fault == Some(Fault::Refused) {
                return Ok(answer(400, Some("ValidationException"), &json!({})));
            }
            let answered = cloud.other(&service, &request);
            match fault {
                Some(Fault::CrashAfter) => {
                    cloud.crashed.notify_one();
                    std::future::pending().await
                }
                Some(Fault::Unconfirmed) => {
                    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                    Err(ConnectorError::io(reset.into()))
                }
                _ => Ok(answered),
            }
        })
    }
}
