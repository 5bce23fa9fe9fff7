//! What the binaries for AWS Lambda share: a desk made from the environment.
//!
//! | Variable | Says |
//! |---|---|
//! | `KEPT_TABLE` | the table's name |
//! | `KEPT_ORGANISATION` | the id of a built-in organisation, or a file in the function's package |
//! | `KEPT_SECRET` | the secret of ids and tokens: 64 hexadecimal digits |
//! | `KEPT_BASE_URL` | where people reach the pages |
//! | `KEPT_INBOX` | the bucket of incoming messages (intake-email, staff) |
//! | `KEPT_REPORTS` | the bucket of reports (report) |
//! | `KEPT_RETENTION_DAYS` | for how many days contacts are kept after they are closed; for ever, where it is not set |
//! | `KEPT_BUS` | the bus on which other systems are told what happened (dispatch; may be left out, and each event costs) |
//! | `KEPT_SCHEDULE_GROUP`, `KEPT_DEADLINE_ARN`, `KEPT_WAKER_ROLE_ARN`, `KEPT_DEAD_LETTERS_ARN` | what dispatch sees to |
//! | `KEPT_PUBLIC_URL` | where staff reach their pages (staff) |
//! | `KEPT_OIDC_ISSUER`, `KEPT_OIDC_CLIENT_ID`, `KEPT_OIDC_CLIENT_SECRET` | the provider of sign-in, and what Kept is to it (staff) |
//! | `KEPT_SESSION_KEY` | the key of sessions: 64 hexadecimal digits (staff) |
//! | `KEPT_LOG` | what is logged: `off`, `error`, `warn`, `info` (where nothing is said), `debug` |
//! | `KEPT_CONFIGURATION_SET` | the SES configuration set (dispatch; may be left out) |

use std::sync::Arc;

use adapters::aws::{Aws, AwsError};
use adapters::clock::Clock;
use adapters::errors::{BoxError, error_chain};
use adapters::store::Store;
use chrono::TimeDelta;
use domain::contact::Secret;
use domain::library::{built_in_pack_file, load_built_in, load_built_in_bank_holidays};
use domain::organisation::Organisation;
use lambda_runtime::Diagnostic;
use thiserror::Error;
use tracing_subscriber::filter::LevelFilter;

use crate::App;
use crate::sign_in::{ClientSecret, SessionKey, Settings, SettingsError, SignIn};

/// Why a function cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The clients of AWS.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// A variable is missing.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// A number is not one.
    #[error("{0} has to be a number of days, such as 2190")]
    Days(&'static str),
    /// A secret is not one.
    #[error("{0} has to be 64 hexadecimal digits")]
    Secret(&'static str),
    /// The sign-in.
    #[error("sign-in")]
    SignIn(#[from] SettingsError),
    /// The organisation's file.
    #[error("the organisation {name}")]
    Organisation {
        /// The id or the file.
        name: String,
        /// The cause.
        source: BoxError,
    },
}

/// The error of a handler, with its causes, as Lambda logs and reports it.
#[derive(Debug)]
pub struct HandlerError(String);

impl<E: std::error::Error> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self(error_chain(&error))
    }
}

impl From<HandlerError> for Diagnostic {
    fn from(HandlerError(error_message): HandlerError) -> Self {
        Self { error_type: "HandlerError".into(), error_message }
    }
}

/// Logs as JSON lines to where CloudWatch reads them, without times, which it adds. `KEPT_LOG` is
/// one level for everything: filters by module bring an engine for regular expressions with them,
/// and every start would pay for it.
pub fn log() {
    let level = std::env::var("KEPT_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .json()
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .without_time()
        .with_current_span(false)
        .init();
}

/// A variable that has to be set.
///
/// # Errors
/// When it is not.
pub fn variable(name: &'static str) -> Result<String, StartError> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(StartError::Missing(name))
}

/// The desk that the environment describes.
///
/// # Errors
/// When the environment lacks something, or the organisation is broken.
pub fn app(aws: &Aws) -> Result<App, StartError> {
    let mut store = Store::new(aws.dynamodb(), variable("KEPT_TABLE")?);
    if let Some(retention) = retention()? {
        store = store.with_retention(retention);
    }
    Ok(App {
        store,
        organisation: Arc::new(organisation(&variable("KEPT_ORGANISATION")?)?),
        secret: Secret::new(secret("KEPT_SECRET", &variable("KEPT_SECRET")?)?),
        clock: Clock::System,
        base_url: variable("KEPT_BASE_URL")?.trim_end_matches('/').to_owned(),
    })
}

/// How long contacts are kept.
fn retention() -> Result<Option<TimeDelta>, StartError> {
    const NAME: &str = "KEPT_RETENTION_DAYS";
    let Ok(days) = variable(NAME) else { return Ok(None) };
    let days: u32 = days.parse().map_err(|_| StartError::Days(NAME))?;
    Ok(Some(TimeDelta::days(i64::from(days))))
}

/// The sign-in that the environment describes. There is no staff function without one.
///
/// # Errors
/// When the environment lacks something, or a provider cannot be asked at such an address.
pub fn sign_in(app: &App) -> Result<SignIn, StartError> {
    let settings = Settings {
        issuer: variable("KEPT_OIDC_ISSUER")?,
        client_id: variable("KEPT_OIDC_CLIENT_ID")?,
        client_secret: ClientSecret::new(variable("KEPT_OIDC_CLIENT_SECRET")?),
        public_url: variable("KEPT_PUBLIC_URL")?,
    };
    let key = SessionKey::new(secret("KEPT_SESSION_KEY", &variable("KEPT_SESSION_KEY")?)?);
    Ok(SignIn::by_provider(app, key, &settings)?)
}

fn organisation(name: &str) -> Result<Organisation, StartError> {
    let failed = |source: BoxError| StartError::Organisation { name: name.to_owned(), source };
    if !name.contains(['.', '/']) {
        return load_built_in(name).map_err(|problems| failed(problems.into()));
    }
    let text = std::fs::read_to_string(name);
    let text = text.map_err(|error| failed(error.into()))?;
    let holidays = load_built_in_bank_holidays().map_err(|problems| failed(problems.into()))?;
    let folder = std::path::Path::new(name).parent().map(std::path::Path::to_owned);
    let pack = |id: &str| {
        let own = folder.as_ref().map(|folder| folder.join(format!("{id}.toml")));
        let read = own.and_then(|path| {
            Some((path.display().to_string(), std::fs::read_to_string(path).ok()?))
        });
        read.map(|(file, text)| (file, text.into())).or_else(|| built_in_pack_file(id))
    };
    Organisation::parse(name, &text, holidays, pack).map_err(|problems| failed(problems.into()))
}

fn secret(name: &'static str, text: &str) -> Result<[u8; 32], StartError> {
    let digit = |index: usize| {
        let pair = text.get(2 * index..2 * index + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = digit(index).ok_or(StartError::Secret(name))?;
    }
    if text.len() == 64 { Ok(bytes) } else { Err(StartError::Secret(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_sixty_four_hexadecimal_digits_and_nothing_else() {
        assert!(secret("it", &"0f".repeat(32)).is_ok());
        for bad in ["", "0f", &"0f".repeat(33), &"zz".repeat(32), &"é".repeat(32)] {
            assert!(secret("it", bad).is_err(), "{bad}");
        }
    }
}
