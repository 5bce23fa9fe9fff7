//! A message that is being received, within the limits of size and memory.

use std::net::IpAddr;

use tokio::time::Instant;

use super::Handler;
use super::data::DataReceiver;
use crate::shares::Share;

/// The least memory that is reserved at a time, in kilobytes, so that a large message does not reserve
/// kilobyte by kilobyte.
const MIN_RESERVATION: usize = 64;

/// A message that is being received. Its memory is released when it is dropped.
pub(super) struct IncomingMessage {
    receiver: DataReceiver,
    /// The instant at which the client was told to send it.
    pub(super) started_at: Instant,
    pub(super) body: Vec<u8>,
    peer: IpAddr,
    shares: Vec<Share>,
    reserved_kilobytes: usize,
    /// The reply with which the message is refused, once its end has been read.
    pub(super) refusal: Option<&'static str>,
}

impl IncomingMessage {
    pub(super) fn new(peer: IpAddr) -> Self {
        Self {
            receiver: DataReceiver::new(),
            started_at: Instant::now(),
            body: Vec::new(),
            peer,
            shares: Vec::new(),
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
        match handler.memory.take(self.peer, kilobytes) {
            Some(share) => {
                self.shares.push(share);
                self.reserved_kilobytes += kilobytes;
            }
            None => self.refuse("452 4.3.1 Too many messages at once, try again later"),
        }
    }

    fn refuse(&mut self, reply: &'static str) {
        self.refusal = Some(reply);
        self.body = Vec::new();
        self.shares.clear();
    }
}
