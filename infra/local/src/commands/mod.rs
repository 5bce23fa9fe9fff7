//! The commands of `kept`, one module for each, apart from the server.
//!
//! A module has the command's arguments, whose doc comments are its `--help`, and a function `run`.

pub(crate) mod bank_holidays;
pub(crate) mod check;
pub(crate) mod due;
pub(crate) mod duties;
pub(crate) mod explain;
mod local_time;
pub(crate) mod play;
pub(crate) mod promises;
pub(crate) mod receive;
pub(crate) mod replay;
pub(crate) mod schema;
