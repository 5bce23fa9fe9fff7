//! The provider of sign-in: `OpenID` Connect, by the authorisation code flow with PKCE.
//! <https://openid.net/specs/openid-connect-core-1_0.html>

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::organisation::Role;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret,
    CsrfToken, DiscoveryError, EmptyExtraTokenFields, IdTokenClaims, IdTokenFields, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    reqwest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use tokio::sync::Mutex;

/// How long what a provider says about itself is taken to be so. A key that is not among those it
/// named is asked for at once.
const KNOWN_FOR: TimeDelta = TimeDelta::hours(1);

/// Longer than a provider takes, shorter than a person or a Lambda function waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which provider, and what it knows Kept as.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// What the provider calls this application.
    pub client_id: String,
    /// What this application proves itself with.
    pub client_secret: ClientSecret,
    /// Where staff reach the pages, without a slash at the end.
    pub public_url: String,
}

/// What is wrong with [`Settings`].
#[derive(Debug, Error)]
pub enum SettingsError {
    /// An address that is not one, or not safe to send secrets to.
    #[error("{what} has to be an address with https://, not `{given}`")]
    Address {
        /// Which.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// The HTTP client.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
}

/// Why a sign-in did not come about. None of these texts names anybody.
#[derive(Debug, Error)]
pub(super) enum ProviderError {
    /// It may work later.
    #[error("the provider of sign-in cannot be reached: {0}")]
    Unavailable(String),
    /// It will not work as it is.
    #[error("the provider's answer is not accepted: {0}")]
    Refused(String),
}

/// What a sign-in that was begun has to end with; kept in the browser meanwhile, signed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Whom the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// An address that the provider says is theirs; `None` where it does not say so.
    pub(super) email: Option<String>,
    /// What the provider says they may do.
    pub(super) role: Option<Role>,
}

/// What providers say beyond the standard.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct MoreClaims {
    /// Microsoft Entra ID: the application's roles.
    #[serde(default)]
    roles: Value,
    /// Amazon Cognito: the user pool's groups.
    #[serde(default, rename = "cognito:groups")]
    groups: Value,
    /// Microsoft Entra ID has no `email_verified`; this is whether the tenant owns the address's
    /// domain. Without it anybody could write anybody's address into their own profile.
    #[serde(default)]
    xms_edov: Value,
}

impl AdditionalClaims for MoreClaims {}

type Fields = IdTokenFields<
    MoreClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type OidcClient<A, D, I, R, T, U> = Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
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

/// The client once the provider has said where it is.
type Reachable = OidcClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// A provider of sign-in.
#[derive(Debug)]
pub(super) struct Provider {
    issuer: IssuerUrl,
    id: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    http: reqwest::Client,
    /// What it said about itself, and when.
    said: Mutex<Option<(CoreProviderMetadata, DateTime<Utc>)>>,
}

impl Provider {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let issuer = address("the issuer", &settings.issuer)?;
        let public = address("the public URL", &settings.public_url)?;
        let wrong = |_| SettingsError::Address {
            what: "the public URL",
            given: settings.public_url.clone(),
        };
        let back = format!("{}{}", settings.public_url, super::CALLBACK);
        let http = reqwest::Client::builder()
            // Whatever a provider redirects to is not what was configured.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(issuer.scheme() == "https")
            .timeout(PATIENCE)
            .build()
            .map_err(|error| SettingsError::Client(error.to_string()))?;
        tracing::debug!(issuer = %issuer, public = %public, "sign-in by OpenID Connect");
        Ok(Self {
            // As it was written: it is compared to the letter.
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(wrong)?,
            id: ClientId::new(settings.client_id.clone()),
            secret: settings.client_secret.clone(),
            back: RedirectUrl::new(back).map_err(wrong)?,
            http,
            said: Mutex::new(None),
        })
    }

    /// Where to send the browser, and what it has to come back with.
    pub(super) async fn begin(&self, now: DateTime<Utc>) -> Result<(Url, Begun), ProviderError> {
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
        Ok((url, Begun { state, nonce, verifier }))
    }

    /// Whom the code stands for with which the browser came back.
    pub(super) async fn finish(
        &self,
        code: String,
        begun: Begun,
        now: DateTime<Utc>,
    ) -> Result<Known, ProviderError> {
        let client = self.client(now, false).await?;
        let response = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Refused(error.to_string()))?
            .set_pkce_verifier(begun.verifier)
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(cause) => ProviderError::Unavailable(because(&cause)),
                // What it describes may name the person; the code of the error does not.
                RequestTokenError::ServerResponse(said) => {
                    ProviderError::Refused(format!("the code: {}", said.error()))
                }
                other => ProviderError::Refused(format!("the code: {other}")),
            })?;
        let token = response
            .id_token()
            .ok_or_else(|| ProviderError::Refused("there is no ID token".into()))?;
        let verified = |client: &Reachable| {
            let verifier = client
                .id_token_verifier()
                // Never `none`, and never a secret that is shared.
                .set_allowed_algs([
                    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                ])
                .set_time_fn(|| now);
            token.claims(&verifier, &begun.nonce).map(known)
        };
        let known = match verified(&client) {
            // It has changed its keys since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => verified(&self.client(now, true).await?),
            other => other,
        };
        known.map_err(|error| ProviderError::Refused(format!("the ID token: {}", because(&error))))
    }

    async fn client(&self, now: DateTime<Utc>, anew: bool) -> Result<Reachable, ProviderError> {
        let metadata = self.metadata(now, anew).await?;
        let client =
            Client::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()));
        Ok(client.set_redirect_uri(self.back.clone()))
    }

    /// What the provider says about itself. Whoever asks while it is being asked waits.
    async fn metadata(
        &self,
        now: DateTime<Utc>,
        anew: bool,
    ) -> Result<CoreProviderMetadata, ProviderError> {
        let mut said = self.said.lock().await;
        if let Some((metadata, at)) = said.as_ref()
            && !anew
            && now - *at < KNOWN_FOR
        {
            return Ok(metadata.clone());
        }
        let asked = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = asked.map_err(|error| match error {
            DiscoveryError::Request(cause) => ProviderError::Unavailable(because(&cause)),
            other => ProviderError::Unavailable(because(&other)),
        })?;
        *said = Some((metadata.clone(), now));
        Ok(metadata)
    }
}

/// An error with everything that it says led to it.
fn because(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// An address that secrets may be sent to: over https, or to this very machine.
fn address(what: &'static str, given: &str) -> Result<Url, SettingsError> {
    let wrong = || SettingsError::Address { what, given: given.to_owned() };
    let url = Url::parse(given).map_err(|_| wrong())?;
    let loopback = url.host_str().is_some_and(crate::host::is_loopback);
    match url.scheme() {
        "https" if url.host_str().is_some() => Ok(url),
        "http" if loopback => Ok(url),
        _ => Err(wrong()),
    }
}

fn known(claims: &IdTokenClaims<MoreClaims, CoreGenderClaim>) -> Known {
    let more = claims.additional_claims();
    // Where a provider says that an address is not verified, nothing else makes it so.
    let verified = claims.email_verified().unwrap_or_else(|| is_true(&more.xms_edov));
    Known {
        email: claims.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
        role: Role::ALL.into_iter().rev().find(|role| {
            let name = format!("kept-{}", role.as_str());
            [&more.roles, &more.groups].into_iter().any(|named| names(named, &name))
        }),
    }
}

/// Providers write this as `true`, `1` and both as text.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "1" || text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Whether a name is among those of a claim, which may be one or several.
fn names(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text == name,
        Value::Array(several) => several.iter().any(|one| one.as_str() == Some(name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_https_or_stay_on_the_machine() {
        for good in
            ["https://login.example/tenant/v2.0", "http://127.0.0.1:9", "http://localhost/x"]
        {
            assert!(address("it", good).is_ok(), "{good}");
        }
        for bad in ["", "login.example", "http://login.example", "ftp://127.0.0.1", "https://"] {
            assert!(address("it", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_counts_as_verified_where_the_provider_says_so_in_any_of_its_ways() {
        use serde_json::json;
        for yes in [json!(true), json!(1), json!("1"), json!("true"), json!("True")] {
            assert!(is_true(&yes), "{yes}");
        }
        for no in [json!(false), json!(0), json!("0"), json!("yes"), json!(null), json!([true])] {
            assert!(!is_true(&no), "{no}");
        }
    }
}
