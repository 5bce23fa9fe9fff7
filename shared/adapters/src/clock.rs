//! The clock: the only place that reads the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// A source of the current time, in UTC.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that scenarios and tests move, in milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// Returns the current time in whole milliseconds: stored instants have no finer parts.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match self {
            Self::System => Utc::now().timestamp_millis(),
            Self::Manual(millis) => millis.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Moves a manual clock forward; it never goes back. The machine's clock does not move.
    pub fn move_to(&self, at: DateTime<Utc>) {
        if let Self::Manual(millis) = self {
            millis.fetch_max(at.timestamp_millis(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_does_not_go_back() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        let clock = Clock::manual(at(100));
        clock.move_to(at(200));
        clock.move_to(at(150));
        assert_eq!(clock.now(), at(200));
    }
}
