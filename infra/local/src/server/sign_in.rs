//! Sign-in on one machine: staff choose who they are on a loopback address, or sign in through an OpenID
//! Connect provider.

use functions::App;
use functions::host_names::is_loopback;
use functions::sign_in::{ClientSecret, SessionKey, Settings, SignIn};

use super::{ServeArgs, host_guard};
use crate::failure::Failure;

/// The flags that set up a provider: all of them or none.
const FLAGS: &str = "--oidc-issuer, --oidc-client-id and --oidc-client-secret";

/// Checks that the pages are safe at the address of `--http`.
///
/// # Errors
/// Returns an error if only some of the provider's flags are given, if other machines could reach the
/// staff pages without signing in, or if cookies would cross the network unencrypted.
pub(super) fn check(args: &ServeArgs) -> Result<(), Failure> {
    let flags = [&args.oidc_issuer, &args.oidc_client_id, &args.oidc_client_secret];
    let given = flags.into_iter().filter(|flag| flag.is_some()).count();
    if !matches!(given, 0 | 3) {
        return Err(Failure::usage(format!("{FLAGS} must be given together")));
    }
    let addresses = [("--http", Some(args.http)), ("--staff-http", args.staff_http)];
    for (flag, address) in addresses {
        let Some(address) = address.filter(|address| !address.ip().is_loopback()) else { continue };
        if given == 0 {
            return Err(Failure::usage(format!(
                "{flag} {address} is not a loopback address such as 127.0.0.1:8080, and staff choose who \
                 they are; set up sign-in with {FLAGS}, or use a loopback address and let a web server \
                 pass on the pages for customers"
            )));
        }
        if !args.base_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
            return Err(Failure::usage(format!(
                "{flag} {address} is not a loopback address, so a web server with https must be in front \
                 of Kept; give its address with --base-url https://…"
            )));
        }
    }
    Ok(())
}

/// Returns true if the pages for staff may be served at the address of `--http`.
///
/// Without a provider staff choose who they are. A web server in front, of which a public `--base-url` is a
/// sign, may pass on whatever strangers ask for, as if a program on this machine asked.
pub(super) fn staff_pages_on_http(args: &ServeArgs) -> bool {
    let has_provider = args.oidc_issuer.is_some();
    let host = args.base_url.as_deref().map(host_guard::host_of);
    args.staff_http.is_none() && (has_provider || host.is_none_or(|host| is_loopback(&host)))
}

/// The sign-in that the flags set up.
///
/// # Errors
/// Returns an error if the flags cannot be used.
pub(super) fn sign_in(args: &ServeArgs, app: &App, key: SessionKey) -> Result<SignIn, Failure> {
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
        .map_err(|error| Failure::usage(format!("sign-in: {error}")))
}
