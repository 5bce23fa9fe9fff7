//! AWS: the [ports](crate::ports), the mailer and the archive as its services provide them.
//!
//! | Type | Service |
//! |---|---|
//! | [`Bucket`] | S3: incoming messages, reports |
//! | [`EventBridgeBus`] | EventBridge: events for other systems |
//! | [`Schedules`] | EventBridge Scheduler: timers |
//! | [`Ses`] | SES: outgoing email |
//!
//! The table's client comes from [`Aws::dynamodb`]; the [store](crate::store) is the same on one
//! machine.
//!
//! A Lambda function lives for a few requests, so its start is most of its cost. The clients are
//! built by hand from what the environment says, over rustls with ring and the roots that Amazon
//! signs with. Reading the system's roots would take longer than everything else together.

mod bucket;
mod client;
mod event_bus;
mod failure;
mod schedules;
mod ses;

use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use aws_smithy_runtime_api::client::http::HttpClient;
use thiserror::Error;

use crate::errors::BoxError;

pub use bucket::Bucket;
pub use event_bus::EventBridgeBus;
pub use schedules::{ScheduleSettings, Schedules, TimerPayload};
pub use ses::Ses;

/// The settings that all clients share: region, credentials, endpoint and connection.
#[derive(Clone, Debug)]
pub struct Aws {
    region: Region,
    credentials: Credentials,
    endpoint: Option<String>,
    http: SharedHttpClient,
}

/// An environment from which no clients can be built.
#[derive(Debug, Error)]
pub enum AwsError {
    /// A variable is missing.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The HTTPS client cannot be built.
    #[error("the HTTPS client cannot be built")]
    Tls(#[source] BoxError),
    /// The root certificates that the environment names cannot be read.
    #[error("AWS_CA_BUNDLE names {file}, which cannot be read")]
    Roots {
        /// The file.
        file: String,
        /// The cause.
        source: std::io::Error,
    },
}

impl Aws {
    /// The settings of a Lambda function's environment: `AWS_REGION` and the function's credentials.
    ///
    /// If another cloud stands in for AWS, `AWS_ENDPOINT_URL` is its address, and `AWS_CA_BUNDLE` a
    /// file of root certificates to trust in place of Amazon's.
    ///
    /// # Errors
    /// Returns an error if a variable is missing, or if the file cannot be read.
    pub fn from_environment() -> Result<Self, AwsError> {
        let read = |name: &'static str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let need = |name: &'static str| read(name).ok_or(AwsError::Missing(name));
        let credentials = Credentials::new(
            need("AWS_ACCESS_KEY_ID")?,
            need("AWS_SECRET_ACCESS_KEY")?,
            read("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let endpoint = read("AWS_ENDPOINT_URL");
        let plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let http = match read("AWS_CA_BUNDLE") {
            _ if plain => client::http(),
            Some(file) => match std::fs::read(&file) {
                Ok(roots) => client::https(&roots)?,
                Err(source) => return Err(AwsError::Roots { file, source }),
            },
            None => client::https(client::AMAZON_ROOTS)?,
        };
        Ok(Self { region: Region::new(need("AWS_REGION")?), credentials, endpoint, http })
    }

    /// Settings for a connection that does not lead to AWS: it replays recorded answers, or counts.
    pub fn over(http: impl HttpClient + 'static) -> Self {
        Self {
            region: Region::from_static("eu-west-2"),
            credentials: Credentials::new("stand-in", "stand-in", None, None, "stand-in"),
            endpoint: None,
            http: SharedHttpClient::new(http),
        }
    }

    /// The client for the table.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(client::config!(self, aws_sdk_dynamodb).build())
    }
}
