//! The embedded DynamoDB engine, spoken to by the AWS SDK without a network in between.
//!
//! The SDK makes its requests as for AWS; a connector hands their bodies to the engine in this
//! process and its answers back. Nothing listens on a port, so nobody else on the machine can read
//! the table, and each request costs half of what it does over a socket.

use std::path::Path;
use std::time::Duration;

use adapters::store::Store;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The table's name; there is one.
const TABLE: &str = "kept";

/// Why the engine could not be opened.
#[derive(Debug, Error)]
#[error("the database {place} cannot be opened: {cause}")]
pub struct EngineError {
    place: String,
    cause: String,
}

/// Opens the engine on a file, or in memory, and its table.
///
/// # Errors
/// When the file is none of the engine's, or cannot be written.
pub async fn open(file: Option<&Path>) -> Result<Store, EngineError> {
    let place = file.map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    let failed = |cause: String| EngineError { place: place.clone(), cause };
    let database = match file {
        Some(file) => {
            Database::new(file.to_str().ok_or_else(|| failed("its name is not UTF-8".into()))?)
        }
        None => Database::memory(),
    };
    let database = database.map_err(|error| failed(error.to_string()))?;
    let store = Store::new(client(Engine::over(database)), TABLE);
    store.create_table().await.map_err(|error| failed(error.to_string()))?;
    Ok(store)
}

fn client(engine: Engine) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        // The engine has no use for them, but a request without them would not be one.
        .region(Region::new("local"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
        .timeout_config(
            aws_sdk_dynamodb::config::timeout::TimeoutConfig::builder()
                .operation_timeout(Duration::from_secs(30))
                .build(),
        )
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(engine.clone())))
        .build();
    Client::from_conf(config)
}

/// The engine, as what a client of the SDK is connected to.
#[derive(Clone)]
pub struct Engine {
    database: Database,
}

impl Engine {
    /// A connection to a database.
    #[must_use]
    pub fn over(database: Database) -> Self {
        Self { database }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl HttpConnector for Engine {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.database.clone();
        HttpConnectorFuture::new(async move {
            let wrong = |what: &'static str| ConnectorError::user(what.into());
            let operation =
                request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
            let operation =
                operation.ok_or_else(|| wrong("a request without a target"))?.to_owned();
            let body = request
                .body()
                .bytes()
                .ok_or_else(|| wrong("a request without a body in memory"))?;
            let body = body.to_vec();
            // A write waits for the disk.
            let answer =
                tokio::task::spawn_blocking(move || answer(&database, &operation, &body)).await;
            let (status, body) =
                answer.map_err(|error| ConnectorError::other(error.into(), None))?;
            let status = StatusCode::try_from(status)
                .map_err(|error| ConnectorError::other(error.into(), None))?;
            Ok(HttpResponse::new(status, SdkBody::from(body)))
        })
    }
}

/// Carries out an operation: its status and its body, as they would come over the wire.
fn answer(database: &Database, operation: &str, body: &[u8]) -> (u16, String) {
    let answered = match operation {
        "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
        "CreateTable" => run(body, |request| database.create_table(request)),
        "GetItem" => run(body, |request| database.get_item(request)),
        "PutItem" => run(body, |request| database.put_item(request)),
        "Query" => run(body, |request| database.query(request)),
        "Scan" => run(body, |request| database.scan(request)),
        "TransactWriteItems" => run(body, |request| database.transact_write_items(request)),
        "UpdateItem" => run(body, |request| database.update_item(request)),
        _ => Err(DynoxideError::ValidationException(format!("{operation} is not connected"))),
    };
    match answered {
        Ok(body) => (200, body),
        Err(error) => (error.status_code(), error.to_json()),
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let unreadable =
        |error: serde_json::Error| DynoxideError::ValidationException(error.to_string());
    let answer = operation(serde_json::from_slice(body).map_err(unreadable)?)?;
    serde_json::to_string(&answer)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
