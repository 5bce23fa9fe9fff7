//! `kept serve`: everything on one machine.

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::files::Folder;
use adapters::mailer::{Mailer, Relay};
use adapters::store::Committed;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use domain::organisation::Organisation;
use functions::App;
use functions::sign_in::SignIn;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::cli::{Failure, ServeArgs, Shared};
use crate::data::Data;
use crate::{engine, host_guard, outbox, sign_in, smtp, worker};

/// Serves until it is told to stop by a signal.
///
/// # Errors
/// When the organisation is broken, the data folder is in use, or an address cannot be had.
pub async fn run(shared: &Shared, args: &ServeArgs) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("KEPT_LOG").unwrap_or_else(|_| {
                "warn,kept=info,local=info,functions=info,adapters=info".into()
            }),
        )
        .with_writer(std::io::stderr)
        .init();
    sign_in::check(args)?;
    let organisation = shared.organisation(&[])?;
    let today = domain::time::local(organisation.zone(), Clock::System.now()).date();
    if let Some(warning) = organisation.bank_holidays().ends_soon(today) {
        tracing::warn!("{warning}");
    }
    let mut data = Data::open(&shared.data()?).map_err(Failure::found)?;
    if !data.take().map_err(Failure::found)? {
        return Err(Failure::Found(format!(
            "{} is in use by another kept; stop that one, or choose another folder with --data DIR",
            data.path().display()
        )));
    }
    let http = bind(args.http, "--http").await?;
    let smtp = bind(args.smtp, "--smtp").await?;
    let served = Served { args, data: &data, organisation, http, smtp };
    match &args.relay {
        None => served.run(data.outbox.clone()).await,
        Some(url) => {
            let relay =
                Relay::at(url).map_err(|error| Failure::Usage(format!("--relay: {error}")))?;
            served.run(relay).await
        }
    }
}

async fn bind(address: std::net::SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Found(format!("{address} cannot be had: {error}; choose another with {flag} ADDR"))
    })
}

struct Served<'a> {
    args: &'a ServeArgs,
    data: &'a Data,
    organisation: Arc<Organisation>,
    http: TcpListener,
    smtp: TcpListener,
}

impl Served<'_> {
    async fn run<M: Mailer>(self, mailer: M) -> Result<(), Failure> {
        let http = self.http.local_addr().map_err(Failure::found)?;
        let smtp = self.smtp.local_addr().map_err(Failure::found)?;
        let (send, feed) = mpsc::unbounded_channel::<Committed>();
        let store = engine::open(Some(&self.data.database())).await.map_err(Failure::found)?;
        let store = store.with_former_teams(&self.organisation).await.map_err(Failure::found)?;
        for team in store.former_teams() {
            tracing::warn!(
                team,
                "not in the organisation's file any more, and contacts of it are open: they are on the \
                 work list of the first team, whose people are told; pass them on from there"
            );
        }
        let app = App {
            store: store.with_group_commit().with_feed(send),
            organisation: self.organisation,
            secret: self.data.secret().map_err(Failure::found)?,
            clock: Clock::System,
            base_url: self.args.base_url.clone().map_or_else(
                || format!("http://{http}"),
                |url| url.trim_end_matches('/').to_owned(),
            ),
        };
        let key = self.data.session_key().map_err(Failure::found)?;
        let sign_in = sign_in::sign_in(self.args, &app, key)?;
        let (stop, stopped) = watch::channel(false);
        let dispatch = worker::dispatch(app.clone(), mailer);
        let seeing_to = tokio::spawn(worker::process_commits(dispatch, feed, stopped.clone()));
        worker::catch_up(&app).await.map_err(Failure::found)?;
        let timers = tokio::spawn(worker::fire_timers(app.clone(), stopped.clone()));
        let limits = smtp::Limits::default();
        let listening = tokio::spawn(smtp::listen(
            self.smtp,
            app.clone(),
            self.data.inbox.clone(),
            limits,
            stopped.clone(),
        ));
        self.data.announce_smtp(smtp).map_err(Failure::found)?;
        let outbox = self.args.relay.is_none().then(|| self.data.outbox.clone());
        let public = host_guard::public_name(self.args.base_url.as_deref());
        let pages = pages(app.clone(), &sign_in, outbox, public);
        let mut until = stopped.clone();
        let serving = tokio::spawn(async move {
            let stop = async move {
                let _ = until.changed().await;
            };
            axum::serve(self.http, pages).with_graceful_shutdown(stop).await
        });
        welcome(&app, self.data, smtp, self.args.relay.is_some());
        wait_for_signal().await;
        eprintln!("Stopping; what is under way is finished first.");
        let _ = stop.send(true);
        let finished = async {
            let _ = tokio::join!(listening, serving, timers, seeing_to);
        };
        // A browser that keeps its connection open does not keep Kept from stopping.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(10), finished).await;
        Ok(())
    }
}

fn pages(app: App, sign_in: &SignIn, outbox: Option<Folder>, public: Arc<str>) -> Router {
    let ready = {
        let app = app.clone();
        move || async move {
            match app.store.waiting(app.now(), None, 1).await {
                Ok(_) => (StatusCode::OK, "ready\n"),
                Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n"),
            }
        }
    };
    let own = functions::staff::routes(app.clone(), sign_in)
        .merge(outbox::routes(outbox, sign_in))
        .layer(axum::middleware::from_fn_with_state(public, host_guard::own_names_only));
    Router::new().route("/healthz", get(ready)).merge(functions::intake_web::routes(app)).merge(own)
}

fn welcome(app: &App, data: &Data, smtp: std::net::SocketAddr, relay: bool) {
    let organisation = &app.organisation;
    let mailbox = organisation.teams().first().map_or("", |team| team.mailbox());
    let standards = organisation.standards().count();
    println!("Kept is ready for {} ({standards} standards).", organisation.name);
    println!("  Form for tenants   {}/", app.base_url);
    println!("  Work list          {}/staff", app.base_url);
    if relay {
        println!("  Mail out           through the relay");
    } else {
        println!("  Mail out           {}/outbox", app.base_url);
    }
    println!("  Mail in            smtp://{smtp}, for {mailbox} and the other addresses");
    println!("  Data               {}", data.path().display());
    println!("Try: open the form, send a message, and look at the outbox. Stop with Ctrl-C.");
}

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
