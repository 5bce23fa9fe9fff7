//! The setup that the binaries for AWS Lambda share: the app, the sign-in and the log, from environment
//! variables.
//!
//! | Variable | Used by | Value |
//! |---|---|---|
//! | `KEPT_TABLE` | all | the name of the table |
//! | `KEPT_ORGANISATION` | all | the id of a built-in organisation, or a file in the function's package |
//! | `KEPT_SECRET` | all | the secret of ids and tokens: 64 hexadecimal digits |
//! | `KEPT_BASE_URL` | all | the URL at which customers reach the pages |
//! | `KEPT_RETENTION_DAYS` | all | the days for which a closed contact is kept; without it, contacts are kept for ever |
//! | `KEPT_LOG` | all | the level of the log: `off`, `error`, `warn`, `info` (the default) or `debug` |
//! | `KEPT_INBOX` | intake-email | the bucket of incoming messages |
//! | `KEPT_REPORTS` | report | the bucket of reports |
//! | `KEPT_BUS` | dispatch | the event bus for other systems; optional, and each event costs money |
//! | `KEPT_CONFIGURATION_SET` | dispatch | the SES configuration set; optional |
//! | `KEPT_SCHEDULE_GROUP` | dispatch | the group of the timers' schedules |
//! | `KEPT_DEADLINE_ARN` | dispatch | the function that the schedules call |
//! | `KEPT_WAKER_ROLE_ARN` | dispatch | the role with which they call it |
//! | `KEPT_DEAD_LETTERS_ARN` | dispatch | the queue for calls that failed |
//! | `KEPT_PUBLIC_URL` | staff | the URL at which staff reach the pages |
//! | `KEPT_OIDC_ISSUER` | staff | the issuer of the identity provider |
//! | `KEPT_OIDC_CLIENT_ID` | staff | the client ID |
//! | `KEPT_OIDC_CLIENT_SECRET` | staff | the client secret |
//! | `KEPT_SESSION_KEY` | staff | the key that signs sessions: 64 hexadecimal digits |

use std::sync::Arc;

use adapters::aws::{Aws, AwsError};
use adapters::clock::Clock;
use adapters::errors::{BoxError, error_chain};
use adapters::store::Store;
use chrono::TimeDelta;
use data_encoding::HEXLOWER_PERMISSIVE;
use domain::contact::Secret;
use domain::library::{built_in_pack_file, load_built_in, load_built_in_bank_holidays};
use domain::organisation::Organisation;
use lambda_runtime::Diagnostic;
use thiserror::Error;
use tracing_subscriber::filter::LevelFilter;

use crate::App;
use crate::sign_in::{ClientSecret, SessionKey, Settings, SettingsError, SignIn};

/// A reason why a function cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The clients of AWS cannot be set up.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// A variable is not set, or is empty.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The value is not a number of days.
    #[error("{0} has to be a number of days, such as 2190")]
    Days(&'static str),
    /// The value is not a secret.
    #[error("{0} has to be 64 hexadecimal digits")]
    Secret(&'static str),
    /// The sign-in cannot be set up.
    #[error("the sign-in cannot be set up")]
    SignIn(#[from] SettingsError),
    /// The organisation cannot be loaded.
    #[error("the organisation {name} cannot be loaded")]
    Organisation {
        /// The organisation's id or file.
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

/// Logs JSON lines to standard output, which CloudWatch reads. CloudWatch adds the times.
///
/// `KEPT_LOG` is one level for all modules. Filters by module need an engine for regular expressions,
/// which would make every cold start slower.
pub fn log() {
    let level = std::env::var("KEPT_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .json()
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .without_time()
        .with_current_span(false)
        .init();
}

/// Returns the value of an environment variable.
///
/// # Errors
/// Returns an error if the variable is not set or is empty.
pub fn variable(name: &'static str) -> Result<String, StartError> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(StartError::Missing(name))
}

/// Sets up the app.
///
/// # Errors
/// Returns an error if a variable is missing or invalid, or if the organisation cannot be loaded.
pub fn app(aws: &Aws) -> Result<App, StartError> {
    let mut store = Store::new(aws.dynamodb(), variable("KEPT_TABLE")?);
    if let Some(retention) = retention()? {
        store = store.with_retention(retention);
    }
    let base_url = variable("KEPT_BASE_URL")?.trim_end_matches('/').to_owned();
    Ok(App {
        store,
        organisation: Arc::new(organisation(&variable("KEPT_ORGANISATION")?)?),
        secret: Secret::new(secret("KEPT_SECRET", &variable("KEPT_SECRET")?)?),
        clock: Clock::System,
        staff_base_url: base_url.clone(),
        base_url,
    })
}

/// Returns the time for which a closed contact is kept.
fn retention() -> Result<Option<TimeDelta>, StartError> {
    const NAME: &str = "KEPT_RETENTION_DAYS";
    let Ok(days) = variable(NAME) else { return Ok(None) };
    let days: u32 = days.parse().map_err(|_| StartError::Days(NAME))?;
    Ok(Some(TimeDelta::days(i64::from(days))))
}

/// Sets up the sign-in. The staff function does not start without one.
///
/// # Errors
/// Returns an error if a variable is missing, or if an address is not one to which secrets may be sent.
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
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(StartError::Secret(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_sixty_four_hexadecimal_digits_and_nothing_else() {
        assert!(secret("it", &"0f".repeat(32)).is_ok());
        assert_eq!(secret("it", &"0F".repeat(32)).unwrap(), [15; 32]);
        for bad in ["", "0f", &"0f".repeat(33), &"zz".repeat(32), &"é".repeat(32)] {
            assert!(secret("it", bad).is_err(), "{bad}");
        }
    }
}
