//! Mail as it comes and as it goes.

mod automatic;
mod compose;
mod incoming;
mod reply;
mod tag;

pub use automatic::automatic_sign;
pub use compose::{Mailbox, Outgoing, Reason};
pub use incoming::{Incoming, noted_recipient, return_path};
pub use reply::{ANSWER_ABOVE, answer_text, fresh_text};
pub use tag::{Tagged, message_id, tagged, tagged_by_message_id, with_tag};
