//! Counts the costs that `docs/cost.md` gives.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;
use domain::decide::StaffCommand;
use functions::intake_web;
use tower::ServiceExt as _;

use crate::life::Life;

/// List prices of November 2026, in dollars for a million, in the order of the document's table.
const PRICES: [(&str, f64); 10] = [
    ("emails sent", 100.0),
    ("emails received", 100.0),
    ("write units", 0.625),
    ("read units", 0.125),
    ("calls of functions", 0.20),
    ("gigabyte-seconds", 16.67),
    ("timers fired", 1.0),
    ("requests over HTTP", 1.0),
    ("objects put", 5.0),
    ("objects got", 0.40),
];
const EVENTS: f64 = 1.0;
const LOGS: f64 = 0.50;

/// The bytes that the platform logs for a call: START, END and REPORT. The functions log nothing if
/// nothing is wrong.
const LOG_BYTES: f64 = 350.0;
/// A call's time and memory, in seconds and gigabytes. They are assumed, not measured on AWS.
const SECONDS: f64 = 0.020;
const MEMORY: f64 = 0.125;

/// The calls, units and events that one contact takes.
struct Counted {
    of: Vec<(&'static str, f64)>,
    events: f64,
}

impl Counted {
    fn of(life: &Life) -> Self {
        let state = life.cloud.state();
        let calls = |name: &str| f64::from(state.calls.get(name).copied().unwrap_or_default());
        let invocations =
            |name: &str| f64::from(life.invocations.get(name).copied().unwrap_or_default());
        let requests: f64 = life.invocations.values().copied().map(f64::from).sum();
        let units = state.units;
        let of = vec![
            ("emails sent", calls("SES SendEmail")),
            ("emails received", f64::from(life.received)),
            ("write units", units.written + units.indexed),
            ("read units", units.read),
            ("calls of functions", requests),
            ("gigabyte-seconds", requests * SECONDS * MEMORY),
            ("timers fired", invocations("deadline")),
            ("requests over HTTP", invocations("intake-web")),
            ("objects put", f64::from(life.received)),
            ("objects got", calls("S3 GetObject")),
        ];
        Self { of, events: f64::from(u32::try_from(state.events.len()).unwrap()) }
    }

    fn price(&self, name: &str) -> f64 {
        let count = self.of.iter().find(|(known, _)| *known == name).unwrap().1;
        let price = PRICES.iter().find(|(known, _)| *known == name).unwrap().1;
        count * price / 1000.0
    }

    fn logs(&self) -> f64 {
        let requests = self.of.iter().find(|(name, _)| *name == "calls of functions").unwrap().1;
        requests * LOG_BYTES * 1000.0 / 1e9 * LOGS
    }

    /// The cost of 1,000 contacts without mail and without publishing events.
    fn without_mail(&self) -> f64 {
        let own = PRICES.iter().map(|(name, _)| *name).filter(|name| !name.starts_with("emails"));
        own.map(|name| self.price(name)).sum::<f64>() + self.logs()
    }

    fn mail(&self) -> f64 {
        self.price("emails sent") + self.price("emails received")
    }

    fn publishing(&self) -> f64 {
        self.events * EVENTS / 1000.0
    }
}

/// By email: acknowledged, passed to the person on duty, and answered by their reply the next
/// morning. The rest of its timers fire or are taken away.
async fn by_email() -> Life {
    let mut life = Life::at("2026-06-02 10:00").await;
    life.tenant_writes("Bins", "Which day are the bins emptied in Oak Road?").await;
    life.until("2026-06-03 09:30").await;
    life.replies("priya.shah@westkent.example", "Thursdays.").await;
    life.until("2026-07-31 12:00").await;
    life
}

/// By the form, and answered in the same way.
async fn by_form() -> Life {
    let mut life = Life::at("2026-06-02 10:00").await;
    let routes = intake_web::routes(life.app.clone());
    let get = Request::get("/").body(Body::empty()).unwrap();
    life.invoke("intake-web");
    assert_eq!(routes.clone().oneshot(get).await.unwrap().status(), 200);
    let form = "name=Jo+Tenant&email=jo%40tenant.example&phone=&address=1+Oak+Road\
                &category=general&message=Which+day+are+the+bins+emptied%3F&idempotency_key=k1";
    let post = Request::post("/contacts")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    life.invoke("intake-web");
    let status = routes.oneshot(post).await.unwrap().status();
    assert!(status.is_success() || status.is_redirection(), "{status}");
    life.settle().await;
    life.until("2026-06-03 09:30").await;
    life.replies("priya.shah@westkent.example", "Thursdays.").await;
    life.until("2026-07-31 12:00").await;
    life
}

/// Nobody answers in time: reminders, escalations, a breach, and an answer two days late.
async fn late() -> Life {
    let mut life = Life::at("2026-06-02 10:00").await;
    let id = life.tenant_writes("Bins", "Which day are the bins emptied in Oak Road?").await;
    life.until("2026-06-05 12:00").await;
    life.staff(&id, StaffCommand::AddNote { text: "Found it".into() }).await;
    life.replies("priya.shah@westkent.example", "Thursdays. Sorry for the wait.").await;
    life.until("2026-07-31 12:00").await;
    life
}

fn table(lives: &[(&str, Counted)]) -> String {
    let mut table = String::from("| For each contact |");
    for (name, _) in lives {
        write!(table, " {name} | $ per 1,000 |").unwrap();
    }
    table.push_str("\n|---|");
    table.push_str(&"--:|--:|".repeat(lives.len()));
    for (name, price) in PRICES {
        write!(table, "\n| {name}, {price} $ a million |").unwrap();
        for (_, counted) in lives {
            let count = counted.of.iter().find(|(known, _)| *known == name).unwrap().1;
            write!(table, " {} | {:.4} |", shown(count), counted.price(name)).unwrap();
        }
    }
    table.push_str("\n| logs, 350 bytes a call, 0.5 $ a gigabyte |");
    for (_, counted) in lives {
        write!(table, " | {:.4} |", counted.logs()).unwrap();
    }
    table.push_str("\n| **without mail** |");
    for (_, counted) in lives {
        write!(table, " | **{:.4}** |", counted.without_mail()).unwrap();
    }
    table.push_str("\n| **mail** |");
    for (_, counted) in lives {
        write!(table, " | **{:.4}** |", counted.mail()).unwrap();
    }
    table.push_str("\n| publishing events, if there is a bus, 1 $ a million events |");
    for (_, counted) in lives {
        write!(table, " {} | {:.4} |", shown(counted.events), counted.publishing()).unwrap();
    }
    table.push_str("\n\n| A month, by email, in $ | without mail | mail | publishing events |\n|--:|--:|--:|--:|");
    let (_, email) = &lives[0];
    for (name, thousands) in
        [("1,000 contacts", 1.0), ("10,000 contacts", 10.0), ("250,000 contacts", 250.0)]
    {
        write!(
            table,
            "\n| {name} | {:.2} | {:.2} | {:.2} |",
            thousands * email.without_mail(),
            thousands * email.mail(),
            thousands * email.publishing()
        )
        .unwrap();
    }
    table
}

fn shown(count: f64) -> String {
    let text = format!("{count:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn calls(life: &Life) -> String {
    let state = life.cloud.state();
    let mut text = String::new();
    for (name, count) in &state.calls {
        if name != "DynamoDB CreateTable" {
            write!(text, "{name} {count}, ").unwrap();
        }
    }
    write!(
        text,
        "of which the table's own writes {} units and its indexes' {}",
        shown(state.units.written),
        shown(state.units.indexed)
    )
    .unwrap();
    text
}

const BEGIN: &str = "<!-- Counted by `cargo test -p tests --all-features --test aws`, which writes it with KEPT_WRITE=1. -->\n";
const END: &str = "\n<!-- The end of the counted part. -->";

#[tokio::test]
async fn the_document_gives_the_counted_costs() {
    let (email, form, late) = (by_email().await, by_form().await, late().await);
    let lives = [
        ("by email", Counted::of(&email)),
        ("by form", Counted::of(&form)),
        ("missed", Counted::of(&late)),
    ];
    let counted =
        format!("{}\n\nThe calls of a contact by email: {}.", table(&lives), calls(&email));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cost.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("KEPT_WRITE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{counted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(written, counted, "docs/cost.md is out of date: run this test with KEPT_WRITE=1");
}
