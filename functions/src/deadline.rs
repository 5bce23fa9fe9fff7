//! Woken by a timer: takes the steps of a contact's ladders that are due.

use adapters::store::StoreError;
use domain::contact::ContactId;
use domain::decide::{Command, Request, SystemCommand};

use crate::{App, Outcome};

/// Sees to a contact whose timer fired. A timer that comes late, early or twice does no harm.
///
/// # Errors
/// When the table cannot be reached.
pub async fn fired(app: &App, id: &ContactId) -> Result<Outcome, StoreError> {
    let command = Command::System(SystemCommand::FireTimers);
    app.execute(id, &Request { key: None, command }).await
}
