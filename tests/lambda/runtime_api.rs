//! The Lambda Runtime API for one process. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};

/// The longest wait for a function's next report.
const REPORT_TIMEOUT: Duration = Duration::from_secs(60);

/// A running function, with the events that it gets and the reports that it makes.
pub(crate) struct Function {
    /// The process, which is killed when this is dropped.
    pub(crate) process: Child,
    events: mpsc::UnboundedSender<String>,
    reports: mpsc::UnboundedReceiver<Report>,
}

/// A report that a function makes to the Runtime API.
#[derive(Debug)]
pub(crate) enum Report {
    /// It has started, and asks for its first event.
    Ready,
    /// It has handled an event, with this response.
    Done(String),
    /// It has failed to handle an event, with this error.
    Failed(String),
}

struct Api {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    reports: mpsc::UnboundedSender<Report>,
    started: std::sync::atomic::AtomicBool,
}

impl Function {
    /// Starts a binary with an environment besides the variables that Lambda sets.
    pub(crate) async fn start(binary: &str, environment: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, pending) = mpsc::unbounded_channel();
        let (sender, reports) = mpsc::unbounded_channel();
        let events_to_hand_out = Mutex::new(pending);
        let api =
            Arc::new(Api { events: events_to_hand_out, reports: sender, started: false.into() });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(done))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .with_state(api);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let process = Command::new(binary)
            .env_clear()
            .envs([
                ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
                ("AWS_LAMBDA_FUNCTION_NAME", "kept"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("AWS_REGION", "eu-west-2"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("KEPT_LOG", "off"),
            ])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { process, events, reports }
    }

    /// Returns the function's next report.
    pub(crate) async fn next_report(&mut self) -> Report {
        tokio::time::timeout(REPORT_TIMEOUT, self.reports.recv())
            .await
            .expect("a report in time")
            .expect("a running function")
    }

    /// Hands the function an event, and returns its report.
    pub(crate) async fn invoke(&mut self, event: &str) -> Report {
        self.events.send(event.to_owned()).unwrap();
        self.next_report().await
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    if !api.started.swap(true, std::sync::atomic::Ordering::SeqCst) {
        let _ = api.reports.send(Report::Ready);
    }
    let Some(event) = api.events.lock().await.recv().await else {
        return std::future::pending().await;
    };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "9999999999999"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-2:123456789012:function:kept",
        ),
        ("content-type", "application/json"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    (headers, event).into_response()
}

async fn done(State(api): State<Arc<Api>>, Path(_id): Path<String>, body: Bytes) -> &'static str {
    let _ = api.reports.send(Report::Done(String::from_utf8_lossy(&body).into_owned()));
    "{}"
}

async fn failed(State(api): State<Arc<Api>>, Path(_id): Path<String>, body: Bytes) -> &'static str {
    let _ = api.reports.send(Report::Failed(String::from_utf8_lossy(&body).into_owned()));
    "{}"
}
