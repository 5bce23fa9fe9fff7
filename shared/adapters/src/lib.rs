//! Where Kept touches the world: the table, mail, the clock, and the words and pages people see.

pub mod archive;
#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
pub mod digest;
pub mod emails;
pub mod errors;
pub mod files;
pub mod mail;
pub mod mailer;
pub mod pages;
pub mod ports;
pub mod store;
