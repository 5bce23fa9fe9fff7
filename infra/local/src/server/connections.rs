//! The web server's connections, within limits that a peer who is slow, or says nothing, cannot hold.
//!
//! Axum's own loop accepts as many connections as come and waits for each as long as it likes. Here no
//! peer gets more than half of them, a request has to be complete within a minute, and a connection ends
//! after some time even if its browser keeps it.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use functions::http::problem;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::shares::Shares;

/// The most connections at a time. One peer gets half of them.
const MAX_CONNECTIONS: usize = 400;

/// The most bytes of a request's line and headers, and the most headers.
const MAX_HEADER: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;

/// The time that a browser may take, while most connections are free.
#[derive(Clone, Copy, Debug)]
struct Timeouts {
    /// From the opening of a connection, or from its last response, to the end of the next request's
    /// headers.
    headers: Duration,
    /// From a request's headers to its response.
    request: Duration,
    /// The whole of a connection. Whoever is slow to take a response has this long for it.
    connection: Duration,
}

const TIMEOUTS: Timeouts = Timeouts {
    headers: Duration::from_secs(30),
    request: Duration::from_secs(60),
    connection: Duration::from_secs(300),
};

/// The time in which connections have to finish once the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Length: 41\r\n\r\n\
    Too many connections. Please try again.\r\n";

/// Serves the pages until `stop` changes, then waits for requests that are being answered.
pub(super) async fn serve(listener: TcpListener, pages: Router, mut stop: watch::Receiver<bool>) {
    let pages = within_time(pages, TIMEOUTS);
    let shares = Shares::new(MAX_CONNECTIONS);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        while connections.try_join_next().is_some() {}
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most likely there are too many open files, and waiting lets some be closed.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(share) = shares.take(peer.ip(), 1) else {
            refuse(&stream);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (pages, shares, stop) = (pages.clone(), shares.clone(), stop.clone());
        connections.spawn(async move {
            converse(stream, pages, &shares, TIMEOUTS, stop).await;
            drop(share);
        });
    }
    let finished = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(SHUTDOWN_TIMEOUT, finished).await;
}

/// Refuses a connection that exceeds the limit, without waiting for the browser.
fn refuse(stream: &TcpStream) {
    // A browser that has gone, or takes nothing, need not be told.
    let _ = stream.try_write(BUSY);
}

/// Answers the requests of one connection.
async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    pages: Router,
    shares: &Shares,
    timeouts: Timeouts,
    mut stop: watch::Receiver<bool>,
) {
    let service =
        pages.map_request(|request: Request<hyper::body::Incoming>| request.map(Body::new));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(shares.timeout(timeouts.headers))
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::pin!(connection);
    let lifetime = shares.timeout(timeouts.connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = tokio::time::sleep(lifetime) => None,
        _ = stop.changed() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            timeout(SHUTDOWN_TIMEOUT, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection was lost");
    }
}

/// Ends requests that take too long, most likely because their body never ends.
fn within_time(pages: Router, timeouts: Timeouts) -> Router {
    pages.layer(from_fn(move |request: Request, next: Next| async move {
        timeout(timeouts.request, next.run(request)).await.unwrap_or_else(|_| {
            let text = "The request took too long. Check your connection and try again.";
            problem(StatusCode::REQUEST_TIMEOUT, "Try again", text)
        })
    }))
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const LONG: Timeouts = Timeouts { headers: HOUR, request: HOUR, connection: HOUR };

    /// The time for the one step that a test is about.
    const SHORT: Duration = Duration::from_millis(50);

    /// Returns what a browser reads until the server ends the connection, if it sends `text` and nothing more.
    async fn answer(text: &str, timeouts: Timeouts) -> String {
        let pages = Router::new()
            .route("/", get(async || "Hello"))
            .route("/", post(async |body: String| body));
        let pages = within_time(pages, timeouts);
        let (mut browser, server) = tokio::io::duplex(512 * 1024);
        let (_stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(async move {
            converse(server, pages, &Shares::new(10), timeouts, stopped).await;
        });
        browser.write_all(text.as_bytes()).await.unwrap();
        let mut all = Vec::new();
        browser.read_to_end(&mut all).await.unwrap();
        serving.await.unwrap();
        String::from_utf8(all).unwrap()
    }

    #[tokio::test]
    async fn headers_that_never_end_end_the_connection() {
        for text in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\n"] {
            let timeouts = Timeouts { headers: SHORT, ..LONG };
            assert!(!answer(text, timeouts).await.contains("200"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_refused() {
        let text = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nA";
        let timeouts = Timeouts { request: SHORT, connection: SHORT * 20, ..LONG };
        assert!(answer(text, timeouts).await.starts_with("HTTP/1.1 408"));
    }

    #[tokio::test]
    async fn a_connection_that_is_kept_and_not_used_ends() {
        let text = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for timeouts in
            [Timeouts { headers: SHORT, ..LONG }, Timeouts { connection: SHORT, ..LONG }]
        {
            assert!(answer(text, timeouts).await.starts_with("HTTP/1.1 200"), "{timeouts:?}");
        }
    }

    #[tokio::test]
    async fn too_many_or_too_long_headers_are_refused() {
        for header in ["A: b\r\n".repeat(MAX_HEADERS + 1), format!("A: {}", "b".repeat(300_000))] {
            let text = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
            let timeouts = Timeouts { connection: SHORT, ..LONG };
            let answer = answer(&text, timeouts).await;
            assert!(answer.starts_with("HTTP/1.1 431"), "{header:.20}: {answer}");
        }
    }

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let text = std::str::from_utf8(BUSY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
    }
}
