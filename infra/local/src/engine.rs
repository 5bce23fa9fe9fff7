//! The embedded DynamoDB engine, connected to the AWS SDK inside the process.
//!
//! The SDK makes its requests as for AWS. A connector hands their bodies to the engine and brings back
//! the responses. Nothing listens on a port, so no other program on the machine can read the table, and
//! a request costs half of what it does over a socket.

use std::path::Path;
use std::time::Duration;

use adapters::errors::BoxError;
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

/// The name of the table.
const TABLE: &str = "kept";

/// The reason why a database cannot be opened.
#[derive(Debug, Error)]
#[error("cannot open the database {place}")]
pub struct EngineError {
    /// The file, or "in memory".
    place: String,
    source: BoxError,
}

/// Opens a database in a file, or in memory, and makes its table if it is missing.
///
/// # Errors
/// Returns an error if the file is not a database of the engine or cannot be written.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), local::engine::EngineError> {
/// let store = local::engine::open(None).await?;
/// # Ok(())
/// # }
/// ```
pub async fn open(file: Option<&Path>) -> Result<Store, EngineError> {
    let place = file.map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    let store = open_store(file).await;
    store.map_err(|source| EngineError { place, source })
}

async fn open_store(file: Option<&Path>) -> Result<Store, BoxError> {
    let database = match file {
        Some(file) => Database::new(file.to_str().ok_or("the name is not UTF-8")?)?,
        None => Database::memory()?,
    };
    let store = Store::new(client(Engine::over(database)), TABLE);
    store.create_table().await?;
    Ok(store)
}

fn client(engine: Engine) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        // The engine ignores region and credentials, but the SDK makes no request without them.
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

/// The engine as the HTTP connector of an SDK client.
#[derive(Clone)]
pub struct Engine {
    database: Database,
}

impl Engine {
    /// A connector to an open database.
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
            let invalid = |message: &'static str| ConnectorError::user(message.into());
            let target = request.headers().get("x-amz-target");
            let operation = target
                .and_then(|target| target.rsplit('.').next())
                .ok_or_else(|| invalid("the request has no target"))?
                .to_owned();
            let body = request
                .body()
                .bytes()
                .ok_or_else(|| invalid("the body of the request is not in memory"))?
                .to_vec();
            // A write waits for the disk.
            let response =
                tokio::task::spawn_blocking(move || respond(&database, &operation, &body)).await;
            let (status, body) =
                response.map_err(|error| ConnectorError::other(error.into(), None))?;
            let status = StatusCode::try_from(status)
                .map_err(|error| ConnectorError::other(error.into(), None))?;
            Ok(HttpResponse::new(status, SdkBody::from(body)))
        })
    }
}

/// Carries out an operation. Returns the status and the body of the HTTP response.
fn respond(database: &Database, operation: &str, body: &[u8]) -> (u16, String) {
    let response = match operation {
        "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
        "CreateTable" => run(body, |request| database.create_table(request)),
        "GetItem" => run(body, |request| database.get_item(request)),
        "PutItem" => run(body, |request| database.put_item(request)),
        "Query" => run(body, |request| database.query(request)),
        "Scan" => run(body, |request| database.scan(request)),
        "TransactWriteItems" => run(body, |request| database.transact_write_items(request)),
        "UpdateItem" => run(body, |request| database.update_item(request)),
        _ => Err(DynoxideError::ValidationException(format!("{operation} is not supported"))),
    };
    match response {
        Ok(body) => (200, body),
        Err(error) => (error.status_code(), error.to_json()),
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let invalid = |error: serde_json::Error| DynoxideError::ValidationException(error.to_string());
    let output = operation(serde_json::from_slice(body).map_err(invalid)?)?;
    serde_json::to_string(&output)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
