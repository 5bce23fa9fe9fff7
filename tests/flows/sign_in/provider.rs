//! A provider of sign-in, listening on a port of its own: discovery, keys, authorisation, tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use adapters::clock::Clock;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use ring::{digest, hmac, rsa};
use serde_json::{Map, Value, json};

pub(super) const CLIENT: &str = "kept-client";
pub(super) const SECRET: &str = "a secret, with ~ and :";

/// With what it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signs {
    /// RS256 with the key of RFC 7515, appendix A.2.
    Rs256,
    /// ES256, after it has changed its key.
    Es256,
    /// Not at all.
    NoChange,
    /// With the secret that it shares with Kept, as nobody should.
    Hs256,
    /// ES256 with a key that is not among those it publishes, under the name of one that is.
    Stranger,
    /// RS256, with a signature that belongs to something else.
    Other,
}

/// What it puts into ID tokens.
#[derive(Clone, Debug)]
pub(super) struct Says {
    pub(super) signs: Signs,
    /// Claims that take the place of what would be said, or are said too; `null` leaves one out.
    pub(super) claims: Value,
}

/// Somebody who has signed in, and for whom a code was made.
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inner {
    issuer: String,
    clock: Clock,
    says: Mutex<Says>,
    grants: Mutex<BTreeMap<String, Grant>>,
    asked_for_keys: Mutex<u32>,
    elliptic: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
}

/// The provider.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inner>);

impl Provider {
    /// Starts it on a free port of this machine.
    pub(super) async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let key = || {
            let random = SystemRandom::new();
            let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(scheme, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(scheme, pkcs8.as_ref(), &random).unwrap()
        };
        let says = Says { signs: Signs::Rs256, claims: json!({}) };
        let provider = Self(Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            clock,
            says: Mutex::new(says),
            grants: Mutex::new(BTreeMap::new()),
            asked_for_keys: Mutex::new(0),
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

    /// From now on it says this.
    pub(super) fn say(&self, signs: Signs, claims: Value) {
        *self.0.says.lock().unwrap() = Says { signs, claims };
    }

    /// How often it was asked for its keys.
    pub(super) fn asked_for_keys(&self) -> u32 {
        *self.0.asked_for_keys.lock().unwrap()
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
        // It would take the weakest, if it were let
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    }))
}

/// A provider that changes its key publishes the new one alone.
async fn keys(State(provider): State<Provider>) -> Json<Value> {
    *provider.0.asked_for_keys.lock().unwrap() += 1;
    let key = match provider.0.says.lock().unwrap().signs {
        Signs::Es256 => {
            let point = provider.0.elliptic.public_key().as_ref();
            json!({
                "kty": "EC", "crv": "P-256", "kid": "second", "use": "sig", "alg": "ES256",
                "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
                "y": URL_SAFE_NO_PAD.encode(&point[33..]),
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

/// Somebody signs in here, and is sent back with a code.
async fn authorize(
    State(provider): State<Provider>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
    assert_eq!(of("response_type"), "code");
    assert_eq!(of("client_id"), CLIENT);
    assert_eq!(of("code_challenge_method"), "S256");
    assert_eq!(of("scope"), "openid email");
    let grant =
        Grant { nonce: of("nonce"), challenge: of("code_challenge"), redirect: of("redirect_uri") };
    assert!(grant.nonce.len() >= 16 && of("state").len() >= 16, "{asked:?}");
    let mut grants = provider.0.grants.lock().unwrap();
    let code = format!("code-{}", grants.len());
    let back = format!("{}?code={code}&state={}", grant.redirect, of("state"));
    grants.insert(code, grant);
    Redirect::to(&back).into_response()
}

/// A code is exchanged, once, by the client that it was made for, with the verifier of its challenge.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let invalid = |error: &str| {
        // What a provider describes may name somebody; it is not to be shown or logged
        let body = json!({ "error": error, "error_description": "Jo Tenant is not Priya Shah" });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    let encoded = "a+secret%2C+with+%7E+and+%3A";
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{encoded}")));
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
                && grant.challenge == URL_SAFE_NO_PAD.encode(hash) =>
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
        let says = self.0.says.lock().unwrap().clone();
        let now = self.0.clock.now().timestamp();
        let mut claims: Map<String, Value> = Map::new();
        let usual = json!({
            "iss": self.0.issuer, "sub": "00u1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": nonce, "email": "priya.shah@westkent.example", "email_verified": true,
        });
        for (name, value) in [usual, says.claims].iter().flat_map(|v| v.as_object().unwrap()) {
            claims.insert(name.clone(), value.clone());
        }
        claims.retain(|_, value| !value.is_null());
        let (algorithm, key) = match says.signs {
            Signs::Rs256 | Signs::Other => ("RS256", "first"),
            Signs::Es256 => ("ES256", "second"),
            Signs::Stranger => ("ES256", "first"),
            Signs::Hs256 => ("HS256", "first"),
            Signs::NoChange => ("none", "first"),
        };
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({ "alg": algorithm, "kid": key, "typ": "JWT" });
        let text = format!("{}.{}", part(&head), part(&Value::Object(claims)));
        let signature = self.sign(says.signs, text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn sign(&self, signs: Signs, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match signs {
            Signs::NoChange => Vec::new(),
            Signs::Es256 => self.0.elliptic.sign(&random, text).unwrap().as_ref().to_vec(),
            Signs::Stranger => self.0.stranger.sign(&random, text).unwrap().as_ref().to_vec(),
            Signs::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text).as_ref().to_vec()
            }
            Signs::Other => self.sign(Signs::Rs256, b"something else"),
            Signs::Rs256 => {
                let jwk = rfc7515();
                let of = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
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

/// The key that everybody knows: <https://www.rfc-editor.org/rfc/rfc7515#appendix-A.2>
fn rfc7515() -> Value {
    serde_json::from_str(include_str!("rfc7515-a2.json")).unwrap()
}
