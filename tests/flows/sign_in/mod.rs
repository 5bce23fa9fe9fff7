//! Sign-in: who may see the staff pages and act on them, and who may not.

mod access;
mod identity_provider;
mod provider_sign_in;
