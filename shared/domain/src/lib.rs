//! What Kept promises and decides, without any I/O.
//!
//! Time arrives as an argument; nothing here reads a clock, a file or the environment. The words
//! of the field are used as they are:
//!
//! | Word | Meaning |
//! |---|---|
//! | contact | one thing a customer brought to the provider: an email, a form, a letter, a call, a visit |
//! | standard | a published promise, with the clock that it implies |
//! | pack | standards that were published together, with their source and version |
//! | milestone | something that happens to a contact and can start or keep a standard: received, responded |
//! | deadline | a standard applied to a contact: when it starts, when it is due, whether it was kept |
//! | derivation | the account of how a due instant was found, step by step |
//! | ladder | who is reminded or told when, on the way to a deadline and after it |
//! | working day | a day of the working week that is neither a bank holiday nor a published closure |
//! | day 0 | the day on which a clock starts; counting begins the day after |
//! | effective receipt | the day on which a message counts as received, where that is not the day it came |
//! | breach | the deadline passed and the promise was not kept |

pub mod calendar;
pub mod check;
pub mod contact;
pub mod deadline;
pub mod decide;
pub mod email_address;
pub mod keyed_hash;
pub mod library;
pub mod organisation;
#[cfg(feature = "schema")]
pub mod schema;
pub mod standards;
mod text_id;
pub mod time;
pub mod toml_file;
pub mod wording;
