//! Who gets in, as whom, and who does not.

mod by_provider;
mod gate;
mod provider;
