//! The functions of Kept, each a module that both hosts use: AWS Lambda and the one-machine server.
//!
//! Every function turns its event into a command and passes it to [`App::execute`], which loads the
//! contact, decides and commits. Only [`dispatch`] sends anything to the outside world.
//!
//! | Module | Function |
//! |---|---|
//! | [`intake_web`] | the form for customers and their status page |
//! | [`intake_email`] | incoming email |
//! | [`staff`] | the pages for staff, with [`sign_in`] in front |
//! | [`dispatch`] | sends a commit's messages, sets its timers and publishes its events |
//! | [`deadline`] | does what a contact's timer is for |
//! | [`reconcile`] | finds what should have happened by now and did not |
//! | [`report`] | the figures of a month |
//!
//! [`app`] is what they all work with, and [`routes`] is the list of all HTTP routes. `views` fills pages
//! and emails with sentences, `contact_form` makes a contact from a form, and [`http`] holds the
//! responses that all pages share. `lambda`, a feature, is the setup that the binaries share.

pub mod app;
mod contact_form;
pub mod deadline;
pub mod dispatch;
pub mod host_names;
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
mod views;

pub use app::{App, Outcome};
