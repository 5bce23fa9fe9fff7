//! Deadline: takes the steps of a contact's reminders that are due, when a timer fires.

use adapters::store::StoreError;
use domain::contact::{Contact, ContactId};
use domain::decide::{Command, Request, SystemCommand};

use crate::{App, Outcome};

/// Acts on a contact whose timer fired. A timer that comes late, early or twice does no harm.
///
/// # Errors
/// Returns an error if the table is unreachable or an item cannot be decoded.
pub async fn fired(app: &App, id: &ContactId) -> Result<Outcome, StoreError> {
    app.execute(id, &request()).await
}

/// Acts on a contact that has been loaded, as [`fired`] does.
pub(crate) async fn fired_loaded(app: &App, contact: Contact) -> Result<Outcome, StoreError> {
    let id = contact.id;
    app.execute_loaded(&id, Some(contact), &request()).await
}

fn request() -> Request {
    Request { key: None, command: Command::System(SystemCommand::FireTimers) }
}
