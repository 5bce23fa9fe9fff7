//! Contacts by mail on one machine: N mails in over SMTP, N acknowledgements out, all on disk.
//!
//! `cargo bench -p local --bench mail -- [N] [CONNECTIONS] [PER_SECOND]`: prints contacts a second,
//! processor time a contact, peak memory, and how long after its mail was taken each
//! acknowledgement was there. With PER_SECOND mails are sent at that pace.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made ends there")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn main() {
    let numbers: Vec<usize> =
        std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let mails = numbers.first().copied().unwrap_or(3000);
    let connections = numbers.get(1).copied().unwrap_or(8);
    let pace = numbers.get(2).copied();
    // Not removed afterwards: for minutes after many files were removed, ext4 makes new ones slowly,
    // and the next measurement would be one of that. `cargo clean` removes it.
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mail-{}", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_kept"))
        .args(["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--data"])
        .arg(&data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("kept starts");
    let mut address = String::new();
    for line in
        BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok)
    {
        if let Some((_, rest)) = line.split_once("smtp://") {
            address = rest.split(',').next().unwrap_or_default().to_owned();
        }
        if line.ends_with("Press Ctrl+C to stop.") {
            break;
        }
    }
    let before = usage(child.id());
    let started = Instant::now();
    let taken: Arc<Mutex<HashMap<String, Instant>>> = Arc::default();
    let senders: Vec<_> = (0..connections)
        .map(|connection| {
            let (address, taken) = (address.clone(), Arc::clone(&taken));
            std::thread::spawn(move || {
                send(&address, connection, connections, mails, pace, started, &taken);
            })
        })
        .collect();
    let arrived = watch(&data.join("outbox"), mails);
    for sender in senders {
        sender.join().expect("mails are sent");
    }
    let last = arrived.values().max().copied().unwrap_or(started);
    let took = last.duration_since(started);
    let after = usage(child.id());
    let taken = taken.lock().expect("the times");
    let mut waits: Vec<Duration> = taken
        .iter()
        .filter_map(|(to, at)| Some(arrived.get(to)?.saturating_duration_since(*at)))
        .collect();
    waits.sort();
    let share = |percent: usize| {
        waits.get((waits.len().max(1) - 1) * percent / 100).copied().unwrap_or_default()
    };
    println!("mails             {mails}, over {connections} connections");
    println!("contacts/s        {:.0}", mails as f64 / took.as_secs_f64());
    println!("CPU per contact   {:.2} ms", (after.0 - before.0) * 1000.0 / mails as f64);
    println!("peak memory       {:.0} MB", after.1);
    println!(
        "taken to acknowledged, p50 {:?}, p99 {:?}, most {:?}",
        share(50),
        share(99),
        share(100)
    );
    child.kill().expect("it can be stopped");
    child.wait().expect("it stops");
}

/// Sends every mail whose number is this connection's.
fn send(
    address: &str,
    connection: usize,
    connections: usize,
    mails: usize,
    pace: Option<usize>,
    started: Instant,
    taken: &Mutex<HashMap<String, Instant>>,
) {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let mut reader = BufReader::new(stream);
    let mut ask = |text: &str, answers: usize| {
        reader.get_mut().write_all(text.as_bytes()).expect("it hears");
        for _ in 0..answers {
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("it answers");
                assert!(matches!(line.as_bytes().first(), Some(b'2' | b'3')), "{line}");
                if line.as_bytes().get(3) == Some(&b' ') {
                    break;
                }
            }
        }
    };
    ask("EHLO bench.example\r\n", 2);
    let body = "There has been no hot water in our flat since this morning.\r\n".repeat(20);
    for number in (connection..mails).step_by(connections) {
        if let Some(pace) = pace {
            let at = started + Duration::from_secs_f64(number as f64 / pace as f64);
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
        }
        let from = format!("t{number}@tenant.example");
        ask(&format!("MAIL FROM:<{from}>\r\nRCPT TO:<help@westkent.example>\r\nDATA\r\n"), 3);
        let at = Instant::now();
        ask(
            &format!(
                "From: Tenant <{from}>\r\nTo: help@westkent.example\r\nSubject: No hot water {number}\r\n\
                 Message-ID: <{number}@tenant.example>\r\n\r\n{body}\r\n.\r\n"
            ),
            1,
        );
        taken.lock().expect("the times").insert(from, at);
    }
}

/// When the acknowledgement to each address was there.
fn watch(outbox: &Path, mails: usize) -> HashMap<String, Instant> {
    let mut seen: HashMap<String, Instant> = HashMap::new();
    let deadline = Instant::now() + Duration::from_secs(600);
    while seen.len() < mails && Instant::now() < deadline {
        for entry in std::fs::read_dir(outbox).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains("acknowledgement")
                && !name.starts_with('.')
                && !seen.contains_key(&name)
            {
                seen.insert(name, Instant::now());
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let address = |name: &str| {
        let text = std::fs::read_to_string(outbox.join(name)).ok()?;
        let to = text.lines().find(|line| line.starts_with("To:"))?;
        Some(to.rsplit('<').next()?.trim_end_matches('>').to_owned())
    };
    seen.into_iter().filter_map(|(name, at)| Some((address(&name)?, at))).collect()
}

/// Seconds of processor time that a process has used, and its peak memory in megabytes.
fn usage(process: u32) -> (f64, f64) {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|&i| fields.get(i)?.parse::<f64>().ok()).sum();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok()
    });
    (ticks / 100.0, peak.unwrap_or(0.0) / 1024.0)
}
