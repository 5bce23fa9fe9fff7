//! The one place that reads the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// What time it is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own.
    System,
    /// One that is moved by hand, in milliseconds since 1970: scenarios and tests.
    ByHand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn by_hand(at: DateTime<Utc>) -> Self {
        Self::ByHand(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// The time. Milliseconds are kept, anything finer is not: it would not survive being written down.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match self {
            Self::System => Utc::now().timestamp_millis(),
            Self::ByHand(millis) => millis.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Moves a clock that is moved by hand; it never goes back. The machine's own does not move.
    pub fn move_to(&self, at: DateTime<Utc>) {
        if let Self::ByHand(millis) = self {
            millis.fetch_max(at.timestamp_millis(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_moved_by_hand_does_not_go_back() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        let clock = Clock::by_hand(at(100));
        clock.move_to(at(200));
        clock.move_to(at(150));
        assert_eq!(clock.now(), at(200));
    }
}
