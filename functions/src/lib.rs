//! What Kept does, a module for each function.
//!
//! Every function turns its event into a command, lets [`App`] load the contact, decide and
//! commit, and is done. Only [`dispatch`] touches the outside world.

pub mod app;
mod contact_form;
pub mod deadline;
pub mod dispatch;
pub mod host;
pub mod http;
pub mod intake_email;
pub mod intake_web;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod reconcile;
pub mod report;
pub mod routes;
pub mod sign_in;
pub mod staff;
mod wording;

pub use app::{App, Outcome};
