//! Timers: when Kept has to act on a contact next.

use std::future::Future;

use chrono::TimeDelta;
use domain::contact::{ContactId, Timer};
use domain::deadline::DeadlineId;

use super::PortError;

/// Timers of contacts' deadlines.
pub trait Timers: Clone + Send + Sync + 'static {
    /// True if these timers can be spread. If not, nobody needs to work out by how much.
    const SPREADS: bool;

    /// Sets the timer of a deadline, or moves it if there is one. Setting it twice has the effect of
    /// setting it once.
    ///
    /// It fires within `spread` of its time, so that the many timers that fall on one instant need
    /// not all be handled in the same minute.
    ///
    /// # Errors
    /// Returns an error if the timer could not be set.
    fn set(
        &self,
        contact: &ContactId,
        timer: &Timer,
        spread: TimeDelta,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Removes the timer of a deadline. It is no error if there is none.
    ///
    /// # Errors
    /// Returns an error if the timer could not be removed.
    fn clear(
        &self,
        contact: &ContactId,
        deadline: &DeadlineId,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// No timers. On one machine the store's list of due contacts takes their place.
#[derive(Clone, Copy, Debug)]
pub struct NoopTimers;

impl Timers for NoopTimers {
    const SPREADS: bool = false;

    async fn set(&self, _: &ContactId, _: &Timer, _: TimeDelta) -> Result<(), PortError> {
        Ok(())
    }

    async fn clear(&self, _: &ContactId, _: &DeadlineId) -> Result<(), PortError> {
        Ok(())
    }
}
