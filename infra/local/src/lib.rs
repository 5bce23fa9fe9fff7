//! Kept on one machine: the same handlers as on AWS, over an embedded DynamoDB engine, with a web
//! server, an SMTP listener and a pump in place of the streams and timers.

pub mod bank_holidays;
pub mod check;
pub mod cli;
pub mod data;
pub mod due;
pub mod duties;
pub mod engine;
pub mod explain;
pub mod host_guard;
pub mod outbox;
pub mod play;
pub mod promises;
pub mod receive;
pub mod replay;
pub mod schema;
pub mod serve;
pub mod sign_in;
pub mod simulation;
pub mod smtp;
pub mod worker;
