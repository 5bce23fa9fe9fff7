//! The real process: real ports, a real disk, real signals.

mod kept;
mod receive;
mod relay;
mod restart;
mod smtp;
mod start;
