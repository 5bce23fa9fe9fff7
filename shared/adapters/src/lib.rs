//! Where Kept touches the world: the table, mail, the clock, and the words and pages people see.

pub mod archive;
#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
pub mod files;
pub mod letters;
pub mod mail;
pub mod mailer;
pub mod outside;
pub mod pages;
mod said;
pub mod store;
