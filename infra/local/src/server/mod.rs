//! `kept serve`: everything on one machine.
//!
//! The server opens the data folder, binds both listeners, catches up and then runs four tasks until a
//! signal stops it: the worker's dispatch and timers, the SMTP listener of [`crate::smtp`] and the
//! [`pages`].

mod connections;
mod host_guard;
mod outbox;
mod pages;
mod sign_in;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use adapters::clock::Clock;
use adapters::mailer::{Mailer, Relay};
use adapters::store::Committed;
use clap::Args;
use domain::organisation::Organisation;
use functions::App;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tracing_subscriber::EnvFilter;

use crate::context::Context;
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::output::print;
use crate::{engine, smtp, worker};

/// The options of the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServeArgs {
    /// Address of the web server. It must be a loopback address unless staff sign in through a provider
    #[arg(
        long,
        global = true,
        env = "KEPT_HTTP",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    http: SocketAddr,
    /// Address of the staff pages, if they are not to be at the address of --http. Needed with a public
    /// --base-url unless staff sign in through a provider
    #[arg(long, global = true, env = "KEPT_STAFF_HTTP", value_name = "ADDR")]
    staff_http: Option<SocketAddr>,
    /// Address of the SMTP listener. Port 0 picks a free port
    #[arg(
        long,
        global = true,
        env = "KEPT_SMTP",
        value_name = "ADDR",
        default_value = "127.0.0.1:2525"
    )]
    smtp: SocketAddr,
    /// Mail server that sends emails, such as smtp://host:25 or smtps://user@host. A password belongs in
    /// the environment variable or in a file. Without a mail server, emails are written to the data folder
    /// and shown at /outbox
    #[arg(long, global = true, env = "KEPT_RELAY", value_name = "URL", hide_env_values = true)]
    relay: Option<String>,
    /// File with the password for --relay
    #[arg(long, global = true, env = "KEPT_RELAY_PASSWORD_FILE", value_name = "FILE")]
    relay_password_file: Option<PathBuf>,
    /// Public address of the pages, for links in emails [default: http:// and the address of --http]
    #[arg(long, global = true, env = "KEPT_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Issuer of the OpenID Connect provider through which staff sign in, as in its discovery document.
    /// Without it, staff on this machine choose who they are
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_ISSUER",
        value_name = "URL",
        help_heading = "Sign-in"
    )]
    oidc_issuer: Option<String>,
    /// Client ID
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_CLIENT_ID",
        value_name = "ID",
        help_heading = "Sign-in"
    )]
    oidc_client_id: Option<String>,
    /// Client secret. Prefer the environment variable, which other users of the machine cannot see
    #[arg(
        long,
        global = true,
        env = "KEPT_OIDC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        help_heading = "Sign-in"
    )]
    oidc_client_secret: Option<String>,
}

/// How long tasks may take to finish once a signal has come. A browser that keeps its connection open
/// must not keep the server running.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until a signal stops it.
///
/// # Errors
/// Returns an error if the organisation has errors, the data folder is in use, or an address cannot be
/// bound.
pub(crate) async fn run(context: &Context, args: &ServeArgs) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("KEPT_LOG").unwrap_or_else(|_| {
            EnvFilter::new("warn,kept=info,local=info,functions=info,adapters=info")
        }))
        .with_writer(io::stderr)
        .init();
    sign_in::check(args)?;
    let organisation = context.organisation(&[])?;
    let today = domain::time::local(organisation.zone(), Clock::System.now()).date();
    if let Some(warning) = organisation.bank_holidays().ends_soon(today) {
        tracing::warn!("{warning}");
    }
    let mut data = DataFolder::open(&context.data_folder()?).map_err(Failure::failed)?;
    if !data.lock().map_err(Failure::failed)? {
        return Err(Failure::failed(format!(
            "{} is in use by another kept; stop that one, or choose another folder with --data DIR",
            data.path().display()
        )));
    }
    let http = bind(args.http, "--http").await?;
    let smtp = bind(args.smtp, "--smtp").await?;
    let staff_http = match args.staff_http {
        Some(address) => Some(bind(address, "--staff-http").await?),
        None => None,
    };
    let server = Server { args, data: &data, organisation, http, staff_http, smtp };
    match &args.relay {
        None => server.run(data.outbox.clone()).await,
        Some(url) => server.run(relay(url, args.relay_password_file.as_deref())?).await,
    }
}

/// The mail server at a URL, with the password in a file if there is one.
///
/// # Errors
/// Returns an error if the URL is not one of a mail server, if the file cannot be read, or if a password
/// stands on the command line.
fn relay(url: &str, password_file: Option<&Path>) -> Result<Relay, Failure> {
    let relay = Relay::at(url).map_err(|error| Failure::usage(format!("--relay: {error}")))?;
    let from_environment = std::env::var("KEPT_RELAY").is_ok_and(|given| given == url);
    if relay.has_password() && !from_environment {
        return Err(Failure::usage(
            "--relay has a password in it, which every user of this machine can see; set KEPT_RELAY in \
             place of it, or put the password into a file and name it with --relay-password-file FILE",
        ));
    }
    let Some(file) = password_file else { return Ok(relay) };
    let password = std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("--relay-password-file {}: {error}", file.display()))
    })?;
    relay.with_password(password.trim_end_matches(['\r', '\n'])).ok_or_else(|| {
        Failure::usage("--relay names no user for the password in --relay-password-file; write smtps://user@host")
    })
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let problem = match error.kind() {
            io::ErrorKind::AddrInUse => format!("{address} is already in use"),
            _ => format!("cannot listen on {address}: {error}"),
        };
        Failure::failed(format!("{problem}; choose another address with {flag} ADDR"))
    })
}

/// A server that is ready to start.
struct Server<'a> {
    args: &'a ServeArgs,
    data: &'a DataFolder,
    organisation: Arc<Organisation>,
    http: TcpListener,
    staff_http: Option<TcpListener>,
    smtp: TcpListener,
}

impl Server<'_> {
    async fn run<M: Mailer>(self, mailer: M) -> Result<(), Failure> {
        let http = self.http.local_addr().map_err(Failure::failed)?;
        let smtp = self.smtp.local_addr().map_err(Failure::failed)?;
        let (sender, commits) = mpsc::unbounded_channel();
        let staff_http = match &self.staff_http {
            Some(listener) => Some(listener.local_addr().map_err(Failure::failed)?),
            None => None,
        };
        let app = self.app(http, staff_http, sender).await?;
        let key = self.data.session_key().map_err(Failure::failed)?;
        let sign_in = sign_in::sign_in(self.args, &app, key)?;

        let (stop, stopped) = watch::channel(false);
        let dispatch = worker::dispatch(app.clone(), mailer);
        let dispatching =
            tokio::spawn(worker::dispatch_commits(dispatch, commits, stopped.clone()));
        worker::catch_up(&app).await.map_err(Failure::failed)?;
        let timers = tokio::spawn(worker::fire_timers(app.clone(), stopped.clone()));
        let listening = tokio::spawn(smtp::listen(
            self.smtp,
            app.clone(),
            self.data.inbox.clone(),
            smtp::Limits::default(),
            stopped.clone(),
        ));
        self.data.announce_smtp(smtp).map_err(Failure::failed)?;
        let outbox = self.args.relay.is_none().then(|| self.data.outbox.clone());
        let customers = pages::for_customers(app.clone());
        let staff_host = host_guard::host_of(&app.staff_base_url);
        let staff = pages::for_staff(app.clone(), &sign_in, outbox, staff_host);
        let all = customers.clone().merge(staff);
        let serving = if sign_in::staff_pages_on_http(self.args) {
            tokio::spawn(connections::serve(self.http, all, stopped))
        } else {
            let public = customers.merge(pages::staff_pages_elsewhere());
            let public = connections::serve(self.http, public, stopped.clone());
            let own = self.staff_http.map(|http| connections::serve(http, all, stopped));
            tokio::spawn(async move {
                match own {
                    Some(own) => drop(tokio::join!(public, own)),
                    None => public.await,
                }
            })
        };

        print(&addresses(&app, self.data, http, smtp, self.args))?;
        wait_for_signal().await;
        tracing::info!("stopping");
        let _ = stop.send(true);
        let finished = async {
            let _ = tokio::join!(listening, serving, timers, dispatching);
        };
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, finished).await;
        Ok(())
    }

    /// Opens the database.
    async fn app(
        &self,
        http: SocketAddr,
        staff_http: Option<SocketAddr>,
        commits: mpsc::UnboundedSender<Committed>,
    ) -> Result<App, Failure> {
        let store = engine::open(Some(&self.data.database())).await.map_err(Failure::failed)?;
        let store = store.with_former_teams(&self.organisation).await.map_err(Failure::failed)?;
        for team in store.former_teams() {
            tracing::warn!(
                team,
                "this team is no longer in the organisation's file but still has open contacts; they are \
                 on the first team's work list, from which you can hand them over"
            );
        }
        let base_url = match &self.args.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{http}"),
        };
        // A provider sends people back to the public URL.
        let staff_base_url = match staff_http {
            Some(address) if self.args.oidc_issuer.is_none() => format!("http://{address}"),
            _ => base_url.clone(),
        };
        Ok(App {
            store: store.with_group_commit().with_feed(commits),
            organisation: self.organisation.clone(),
            secret: self.data.secret().map_err(Failure::failed)?,
            clock: Clock::System,
            base_url,
            staff_base_url,
        })
    }
}

/// The addresses that are printed when the server is ready.
fn addresses(
    app: &App,
    data: &DataFolder,
    http: SocketAddr,
    smtp: SocketAddr,
    args: &ServeArgs,
) -> String {
    let organisation = &app.organisation;
    let mailbox = organisation.teams().first().map_or("", |team| team.mailbox());
    let served = args.staff_http.is_some() || sign_in::staff_pages_on_http(args);
    let at = |path: &str| match served {
        true => format!("{}{path}", app.staff_base_url),
        false => {
            "not served, because --base-url is public; add --staff-http 127.0.0.1:8081, or sign-in \
                  through a provider"
                .to_owned()
        }
    };
    let behind = match &args.base_url {
        Some(_) => format!(", served at http://{http}"),
        None => String::new(),
    };
    let sent = match &args.relay {
        Some(_) => "through the relay".to_owned(),
        None => at("/outbox"),
    };
    format!(
        "Kept is ready for {} ({} standards).\n  \
         Form            {base_url}/{behind}\n  \
         Staff pages     {staff}\n  \
         Sent emails     {sent}\n  \
         Incoming email  smtp://{smtp}, for {mailbox} and your other addresses\n  \
         Data folder     {}\n\
         To try it, open the form, send a message and look at the sent emails. Press Ctrl+C to stop.\n",
        organisation.name,
        organisation.standards().count(),
        data.path().display(),
        base_url = app.base_url,
        staff = at("/staff"),
    )
}

/// Waits for Ctrl+C or, on Unix, for SIGTERM.
async fn wait_for_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
