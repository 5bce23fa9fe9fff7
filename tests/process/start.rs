//! Starting, stopping, and what stops the start.

use crate::kept::{Folder, Running, kept, run};

#[test]
fn it_starts_serves_and_stops_when_it_is_asked_to() {
    let data = Folder::new();
    let running = Running::start(&data.0, &[]);
    assert_eq!(running.get("/healthz"), (200, "ready\n".into()));
    assert!(running.get("/").1.contains("Write to us"));
    assert!(running.get("/staff").1.contains("Open contacts"));
    assert!(running.get("/outbox").1.contains("No mail has been sent yet"));
    assert_eq!(running.get("/outbox/..%2Fsecret").0, 404);
    assert_eq!(running.get("/style.css").0, 200);
    assert_eq!(running.get("/nothing").0, 404);
    let body = r#"{"name":"Jo","email":"jo@tenant.example","message":"My tap drips","idempotency_key":"k"}"#;
    let (status, answer) = running.post_json("/contacts", body);
    assert_eq!(status, 201, "{answer}");
    let sent = data.wait_for("outbox", "acknowledgement", 1);
    let (_, mail) = running.get(&format!("/outbox/{}", sent[0]));
    assert!(mail.contains("You will have our answer"), "{mail}");
    assert_eq!(running.stop(), 0);
    // What it holds is for its user alone
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(data.0.clone()), 0o700);
        assert_eq!(mode(data.0.join("secret")), 0o600);
        assert_eq!(mode(data.0.join("session-key")), 0o600);
    }
}

#[test]
fn only_one_process_has_a_data_folder() {
    let data = Folder::new();
    let _running = Running::start(&data.0, &[]);
    let (status, _, error) =
        run(kept(&data.0).args(["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"]), b"");
    assert_eq!(status, 1);
    assert!(error.contains("in use by another kept") && error.contains("--data"), "{error}");
}

#[test]
fn an_address_that_is_taken_or_open_to_all_stops_the_start() {
    let data = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, _, error) = run(kept(&data.0).args(["--http", &address]), b"");
    assert_eq!(status, 1);
    assert!(error.contains(&address) && error.contains("--http"), "{error}");
    let (status, _, error) = run(kept(&data.0).args(["--http", "0.0.0.0:0"]), b"");
    assert_eq!(status, 2);
    assert!(error.contains("loopback") && error.contains("--oidc-issuer"), "{error}");
}

const PROVIDER: [&str; 6] = [
    "--oidc-issuer",
    // Nothing listens there
    "http://127.0.0.1:9",
    "--oidc-client-id",
    "kept",
    "--oidc-client-secret",
    "secret",
];

#[test]
fn a_sign_in_that_is_half_set_up_or_could_be_overheard_stops_the_start() {
    let data = Folder::new();
    let whole: Vec<&str> = PROVIDER.to_vec();
    let remote = |url| [&whole[..], &["--http", "0.0.0.0:0", "--base-url", url]].concat();
    for (arguments, said) in [
        (whole[..4].to_vec(), "given together"),
        (whole[2..].to_vec(), "given together"),
        ([&whole[..], &["--http", "0.0.0.0:0"]].concat(), "speaks https"),
        (remote("http://kept.example"), "speaks https"),
        ([&whole[2..], &["--oidc-issuer", "http://login.example"]].concat(), "https://"),
        ([&whole[..], &["--base-url", "http://kept.example"]].concat(), "https://"),
    ] {
        let mut command = kept(&data.0);
        command.args(["--smtp", "127.0.0.1:0"]).args(&arguments);
        if !arguments.contains(&"--http") {
            command.args(["--http", "127.0.0.1:0"]);
        }
        let (status, _, error) = run(&mut command, b"");
        assert_eq!(status, 2, "{arguments:?}: {error}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn behind_a_provider_nobody_chooses_who_they_are() {
    let data = Folder::new();
    let running = Running::start(&data.0, &PROVIDER);
    assert_eq!(running.leads_to("/staff"), (303, "/sign-in?to=%2Fstaff".into()));
    assert_eq!(running.leads_to("/outbox"), (303, "/sign-in?to=%2Foutbox".into()));
    let (status, page) = running.get("/staff");
    assert_eq!(status, 503, "{page}");
    assert!(page.contains("Nobody can sign in at the moment"), "{page}");
    assert!(!page.contains("priya.shah"), "{page}");
    // The tenant's form is open to all, as ever
    assert!(running.get("/").1.contains("Write to us"));
}

#[test]
fn who_is_signed_in_stays_so_over_a_restart_and_until_the_key_is_another() {
    let data = Folder::new();
    let running = Running::start(&data.0, &[]);
    let cookie = running.sign_in("dan.fisher");
    assert!(running.get_with("/staff", &cookie).1.contains("Dan Fisher"));
    assert_eq!(running.stop(), 0);
    let running = Running::start(&data.0, &[]);
    assert!(running.get_with("/staff", &cookie).1.contains("Dan Fisher"));
    assert_eq!(running.stop(), 0);
    std::fs::remove_file(data.0.join("session-key")).unwrap();
    let running = Running::start(&data.0, &[]);
    assert!(running.get_with("/staff", &cookie).1.contains("Who are you?"));
}

#[test]
fn a_broken_organisation_or_pack_stops_the_start_with_file_line_key_and_what_is_expected() {
    let data = Folder::new();
    let file = data.0.join("ours.toml");
    let good = domain::standards::built_in_organisation("westkent").unwrap();
    let path = file.to_str().unwrap().to_owned();
    let start = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let (status, _, error) = run(kept(&data.0).args(["--organisation", &path]), b"");
        assert_eq!(status, 1, "{error}");
        error
    };
    let error = start(
        &good
            .replace("monday = \"08:45-17:15\"", "monday = \"9 till 5\"")
            .replace("nation =", "natoin ="),
    );
    let line = 1 + good.lines().position(|line| line.starts_with("nation =")).unwrap();
    let said = format!("ours.toml:{line}: natoin: unknown field `natoin`");
    assert!(error.contains(&said), "{error}");
    let error = start(
        &good
            .replace("monday = \"08:45-17:15\"", "monday = \"9 till 5\"")
            .replace("lead = \"tom.okafor\"", "lead = \"nobody\""),
    );
    assert!(
        error.contains("hours: `9 till 5` is not a period of office hours; write `09:00-17:00`"),
        "{error}"
    );
    assert!(error.contains("team.lead: `nobody` is not a person; use one of: "), "{error}");
    let error = start(&good.replace("packs = [\"westkent\",", "packs = [\"ours\","));
    assert!(error.contains("there is no pack `ours`"), "{error}");
    // A pack of one's own lies beside the organisation's file
    let pack = domain::standards::built_in_pack("westkent").unwrap();
    let pack = pack.replacen("within = \"1 working day\"", "within = \"soon\"", 1);
    std::fs::write(data.0.join("mine.toml"), pack).unwrap();
    let error = start(&good.replace("packs = [\"westkent\",", "packs = [\"mine\","));
    assert!(
        error.contains("mine.toml:") && error.contains("standard.within: `soon` is not a duration"),
        "{error}"
    );
    assert!(error.contains("such as `3 working days`"), "{error}");
}

#[test]
fn what_is_asked_wrongly_is_answered_with_what_there_is() {
    let data = Folder::new();
    for (arguments, status, said) in [
        (vec!["explain", "--channel", "owl"], 2, "there are: email, web-form"),
        (vec!["explain", "--category", "owl"], 2, "there are: complaint"),
        (vec!["explain", "--team", "owl"], 2, "there are: customer-services"),
        (vec!["explain", "--received", "tomorrow"], 2, "2026-05-01T16:50"),
        (vec!["explain", "--received", "2050-01-01T10:00"], 1, "outside the years"),
        (vec!["--organisation", "owl", "explain"], 2, "built in: westkent"),
        (vec!["play", "no-such-file.toml"], 2, "no-such-file.toml"),
        (vec!["fly"], 2, "unrecognized subcommand"),
        (
            vec!["--relay", "owl", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "serve"],
            2,
            "--relay",
        ),
    ] {
        let (got, _, error) = run(kept(&data.0).args(&arguments), b"");
        assert_eq!(got, status, "{arguments:?}: {error}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn explain_prints_every_deadline_as_text_and_as_json() {
    let data = Folder::new();
    let arguments = ["explain", "--channel", "email", "--received", "2026-04-24T16:46"];
    let (status, text, _) = run(kept(&data.0).args(arguments), b"");
    assert_eq!(status, 0);
    assert!(text.contains("wk-email-cs: due Tue 28 Apr 2026 17:15:00"), "{text}");
    assert!(
        text.contains("after closing at 16:45, so it counts as received Mon 27 Apr 2026"),
        "{text}"
    );
    let (status, json, _) = run(kept(&data.0).args(arguments).args(["--format", "json"]), b"");
    assert_eq!(status, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let deadlines = json["deadlines"].as_array().unwrap();
    let one = deadlines.iter().find(|d| d["standard"] == "wk-email-cs").unwrap();
    assert_eq!(one["due_at"], "2026-04-28T17:15:00+01:00");
    assert_eq!(one["options"][0]["steps"][1]["because"], "after-close");
}

#[test]
fn staff_pages_are_shown_under_this_machines_own_names_only() {
    let data = Folder::new();
    let running = Running::start(&data.0, &[]);
    let status = |path: &str, host: &str| running.status_as(path, host);
    // Another website that gives its own name this machine's address reads nothing
    for path in ["/staff", "/staff/record", "/outbox", "/outbox/x.eml"] {
        for host in
            ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil", ""]
        {
            assert_eq!(status(path, host), 403, "{path} as `{host}`");
        }
    }
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]:8080"] {
        // To the page on which staff sign in.
        assert_eq!(status("/staff", host), 303, "{host}");
    }
    // What is for tenants is for everybody, under whatever name a web server in front passes on
    assert_eq!(status("/", "evil.example"), 200);
    assert_eq!(status("/style.css", "www.ours.example"), 200);
}
