//! Who gets in, as whom, and who does not.

mod access;
mod by_provider;
mod provider;
