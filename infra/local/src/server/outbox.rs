//! The outbox: emails that were written to the data folder because no relay sends them.

use adapters::folder::Folder;
use adapters::pages::{MailPage, OutboxPage, OutboxRow};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::on;
use functions::http::{page, problem, security_headers, unavailable};
use functions::routes::{self, OutboxEndpoint};
use functions::sign_in::{SignIn, SignedIn};
use mail_parser::{Address, Message, MessageParser};

/// The most emails that the list shows.
const MAX_SHOWN: usize = 200;

/// The list of sent emails and a page for each, for staff who are signed in. With `None`, both say
/// that emails are sent through a relay.
pub(super) fn routes(outbox: Option<Folder>, sign_in: &SignIn) -> Router {
    let pages = routes::router(&routes::OUTBOX, |endpoint, method| match endpoint {
        OutboxEndpoint::List => on(method, list),
        OutboxEndpoint::Email => on(method, show),
    });
    sign_in.behind(pages).layer(from_fn(security_headers)).with_state(outbox)
}

fn sent_by_relay() -> Response {
    let text = "Emails are sent through a relay, and this machine keeps no copies. The history of each \
                contact lists the emails that were sent.";
    problem(StatusCode::NOT_FOUND, "There is no outbox", text)
}

fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "Email not found", "Check the address, or go to the outbox.")
}

async fn list(State(outbox): State<Option<Folder>>, who: SignedIn) -> Response {
    let Some(outbox) = outbox else { return sent_by_relay() };
    let files = match outbox.newest(MAX_SHOWN + 1).await {
        Ok(files) => files,
        Err(error) => return unavailable(&error),
    };
    let mut rows = Vec::new();
    for file in files.iter().take(MAX_SHOWN) {
        // A file that has been deleted since, or cannot be read, is left out.
        if let Ok(Some(raw)) = outbox.read(file).await {
            rows.push(row(file, &raw));
        }
    }
    let more = files.len() > MAX_SHOWN;
    page(StatusCode::OK, &OutboxPage { user: who.page_user(), rows: &rows, more })
}

fn row(file: &str, raw: &[u8]) -> OutboxRow {
    let mail = MessageParser::default().parse_headers(raw);
    let mail = mail.as_ref();
    let to = mail.and_then(|m| m.to()).and_then(Address::first).and_then(|to| to.address());
    let date = mail.and_then(|m| m.date()).map(mail_parser::DateTime::to_rfc822);
    OutboxRow {
        file: file.to_owned(),
        date: date.unwrap_or_default(),
        to: to.unwrap_or_default().to_owned(),
        subject: mail.and_then(|m| m.subject()).unwrap_or("(no subject)").to_owned(),
    }
}

async fn show(
    State(outbox): State<Option<Folder>>,
    who: SignedIn,
    Path(file): Path<String>,
) -> Response {
    let Some(outbox) = outbox else { return sent_by_relay() };
    let raw = match outbox.read(&file).await {
        Ok(Some(raw)) => raw,
        Ok(None) => return not_found(),
        // Not the name of a file in the outbox.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => return not_found(),
        Err(error) => return unavailable(&error),
    };
    let mail = MessageParser::default().parse(&raw);
    let headers: Vec<(String, String)> = mail
        .iter()
        .flat_map(Message::headers_raw)
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let text = mail.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
    let page_of_mail =
        MailPage { user: who.page_user(), file: &file, headers: &headers, text: &text };
    page(StatusCode::OK, &page_of_mail)
}
