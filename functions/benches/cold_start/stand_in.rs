//! A stand-in for AWS over TLS on this machine. Its certificate and key were made for this bench and are
//! of no other use.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The stand-in, which runs until the bench ends.
pub(crate) struct StandIn {
    pub(crate) url: String,
    calls: Arc<AtomicUsize>,
}

/// An empty result that suits every operation with which the functions begin.
const NOTHING: &str =
    r#"{"Count":0,"ScannedCount":0,"Items":[],"FailedEntryCount":0,"Entries":[]}"#;
const NO_OBJECT: &str = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";

impl StandIn {
    pub(crate) async fn start() -> Self {
        let chain = vec![CertificateDer::from_pem_slice(include_bytes!("stand-in.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("stand-in.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&counted)));
            }
        });
        Self { url, calls }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// Answers the requests on a connection until it is closed.
async fn serve(acceptor: TlsAcceptor, stream: TcpStream, calls: Arc<AtomicUsize>) {
    stream.set_nodelay(true).unwrap();
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut read = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        let (head, length) = loop {
            if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                break (head.clone(), end + 4 + length.map_or(0, |n| n.parse().unwrap()));
            }
            match stream.read(&mut part).await {
                Ok(n) if n > 0 => read.extend_from_slice(&part[..n]),
                _ => return,
            }
        };
        while read.len() < length {
            match stream.read(&mut part).await {
                Ok(n) if n > 0 => read.extend_from_slice(&part[..n]),
                _ => return,
            }
        }
        read.drain(..length);
        calls.fetch_add(1, Ordering::SeqCst);
        let (status, body) = if head.starts_with("get ") {
            ("404 Not Found", NO_OBJECT)
        } else {
            ("200 OK", NOTHING)
        };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
