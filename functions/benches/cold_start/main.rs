//! The cold start of each function: the size of its binary, the time from `exec` to its first request
//! for an event and to its first response, and its peak memory.
//!
//! `cargo bench -p functions --features lambda --bench cold_start` measures the binaries of the profile
//! `bench`. To measure others, add their folder after `--`. Each function is started as Lambda starts
//! it, with a stand-in for the Runtime API. Its requests to AWS go over TLS to a stand-in on this
//! machine that answers at once, so the figures contain no network. Each figure is the median of thirty
//! starts. On a shared machine, trust ratios rather than single figures.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench fails by panicking"
)]

#[path = "../../../tests/lambda/functions.rs"]
mod functions;
#[path = "../../../tests/lambda/runtime_api.rs"]
mod runtime_api;
mod stand_in;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use functions::BINARIES;
use runtime_api::{Function, Report};
use serde_json::{Value, json};
use stand_in::StandIn;

const STARTS: usize = 30;

/// The first event of each function. It leads to at least one call to AWS.
fn event(function: &str) -> Value {
    let http = |method: &str, path: &str| -> Value {
        let event = include_str!("../../../tests/lambda/fixtures/http-api.json");
        serde_json::from_str(&event.replace("METHOD", method).replace("PATH", path)).unwrap()
    };
    match function {
        "intake-web" => {
            let mut event = http("POST", "/contacts");
            event["headers"]["content-type"] = "application/json".into();
            event["body"] = r#"{"name":"Jo","email":"jo@tenant.example","message":"Hello"}"#.into();
            event
        }
        "intake-email" => json!({ "Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-2",
            "eventTime": "2026-06-02T09:00:00.000Z", "eventName": "ObjectCreated:Put",
            "userIdentity": { "principalId": "p" }, "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": {},
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "c",
                "bucket": { "name": "inbox", "ownerIdentity": { "principalId": "p" }, "arn": "a" },
                "object": { "key": "m1", "size": 1, "eTag": "e", "sequencer": "s" },
            },
        }] }),
        "dispatch" => {
            let commit = json!({
                "number": 2, "at": "2026-06-02T09:00:00Z", "by": "kept",
                "events": [{ "event": "reopened" }],
            });
            json!({ "Records": [{
                "awsRegion": "eu-west-2", "eventID": "e", "eventName": "INSERT",
                "eventSource": "aws:dynamodb", "eventVersion": "1.1",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1_778_084_101.0,
                    "Keys": { "pk": { "S": "C#7KQ4M2XP9DRT" }, "sk": { "S": "#00000002" } },
                    "NewImage": {
                        "pk": { "S": "C#7KQ4M2XP9DRT" }, "sk": { "S": "#00000002" },
                        "data": { "S": commit.to_string() },
                    },
                    "SequenceNumber": "1", "SizeBytes": 1, "StreamViewType": "NEW_IMAGE",
                },
            }] })
        }
        "deadline" => json!({ "contact": "7KQ4M2XP9DRT", "deadline": "wk-email-cs" }),
        "staff" => http("GET", "/staff"),
        "report" => json!({ "month": "2026-04" }),
        _ => json!({}),
    }
}

struct Measured {
    to_next: Vec<Duration>,
    to_answer: Vec<Duration>,
    memory: Vec<u64>,
    /// Processor time in nanoseconds to the first `/next`, and to the first response.
    processor: (Vec<u64>, Vec<u64>),
    calls: usize,
}

async fn measure(name: &str, binary: &Path, stand_in: &StandIn) -> Measured {
    let mut environment = functions::environment(&stand_in.url);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/cold_start/stand-in-root.pem");
    environment.push(("AWS_CA_BUNDLE", root));
    let event = event(name).to_string();
    let mut measured = Measured {
        to_next: vec![],
        to_answer: vec![],
        memory: vec![],
        processor: (vec![], vec![]),
        calls: 0,
    };
    for _ in 0..STARTS {
        let before = stand_in.calls();
        let begun = Instant::now();
        let mut function = Function::start(binary.to_str().unwrap(), &environment).await;
        let Report::Ready = function.next_report().await else { panic!("{name} does not start") };
        measured.to_next.push(begun.elapsed());
        let process = function.process.id().unwrap();
        measured.processor.0.push(processor(process));
        match function.invoke(&event).await {
            Report::Done(response) => assert!(!response.is_empty(), "{name}"),
            Report::Failed(error) => panic!("{name}: {error}"),
            Report::Ready => panic!("{name} asked for another event"),
        }
        measured.to_answer.push(begun.elapsed());
        measured.calls = stand_in.calls() - before;
        measured.memory.push(peak(process));
        measured.processor.1.push(processor(process));
    }
    measured
}

/// The peak memory of a process, in kilobytes.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The processor time of a process, in nanoseconds. A shared machine does not change it.
fn processor(process: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let times = threads.map(|thread| {
        let schedule = std::fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
        schedule.split_whitespace().next().unwrap().parse::<u64>().unwrap()
    });
    times.sum()
}

/// The size of a binary in a zip file, apart from some hundred bytes of names.
fn zipped(binary: &[u8]) -> usize {
    let mut zip = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(binary).unwrap();
    zip.finish().unwrap().len()
}

fn median<T: Ord + Copy>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let stand_in = StandIn::start().await;
    println!(
        "| | binary, MB | zip, MB | to first /next, ms | of which processor | to first response, ms \
         | of which processor | calls over TLS | memory, MB |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (name, built) in BINARIES {
        let binary = folder.as_ref().map_or(PathBuf::from(built), |f| Path::new(f).join(name));
        let Ok(content) = std::fs::read(&binary) else { continue };
        let mut measured = measure(name, &binary, &stand_in).await;
        let megabytes = |bytes: usize| bytes as f64 / 1e6;
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {:.1} |",
            megabytes(content.len()),
            megabytes(zipped(&content)),
            median(&mut measured.to_next).as_secs_f64() * 1e3,
            median(&mut measured.processor.0) as f64 / 1e6,
            median(&mut measured.to_answer).as_secs_f64() * 1e3,
            median(&mut measured.processor.1) as f64 / 1e6,
            measured.calls,
            median(&mut measured.memory) as f64 / 1e3,
        );
    }
}
