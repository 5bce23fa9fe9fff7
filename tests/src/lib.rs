//! The harness of the flow tests.
//!
//! | Module | Contents |
//! |---|---|
//! | [`Scenario`] | a provider, its customers and its staff in virtual time |
//! | [`FaultyMailer`] | a mailer that records, and that can be told to fail |
//! | [`Browser`] | a browser on the staff pages, with cookies and forms |
//! | `cloud` | AWS without AWS: the embedded engine for the table, and a memory for everything else |

mod browser;
#[cfg(feature = "lambda")]
pub mod cloud;
mod faulty_mailer;
mod scenario;

pub use browser::{Browser, PageResponse};
pub use faulty_mailer::{FaultyMailer, MailFault};
pub use scenario::{Scenario, dispatch};

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::time::instant;

/// An instant from local time in London: `2026-05-01 16:50`.
#[must_use]
#[expect(clippy::expect_used, reason = "the times are written in the tests")]
pub fn at(local: &str) -> DateTime<Utc> {
    let parse = |format| NaiveDateTime::parse_from_str(local, format);
    let local =
        parse("%Y-%m-%d %H:%M").or_else(|_| parse("%Y-%m-%d %H:%M:%S")).expect("a local time");
    instant(chrono_tz::Tz::Europe__London, local)
}
