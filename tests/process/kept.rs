//! The binary `kept`, started on free ports in a folder of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A temporary folder, removed when it is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::with_prefix("kept-process-").unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The names of the files in a folder of this folder.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path().join(folder)) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    /// Waits until a folder has `count` files whose names contain `part`. Returns their names.
    pub(crate) fn wait_for(&self, folder: &str, part: &str, count: usize) -> Vec<String> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let found: Vec<_> =
                self.files(folder).into_iter().filter(|name| name.contains(part)).collect();
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < deadline, "{} of {count} {part} in {folder}", found.len());
            std::thread::yield_now();
        }
    }
}

/// The binary with a data folder, not started. The environment of the test does not reach it.
pub(crate) fn kept(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kept"));
    for name in [
        "KEPT_HTTP",
        "KEPT_STAFF_HTTP",
        "KEPT_SMTP",
        "KEPT_ORGANISATION",
        "KEPT_RELAY",
        "KEPT_RELAY_PASSWORD_FILE",
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

/// Runs a command to its end. Returns its exit status, standard output and standard error.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> (i32, String, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A process that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// A running server. It is killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) http: String,
    /// The address of the staff pages.
    pub(crate) staff: String,
    pub(crate) smtp: String,
}

impl Running {
    /// Starts a server on free ports and waits until it is ready.
    pub(crate) fn start(data: &Folder, arguments: &[&str]) -> Self {
        let mut command = kept(data.path());
        command.args(["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"]).args(arguments);
        Self::spawn(&mut command)
    }

    /// As [`Running::start`], with a umask in octal digits.
    #[cfg(unix)]
    pub(crate) fn start_with_umask(data: &Folder, umask: &str) -> Self {
        let mut command = Command::new("sh");
        let script = format!("umask {umask}; exec \"$0\" --http 127.0.0.1:0 --smtp 127.0.0.1:0");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_kept")]).env("KEPT_DATA", data.path());
        Self::spawn(&mut command)
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut http, mut staff, mut smtp) = (String::new(), String::new(), String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.trim().strip_prefix("Form ") {
                let url = url.rsplit("served at ").next().unwrap();
                http = url.trim().trim_end_matches('/').to_owned();
            }
            if let Some(url) = line.trim().strip_prefix("Staff pages ") {
                staff = url.trim().trim_end_matches("/staff").to_owned();
            }
            if let Some((_, rest)) = line.split_once("smtp://") {
                smtp = rest.split(',').next().unwrap().to_owned();
            }
            if line.ends_with("Press Ctrl+C to stop.") {
                break;
            }
        }
        assert!(!http.is_empty() && !smtp.is_empty(), "it did not start");
        Self { child, http, staff, smtp }
    }

    /// Kills the server, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM and waits for the end. Returns the exit status.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// The status and the text of a page. If the page needs a sign-in, the first person in the list signs
    /// in.
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

    /// The status and the text of a page, asked for with a cookie.
    pub(crate) fn get_with(&self, path: &str, cookie: &str) -> (u16, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.get(format!("{}{path}", self.http)).header("cookie", cookie);
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// The status and the `Location` of a page.
    pub(crate) fn redirect_of(&self, path: &str) -> (u16, String) {
        let agent = agent_without_redirects();
        let response = agent.get(format!("{}{path}", self.http)).call().unwrap();
        let location = response.headers().get("location").map_or("", |to| to.to_str().unwrap());
        (response.status().as_u16(), location.to_owned())
    }

    /// Signs a person in. Returns the cookie of the session.
    pub(crate) fn sign_in(&self, person: &str) -> String {
        let request = agent_without_redirects().post(format!("{}/sign-in", self.http));
        let response = request.send_form([("person", person)]).unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    pub(crate) fn post_json(&self, path: &str, body: &str) -> (u16, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("{}{path}", self.http)).content_type("application/json");
        let mut response = request.send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Sends a form. Returns the status and the text of the answer.
    pub(crate) fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let request = agent_without_redirects().post(format!("{}{path}", self.http));
        let mut response = request.send_form(fields.iter().copied()).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// The status of a page that is asked for under another host name.
    pub(crate) fn status_as(&self, path: &str, host: &str) -> u16 {
        let mut stream = TcpStream::connect(self.http.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.split(' ').nth(1).unwrap_or_default().parse().unwrap()
    }

    pub(crate) fn smtp(&self) -> SmtpClient {
        SmtpClient::connect(&self.smtp)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent_without_redirects() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.max_redirects(0).max_redirects_will_error(false).build().into()
}

/// An SMTP client that sends what it is told to.
pub(crate) struct SmtpClient {
    reader: BufReader<TcpStream>,
}

impl SmtpClient {
    pub(crate) fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        let mut client = Self { reader: BufReader::new(stream) };
        assert!(client.read_reply().starts_with("220 "));
        client
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        // If the server has closed the connection, the next reply is empty.
        let _ = self.reader.get_mut().write_all(bytes);
    }

    /// The next reply with all its lines; empty if the server has closed the connection.
    pub(crate) fn read_reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return reply;
            }
            let last = line.as_bytes().get(3) == Some(&b' ');
            reply.push_str(&line);
            if last {
                return reply;
            }
        }
    }

    /// Sends a command. Returns the reply.
    pub(crate) fn command(&mut self, line: &str) -> String {
        self.write(format!("{line}\r\n").as_bytes());
        self.read_reply()
    }

    /// Sends a message. Returns the reply to its end.
    pub(crate) fn send(&mut self, from: &str, to: &str, raw: &str) -> String {
        assert!(self.command("EHLO tenant.example").starts_with("250"));
        assert!(self.command(&format!("MAIL FROM:<{from}>")).starts_with("250"));
        assert!(self.command(&format!("RCPT TO:<{to}>")).starts_with("250"));
        assert!(self.command("DATA").starts_with("354"));
        self.command(&format!("{raw}\r\n."))
    }

    /// Returns true if the server has closed the connection.
    pub(crate) fn is_closed(&mut self) -> bool {
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

/// Compares what a command printed with the file that it is committed in, by its path in the workspace.
/// With `KEPT_WRITE=1` it writes the file.
pub(crate) fn written(file: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    if std::env::var_os("KEPT_WRITE").is_some() {
        std::fs::write(&path, printed).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    // The order of keys in JSON depends on the features with which its crate was built.
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    let same = match parse(printed) {
        Some(printed) => parse(&committed) == Some(printed),
        None => committed == printed,
    };
    assert!(same, "{file} is out of date; KEPT_WRITE=1 writes it");
}
