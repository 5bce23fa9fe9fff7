//! AWS without AWS, for tests of what runs there.
//!
//! The real clients and adapters connect to a [`Cloud`]: the embedded engine for the table and its
//! stream, and a [`CloudState`] in memory for every other service. A cloud counts calls and the
//! [`Units`] that they cost, and it can be told to fail.

mod services;
mod state;
mod table;
mod units;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adapters::aws::{Aws, EventBridgeBus, ScheduleSettings, Schedules, Ses};
use adapters::clock::Clock;
use adapters::store::Store;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Secret};
use domain::library::load_built_in;
use dynoxide::Database;
use functions::App;
use functions::dispatch::Dispatch;
use local::engine::Engine;
use tokio::sync::Notify;

use crate::at;

pub use state::CloudState;
pub use units::Units;

/// The services of one installation. Clones share them.
#[derive(Clone)]
pub struct Cloud {
    database: Database,
    engine: Engine,
    state: Arc<Mutex<CloudState>>,
    /// The position up to which the stream was read, by shard.
    positions: Arc<Mutex<HashMap<String, String>>>,
    fault: Arc<Mutex<Option<Fault>>>,
    /// The number of calls to services other than the table until the fault happens.
    calls_until_fault: Arc<AtomicU32>,
    /// Notified when a call crashes the function that made it.
    pub crashed: Arc<Notify>,
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cloud")
    }
}

/// The way in which a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The function crashes before it makes the call.
    CrashBefore,
    /// The call succeeds, and the function crashes before it gets the response.
    CrashAfter,
    /// The service is busy and does nothing.
    Busy,
    /// The call succeeds, and the connection is lost before the response.
    Unconfirmed,
    /// The service refuses the request.
    Refused,
}

/// The dispatch function on AWS.
pub type CloudDispatch = Dispatch<Ses, Schedules, Option<EventBridgeBus>>;

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
impl Cloud {
    /// An installation with an empty table and its stream.
    pub async fn new() -> Self {
        let database = Database::memory().expect("an engine");
        let cloud = Self {
            engine: Engine::over(database.clone()),
            database,
            state: Arc::default(),
            positions: Arc::default(),
            fault: Arc::default(),
            calls_until_fault: Arc::default(),
            crashed: Arc::default(),
        };
        cloud.store().create_table().await.expect("a table");
        cloud
    }

    /// AWS clients that connect to this cloud.
    #[must_use]
    pub fn aws(&self) -> Aws {
        let connector = self.clone();
        Aws::over(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
    }

    fn store(&self) -> Store {
        Store::new(self.aws().dynamodb(), "kept")
    }

    /// West Kent's app at a local time.
    #[must_use]
    pub fn app(&self, local: &str) -> App {
        App {
            store: self.store(),
            organisation: Arc::new(load_built_in("westkent").expect("West Kent")),
            secret: Secret::new([1; 32]),
            clock: Clock::manual(at(local)),
            base_url: "https://kept.example".into(),
            staff_base_url: "https://kept.example".into(),
        }
    }

    /// The dispatch of an app, composed as in the function's binary.
    #[must_use]
    pub fn dispatch(&self, app: &App) -> CloudDispatch {
        let aws = self.aws();
        let timers = Schedules::new(
            &aws,
            ScheduleSettings {
                group: "kept".into(),
                function_arn: "arn:aws:lambda:eu-west-2:123456789012:function:deadline".into(),
                role_arn: "arn:aws:iam::123456789012:role/waker".into(),
                dead_letters_arn: "arn:aws:sqs:eu-west-2:123456789012:dead-letters".into(),
            },
        );
        Dispatch {
            app: app.clone(),
            mailer: Ses::new(&aws, None),
            timers: timers.with_clock(app.clock.clone()),
            bus: Some(EventBridgeBus::new(&aws, "kept".into(), app.organisation.clone())),
            lease: TimeDelta::seconds(60),
        }
    }

    /// The state of the services other than the table.
    pub fn state(&self) -> MutexGuard<'_, CloudState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the call with this number from now fail, counting from 1 and leaving out calls to the table.
    pub fn fail_at(&self, call: u32, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        self.calls_until_fault.store(call, Ordering::SeqCst);
    }

    /// The fault of the call that is being made, if any.
    fn next_fault(&self) -> Option<Fault> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.calls_until_fault.load(Ordering::SeqCst).saturating_sub(1);
        self.calls_until_fault.store(left, Ordering::SeqCst);
        if left == 0 { fault.take() } else { None }
    }

    /// Removes the schedules that are due by `now`, as Scheduler does when they fire. Returns their
    /// contacts.
    pub fn take_due_schedules(&self, now: DateTime<Utc>) -> Vec<ContactId> {
        let mut state = self.state();
        let (due, later): (BTreeMap<_, _>, _) =
            std::mem::take(&mut state.schedules).into_iter().partition(|(_, (at, _))| *at <= now);
        state.schedules = later;
        due.into_values().map(|(_, contact)| contact).collect()
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let cloud = self.clone();
        HttpConnectorFuture::new(async move {
            let host = request.uri().trim_start_matches("https://").to_owned();
            let service = host.split('.').next().unwrap_or_default().to_owned();
            if service == "dynamodb" {
                return cloud.call_table(request).await;
            }
            let fault = cloud.next_fault();
            match fault {
                Some(Fault::CrashBefore) => {
                    cloud.crashed.notify_one();
                    return std::future::pending().await;
                }
                Some(Fault::Busy) => return Ok(services::error(429, "TooManyRequestsException")),
                Some(Fault::Refused) => return Ok(services::error(400, "ValidationException")),
                Some(Fault::CrashAfter | Fault::Unconfirmed) | None => {}
            }
            let service = if host.contains(".s3.") { "s3" } else { &service };
            let response = services::call(&mut cloud.state(), service, &request);
            match fault {
                Some(Fault::CrashAfter) => {
                    cloud.crashed.notify_one();
                    std::future::pending().await
                }
                Some(Fault::Unconfirmed) => {
                    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                    Err(ConnectorError::io(reset.into()))
                }
                _ => Ok(response),
            }
        })
    }
}
