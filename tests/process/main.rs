//! The real process.
