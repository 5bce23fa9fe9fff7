//! Local time: from what the clocks of a zone show to instants, and back.
//!
//! [`instant`] and [`local`] convert, and [`parse_local`] reads what people type. How dates and times
//! read is in [`wording`](crate::wording).

mod zone;

pub use zone::{instant, local, parse_local};
