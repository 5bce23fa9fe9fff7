//! The conversation with one client (RFC 5321).

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use adapters::errors::error_chain;
use functions::intake_email::{Envelope, IntakeError};
use smtp_proto::request::receiver::RequestReceiver;
use smtp_proto::{Error, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::Handler;
use super::message::IncomingMessage;

/// Refuses a connection that exceeds the limit, without waiting for the client.
pub(super) fn refuse(stream: &TcpStream) {
    // A client that has gone, or takes nothing, need not be told.
    let _ = stream.try_write(b"421 4.3.2 Too many connections, try again later\r\n");
}

/// Talks to a client until it quits, times out, makes too many errors or `stop` changes.
pub(super) async fn run(
    stream: TcpStream,
    peer: IpAddr,
    handler: &Handler,
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let mut session = Session {
        stream,
        peer,
        handler,
        stop,
        out: Vec::new(),
        greeted: false,
        sender: None,
        recipients: Vec::new(),
        errors: 0,
        commands: 0,
        waiting_since: Instant::now(),
    };
    if let Err(error) = session.talk().await {
        tracing::debug!(%error, "an SMTP session was lost");
    }
}

struct Session<'a> {
    stream: TcpStream,
    peer: IpAddr,
    handler: &'a Handler,
    stop: watch::Receiver<bool>,
    /// Replies that have not been sent yet.
    out: Vec<u8>,
    greeted: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    errors: usize,
    /// The commands since the last message.
    commands: usize,
    /// The instant at which the session began to wait for the next command.
    waiting_since: Instant,
}

/// The state after a command.
enum Next {
    Command,
    Data,
    Quit,
}

impl Session<'_> {
    async fn talk(&mut self) -> io::Result<()> {
        self.reply(&format!("220 {} ESMTP Kept", self.handler.hostname));
        self.flush().await?;
        let mut receiver = RequestReceiver::default();
        let mut buffer = vec![0; 16 * 1024];
        let mut incoming: Option<IncomingMessage> = None;
        loop {
            let limit = self.time_limit(incoming.as_ref());
            let read = tokio::select! {
                read = timeout(limit, self.stream.read(&mut buffer)) => read,
                _ = self.stop.changed(), if incoming.is_none() => {
                    self.reply("421 4.3.2 Shutting down, try again later");
                    return self.flush().await;
                }
            };
            let Ok(read) = read else {
                self.reply("421 4.4.2 Timed out");
                return self.flush().await;
            };
            let read = read?;
            if read == 0 {
                return Ok(());
            }
            let mut bytes = buffer.get(..read).unwrap_or_default().iter();
            loop {
                if let Some(message) = &mut incoming {
                    if !message.ingest(self.handler, &mut bytes) {
                        break;
                    }
                    if let Some(message) = incoming.take() {
                        self.finish(message).await;
                    }
                    self.waiting_since = Instant::now();
                    self.commands = 0;
                    continue;
                }
                match self.next_command(&mut receiver, &mut bytes) {
                    Some(Next::Command) => {}
                    Some(Next::Data) => incoming = Some(IncomingMessage::new(self.peer)),
                    Some(Next::Quit) => return self.flush().await,
                    None => break,
                }
                self.waiting_since = Instant::now();
                self.commands += 1;
                if self.commands > self.handler.limits.commands {
                    self.reply("421 4.7.0 Too many commands without a message");
                    return self.flush().await;
                }
                if self.errors > self.handler.limits.errors {
                    self.reply("421 4.7.0 Too many errors");
                    return self.flush().await;
                }
            }
            self.flush().await?;
        }
    }

    /// Returns how long to wait for the client's next bytes. A client that sends a byte now and then gets
    /// no more time for a command, or for its message, than one that is silent.
    fn time_limit(&self, incoming: Option<&IncomingMessage>) -> Duration {
        let Handler { limits, connections, memory, .. } = self.handler;
        let silence = connections.timeout(limits.timeout);
        match incoming {
            None => silence.saturating_sub(self.waiting_since.elapsed()),
            Some(message) => {
                let whole = memory.timeout(connections.timeout(limits.message_timeout));
                silence.min(whole.saturating_sub(message.started_at.elapsed()))
            }
        }
    }

    /// Reads and executes one command; `None` if its line is not complete yet.
    fn next_command(
        &mut self,
        receiver: &mut RequestReceiver,
        bytes: &mut std::slice::Iter<'_, u8>,
    ) -> Option<Next> {
        match receiver.ingest(bytes) {
            Ok(request) => Some(self.execute(request)),
            Err(Error::NeedsMoreData { .. }) => None,
            Err(error) => {
                self.errors += 1;
                if error == Error::ResponseTooLong {
                    // The rest of the line cannot be told from a command.
                    self.errors = usize::MAX;
                }
                self.reply(match error {
                    Error::InvalidSenderAddress => "501 5.1.7 Invalid sender address",
                    Error::InvalidRecipientAddress => "501 5.1.3 Invalid recipient address",
                    Error::SyntaxError { .. } | Error::InvalidParameter { .. } => {
                        "501 5.5.4 Syntax error"
                    }
                    Error::UnsupportedParameter { .. } => "555 5.5.4 Parameter not supported",
                    Error::ResponseTooLong => "500 5.5.2 Line too long",
                    _ => "500 5.5.1 Unknown command",
                });
                Some(Next::Command)
            }
        }
    }

    fn execute<T: AsRef<str>>(&mut self, request: Request<T>) -> Next {
        let limits = self.handler.limits;
        match request {
            Request::Ehlo { .. } => {
                self.reset();
                self.greeted = true;
                let size = format!("SIZE {}", limits.message);
                let extensions = ["8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "SMTPUTF8"];
                self.reply(&format!("250-{}", self.handler.hostname));
                for extension in extensions {
                    self.reply(&format!("250-{extension}"));
                }
                self.reply(&format!("250 {size}"));
            }
            Request::Helo { .. } => {
                self.reset();
                self.greeted = true;
                self.reply(&format!("250 {}", self.handler.hostname));
            }
            Request::Mail { from } => {
                if !self.greeted {
                    return self.error("503 5.5.1 Send EHLO first");
                }
                if self.sender.is_some() {
                    return self.error("503 5.5.1 The sender has already been given");
                }
                if from.size > limits.message {
                    self.reply("552 5.3.4 Message too large");
                    return Next::Command;
                }
                self.sender = Some(from.address.as_ref().to_owned());
                self.reply("250 2.1.0 OK");
            }
            Request::Rcpt { to } => {
                if self.sender.is_none() {
                    return self.error("503 5.5.1 Send MAIL FROM first");
                }
                let address = to.address.as_ref();
                if self.recipients.len() >= limits.recipients {
                    return self.error("452 4.5.3 Too many recipients");
                }
                if !self.handler.accepts(address) {
                    return self.error("550 5.1.1 No such mailbox here");
                }
                self.recipients.push(address.to_owned());
                self.reply("250 2.1.5 OK");
            }
            Request::Data => {
                if self.recipients.is_empty() {
                    return self.error("503 5.5.1 Send RCPT TO first");
                }
                self.reply("354 Send the message, and end it with a dot on a line of its own");
                return Next::Data;
            }
            Request::Rset => {
                self.reset();
                self.reply("250 2.0.0 OK");
            }
            Request::Noop { .. } => self.reply("250 2.0.0 OK"),
            Request::Vrfy { .. } => {
                self.reply("252 2.5.2 Cannot verify; send a message to find out");
            }
            Request::Help { .. } => self.reply("214 2.0.0 See RFC 5321"),
            Request::Quit => {
                self.reply("221 2.0.0 Goodbye");
                return Next::Quit;
            }
            _ => return self.error("502 5.5.1 Command not implemented"),
        }
        Next::Command
    }

    /// Counts an error and replies.
    fn error(&mut self, line: &str) -> Next {
        self.errors += 1;
        self.reply(line);
        Next::Command
    }

    /// Records a message that has been received whole, and replies with the result.
    async fn finish(&mut self, mut message: IncomingMessage) {
        let envelope = Envelope {
            sender: self.sender.take(),
            recipients: std::mem::take(&mut self.recipients),
            received_at: None,
        };
        if let Some(refusal) = message.refusal {
            self.reply(refusal);
            return;
        }
        let raw = std::mem::take(&mut message.body);
        match self.handler.receive(&envelope, raw).await {
            Ok(()) => self.reply("250 2.0.0 Message accepted"),
            Err(IntakeError::NoRecipient) => self.reply("550 5.1.1 No such mailbox here"),
            Err(error) => {
                tracing::error!(
                    error = error_chain(&error),
                    "a message was not accepted; its sender will try again"
                );
                self.reply("451 4.3.0 Something went wrong, try again later");
            }
        }
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn reply(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let written = timeout(self.handler.limits.timeout, self.stream.write_all(&self.out)).await;
        self.out.clear();
        written.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}
