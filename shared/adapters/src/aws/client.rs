//! Connections, retries and timeouts of the clients.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use super::AwsError;

/// The root certificates of AWS: <https://www.amazontrust.com/repository/>
pub(super) const AMAZON_ROOTS: &[u8] = include_bytes!("../../roots/amazon.pem");

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A call within one region that has not been answered by then is not going to be.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

const MAX_ATTEMPTS: u32 = 3;

/// All attempts and the pauses between them. A function that has sixty seconds can then still say
/// which of its records have to come again.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(7);

pub(super) fn http() -> SharedHttpClient {
    Builder::new().build_http()
}

pub(super) fn https(roots: &[u8]) -> Result<SharedHttpClient, AwsError> {
    let roots = TrustStore::empty().with_pem_certificate(roots);
    let context = TlsContext::builder().with_trust_store(roots).build();
    let context = context.map_err(|error| AwsError::Tls(error.into()))?;
    Ok(Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

pub(super) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(50))
}

pub(super) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

pub(super) fn behaviour() -> BehaviorVersion {
    BehaviorVersion::latest()
}

/// The configuration of one service's client.
macro_rules! config {
    ($aws:expr, $service:ident) => {{
        use $crate::aws::client;
        let builder = $service::Config::builder()
            .behavior_version(client::behaviour())
            .region($aws.region.clone())
            .credentials_provider($aws.credentials.clone())
            .retry_config(client::retries())
            .timeout_config(client::timeouts())
            .http_client($aws.http.clone());
        match &$aws.endpoint {
            Some(endpoint) => builder.endpoint_url(endpoint),
            None => builder,
        }
    }};
}
pub(super) use config;
