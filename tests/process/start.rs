//! Starting and stopping the server, and the errors that stop a start.

use crate::kept::{Folder, Running, kept, message, run};

#[test]
fn the_server_starts_serves_and_stops_on_sigterm() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    assert_eq!(running.get("/healthz"), (200, "ready\n".into()));
    assert!(running.get("/").1.contains("Contact us"));
    assert!(running.get("/staff").1.contains("Open contacts"));
    assert!(running.get("/outbox").1.contains("No emails have been sent yet"));
    assert_eq!(running.get("/outbox/..%2Fsecret").0, 404);
    assert_eq!(running.get("/style.css").0, 200);
    assert_eq!(running.get("/nothing").0, 404);
    let body = r#"{"name":"Jo","email":"jo@tenant.example","message":"My tap drips","idempotency_key":"k"}"#;
    let (status, answer) = running.post_json("/contacts", body);
    assert_eq!(status, 201, "{answer}");
    let sent = data.wait_for("outbox", "acknowledgement", 1);
    let (_, mail) = running.get(&format!("/outbox/{}", sent[0]));
    assert!(mail.contains("We will answer you by "), "{mail}");
    assert_eq!(running.stop(), 0);
    // The data folder is private to its user
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(data.path().to_owned()), 0o700);
        assert_eq!(mode(data.path().join("secret")), 0o600);
        assert_eq!(mode(data.path().join("session-key")), 0o600);
    }
}

#[test]
fn a_data_folder_is_used_by_one_process_only() {
    let data = Folder::new();
    let _running = Running::start(&data, &[]);
    let (status, _, error) =
        run(kept(data.path()).args(["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"]), b"");
    assert_eq!(status, 1);
    assert!(error.contains("in use by another kept") && error.contains("--data"), "{error}");
}

#[cfg(unix)]
#[test]
fn everything_in_the_data_folder_is_private_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = Folder::new();
    for folder in ["inbox", "outbox"] {
        std::fs::create_dir(data.path().join(folder)).unwrap();
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(data.path().join(folder), open).unwrap();
    }
    let running = Running::start_with_umask(&data, "000");
    let mut client = running.smtp();
    client.send("jo@tenant.example", "help@westkent.example", &message("a", "Hello"));
    data.wait_for("outbox", "acknowledgement", 1);
    let mut folders = vec![data.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_somebody_else_prepared_stops_the_start() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let elsewhere = Folder::new();
    for part in ["inbox", "outbox", "secret", "session-key", "kept.db"] {
        let data = Folder::new();
        symlink(elsewhere.path().join(part), data.path().join(part)).unwrap();
        let (status, _, error) = run(&mut kept(data.path()), b"");
        assert_eq!(status, 1, "{part}: {error}");
        assert!(error.contains(part) && error.contains("is a symbolic link"), "{part}: {error}");
    }
    for key in ["secret", "session-key"] {
        let data = Folder::new();
        let path = data.path().join(key);
        std::fs::write(&path, [7; 32]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let free = ["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"];
        let (status, _, error) = run(kept(data.path()).args(free), b"");
        assert_eq!(status, 1, "{key}: {error}");
        assert!(error.contains("can be read by other users"), "{key}: {error}");
    }
}

#[test]
fn an_organisation_cannot_name_a_file_outside_its_folder_as_a_pack() {
    let data = Folder::new();
    let file = data.path().join("ours.toml");
    let good = domain::library::built_in_organisation("westkent").unwrap();
    for pack in ["/etc/passwd", "../west-kent", "west-kent.toml", ""] {
        let start = good.find("packs = [").unwrap();
        let end = start + good[start..].find(']').unwrap();
        let text = format!("{}packs = [\"{pack}\"{}", &good[..start], &good[end..]);
        std::fs::write(&file, text).unwrap();
        let arguments = ["--organisation", file.to_str().unwrap()];
        let (status, _, error) = run(kept(data.path()).args(arguments), b"");
        assert_eq!(status, 1, "{error}");
        assert!(error.contains(&format!("`{pack}` is not the id of a pack")), "{error}");
    }
}

#[test]
fn a_password_on_the_command_line_stops_the_start() {
    let data = Folder::new();
    let with_password = "smtp://kept:sesame@127.0.0.1:9";
    let (status, _, error) = run(kept(data.path()).args(["--relay", with_password]), b"");
    assert_eq!(status, 2, "{error}");
    assert!(error.contains("--relay-password-file") && !error.contains("sesame"), "{error}");
    // A password needs a user, and its file has to be there
    let file = data.path().join("password");
    let arguments = |url| ["--relay", url, "--relay-password-file", file.to_str().unwrap()];
    let start = |url| run(kept(data.path()).args(arguments(url)), b"");
    assert!(start("smtp://kept@127.0.0.1:9").2.contains("--relay-password-file"));
    std::fs::write(&file, "sesame\n").unwrap();
    assert!(start("smtp://127.0.0.1:9").2.contains("names no user"));
}

#[test]
fn an_address_in_use_or_open_to_everyone_stops_the_start() {
    let data = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, _, error) = run(kept(data.path()).args(["--http", &address]), b"");
    assert_eq!(status, 1);
    assert!(error.contains(&format!("{address} is already in use")), "{error}");
    assert!(error.contains("--http"), "{error}");
    let (status, _, error) = run(kept(data.path()).args(["--http", "0.0.0.0:0"]), b"");
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
fn an_incomplete_or_unencrypted_sign_in_stops_the_start() {
    let data = Folder::new();
    let whole: Vec<&str> = PROVIDER.to_vec();
    let remote = |url| [&whole[..], &["--http", "0.0.0.0:0", "--base-url", url]].concat();
    for (arguments, expected) in [
        (whole[..4].to_vec(), "must be given together"),
        (whole[2..].to_vec(), "must be given together"),
        ([&whole[..], &["--http", "0.0.0.0:0"]].concat(), "with https"),
        (remote("http://kept.example"), "with https"),
        ([&whole[2..], &["--oidc-issuer", "http://login.example"]].concat(), "https://"),
        ([&whole[..], &["--base-url", "http://kept.example"]].concat(), "https://"),
    ] {
        let mut command = kept(data.path());
        command.args(["--smtp", "127.0.0.1:0"]).args(&arguments);
        if !arguments.contains(&"--http") {
            command.args(["--http", "127.0.0.1:0"]);
        }
        let (status, _, error) = run(&mut command, b"");
        assert_eq!(status, 2, "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn with_a_provider_nobody_can_choose_who_they_are() {
    let data = Folder::new();
    let running = Running::start(&data, &PROVIDER);
    assert_eq!(running.redirect_of("/staff"), (303, "/sign-in?to=%2Fstaff".into()));
    assert_eq!(running.redirect_of("/outbox"), (303, "/sign-in?to=%2Foutbox".into()));
    let (status, page) = running.get("/staff");
    assert_eq!(status, 503, "{page}");
    assert!(page.contains("You cannot sign in at the moment"), "{page}");
    assert!(!page.contains("priya.shah"), "{page}");
    // The form is open to everyone
    assert!(running.get("/").1.contains("Contact us"));
}

#[test]
fn behind_a_web_server_nobody_can_choose_who_they_are() {
    let data = Folder::new();
    let running = Running::start(&data, &["--base-url", "https://kept.example"]);
    for host in ["127.0.0.1", "localhost", "kept.example"] {
        for path in ["/staff", "/staff/record", "/sign-in", "/sign-in?to=/staff", "/outbox"] {
            assert_eq!(running.status_as(path, host), 403, "{path} at {host}");
        }
        assert_eq!(running.status_as("/", host), 200, "the form at {host}");
    }
    let (status, page) = running.post_form("/sign-in", &[("person", "priya.shah")]);
    assert_eq!(status, 403);
    assert!(page.contains("The staff pages are not at this address"), "{page}");
    assert!(running.staff.starts_with("not served"), "{}", running.staff);
    assert_eq!(running.stop(), 0);

    // With an address of their own, they are there and not at the public one
    let arguments = ["--base-url", "https://kept.example", "--staff-http", "127.0.0.1:0"];
    let mut running = Running::start(&data, &arguments);
    assert_eq!(running.status_as("/staff", "127.0.0.1"), 403);
    running.http.clone_from(&running.staff);
    assert!(running.get("/staff").1.contains("Open contacts"));
    assert_eq!(running.get("/style.css").0, 200);
    assert_eq!(running.status_as("/staff", "kept.example"), 403);
}

#[test]
fn a_request_with_two_hosts_does_not_reach_the_staff_pages() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    assert_eq!(running.status_as("/staff", "localhost"), 303);
    for hosts in ["localhost\r\nHost: evil.example", "evil.example\r\nHost: localhost"] {
        let status = running.status_as("/staff", hosts);
        assert!(matches!(status, 400 | 403), "{hosts}: {status}");
    }
}

#[test]
fn staff_pages_on_a_network_need_a_provider() {
    let data = Folder::new();
    for flag in ["--http", "--staff-http"] {
        let (status, _, error) = run(kept(data.path()).args([flag, "0.0.0.0:0"]), b"");
        assert_eq!(status, 2);
        assert!(error.contains(&format!("{flag} 0.0.0.0:0 is not a loopback address")), "{error}");
        assert!(!error.contains("  set up"), "{error}");
    }
}

#[test]
fn the_outbox_is_only_for_staff_who_are_signed_in() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    for path in ["/outbox", "/outbox/x.eml"] {
        let (status, location) = running.redirect_of(path);
        assert_eq!(status, 303, "{path}");
        assert!(location.starts_with("/sign-in?to=%2Foutbox"), "{path}: {location}");
    }
    let cookie = running.sign_in("priya.shah");
    assert_eq!(running.get_with("/outbox", &cookie).0, 200);
    assert_eq!(running.get_with("/outbox/x.eml", &cookie).0, 404);
}

#[test]
fn a_session_survives_a_restart_and_ends_with_a_new_key() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let cookie = running.sign_in("dan.fisher");
    assert!(running.get_with("/staff", &cookie).1.contains("Dan Fisher"));
    assert_eq!(running.stop(), 0);
    let running = Running::start(&data, &[]);
    assert!(running.get_with("/staff", &cookie).1.contains("Dan Fisher"));
    assert_eq!(running.stop(), 0);
    std::fs::remove_file(data.path().join("session-key")).unwrap();
    let running = Running::start(&data, &[]);
    assert!(running.get_with("/staff", &cookie).1.contains("Choose your name"));
}

#[test]
fn errors_in_the_organisation_or_a_pack_stop_the_start_and_say_where_they_are() {
    let data = Folder::new();
    let file = data.path().join("ours.toml");
    let good = domain::library::built_in_organisation("westkent").unwrap();
    let path = file.to_str().unwrap().to_owned();
    let start = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let (status, _, error) = run(kept(data.path()).args(["--organisation", &path]), b"");
        assert_eq!(status, 1, "{error}");
        error
    };
    let error = start(
        &good
            .replace("monday = \"08:45-17:15\"", "monday = \"9 till 5\"")
            .replace("nation =", "natoin ="),
    );
    let line = 1 + good.lines().position(|line| line.starts_with("nation =")).unwrap();
    let expected = format!("ours.toml:{line}: natoin: unknown field `natoin`");
    assert!(error.contains(&expected), "{error}");
    let error = start(
        &good
            .replace("monday = \"08:45-17:15\"", "monday = \"9 till 5\"")
            .replace("lead = \"tom.okafor\"", "lead = \"nobody\""),
    );
    assert!(
        error.contains("hours: `9 till 5` is not a period of office hours. Write `09:00-17:00`"),
        "{error}"
    );
    assert!(error.contains("team.lead: `nobody` is not a person. Choose from: "), "{error}");
    let error = start(&good.replace("packs = [\"westkent\",", "packs = [\"ours\","));
    assert!(error.contains("there is no pack `ours`"), "{error}");
    // Your own pack is beside the organisation's file
    let pack = domain::library::built_in_pack("westkent").unwrap();
    let pack = pack.replacen("within = \"1 working day\"", "within = \"soon\"", 1);
    std::fs::write(data.path().join("mine.toml"), pack).unwrap();
    let error = start(&good.replace("packs = [\"westkent\",", "packs = [\"mine\","));
    assert!(
        error.contains("mine.toml:") && error.contains("standard.within: `soon` is not a duration"),
        "{error}"
    );
    assert!(error.contains("such as `3 working days`"), "{error}");
}

#[test]
fn wrong_arguments_are_answered_with_the_valid_ones() {
    let data = Folder::new();
    for (arguments, status, expected) in [
        (vec!["explain", "--channel", "owl"], 2, "Choose from: email, web-form"),
        (vec!["explain", "--category", "owl"], 2, "choose from: complaint"),
        (vec!["explain", "--team", "owl"], 2, "choose from: customer-services"),
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
        let (got, _, error) = run(kept(data.path()).args(&arguments), b"");
        assert_eq!(got, status, "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn explain_prints_every_deadline_as_text_and_as_json() {
    let data = Folder::new();
    let arguments = ["explain", "--channel", "email", "--received", "2026-04-24T16:46"];
    let (status, text, _) = run(kept(data.path()).args(arguments), b"");
    assert_eq!(status, 0);
    assert!(text.contains("(wk-email-cs): due Tue 28 Apr 2026 17:15:00"), "{text}");
    assert!(
        text.contains("after closing at 16:45, so it counts as received Mon 27 Apr 2026"),
        "{text}"
    );
    let (status, json, _) = run(kept(data.path()).args(arguments).args(["--format", "json"]), b"");
    assert_eq!(status, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let deadlines = json["deadlines"].as_array().unwrap();
    let one = deadlines.iter().find(|d| d["standard"] == "wk-email-cs").unwrap();
    assert_eq!(one["due_at"], "2026-04-28T17:15:00+01:00");
    assert_eq!(one["options"][0]["steps"][1]["because"], "after-close");
}

#[test]
fn staff_pages_are_served_only_under_own_host_names() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let status = |path: &str, host: &str| running.status_as(path, host);
    // A website that points its own host name at this machine can read nothing
    for path in ["/staff", "/staff/record", "/outbox", "/outbox/x.eml"] {
        for host in
            ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil", ""]
        {
            assert_eq!(status(path, host), 403, "{path} as `{host}`");
        }
    }
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]:8080"] {
        // A redirect to the sign-in
        assert_eq!(status("/staff", host), 303, "{host}");
    }
    // The form is served under any host name that a reverse proxy passes on
    assert_eq!(status("/", "evil.example"), 200);
    assert_eq!(status("/style.css", "www.ours.example"), 200);
}
