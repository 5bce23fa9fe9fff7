//! A running `kept`, and what is around it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that is removed in the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let path =
            std::env::temp_dir().join(format!("kept-process-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The names of the files in a folder of this folder.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.0.join(folder)) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    /// Waits until a folder has so many files whose names contain a part.
    pub(crate) fn wait_for(&self, folder: &str, part: &str, count: usize) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let found: Vec<_> =
                self.files(folder).into_iter().filter(|name| name.contains(part)).collect();
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < until, "{} of {count} {part} in {folder}", found.len());
            std::thread::yield_now();
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The binary with a data folder, not started.
pub(crate) fn kept(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kept"));
    for name in [
        "KEPT_HTTP",
        "KEPT_SMTP",
        "KEPT_ORGANISATION",
        "KEPT_RELAY",
        "KEPT_BASE_URL",
        "KEPT_LOG",
        "KEPT_OIDC_ISSUER",
        "KEPT_OIDC_CLIENT_ID",
        "KEPT_OIDC_CLIENT_SECRET",
    ] {
        command.env_remove(name);
    }
    command.env("KEPT_DATA", data);
    command
}

/// Runs a command to its end with something on standard input.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> (i32, String, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A process that does not want its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// A running process.
pub(crate) struct Running {
    child: Child,
    pub(crate) http: String,
    pub(crate) smtp: String,
}

impl Running {
    /// Starts it on free ports, with further arguments, and waits until it says that it is ready.
    pub(crate) fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut child = kept(data)
            .args(["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut http, mut smtp) = (String::new(), String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.trim().strip_prefix("Form for tenants") {
                http = url.trim().trim_end_matches('/').to_owned();
            }
            if let Some((_, rest)) = line.split_once("smtp://") {
                smtp = rest.split(',').next().unwrap().to_owned();
            }
            if line.starts_with("Try:") {
                break;
            }
        }
        assert!(!http.is_empty() && !smtp.is_empty(), "it did not start");
        Self { child, http, smtp }
    }

    /// Kills it without a word, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// A page, as whoever is first in the list of people sees it who has to sign in for it.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let (status, page) = self.get_with(path, "");
        match page.split_once("name=\"person\" value=\"") {
            Some((_, rest)) => {
                let cookie = self.sign_in(rest.split('"').next().unwrap());
                self.get_with(path, &cookie)
            }
            None => (status, page),
        }
    }

    /// A page, with a cookie.
    pub(crate) fn get_with(&self, path: &str, cookie: &str) -> (u16, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.get(format!("{}{path}", self.http)).header("cookie", cookie);
        let mut answer = request.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// Where a page leads, by the status and the header.
    pub(crate) fn leads_to(&self, path: &str) -> (u16, String) {
        let agent: ureq::Agent = one_step();
        let answer = agent.get(format!("{}{path}", self.http)).call().unwrap();
        let to = answer.headers().get("location").map_or("", |to| to.to_str().unwrap());
        (answer.status().as_u16(), to.to_owned())
    }

    /// Somebody signs in; the cookie that they get.
    pub(crate) fn sign_in(&self, person: &str) -> String {
        let request = one_step().post(format!("{}/sign-in", self.http));
        let answer = request.send_form([("person", person)]).unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    pub(crate) fn post_json(&self, path: &str, body: &str) -> (u16, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("{}{path}", self.http)).content_type("application/json");
        let mut answer = request.send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// The status of a page that is asked for under another name of this server.
    pub(crate) fn status_as(&self, path: &str, host: &str) -> u16 {
        let mut stream = TcpStream::connect(self.http.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.split(' ').nth(1).unwrap_or_default().parse().unwrap()
    }

    pub(crate) fn smtp(&self) -> Conversation {
        Conversation::with(&self.smtp)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that goes where it is sent, and not where it is sent on to.
fn one_step() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.max_redirects(0).max_redirects_will_error(false).build().into()
}

/// An SMTP conversation, line by line.
pub(crate) struct Conversation {
    reader: BufReader<TcpStream>,
}

impl Conversation {
    pub(crate) fn with(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut conversation = Self { reader: BufReader::new(stream) };
        assert!(conversation.hear().starts_with("220 "));
        conversation
    }

    pub(crate) fn say(&mut self, text: &[u8]) {
        // A server that has gone is heard in its silence.
        let _ = self.reader.get_mut().write_all(text);
    }

    /// The next answer, of however many lines; empty when the server has gone.
    pub(crate) fn hear(&mut self) -> String {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return answer;
            }
            let last = line.as_bytes().get(3) == Some(&b' ');
            answer.push_str(&line);
            if last {
                return answer;
            }
        }
    }

    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.say(format!("{line}\r\n").as_bytes());
        self.hear()
    }

    /// Sends a message; returns the answer to its end.
    pub(crate) fn send(&mut self, from: &str, to: &str, raw: &str) -> String {
        assert!(self.ask("EHLO tenant.example").starts_with("250"));
        assert!(self.ask(&format!("MAIL FROM:<{from}>")).starts_with("250"));
        assert!(self.ask(&format!("RCPT TO:<{to}>")).starts_with("250"));
        assert!(self.ask("DATA").starts_with("354"));
        self.ask(&format!("{raw}\r\n."))
    }

    /// Whether the server has closed the connection.
    pub(crate) fn is_over(&mut self) -> bool {
        self.reader.read(&mut [0]).unwrap_or(0) == 0
    }
}

/// A message with a Message-ID of its own.
pub(crate) fn message(id: &str, subject: &str) -> String {
    format!(
        "From: Jo Tenant <jo@tenant.example>\r\nTo: help@westkent.example\r\nSubject: {subject}\r\n\
         Message-ID: <{id}@tenant.example>\r\n\r\nHello?"
    )
}
