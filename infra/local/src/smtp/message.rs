//! A message that is being received, within the limits of size and memory.

use std::sync::Arc;

use smtp_proto::request::receiver::DataReceiver;
use tokio::sync::OwnedSemaphorePermit;

use super::Handler;

/// The least memory that is reserved at a time, in kilobytes, so that a large message does not reserve
/// kilobyte by kilobyte.
const MIN_RESERVATION: usize = 64;

/// A message that is being received. Its memory is released when it is dropped.
pub(super) struct IncomingMessage {
    receiver: DataReceiver,
    pub(super) body: Vec<u8>,
    permits: Vec<OwnedSemaphorePermit>,
    reserved_kilobytes: usize,
    /// The reply with which the message is refused, once its end has been read.
    pub(super) refusal: Option<&'static str>,
}

impl IncomingMessage {
    pub(super) fn new() -> Self {
        // The receiver is told that a line has just ended, because the first line of a message may be
        // the dot that ends it.
        let mut receiver = DataReceiver::new();
        receiver.ingest(&mut b"\r\n".iter(), &mut Vec::new());
        Self {
            receiver,
            body: Vec::new(),
            permits: Vec::new(),
            reserved_kilobytes: 0,
            refusal: None,
        }
    }

    /// Reads on. Returns true if the message has ended. A refused message is read to its end, so that the
    /// next command is recognised, and is not kept.
    pub(super) fn ingest(
        &mut self,
        handler: &Handler,
        bytes: &mut std::slice::Iter<'_, u8>,
    ) -> bool {
        self.reserve(handler, bytes.as_slice().len());
        let ended = self.receiver.ingest(bytes, &mut self.body);
        if self.refusal.is_some() {
            self.body.clear();
        }
        ended
    }

    /// Reserves memory for `more` bytes, or refuses the message.
    fn reserve(&mut self, handler: &Handler, more: usize) {
        if self.refusal.is_some() {
            return;
        }
        let size = self.body.len() + more;
        if size > handler.limits.message {
            return self.refuse("552 5.3.4 Message too large");
        }
        let missing = (size / 1024 + 1).saturating_sub(self.reserved_kilobytes);
        if missing == 0 {
            return;
        }
        let kilobytes = missing.max(MIN_RESERVATION);
        let permits = u32::try_from(kilobytes).unwrap_or(u32::MAX);
        match Arc::clone(&handler.memory).try_acquire_many_owned(permits) {
            Ok(permit) => {
                self.permits.push(permit);
                self.reserved_kilobytes += kilobytes;
            }
            Err(_) => self.refuse("452 4.3.1 Too many messages at once, try again later"),
        }
    }

    fn refuse(&mut self, reply: &'static str) {
        self.refusal = Some(reply);
        self.body = Vec::new();
        self.permits.clear();
    }
}
