//! One conversation (RFC 5321).

use std::io;

use functions::intake_email::{Envelope, IntakeError};
use smtp_proto::request::receiver::{DataReceiver, RequestReceiver};
use smtp_proto::{Error, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Handler;

/// More connections than there are places for.
pub(super) async fn busy(mut stream: TcpStream) {
    // Whether the client hears it is its own affair.
    let _ = stream.write_all(b"421 4.3.2 Too many connections, try again later\r\n").await;
}

/// Talks until the client leaves, is silent for too long, or makes too many mistakes.
pub(super) async fn run(stream: TcpStream, handler: &Handler, stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut session = Session {
        stream,
        handler,
        stop,
        out: Vec::new(),
        greeted: false,
        sender: None,
        recipients: Vec::new(),
        errors: 0,
    };
    if let Err(error) = session.talk().await {
        tracing::debug!(%error, "a conversation broke off");
    }
}

struct Session<'a> {
    stream: TcpStream,
    handler: &'a Handler,
    stop: watch::Receiver<bool>,
    out: Vec<u8>,
    greeted: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    errors: usize,
}

/// What a line of the client leads to.
enum Next {
    Command,
    Data,
    Quit,
}

/// A message that is being received, with what it holds of the common memory.
struct Message {
    body: Vec<u8>,
    held: Vec<OwnedSemaphorePermit>,
    held_kilobytes: usize,
    /// Why the rest of it is read and thrown away.
    refused: Option<&'static str>,
}

impl Session<'_> {
    async fn talk(&mut self) -> io::Result<()> {
        self.say(&format!("220 {} ESMTP Kept", self.handler.hostname));
        self.flush().await?;
        let mut receiver = RequestReceiver::default();
        let mut buffer = vec![0; 16 * 1024];
        let mut data: Option<(DataReceiver, Message)> = None;
        loop {
            let read = tokio::select! {
                read = tokio::time::timeout(self.handler.limits.patience, self.stream.read(&mut buffer)) => read,
                _ = self.stop.changed(), if data.is_none() => {
                    self.say("421 4.3.2 Shutting down, try again later");
                    return self.flush().await;
                }
            };
            let Ok(read) = read else {
                self.say("421 4.4.2 Silent for too long");
                return self.flush().await;
            };
            let read = read?;
            if read == 0 {
                return Ok(());
            }
            let mut bytes = buffer.get(..read).unwrap_or_default().iter();
            loop {
                if let Some((inner, message)) = &mut data {
                    message.make_room(self.handler, bytes.as_slice().len());
                    let done = inner.ingest(&mut bytes, &mut message.body);
                    if message.refused.is_some() {
                        // It is read to its end, to hear the next command, and not kept.
                        message.body.clear();
                    }
                    if !done {
                        break;
                    }
                    if let Some((_, message)) = data.take() {
                        self.finish(message).await;
                    }
                    continue;
                }
                match self.command(&mut receiver, &mut bytes) {
                    Some(Next::Command) => {}
                    Some(Next::Data) => data = Some((at_line_start(), Message::new())),
                    Some(Next::Quit) => return self.flush().await,
                    None => break,
                }
                if self.errors > self.handler.limits.errors {
                    self.say("421 4.7.0 Too many errors");
                    return self.flush().await;
                }
            }
            self.flush().await?;
        }
    }

    /// One command; `None` where its line is not complete yet.
    fn command(
        &mut self,
        receiver: &mut RequestReceiver,
        bytes: &mut std::slice::Iter<'_, u8>,
    ) -> Option<Next> {
        match receiver.ingest(bytes) {
            Ok(request) => Some(self.obey(request)),
            Err(Error::NeedsMoreData { .. }) => None,
            Err(error) => {
                self.errors += 1;
                if error == Error::ResponseTooLong {
                    self.errors = usize::MAX;
                }
                self.say(match error {
                    Error::InvalidSenderAddress => "501 5.1.7 That is not a sender's address",
                    Error::InvalidRecipientAddress => "501 5.1.3 That is not a recipient's address",
                    Error::SyntaxError { .. } | Error::InvalidParameter { .. } => {
                        "501 5.5.4 That cannot be understood"
                    }
                    Error::UnsupportedParameter { .. } => {
                        "555 5.5.4 That parameter is not supported"
                    }
                    Error::ResponseTooLong => "500 5.5.2 That line is too long",
                    _ => "500 5.5.1 There is no such command",
                });
                Some(Next::Command)
            }
        }
    }

    fn obey<T: AsRef<str>>(&mut self, request: Request<T>) -> Next {
        let limits = self.handler.limits;
        match request {
            Request::Ehlo { .. } => {
                self.reset();
                self.greeted = true;
                let size = format!("SIZE {}", limits.message);
                let extensions = ["8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "SMTPUTF8"];
                self.say(&format!("250-{}", self.handler.hostname));
                for extension in extensions {
                    self.say(&format!("250-{extension}"));
                }
                self.say(&format!("250 {size}"));
            }
            Request::Helo { .. } => {
                self.reset();
                self.greeted = true;
                self.say(&format!("250 {}", self.handler.hostname));
            }
            Request::Mail { from } => {
                if !self.greeted {
                    return self.out_of_order("503 5.5.1 Say EHLO first");
                }
                if self.sender.is_some() {
                    return self.out_of_order("503 5.5.1 There is a sender already");
                }
                if from.size > limits.message {
                    self.say("552 5.3.4 That message is too large");
                    return Next::Command;
                }
                self.sender = Some(from.address.as_ref().to_owned());
                self.say("250 2.1.0 OK");
            }
            Request::Rcpt { to } => {
                if self.sender.is_none() {
                    return self.out_of_order("503 5.5.1 Say MAIL FROM first");
                }
                let address = to.address.as_ref();
                if self.recipients.len() >= limits.recipients {
                    self.errors += 1;
                    self.say("452 4.5.3 Too many recipients");
                } else if self.handler.accepts(address) {
                    self.recipients.push(address.to_owned());
                    self.say("250 2.1.5 OK");
                } else {
                    self.errors += 1;
                    self.say("550 5.1.1 There is no such mailbox here");
                }
            }
            Request::Data => {
                if self.recipients.is_empty() {
                    return self.out_of_order("503 5.5.1 Say RCPT TO first");
                }
                self.say("354 Go on; end with a dot on a line of its own");
                return Next::Data;
            }
            Request::Rset => {
                self.reset();
                self.say("250 2.0.0 OK");
            }
            Request::Noop { .. } => self.say("250 2.0.0 OK"),
            Request::Vrfy { .. } => self.say("252 2.5.2 Send it and see"),
            Request::Help { .. } => self.say("214 2.0.0 See RFC 5321"),
            Request::Quit => {
                self.say("221 2.0.0 Goodbye");
                return Next::Quit;
            }
            _ => return self.out_of_order("502 5.5.1 That is not done here"),
        }
        Next::Command
    }

    fn out_of_order(&mut self, line: &str) -> Next {
        self.errors += 1;
        self.say(line);
        Next::Command
    }

    /// A message is complete: it is taken, or it is said why not.
    async fn finish(&mut self, message: Message) {
        let envelope = Envelope {
            sender: self.sender.take(),
            recipients: std::mem::take(&mut self.recipients),
        };
        if let Some(line) = message.refused {
            self.say(line);
            return;
        }
        match self.handler.take(&envelope, &message.body).await {
            Ok(()) => self.say("250 2.0.0 Taken"),
            Err(IntakeError::NoRecipient) => self.say("550 5.1.1 There is no such mailbox here"),
            Err(error) => {
                tracing::error!(%error, "a message was not taken; its sender tries again");
                self.say("451 4.3.0 That did not work, try again later");
            }
        }
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let written = self.stream.write_all(&self.out);
        let sent = tokio::time::timeout(self.handler.limits.patience, written).await;
        self.out.clear();
        sent.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A receiver that knows that a message begins at the start of a line: its first line may be the dot.
fn at_line_start() -> DataReceiver {
    let mut receiver = DataReceiver::new();
    receiver.ingest(&mut b"\r\n".iter(), &mut Vec::new());
    receiver
}

impl Message {
    fn new() -> Self {
        Self { body: Vec::new(), held: Vec::new(), held_kilobytes: 0, refused: None }
    }

    /// Makes room for so many more bytes, or refuses the message and reads on to its end.
    fn make_room(&mut self, handler: &Handler, more: usize) {
        if self.refused.is_some() {
            return;
        }
        let size = self.body.len() + more;
        if size > handler.limits.message {
            return self.refuse("552 5.3.4 That message is too large");
        }
        let missing = (size / 1024 + 1).saturating_sub(self.held_kilobytes);
        if missing == 0 {
            return;
        }
        // In steps, so that a large message does not ask for every kilobyte.
        let step = missing.max(64);
        let permits = u32::try_from(step).unwrap_or(u32::MAX);
        match std::sync::Arc::clone(&handler.memory).try_acquire_many_owned(permits) {
            Ok(permit) => {
                self.held.push(permit);
                self.held_kilobytes += step;
            }
            Err(_) => self.refuse("452 4.3.1 Too many messages at once, try again later"),
        }
    }

    fn refuse(&mut self, line: &'static str) {
        self.refused = Some(line);
        self.body = Vec::new();
        self.held.clear();
    }
}
