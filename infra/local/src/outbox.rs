//! What was sent, while mail is written to the data folder.

use adapters::files::Folder;
use adapters::pages::{MailPage, OutboxPage, OutboxRow};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use functions::http::{guard, page, problem, unavailable};
use functions::sign_in::{SignIn, SignedIn};
use mail_parser::{Address, MessageParser};

/// More than anybody looks through.
const MOST: usize = 200;

/// The outbox's pages, behind the sign-in; `None` where mail leaves through a relay.
pub fn routes(outbox: Option<Folder>, sign_in: &SignIn) -> Router {
    let pages = Router::new().route("/outbox", get(list)).route("/outbox/{file}", get(show));
    sign_in.behind(pages).layer(axum::middleware::from_fn(guard)).with_state(outbox)
}

fn relayed() -> Response {
    let text = "Mail leaves through a relay, and no copies are kept here. Each contact's history says what was sent.";
    problem(StatusCode::NOT_FOUND, "There is no outbox", text)
}

async fn list(State(outbox): State<Option<Folder>>, who: SignedIn) -> Response {
    let Some(outbox) = outbox else { return relayed() };
    let files = match outbox.newest(MOST + 1).await {
        Ok(files) => files,
        Err(error) => return unavailable(&error),
    };
    let mut rows = Vec::new();
    for file in files.iter().take(MOST) {
        // A file that is gone by now, or cannot be read, is a row less.
        if let Ok(Some(raw)) = outbox.read(file).await {
            rows.push(row(file, &raw));
        }
    }
    page(StatusCode::OK, &OutboxPage { signed: who.page(), rows: &rows, more: files.len() > MOST })
}

fn row(file: &str, raw: &[u8]) -> OutboxRow {
    let mail = MessageParser::default().parse_headers(raw);
    let mail = mail.as_ref();
    let to = mail.and_then(|m| m.to()).and_then(Address::first).and_then(|to| to.address());
    OutboxRow {
        file: file.to_owned(),
        date: mail
            .and_then(|m| m.date())
            .map_or_else(String::new, mail_parser::DateTime::to_rfc822),
        to: to.unwrap_or_default().to_owned(),
        subject: mail.and_then(|m| m.subject()).unwrap_or("(no subject)").to_owned(),
    }
}

async fn show(
    State(outbox): State<Option<Folder>>,
    who: SignedIn,
    Path(file): Path<String>,
) -> Response {
    let Some(outbox) = outbox else { return relayed() };
    let raw = match outbox.read(&file).await {
        Ok(Some(raw)) => raw,
        Ok(None) => {
            return problem(StatusCode::NOT_FOUND, "There is no such mail", "Look in the outbox.");
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
            return problem(StatusCode::NOT_FOUND, "There is no such mail", "Look in the outbox.");
        }
        Err(error) => return unavailable(&error),
    };
    let mail = MessageParser::default().parse(&raw);
    let headers: Vec<(String, String)> = mail
        .iter()
        .flat_map(mail_parser::Message::headers_raw)
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let text = mail.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
    page(
        StatusCode::OK,
        &MailPage { signed: who.page(), file: &file, headers: &headers, text: &text },
    )
}
