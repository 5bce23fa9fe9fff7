//! Adapters: where Kept meets the world outside its domain.
//!
//! | Room | Holds |
//! |---|---|
//! | [`store`] | contacts and their logs in a DynamoDB table |
//! | [`ports`] | timers and the event bus, and what other systems receive |
//! | [`mailer`] | sending email: into a folder, or to a relay |
//! | [`archive`] | raw incoming messages |
//! | [`mail`] | email as a format: reading what comes, composing what goes |
//! | [`emails`] | the emails that Kept writes, from templates |
//! | [`pages`] | the pages that Kept shows, from templates |
//! | `aws`, a feature | the ports, the mailer and the archive on AWS |
//! | [`clock`], [`digest`], [`folder`] | the time, digests, files that survive a crash |
//! | [`errors`] | errors as text without personal data |

pub mod archive;
#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
pub mod digest;
pub mod emails;
pub mod errors;
pub mod folder;
pub mod mail;
pub mod mailer;
pub mod pages;
pub mod ports;
pub mod store;
