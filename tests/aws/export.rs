//! The export: the queries over it return the figures of the report. They are written for Athena in
//! terms that SQLite understands as well, and are run here as they stand.

use std::collections::BTreeMap;

use functions::report::{self, Figures};
use rusqlite::Connection;
use serde_json::Value;

use crate::stored::lives;

const PROMISES: &str = include_str!("../../infra/aws/queries/promises.sql");
const TEMPLATE: &str = include_str!("../../infra/aws/export.yaml");
const DOCUMENT: &str = include_str!("../../docs/export.md");

/// The columns of the table `events` in the template, with their types.
fn columns() -> Vec<(String, String)> {
    let columns = TEMPLATE.split("Columns:").nth(1).unwrap();
    let columns = columns.split("SerdeInfo:").next().unwrap();
    let columns = columns.lines().filter_map(|line| {
        let inner = line.trim().strip_prefix("- { Name: ")?.strip_suffix(" }")?;
        let (name, kind) = inner.split_once(", Type: ")?;
        Some((name.to_owned(), kind.to_owned()))
    });
    columns.collect()
}

/// A table of events as Athena's JSON reader lays them out: a column for each field that the table has,
/// null if the event does not have it.
fn table(events: &[Value]) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    let columns = columns();
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    database.execute(&format!("CREATE TABLE events ({})", names.join(", ")), []).unwrap();
    let places = vec!["?"; names.len()].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO events VALUES ({places})")).unwrap();
    for event in events {
        let values = columns.iter().map(|(name, kind)| match (&event[name], kind.as_str()) {
            (Value::Null, _) => rusqlite::types::Value::Null,
            (Value::Bool(is), "boolean") => i64::from(*is).into(),
            (Value::Number(number), "int") => number.as_i64().unwrap().into(),
            (Value::String(text), "string") => text.clone().into(),
            (value, kind) => panic!("{name} is {kind} and not {value}"),
        });
        insert.execute(rusqlite::params_from_iter(values)).unwrap();
    }
    drop(insert);
    database
}

fn figures(database: &Connection, month: &str) -> Vec<(String, Figures)> {
    let mut query = database.prepare(PROMISES).unwrap();
    let rows = query.query_map([month], |row| {
        let figures = Figures {
            kept: row.get("kept")?,
            kept_by: BTreeMap::new(),
            late: row.get("late")?,
            missed: row.get("missed")?,
            ended: row.get("ended")?,
            not_owed: row.get("not_owed")?,
        };
        Ok((row.get("standard")?, figures))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn the_query_returns_the_figures_of_the_report() {
    let mut life = lives().await;
    // One is closed in the last hour of the month in local time, and one half an hour after midnight on
    // the first, when in UTC it is still the month before.
    life.until("2026-06-30 23:30").await;
    let id = life.tenant_writes("Keys", "Lost").await;
    life.staff(&id, close()).await;
    life.until("2026-07-01 00:30").await;
    let id = life.tenant_writes("Doors", "Stuck").await;
    life.staff(&id, close()).await;
    let mut events = life.cloud.state().events.clone();
    // Events may come twice and out of order.
    let again: Vec<Value> = events.iter().step_by(3).cloned().collect();
    events.extend(again);
    events.reverse();
    let database = table(&events);
    let mut months = 0;
    for month in ["2026-05", "2026-06", "2026-07"] {
        let report: Vec<_> = report::month(&life.app, month).await.unwrap().into_iter().collect();
        assert_eq!(figures(&database, month), report, "{month}");
        months += usize::from(!report.is_empty());
    }
    assert_eq!(months, 2, "June and July have figures");
    let june = figures(&database, "2026-06");
    let sum = |figure: fn(&Figures) -> u32| june.iter().map(|(_, f)| figure(f)).sum::<u32>();
    assert!(sum(|f| f.kept) > 0 && sum(|f| f.late) > 0 && sum(|f| f.not_owed) > 0, "{june:?}");
}

fn close() -> domain::decide::StaffCommand {
    domain::decide::StaffCommand::Close { reason: Some("Nothing to do".into()) }
}

#[test]
fn the_table_has_every_published_field_and_the_document_names_the_query() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/events.schema.json")).unwrap();
    let of = |schema: &Value| -> Vec<String> {
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let mut fields = of(&schema);
    for part in schema["allOf"].as_array().unwrap() {
        fields.extend(of(&part["then"]));
    }
    fields.sort();
    fields.dedup();
    let mut columns: Vec<String> = columns().into_iter().map(|(name, _)| name).collect();
    columns.sort();
    assert_eq!(columns, fields);
    assert!(DOCUMENT.contains("promises.sql"));
}
