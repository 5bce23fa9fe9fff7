//! `kept receive`, as Postfix and Exim call it.

use crate::kept::{Folder, Running, kept, message, run};

#[test]
fn a_message_is_taken_while_nothing_runs_and_answered_at_the_next_start() {
    let data = Folder::new();
    let arguments = ["receive", "--from", "jo@tenant.example", "--to", "help@westkent.example"];
    let (status, said, error) =
        run(kept(&data.0).args(arguments), message("a", "Hello").as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(said.starts_with("new contact WK-"), "{said}");
    let (status, said, _) = run(kept(&data.0).args(arguments), message("a", "Hello").as_bytes());
    assert_eq!(status, 0);
    assert!(said.starts_with("came before"), "{said}");
    assert!(data.files("outbox").is_empty());
    let running = Running::start(&data.0, &[]);
    data.wait_for("outbox", "acknowledgement", 1);
    // While it runs, it is the one that takes mail
    let (status, said, error) =
        run(kept(&data.0).args(arguments), message("b", "Again").as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(said.contains("the kept that is running"), "{said}");
    data.wait_for("outbox", "acknowledgement", 2);
    assert_eq!(running.stop(), 0);
}

#[test]
fn without_arguments_the_message_says_whom_it_is_for_and_who_sent_it() {
    let data = Folder::new();
    let raw = format!("Return-Path: <>\r\n{}", message("a", "Undelivered"));
    let (status, said, error) = run(kept(&data.0).arg("receive"), raw.as_bytes());
    assert_eq!(status, 0, "{error}");
    assert!(said.starts_with("new contact"), "{said}");
    let running = Running::start(&data.0, &[]);
    data.wait_for("outbox", "new-contact", 1);
    assert!(running.get("/staff").1.contains("No acknowledgement went out"));
    // The same by way of the process that runs
    let raw = format!("Return-Path: <>\r\n{}", message("b", "Undelivered again"));
    let (status, _, error) = run(kept(&data.0).arg("receive"), raw.as_bytes());
    assert_eq!(status, 0, "{error}");
    data.wait_for("outbox", "new-contact", 2);
    assert!(data.files("outbox").iter().all(|name| !name.contains("acknowledgement")));
}

#[test]
fn what_cannot_be_taken_is_said_by_the_exit_status() {
    let data = Folder::new();
    let (status, _, error) = run(kept(&data.0).arg("receive"), b"");
    assert_eq!(status, 2, "{error}");
    let raw = message("a", "x").replace("help@westkent.example", "help@elsewhere.example");
    let (status, _, error) = run(kept(&data.0).arg("receive"), raw.as_bytes());
    assert_eq!(status, 1);
    assert!(error.contains("none of the recipients is ours"), "{error}");
    let large = "x".repeat(26 * 1024 * 1024 + 1);
    let (status, _, error) = run(kept(&data.0).arg("receive"), large.as_bytes());
    assert_eq!(status, 1, "{error}");
    // A folder that cannot be used may be mended: the mail system keeps the message and tries again
    let file = data.0.join("file");
    std::fs::write(&file, "x").unwrap();
    let (status, _, error) = run(kept(&file).arg("receive"), message("a", "x").as_bytes());
    assert_eq!(status, 75, "{error}");
}

#[test]
fn what_can_be_mended_makes_the_mail_system_try_again() {
    let data = Folder::new();
    let raw = message("a", "Hello");
    let to = ["receive", "--to=help@westkent.example"];
    // Mail systems hand on next to nothing of the environment
    let mut bare = kept(&data.0);
    bare.env_clear().args(to);
    let (status, _, error) = run(&mut bare, raw.as_bytes());
    assert_eq!(status, 75, "{error}");
    assert!(error.contains("--data"), "{error}");
    // A file that is missing or broken, perhaps while somebody edits it
    let file = data.0.join("ours.toml");
    let path = file.to_str().unwrap().to_owned();
    for broken in [None, Some("name = ")] {
        if let Some(text) = broken {
            std::fs::write(&file, text).unwrap();
        }
        let organisation = ["--organisation", &path];
        let (status, _, error) = run(kept(&data.0).args(to).args(organisation), raw.as_bytes());
        assert_eq!(status, 75, "{error}");
        assert!(error.contains("ours.toml"), "{error}");
    }
    // Mended, it is taken
    let (status, said, error) = run(kept(&data.0).args(to), raw.as_bytes());
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(said.starts_with("new contact"), "{said}");
}

#[test]
fn a_sender_that_is_no_address_is_nobody() {
    // Postfix says MAILER-DAEMON for the empty sender, unless it is told to say nothing
    let data = Folder::new();
    let receive = |from: &str, id: &str| {
        let arguments = ["receive", from, "--to=help@westkent.example"];
        run(kept(&data.0).args(arguments), message(id, id).as_bytes())
    };
    for (n, from) in ["--from=MAILER-DAEMON", "--from=", "--from=-x"].into_iter().enumerate() {
        let (status, said, error) = receive(from, &format!("down-{n}"));
        assert_eq!(status, 0, "{from}: {error}");
        assert!(said.starts_with("new contact"), "{said}");
    }
    let running = Running::start(&data.0, &[]);
    for (n, from) in ["--from=MAILER-DAEMON", "--from=", "--from=-x"].into_iter().enumerate() {
        let (status, _, error) = receive(from, &format!("up-{n}"));
        assert_eq!(status, 0, "{from}: {error}");
    }
    data.wait_for("outbox", "new-contact", 6);
    assert_eq!(running.stop(), 0);
    assert!(data.files("outbox").iter().all(|name| !name.contains("acknowledgement")));
}
