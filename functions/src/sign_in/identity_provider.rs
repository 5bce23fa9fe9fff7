//! The OpenID Connect client: the authorization code flow with PKCE.
//! <https://openid.net/specs/openid-connect-core-1_0.html>

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::organisation::Role;
pub use openidconnect::ClientSecret;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ConfigurationError, CsrfToken, DiscoveryError, EmptyExtraTokenFields, IdTokenClaims,
    IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _, reqwest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use tokio::sync::Mutex;

use crate::host_names::is_loopback;
use crate::routes::CALLBACK;

/// The time for which the provider's metadata is used. If a token is signed with a key that is not in
/// it, the metadata is fetched again at once.
const METADATA_TTL: TimeDelta = TimeDelta::hours(1);

/// Longer than a provider takes to respond, and shorter than a person or a Lambda function waits.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The identity provider, and Kept's registration with it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// The client ID that the provider gave Kept.
    pub client_id: String,
    /// The client secret that the provider gave Kept.
    pub client_secret: ClientSecret,
    /// The URL at which staff reach the pages, without a slash at the end.
    pub public_url: String,
}

/// A reason why [`Settings`] cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The address cannot be parsed, or secrets would cross the network in the clear.
    #[error("{setting} has to be an address with https://, not `{given}`")]
    Address {
        /// The setting, in words.
        setting: &'static str,
        /// The address that was given.
        given: String,
    },
    /// The HTTP client could not be set up.
    #[error("the HTTP client for the identity provider cannot be set up")]
    HttpClient(#[source] reqwest::Error),
}

/// A reason why somebody could not be signed in. None of the messages names anybody.
#[derive(Debug, Error)]
pub(super) enum ProviderError {
    /// The provider did not respond. It may respond later.
    #[error("the identity provider cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The provider's metadata lacks something.
    #[error("the identity provider's metadata cannot be used")]
    Metadata(#[from] ConfigurationError),
    /// The provider refused the authorization code, with an error code of RFC 6749, section 5.2.
    #[error("the identity provider refused the authorization code: {0}")]
    CodeRefused(CoreErrorResponseType),
    /// The response to the authorization code was not a token response.
    #[error("the identity provider's token response cannot be read: {0}")]
    TokenResponse(String),
    /// The token response has no ID token.
    #[error("the identity provider sent no ID token")]
    NoIdToken,
    /// The ID token is not valid for this sign-in.
    #[error("the ID token is not accepted")]
    IdToken(#[from] ClaimsVerificationError),
}

/// The secrets of a sign-in that was started. The browser keeps them, signed, until it comes back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SignInRequest {
    pub(super) state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// The person that the provider confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The email address, if the provider says that it is verified.
    pub(super) email: Option<String>,
    /// The role that the provider gives the person in Kept.
    pub(super) role: Option<Role>,
}

/// Claims that providers add to the standard ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ExtraClaims {
    /// Microsoft Entra ID: the application's roles.
    #[serde(default)]
    roles: Value,
    /// Amazon Cognito: the user pool's groups.
    #[serde(default, rename = "cognito:groups")]
    groups: Value,
    /// Microsoft Entra ID has no `email_verified`. This claim says if the tenant owns the address's
    /// domain. Without it anybody could write anybody's address into their own profile.
    #[serde(default)]
    xms_edov: Value,
}

impl AdditionalClaims for ExtraClaims {}

type TokenFields = IdTokenFields<
    ExtraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type OidcClient<A, D, I, R, T, U> = Client<
    ExtraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<TokenFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    A,
    D,
    I,
    R,
    T,
    U,
>;

/// The client once the provider's metadata has been read.
type DiscoveredClient = OidcClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// An identity provider.
#[derive(Debug)]
pub(super) struct IdentityProvider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect_url: RedirectUrl,
    http: reqwest::Client,
    /// The provider's metadata, and when it was fetched.
    metadata: Mutex<Option<(CoreProviderMetadata, DateTime<Utc>)>>,
}

impl IdentityProvider {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let issuer = safe_address("the issuer", &settings.issuer)?;
        let public = safe_address("the public URL", &settings.public_url)?;
        let invalid = |_| SettingsError::Address {
            setting: "the public URL",
            given: settings.public_url.clone(),
        };
        let redirect_url = format!("{}{CALLBACK}", settings.public_url);
        let http = reqwest::Client::builder()
            // An address that a provider redirects to is not the one that was configured.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(issuer.scheme() == "https")
            .timeout(RESPONSE_TIMEOUT)
            .build()
            .map_err(SettingsError::HttpClient)?;
        tracing::debug!(issuer = %issuer, public = %public, "sign-in by OpenID Connect");
        Ok(Self {
            // As it was written, because the issuer of a token is compared letter by letter.
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(invalid)?,
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: settings.client_secret.clone(),
            redirect_url: RedirectUrl::new(redirect_url).map_err(invalid)?,
            http,
            metadata: Mutex::new(None),
        })
    }

    /// Starts a sign-in. Returns the URL to send the browser to, and what it has to come back with.
    pub(super) async fn start(
        &self,
        now: DateTime<Utc>,
    ) -> Result<(Url, SignInRequest), ProviderError> {
        let client = self.client(now, false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(challenge)
            .url();
        Ok((url, SignInRequest { state, nonce, verifier }))
    }

    /// Exchanges the authorization code for the person's identity.
    pub(super) async fn exchange(
        &self,
        code: String,
        request: SignInRequest,
        now: DateTime<Utc>,
    ) -> Result<Identity, ProviderError> {
        let client = self.client(now, false).await?;
        let response = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(request.verifier)
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(cause) => ProviderError::Unavailable(cause.into()),
                // The description may name the person. The error code does not.
                RequestTokenError::ServerResponse(response) => {
                    ProviderError::CodeRefused(response.error().clone())
                }
                // Without its cause, which may quote the response.
                other => ProviderError::TokenResponse(other.to_string()),
            })?;
        let token = response.id_token().ok_or(ProviderError::NoIdToken)?;
        let verify = |client: &DiscoveredClient| {
            let verifier = client
                .id_token_verifier()
                // Never `none`, and never HMAC with the client secret.
                .set_allowed_algs([
                    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                ])
                .set_time_fn(|| now);
            token.claims(&verifier, &request.nonce).map(identity)
        };
        match verify(&client) {
            // The provider has changed its keys since they were fetched.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => Ok(verify(&self.client(now, true).await?)?),
            result => Ok(result?),
        }
    }

    async fn client(
        &self,
        now: DateTime<Utc>,
        refresh: bool,
    ) -> Result<DiscoveredClient, ProviderError> {
        let metadata = self.metadata(now, refresh).await?;
        let secret = Some(self.client_secret.clone());
        let client = Client::from_provider_metadata(metadata, self.client_id.clone(), secret);
        Ok(client.set_redirect_uri(self.redirect_url.clone()))
    }

    /// Returns the provider's metadata, fetched again if it is too old or if `refresh` is set. Callers
    /// wait while another fetches it.
    async fn metadata(
        &self,
        now: DateTime<Utc>,
        refresh: bool,
    ) -> Result<CoreProviderMetadata, ProviderError> {
        let mut cached = self.metadata.lock().await;
        if let Some((metadata, fetched_at)) = cached.as_ref()
            && !refresh
            && now - *fetched_at < METADATA_TTL
        {
            return Ok(metadata.clone());
        }
        let fetched = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = fetched.map_err(|error| match error {
            DiscoveryError::Request(cause) => ProviderError::Unavailable(cause.into()),
            other => ProviderError::Unavailable(other.into()),
        })?;
        *cached = Some((metadata.clone(), now));
        Ok(metadata)
    }
}

/// Returns an address to which secrets may be sent: one with https, or one on this machine.
fn safe_address(setting: &'static str, given: &str) -> Result<Url, SettingsError> {
    let invalid = || SettingsError::Address { setting, given: given.to_owned() };
    let url = Url::parse(given).map_err(|_| invalid())?;
    let host = url.host_str().ok_or_else(invalid)?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(host) => Ok(url),
        _ => Err(invalid()),
    }
}

fn identity(claims: &IdTokenClaims<ExtraClaims, CoreGenderClaim>) -> Identity {
    let extra = claims.additional_claims();
    // If a provider says that an address is not verified, no other claim makes it so.
    let verified = claims.email_verified().unwrap_or_else(|| is_true(&extra.xms_edov));
    Identity {
        email: claims.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
        role: Role::ALL.into_iter().rev().find(|role| {
            let name = format!("kept-{}", role.as_str());
            [&extra.roles, &extra.groups].into_iter().any(|claim| contains(claim, &name))
        }),
    }
}

/// Returns true for `true` and `1`, and for both as text, since providers write all of these.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "1" || text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Returns true if a claim is this name, or a list with this name in it.
fn contains(claim: &Value, name: &str) -> bool {
    match claim {
        Value::String(text) => text == name,
        Value::Array(names) => names.iter().any(|each| each.as_str() == Some(name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sent_by_https_or_to_this_machine() {
        for good in
            ["https://login.example/tenant/v2.0", "http://127.0.0.1:9", "http://localhost/x"]
        {
            assert!(safe_address("it", good).is_ok(), "{good}");
        }
        for bad in ["", "login.example", "http://login.example", "ftp://127.0.0.1", "https://"] {
            assert!(safe_address("it", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_email_address_counts_as_verified_in_each_form_that_providers_use() {
        use serde_json::json;
        for yes in [json!(true), json!(1), json!("1"), json!("true"), json!("True")] {
            assert!(is_true(&yes), "{yes}");
        }
        for no in [json!(false), json!(0), json!("0"), json!("yes"), json!(null), json!([true])] {
            assert!(!is_true(&no), "{no}");
        }
    }
}
