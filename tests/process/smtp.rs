//! The SMTP listener, with well-behaved and misbehaving clients.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::kept::{Folder, Running, message};

#[test]
fn another_mail_client_can_send() {
    use lettre::message::{Message, MultiPart};
    use lettre::{SmtpTransport, Transport as _};
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let (host, port) = running.smtp.split_once(':').unwrap();
    let client = SmtpTransport::builder_dangerous(host).port(port.parse().unwrap()).build();
    let mail = Message::builder()
        .from("Jo Ténant <jo@tenant.example>".parse().unwrap())
        .to("help@westkent.example".parse().unwrap())
        .subject("Schimmel & Kälte £5")
        .multipart(MultiPart::alternative_plain_html(
            "Hällo\n.\n..dots".to_owned(),
            "<p>Hällo</p>".to_owned(),
        ))
        .unwrap();
    client.send(&mail).unwrap();
    let sent = data.wait_for("outbox", "new-contact", 1);
    let raw = std::fs::read(data.path().join("outbox").join(&sent[0])).unwrap();
    let read = mail_parser::MessageParser::default().parse(&raw).unwrap();
    assert!(read.subject().unwrap().contains("Schimmel & Kälte £5"));
    let text = read.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(text.contains("Hällo\n.\n..dots"), "{text}");
    assert!(text.contains("Jo Ténant"), "{text}");
}

#[test]
fn mail_for_other_domains_is_refused() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    client.command("EHLO x");
    client.command("MAIL FROM:<jo@tenant.example>");
    for address in [
        "x@elsewhere.example",
        "help@elsewhere.example",
        "help%elsewhere.example@westkent.example",
        "nobody@westkent.example",
    ] {
        assert!(
            client.command(&format!("RCPT TO:<{address}>")).starts_with("550 5.1.1"),
            "{address}"
        );
    }
    assert!(client.command("DATA").starts_with("503"));
    assert!(client.command("RCPT TO:<HELP@WestKent.example>").starts_with("250"));
    assert!(client.command("RCPT TO:<help+tag@westkent.example>").starts_with("250"));
    assert!(client.command("QUIT").starts_with("221"));
    assert!(client.is_closed());
}

#[test]
fn commands_out_of_order_and_unknown_commands_are_errors() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    for (line, answer) in [
        ("MAIL FROM:<jo@tenant.example>", "503"),
        ("EHLO x", "250"),
        ("RCPT TO:<help@westkent.example>", "503"),
        ("DATA", "503"),
        ("OWL", "500"),
        ("MAIL FROM:jo", "50"),
        ("MAIL FROM:<jo@tenant.example> SIZE=99999999", "552"),
        ("MAIL FROM:<jo@tenant.example>", "250"),
        ("MAIL FROM:<jo@tenant.example>", "503"),
        ("RSET", "250"),
        ("NOOP", "250"),
        ("VRFY help", "252"),
        ("MAIL FROM:<>", "250"),
    ] {
        let got = client.command(line);
        assert!(got.starts_with(answer), "{line}: {got}");
    }
}

#[test]
fn a_client_with_too_many_errors_is_disconnected() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    let mut last = String::new();
    for _ in 0..30 {
        let answer = client.command("OWL");
        if answer.is_empty() {
            break;
        }
        last = answer;
    }
    assert!(last.contains("421"), "{last}");
    let mut client = running.smtp();
    client.write(&[b'x'; 100_000]);
    client.write(b"\r\n");
    assert!(client.read_reply().starts_with("500 5.5.2"));
}

#[test]
fn an_oversized_message_is_refused_and_the_session_goes_on() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    client.command("EHLO x");
    client.command("MAIL FROM:<jo@tenant.example>");
    client.command("RCPT TO:<help@westkent.example>");
    client.command("DATA");
    let line = [[b'x'; 98].as_slice(), b"\r\n"].concat();
    let megabyte = line.repeat(10_486);
    for _ in 0..26 {
        client.write(&megabyte);
    }
    assert!(client.command(".").starts_with("552 5.3.4"));
    let answer =
        client.send("jo@tenant.example", "help@westkent.example", &message("after", "after"));
    assert!(answer.starts_with("250"), "{answer}");
    assert_eq!(data.files("inbox").len(), 1);
}

#[test]
fn recipients_beyond_the_limit_are_refused() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    client.command("EHLO x");
    client.command("MAIL FROM:<jo@tenant.example>");
    let mut taken = 0;
    for n in 0..1000 {
        let answer = client.command(&format!("RCPT TO:<help+{n}@westkent.example>"));
        match answer.get(..3) {
            Some("250") => taken += 1,
            Some("452") => {}
            _ => break,
        }
    }
    assert_eq!(taken, 100);
}

#[test]
fn the_end_of_a_message_cannot_be_smuggled_in() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let ends = ["\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r\r\n"];
    for (n, end) in ends.into_iter().enumerate() {
        let mut client = running.smtp();
        let smuggled = format!(
            "{}{end}MAIL FROM:<eve@elsewhere.example>\r\nRCPT TO:<help@westkent.example>\r\nDATA\r\nFrom: eve@elsewhere.example\r\n\r\nsmuggled",
            message(&format!("s{n}"), "smuggle")
        );
        let answer = client.send("jo@tenant.example", "help@westkent.example", &smuggled);
        assert!(answer.starts_with("250"), "{end:?}: {answer}");
    }
    assert_eq!(data.files("inbox").len(), 5, "five messages came, and no more");
}

#[test]
fn one_peer_cannot_take_all_places_by_mail_or_on_the_web() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let web = running.http.trim_start_matches("http://");
    for (address, most, refusal) in [(&*running.smtp, 100, "421 4.3.2"), (web, 200, "HTTP/1.1 503")]
    {
        let mut idle: Vec<TcpStream> = Vec::new();
        // The refusals come once the peer has its share, so the last connection is refused for certain.
        for _ in 0..=most {
            idle.push(TcpStream::connect(address).unwrap());
        }
        let mut answer = String::new();
        idle.last_mut().unwrap().read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(refusal), "{address}: {answer}");
    }
}

#[test]
fn pipelined_commands_and_an_empty_message_are_accepted() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let mut client = running.smtp();
    client.write(
        b"EHLO x\r\nMAIL FROM:<jo@tenant.example>\r\nRCPT TO:<help@westkent.example>\r\nDATA\r\n",
    );
    for answer in ["250", "250", "250", "354"] {
        assert!(client.read_reply().starts_with(answer));
    }
    client.write(b".\r\nQUIT\r\n");
    assert!(client.read_reply().starts_with("250"), "an empty message is a message");
    assert!(client.read_reply().starts_with("221"));
}

#[test]
fn many_clients_at_once_are_all_served() {
    let data = Folder::new();
    let running = Running::start(&data, &[]);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..20 {
            let running = &running;
            scope.spawn(move || {
                let mut conversation = running.smtp();
                for n in 0..10 {
                    let id = format!("c{client}-{n}");
                    let from = format!("t{client}@tenant.example");
                    let raw = message(&id, &id).replace("jo@tenant.example", &from);
                    let answer = conversation.send(&from, "help@westkent.example", &raw);
                    assert!(answer.starts_with("250"), "{answer}");
                }
            });
        }
    });
    data.wait_for("outbox", "acknowledgement", 200);
    assert!(started.elapsed() < Duration::from_secs(600), "a bound, not a measurement");
}
