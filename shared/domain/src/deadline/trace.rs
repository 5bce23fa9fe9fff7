//! The account of a count, recorded while counting or not at all.

use super::Step;

/// Receives the steps of a count in order.
///
/// A rule is written once, with its step beside it. Whoever needs only the due instant passes
/// [`Untraced`], and the compiler removes every step; whoever needs the account passes a list.
pub(super) trait Trace {
    /// Records a step. The closure runs only if steps are kept.
    fn record(&mut self, step: impl FnOnce() -> Step);
}

/// Keeps no steps.
pub(super) struct Untraced;

impl Trace for Untraced {
    #[inline]
    fn record(&mut self, _: impl FnOnce() -> Step) {}
}

impl Trace for Vec<Step> {
    fn record(&mut self, step: impl FnOnce() -> Step) {
        self.push(step());
    }
}
