//! What a function is woken by: the Lambda Runtime API, for one process.
//! https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

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

const PATIENCE: Duration = Duration::from_secs(60);

/// A function that runs, and what it is given and answers.
pub(crate) struct Function {
    /// The process; it ends with this.
    pub(crate) process: Child,
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<Answer>,
}

/// What a function says.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It asks for its first event: it has started.
    Ready,
    /// It has done with an event.
    Done(String),
    /// It has failed with one.
    Failed(String),
}

struct Api {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    answers: mpsc::UnboundedSender<Answer>,
    asked: std::sync::atomic::AtomicBool,
}

impl Function {
    /// Starts a binary with an environment beside the one that Lambda gives.
    pub(crate) async fn start(binary: &str, environment: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, given) = mpsc::unbounded_channel();
        let (said, answers) = mpsc::unbounded_channel();
        let api = Arc::new(Api { events: Mutex::new(given), answers: said, asked: false.into() });
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
        Self { process, events, answers }
    }

    /// What it says next.
    pub(crate) async fn hear(&mut self) -> Answer {
        tokio::time::timeout(PATIENCE, self.answers.recv())
            .await
            .expect("it says something")
            .expect("it runs")
    }

    /// Gives it an event and hears what it says.
    pub(crate) async fn execute(&mut self, event: &str) -> Answer {
        self.events.send(event.to_owned()).unwrap();
        self.hear().await
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    if !api.asked.swap(true, std::sync::atomic::Ordering::SeqCst) {
        let _ = api.answers.send(Answer::Ready);
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
    let _ = api.answers.send(Answer::Done(String::from_utf8_lossy(&body).into_owned()));
    "{}"
}

async fn failed(State(api): State<Arc<Api>>, Path(_id): Path<String>, body: Bytes) -> &'static str {
    let _ = api.answers.send(Answer::Failed(String::from_utf8_lossy(&body).into_owned()));
    "{}"
}
