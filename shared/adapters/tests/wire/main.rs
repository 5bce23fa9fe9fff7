//! Requests to AWS and the handling of its responses, in the bytes that go over the wire. The SDK's own
//! client for recorded traffic replays the responses, which are as the services document them.
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

/// AWS as it was recorded: one response for each request.
struct Recording {
    client: StaticReplayClient,
}

/// A response: its status, the error's name if that goes in a header, and its body.
struct Response(u16, Option<&'static str>, String);

fn response(status: u16, body: Value) -> Response {
    Response(status, None, body.to_string())
}

/// An error as services with a REST interface return it: named in a header.
fn error_response(status: u16, code: &'static str, message: &str) -> Response {
    Response(status, Some(code), serde_json::json!({ "message": message }).to_string())
}

/// A request that was made.
#[derive(Debug)]
struct Request {
    line: String,
    target: Option<String>,
    body: Value,
}

impl Recording {
    fn of(responses: impl IntoIterator<Item = Response>) -> (Self, Aws) {
        let event = |Response(status, error, body): Response| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            response.headers_mut().insert("content-type", "application/json");
            if let Some(error) = error {
                response.headers_mut().insert("x-amzn-errortype", error);
            }
            ReplayEvent::new(HttpRequest::new(SdkBody::empty()), response)
        };
        let client = StaticReplayClient::new(responses.into_iter().map(event).collect());
        (Self { client: client.clone() }, Aws::over(client))
    }

    /// The requests, in order. The tokens that make repeated requests the same one are random, so only
    /// their presence is checked.
    fn requests(&self) -> Vec<Request> {
        let requests = self.client.actual_requests();
        let requests = requests.map(|request| {
            let mut body: Value =
                serde_json::from_slice(request.body().bytes().unwrap()).unwrap_or_default();
            for token in ["ClientToken", "ClientRequestToken"] {
                if let Some(token) = body.get_mut(token) {
                    assert!(token.as_str().is_some_and(|text| text.len() >= 32), "{token}");
                    *token = "(token)".into();
                }
            }
            Request {
                line: format!("{} {}", request.method(), request.uri()),
                target: request.headers().get("x-amz-target").map(str::to_owned),
                body,
            }
        });
        requests.collect()
    }
}

/// A connection that fails each time, and counts the attempts.
#[derive(Clone, Debug, Default)]
struct BrokenConnection {
    refused: bool,
    attempts: std::sync::Arc<std::sync::atomic::AtomicU32>,
}

impl BrokenConnection {
    fn aws(&self) -> Aws {
        let broken = self.clone();
        Aws::over(http_client_fn(move |_, _| SharedHttpConnector::new(broken.clone())))
    }

    fn attempts(&self) -> u32 {
        self.attempts.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl HttpConnector for BrokenConnection {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.attempts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let kind = if self.refused {
            std::io::ErrorKind::ConnectionRefused
        } else {
            std::io::ErrorKind::ConnectionReset
        };
        HttpConnectorFuture::ready(Err(ConnectorError::io(std::io::Error::from(kind).into())))
    }
}
