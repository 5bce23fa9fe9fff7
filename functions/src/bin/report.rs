//! The report function: the figures of a month, called on a schedule or by hand.

use adapters::aws::{Aws, Bucket};
use chrono::{Datelike as _, Months};
use functions::lambda::{self, HandlerError};
use functions::report;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;

/// The event. Without a month, the report is about the last complete one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ReportEvent {
    /// Such as `2026-04`.
    month: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda::log();
    let aws = Aws::from_environment()?;
    let app = lambda::app(&aws)?;
    let reports = Bucket::new(&aws, lambda::variable("KEPT_REPORTS")?);
    run(service_fn(|event: LambdaEvent<ReportEvent>| {
        let (app, reports) = (app.clone(), reports.clone());
        async move {
            let today = domain::time::local(app.organisation.zone(), app.now()).date();
            let last = today.checked_sub_months(Months::new(1)).unwrap_or(today);
            let month = event
                .payload
                .month
                .unwrap_or_else(|| format!("{}-{:02}", last.year(), last.month()));
            let figures = report::month(&app, &month).await?;
            let json = serde_json::to_vec_pretty(&figures)?;
            reports.put(&format!("{month}.json"), json).await?;
            Ok::<_, HandlerError>(figures)
        }
    }))
    .await
}
