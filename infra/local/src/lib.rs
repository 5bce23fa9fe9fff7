//! Kept on one machine: the handlers that run on AWS, over an embedded DynamoDB engine, with a web
//! server, an SMTP listener and a worker in place of streams and schedules.
//!
//! The binary `kept` calls [`cli::main`]. Two modules are of use to other programs as well:
//! [`engine`] connects the AWS SDK to the embedded engine, and [`simulation`] runs the handlers in
//! virtual time.
//!
//! | Module | Contents |
//! |---|---|
//! | `cli` | the command line and its exit statuses |
//! | `commands` | one module for each command, apart from the server |
//! | `server` | `kept serve`: the pages, the listeners and the worker |
//! | `smtp` | the SMTP listener |
//! | `shares` | the connections and the memory that a listener shares out among its peers |
//! | `worker` | sends what was committed and fires timers |
//! | `simulation` | virtual time, and a mailer that records |
//! | `engine` | the embedded DynamoDB engine |
//! | `context` | loading the organisation, its packs and the data folder |
//! | `data_folder` | the database, the archive, the outbox and the keys on disk |
//! | `output`, `rendering` | printing, and the phrases that several commands share |
//! | `failure` | how a command fails |

pub mod cli;
mod commands;
mod context;
mod data_folder;
pub mod engine;
mod failure;
mod output;
mod rendering;
mod server;
mod shares;
pub mod simulation;
mod smtp;
mod worker;
