//! What Kept says to AWS and how it takes the answers, in the bytes that go over the wire, by the
//! SDK's own client for recorded traffic. The answers are as the services document them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bus;
mod inbox;
mod mail;
mod table;
mod timers;

use adapters::aws::Aws;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// AWS as far as it was recorded: it gives these answers, one a request.
struct Recorded {
    client: StaticReplayClient,
}

/// An answer: its status, the error's name where that goes in a header, and its body.
struct Answer(u16, Option<&'static str>, String);

fn answer(status: u16, body: Value) -> Answer {
    Answer(status, None, body.to_string())
}

/// An error as the services with a REST interface give it: named in a header.
fn refusal(status: u16, code: &'static str, message: &str) -> Answer {
    Answer(status, Some(code), serde_json::json!({ "message": message }).to_string())
}

/// What was asked.
#[derive(Debug)]
struct Asked {
    line: String,
    target: Option<String>,
    body: Value,
}

impl Recorded {
    fn answers(answers: impl IntoIterator<Item = Answer>) -> (Self, Aws) {
        let event = |Answer(status, error, body): Answer| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            response.headers_mut().insert("content-type", "application/json");
            if let Some(error) = error {
                response.headers_mut().insert("x-amzn-errortype", error);
            }
            ReplayEvent::new(HttpRequest::new(SdkBody::empty()), response)
        };
        let client = StaticReplayClient::new(answers.into_iter().map(event).collect());
        (Self { client: client.clone() }, Aws::over(client))
    }

    /// What was asked, in order. Tokens that make repeated requests the same one are drawn at
    /// random; that they are there is looked at, what they are is not.
    fn asked(&self) -> Vec<Asked> {
        let requests = self.client.actual_requests();
        let asked = requests.map(|request| {
            let mut body: Value =
                serde_json::from_slice(request.body().bytes().unwrap()).unwrap_or_default();
            for token in ["ClientToken", "ClientRequestToken"] {
                if let Some(token) = body.get_mut(token) {
                    assert!(token.as_str().is_some_and(|text| text.len() >= 32), "{token}");
                    *token = "(token)".into();
                }
            }
            Asked {
                line: format!("{} {}", request.method(), request.uri()),
                target: request.headers().get("x-amz-target").map(str::to_owned),
                body,
            }
        });
        asked.collect()
    }
}

/// A connection that breaks off each time; tells how often it was tried.
#[derive(Clone, Debug, Default)]
struct Broken {
    refused: bool,
    tried: std::sync::Arc<std::sync::atomic::AtomicU32>,
}

impl Broken {
    fn aws(&self) -> Aws {
        let broken = self.clone();
        Aws::over(http_client_fn(move |_, _| SharedHttpConnector::new(broken.clone())))
    }

    fn tried(&self) -> u32 {
        self.tried.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl HttpConnector for Broken {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.tried.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let kind = if self.refused {
            std::io::ErrorKind::ConnectionRefused
        } else {
            std::io::ErrorKind::ConnectionReset
        };
        HttpConnectorFuture::ready(Err(ConnectorError::io(std::io::Error::from(kind).into())))
    }
}
