//! Local time, and time in words.

mod wording;
mod zone;

pub use wording::{
    clock_time, date_in_words, due_in_words, gap_in_words, hours_and_minutes, short_date,
};
pub use zone::{instant, local, parse_local};
