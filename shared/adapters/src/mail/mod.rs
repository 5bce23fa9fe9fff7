//! Email as a format: reading what comes in, composing what goes out.
//!
//! [`Incoming`] is a message as Kept understands it, and [`Outgoing`] one that is ready to be sent. What comes
//! in is bounded first: `header` cuts the fields, `structure` finds the parts (`part` describes one), and
//! `text` reads them.
//! [`fresh_text`] and [`answer_text`] separate what is new in a reply from what it quotes.
//! [`with_tag`] and [`message_id`] mark what Kept sends, so that a reply leads back to its contact.

mod automatic;
mod compose;
mod header;
mod incoming;
mod part;
mod reply;
mod structure;
mod tag;
mod text;

pub use compose::{Mailbox, Outgoing, Reason};
pub use incoming::Incoming;
pub use reply::{ANSWER_ABOVE, answer_text, fresh_text};
pub use tag::{Tag, message_id, tag_of_address, tag_of_message_id, with_tag};
