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
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use thiserror::Error;

pub use archive::Bucket;
pub use bus::EventBus;
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
}

impl Aws {
    /// What the environment of a Lambda function says: `AWS_REGION`, the function's credentials, and
    /// `AWS_ENDPOINT_URL` where another cloud stands in for AWS.
    ///
    /// # Errors
    /// When a variable is missing.
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
        let http = if plain { Builder::new().build_http() } else { https()? };
        Ok(Self { region: Region::new(need("AWS_REGION")?), credentials, endpoint, http })
    }
}

fn https() -> Result<SharedHttpClient, AwsError> {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    let context = TlsContext::builder().with_trust_store(roots).build();
    let context = context.map_err(|error| AwsError::Tls(error.to_string()))?;
    Ok(Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

/// Three attempts within the time that a function has, each short: a call to a service of the same
/// region that has not been answered within two seconds will not be.
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

/// Whether a failed call may work later: the service is busy or broken, or was not reached.
fn is_of_the_moment<E>(error: &aws_sdk_dynamodb::error::SdkError<E>) -> bool
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata,
{
    use aws_sdk_dynamodb::error::SdkError;
    match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status();
            status.is_server_error()
                || status.as_u16() == 429
                || service.err().code().is_some_and(|code| {
                    code.contains("Throttl")
                        || code.contains("TooManyRequests")
                        || code.contains("LimitExceeded")
                })
        }
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    }
}
