//! How staff sign in on one machine: as whom they choose on a loopback address, or through a
//! provider of sign-in anywhere.

use functions::App;
use functions::sign_in::{ClientSecret, SessionKey, Settings, SignIn};

use crate::cli::{Failure, ServeArgs};

/// The flags of a provider of sign-in; they come together or not at all.
const FLAGS: &str = "--oidc-issuer, --oidc-client-id and --oidc-client-secret";

/// Whether the pages may be served where they are to be.
///
/// # Errors
/// When anybody could reach the pages of staff, or what they type could be read on the way.
pub fn check(args: &ServeArgs) -> Result<(), Failure> {
    let given = [&args.oidc_issuer, &args.oidc_client_id, &args.oidc_client_secret];
    let given = given.into_iter().filter(|flag| flag.is_some()).count();
    if !matches!(given, 0 | 3) {
        return Err(Failure::Usage(format!("{FLAGS} have to be given together")));
    }
    if args.http.ip().is_loopback() {
        return Ok(());
    }
    if given == 0 {
        return Err(Failure::Usage(format!(
            "without a provider of sign-in staff choose who they are, so --http has to be a loopback \
             address such as 127.0.0.1:8080, not {}; set up sign-in with {FLAGS}, or let a web server \
             in front of it pass on /, /contacts and /style.css alone",
            args.http
        )));
    }
    if !args.base_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
        return Err(Failure::Usage(format!(
            "to serve at {} there has to be a web server in front that speaks https; say with \
             --base-url https://… where people reach it",
            args.http
        )));
    }
    Ok(())
}

/// How staff sign in.
///
/// # Errors
/// When the flags cannot be used.
pub fn sign_in(args: &ServeArgs, app: &App, key: SessionKey) -> Result<SignIn, Failure> {
    let (Some(issuer), Some(client_id), Some(secret)) =
        (&args.oidc_issuer, &args.oidc_client_id, &args.oidc_client_secret)
    else {
        return Ok(SignIn::local(app, key));
    };
    let settings = Settings {
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: ClientSecret::new(secret.clone()),
        public_url: app.base_url.clone(),
    };
    SignIn::by_provider(app, key, &settings)
        .map_err(|error| Failure::Usage(format!("sign-in: {error}")))
}
