//! `kept receive`, as Postfix and Exim call it.

use crate::kept::{Folder, Running, kept, message, run};

#[test]
fn a_message_received_while_no_server_runs_is_acknowledged_at_the_next_start() {
    let data = Folder::new();
    let arguments = ["receive", "--from", "jo@tenant.example", "--to", "help@westkent.example"];
    let (status, output, error) =
        run(kept(data.path()).args(arguments), message("a", "Hello").as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(output.starts_with("new contact WK-"), "{output}");
    let (status, output, _) =
        run(kept(data.path()).args(arguments), message("a", "Hello").as_bytes());
    assert_eq!(status, 0);
    assert!(output.starts_with("received before"), "{output}");
    assert!(data.files("outbox").is_empty());
    let running = Running::start(&data, &[]);
    data.wait_for("outbox", "acknowledgement", 1);
    // While the server runs, the message is delivered to it
    let (status, output, error) =
        run(kept(data.path()).args(arguments), message("b", "Again").as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(output.contains("the kept that is running"), "{output}");
    data.wait_for("outbox", "acknowledgement", 2);
    assert_eq!(running.stop(), 0);
}

#[test]
fn without_arguments_sender_and_recipients_come_from_the_header() {
    let data = Folder::new();
    let raw = format!("Return-Path: <>\r\n{}", message("a", "Undelivered"));
    let (status, output, error) = run(kept(data.path()).arg("receive"), raw.as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(output.starts_with("new contact"), "{output}");
    let running = Running::start(&data, &[]);
    data.wait_for("outbox", "new-contact", 1);
    assert!(running.get("/staff").1.contains("No acknowledgement was sent"));
    // The same through the running server
    let raw = format!("Return-Path: <>\r\n{}", message("b", "Undelivered again"));
    let (status, _, error) = run(kept(data.path()).arg("receive"), raw.as_bytes());
    assert_eq!(status, 0, "{error}");
    data.wait_for("outbox", "new-contact", 2);
    assert!(data.files("outbox").iter().all(|name| !name.contains("acknowledgement")));
}

#[test]
fn the_exit_status_tells_permanent_from_temporary_failures() {
    let data = Folder::new();
    let (status, _, error) = run(kept(data.path()).arg("receive"), b"");
    assert_eq!(status, 2, "{error}");
    let raw = message("a", "x").replace("help@westkent.example", "help@elsewhere.example");
    let (status, _, error) = run(kept(data.path()).arg("receive"), raw.as_bytes());
    assert_eq!(status, 1);
    assert!(error.contains("not for any of our addresses"), "{error}");
    let large = "x".repeat(26 * 1024 * 1024 + 1);
    let (status, _, error) = run(kept(data.path()).arg("receive"), large.as_bytes());
    assert_eq!(status, 1, "{error}");
    // An unusable data folder can be repaired, so the mail system must keep the message
    let file = data.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let (status, _, error) = run(kept(&file).arg("receive"), message("a", "x").as_bytes());
    assert_eq!(status, 75, "{error}");
}

#[test]
fn errors_of_the_installation_make_the_mail_system_try_again() {
    let data = Folder::new();
    let raw = message("a", "Hello");
    let to = ["receive", "--to=help@westkent.example"];
    // Mail systems pass on almost no environment variables
    let mut bare = kept(data.path());
    bare.env_clear().args(to);
    let (status, _, error) = run(&mut bare, raw.as_bytes());
    assert_eq!(status, 75, "{error}");
    assert!(error.contains("--data"), "{error}");
    // A file that is missing or invalid, perhaps while someone edits it
    let file = data.path().join("ours.toml");
    let path = file.to_str().unwrap().to_owned();
    for broken in [None, Some("name = ")] {
        if let Some(text) = broken {
            std::fs::write(&file, text).unwrap();
        }
        let organisation = ["--organisation", &path];
        let (status, _, error) = run(kept(data.path()).args(to).args(organisation), raw.as_bytes());
        assert_eq!(status, 75, "{error}");
        assert!(error.contains("ours.toml"), "{error}");
    }
    // Once everything is repaired, the message is accepted
    let (status, output, error) = run(kept(data.path()).args(to), raw.as_bytes());
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(output.starts_with("new contact"), "{output}");
}

#[test]
fn a_sender_that_is_not_an_address_is_the_empty_sender() {
    // Postfix writes MAILER-DAEMON for the empty sender, unless `null_sender=` is set
    let data = Folder::new();
    let receive = |from: &str, id: &str| {
        let arguments = ["receive", from, "--to=help@westkent.example"];
        run(kept(data.path()).args(arguments), message(id, id).as_bytes())
    };
    for (n, from) in ["--from=MAILER-DAEMON", "--from=", "--from=-x"].into_iter().enumerate() {
        let (status, output, error) = receive(from, &format!("down-{n}"));
        assert_eq!(status, 0, "{from}: {error}");
        assert!(output.starts_with("new contact"), "{output}");
    }
    let running = Running::start(&data, &[]);
    for (n, from) in ["--from=MAILER-DAEMON", "--from=", "--from=-x"].into_iter().enumerate() {
        let (status, _, error) = receive(from, &format!("up-{n}"));
        assert_eq!(status, 0, "{from}: {error}");
    }
    data.wait_for("outbox", "new-contact", 6);
    assert_eq!(running.stop(), 0);
    assert!(data.files("outbox").iter().all(|name| !name.contains("acknowledgement")));
}
