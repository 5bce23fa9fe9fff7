//! Where Kept touches AWS: clients made for a short life.
//!
//! A function lives for a few requests, so what it costs to start is what it costs. The clients are
//! made by hand from what the Lambda environment says, over rustls with ring and the roots that
//! Amazon signs with: reading the system's roots takes longer than everything else together.

mod archive;
mod bus;
mod mailer;
mod timers;

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::HttpClient;
use thiserror::Error;

use crate::errors::describe_error;
use crate::ports::PortError;

pub use archive::Bucket;
pub use bus::EventBridgeBus;
pub use mailer::Ses;
pub use timers::{Schedules, Wake};

/// The roots that certificates of AWS end with: https://www.amazontrust.com/repository/
const ROOTS: &[u8] = include_bytes!("../../roots/amazon.pem");

/// What every client needs: where, as whom, over what.
#[derive(Clone, Debug)]
pub struct Aws {
    region: Region,
    credentials: Credentials,
    endpoint: Option<String>,
    http: SharedHttpClient,
}

/// What the environment does not say.
#[derive(Debug, Error)]
pub enum AwsError {
    /// A variable is missing.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The client for HTTPS cannot be made.
    #[error("no HTTPS client: {0}")]
    Tls(String),
    /// The roots that the environment names cannot be read.
    #[error("AWS_CA_BUNDLE names {file}, which cannot be read: {cause}")]
    Roots {
        /// The file.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
}

impl Aws {
    /// What the environment of a Lambda function says: `AWS_REGION`, the function's credentials, and
    /// where another cloud stands in for AWS, `AWS_ENDPOINT_URL` and `AWS_CA_BUNDLE`: a file of the
    /// roots to trust in place of Amazon's.
    ///
    /// # Errors
    /// When a variable is missing, or the file cannot be read.
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
        let http = if plain {
            Builder::new().build_http()
        } else {
            match read("AWS_CA_BUNDLE") {
                Some(file) => match std::fs::read(&file) {
                    Ok(roots) => https(&roots)?,
                    Err(cause) => return Err(AwsError::Roots { file, cause }),
                },
                None => https(ROOTS)?,
            }
        };
        Ok(Self { region: Region::new(need("AWS_REGION")?), credentials, endpoint, http })
    }

    /// The same clients over a connection that does not lead to AWS: one that replays what was
    /// recorded, or counts.
    pub fn over(http: impl HttpClient + 'static) -> Self {
        Self {
            region: Region::from_static("eu-west-2"),
            credentials: Credentials::new("stand-in", "stand-in", None, None, "stand-in"),
            endpoint: None,
            http: SharedHttpClient::new(http),
        }
    }
}

fn https(roots: &[u8]) -> Result<SharedHttpClient, AwsError> {
    let roots = TrustStore::empty().with_pem_certificate(roots);
    let context = TlsContext::builder().with_trust_store(roots).build();
    let context = context.map_err(|error| AwsError::Tls(error.to_string()))?;
    Ok(Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

/// Three attempts within the time that a function has, each short: a call to a service of the same
/// region that has not been answered within two seconds will not be. All of it is over in seven, so
/// that a function that has sixty can still say which of its records have to come again.
fn patience() -> (RetryConfig, TimeoutConfig) {
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50));
    let times = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(7))
        .build();
    (retries, times)
}

/// The configuration of one service's client.
macro_rules! config {
    ($aws:expr, $service:ident) => {{
        let (retries, times) = $crate::aws::patience();
        let builder = $service::Config::builder()
            .behavior_version($crate::aws::latest())
            .region($aws.region.clone())
            .credentials_provider($aws.credentials.clone())
            .retry_config(retries)
            .timeout_config(times)
            .http_client($aws.http.clone());
        match &$aws.endpoint {
            Some(endpoint) => builder.endpoint_url(endpoint),
            None => builder,
        }
    }};
}
use config;

fn latest() -> BehaviorVersion {
    BehaviorVersion::latest()
}

impl Aws {
    /// A client for the table.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(config!(self, aws_sdk_dynamodb).build())
    }
}

/// What a failed call to a service leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The service said that it did nothing, because it is busy: the same call may work later.
    Busy,
    /// The call may work later, and may have worked already: there was no answer, or one that says
    /// nothing about it.
    Unknown,
    /// The service said no.
    Refused,
}

fn fault<E>(error: &SdkError<E>) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let busy = service.err().code().is_some_and(|code| {
                code.contains("Throttl")
                    || code.contains("TooManyRequests")
                    || code.contains("LimitExceeded")
                    || code.contains("QuotaExceeded")
                    || code.contains("SlowDown")
            });
            match status {
                _ if busy => Fault::Busy,
                429 | 503 => Fault::Busy,
                500.. => Fault::Unknown,
                _ => Fault::Refused,
            }
        }
        SdkError::ConstructionFailure(_) => Fault::Refused,
        SdkError::DispatchFailure(_) if never_connected(error) => Fault::Busy,
        _ => Fault::Unknown,
    }
}

/// Whether nobody listened: then nothing can have been done.
fn never_connected(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        next = error.source();
    }
    false
}

/// What to tell of a failed call to a system that may be asked twice without harm.
fn outside<E>(system: &'static str, error: &SdkError<E>) -> PortError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let cause = describe_error(error);
    match fault(error) {
        Fault::Busy | Fault::Unknown => PortError::Unavailable { system, cause },
        Fault::Refused => PortError::Refused { system, cause },
    }
}
