//! An identity provider for tests, on a port of its own: discovery, keys, authorization, tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use adapters::clock::Clock;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use ring::{digest, hmac, rsa};
use serde_json::{Map, Value, json};

pub(super) const CLIENT: &str = "kept-client";
pub(super) const SECRET: &str = "a secret, with ~ and :";

/// The signature of an ID token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    /// RS256, with the key of RFC 7515, appendix A.2.
    Rs256,
    /// ES256, after the provider has changed its key.
    Es256,
    /// No signature.
    None,
    /// HMAC with the client secret, which Kept must not accept.
    Hs256,
    /// ES256 with an unpublished key, under the id of a published one.
    Stranger,
    /// RS256, but the signature of another text.
    Other,
}

/// The content of ID tokens.
#[derive(Clone, Debug)]
pub(super) struct TokenContent {
    pub(super) signature: Signature,
    /// Claims that replace the usual ones or are added to them. `null` leaves one out.
    pub(super) claims: Value,
}

/// A sign-in for which a code was issued.
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inner {
    issuer: String,
    clock: Clock,
    tokens: Mutex<TokenContent>,
    grants: Mutex<BTreeMap<String, Grant>>,
    key_requests: Mutex<u32>,
    elliptic: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
}

/// An identity provider.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inner>);

impl Provider {
    /// Starts a provider on a free port of this machine.
    pub(super) async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let key = || {
            let random = SystemRandom::new();
            let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(scheme, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(scheme, pkcs8.as_ref(), &random).unwrap()
        };
        let tokens = TokenContent { signature: Signature::Rs256, claims: json!({}) };
        let provider = Self(Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            clock,
            tokens: Mutex::new(tokens),
            grants: Mutex::new(BTreeMap::new()),
            key_requests: Mutex::new(0),
            elliptic: key(),
            stranger: key(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(super) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Sets the signature and claims of the ID tokens from now on.
    pub(super) fn set_tokens(&self, signature: Signature, claims: Value) {
        *self.0.tokens.lock().unwrap() = TokenContent { signature, claims };
    }

    /// The number of times that its keys were fetched.
    pub(super) fn key_requests(&self) -> u32 {
        *self.0.key_requests.lock().unwrap()
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    let issuer = provider.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        // Kept must not accept the last two
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    }))
}

/// A provider that changes its key publishes the new one alone.
async fn keys(State(provider): State<Provider>) -> Json<Value> {
    *provider.0.key_requests.lock().unwrap() += 1;
    let key = match provider.0.tokens.lock().unwrap().signature {
        Signature::Es256 => {
            let point = provider.0.elliptic.public_key().as_ref();
            json!({
                "kty": "EC", "crv": "P-256", "kid": "second", "use": "sig", "alg": "ES256",
                "x": BASE64URL_NOPAD.encode(&point[1..33]),
                "y": BASE64URL_NOPAD.encode(&point[33..]),
            })
        }
        _ => {
            let rsa = rfc7515();
            json!({
                "kty": "RSA", "kid": "first", "use": "sig", "alg": "RS256", "n": rsa["n"], "e": rsa["e"],
            })
        }
    };
    Json(json!({ "keys": [key] }))
}

/// Signs somebody in and redirects back with a code.
async fn authorize(
    State(provider): State<Provider>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    assert_eq!(of("response_type"), "code");
    assert_eq!(of("client_id"), CLIENT);
    assert_eq!(of("code_challenge_method"), "S256");
    assert_eq!(of("scope"), "openid email");
    let grant =
        Grant { nonce: of("nonce"), challenge: of("code_challenge"), redirect: of("redirect_uri") };
    assert!(grant.nonce.len() >= 16 && of("state").len() >= 16, "{query:?}");
    let mut grants = provider.0.grants.lock().unwrap();
    let code = format!("code-{}", grants.len());
    let back = format!("{}?code={code}&state={}", grant.redirect, of("state"));
    grants.insert(code, grant);
    Redirect::to(&back).into_response()
}

/// Exchanges a code once, for the client that it was issued to, with the verifier of its challenge.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let invalid = |error: &str| {
        // A description may name somebody, so Kept must not show or log it
        let body = json!({ "error": error, "error_description": "Jo Tenant is not Priya Shah" });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    let encoded = "a+secret%2C+with+%7E+and+%3A";
    let basic = format!("Basic {}", BASE64.encode(format!("{CLIENT}:{encoded}").as_bytes()));
    if headers["authorization"] != basic.as_str() {
        return invalid("invalid_client");
    }
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    let grant = provider.0.grants.lock().unwrap().remove(&of("code"));
    let hash = digest::digest(&digest::SHA256, of("code_verifier").as_bytes());
    match grant {
        Some(grant)
            if of("grant_type") == "authorization_code"
                && grant.redirect == of("redirect_uri")
                && grant.challenge == BASE64URL_NOPAD.encode(hash.as_ref()) =>
        {
            let id_token = provider.id_token(&grant.nonce);
            Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": id_token }))
                .into_response()
        }
        _ => invalid("invalid_grant"),
    }
}

impl Provider {
    fn id_token(&self, nonce: &str) -> String {
        let content = self.0.tokens.lock().unwrap().clone();
        let now = self.0.clock.now().timestamp();
        let mut claims: Map<String, Value> = Map::new();
        let usual = json!({
            "iss": self.0.issuer, "sub": "00u1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": nonce, "email": "priya.shah@westkent.example", "email_verified": true,
        });
        for (name, value) in [usual, content.claims].iter().flat_map(|v| v.as_object().unwrap()) {
            claims.insert(name.clone(), value.clone());
        }
        claims.retain(|_, value| !value.is_null());
        let (algorithm, key) = match content.signature {
            Signature::Rs256 | Signature::Other => ("RS256", "first"),
            Signature::Es256 => ("ES256", "second"),
            Signature::Stranger => ("ES256", "first"),
            Signature::Hs256 => ("HS256", "first"),
            Signature::None => ("none", "first"),
        };
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let head = json!({ "alg": algorithm, "kid": key, "typ": "JWT" });
        let text = format!("{}.{}", part(&head), part(&Value::Object(claims)));
        let signature = self.sign(content.signature, text.as_bytes());
        format!("{text}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    fn sign(&self, signature: Signature, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match signature {
            Signature::None => Vec::new(),
            Signature::Es256 => self.0.elliptic.sign(&random, text).unwrap().as_ref().to_vec(),
            Signature::Stranger => self.0.stranger.sign(&random, text).unwrap().as_ref().to_vec(),
            Signature::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text).as_ref().to_vec()
            }
            Signature::Other => self.sign(Signature::Rs256, b"something else"),
            Signature::Rs256 => {
                let jwk = rfc7515();
                let of = |name: &str| {
                    BASE64URL_NOPAD.decode(jwk[name].as_str().unwrap().as_bytes()).unwrap()
                };
                let key = rsa::KeyPair::from_components(&rsa::KeyPairComponents {
                    public_key: rsa::PublicKeyComponents { n: of("n"), e: of("e") },
                    d: of("d"),
                    p: of("p"),
                    q: of("q"),
                    dP: of("dp"),
                    dQ: of("dq"),
                    qInv: of("qi"),
                })
                .unwrap();
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// The published example key: <https://www.rfc-editor.org/rfc/rfc7515#appendix-A.2>
fn rfc7515() -> Value {
    serde_json::from_str(include_str!("rfc7515-a2.json")).unwrap()
}
