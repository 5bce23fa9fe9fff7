//! Malformed and hostile messages: each is recorded within limits, and none does harm.

use domain::contact::Event;
use functions::intake_email::Intake;
use tests::Scenario;

const HELP: &str = "help@westkent.example";

async fn take(raw: &[u8]) -> (Scenario, Vec<Intake>) {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let taken = scenario.deliver("jo@tenant.example", &[HELP], raw).await;
    (scenario, taken)
}

#[tokio::test]
async fn every_message_becomes_a_contact_however_broken() {
    let deep = format!(
        "From: jo@tenant.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}",
        "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n".repeat(100)
    );
    let nested = format!(
        "From: jo@tenant.example\r\n{}\r\nend",
        "Content-Type: message/rfc822\r\n\r\n".repeat(100)
    );
    let wide = format!("From: jo@tenant.example\r\nTo: {}\r\n\r\nx", "a@b.example, ".repeat(1000));
    let parts = format!(
        "From: jo@tenant.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--\r\n",
        "--x\r\nContent-Type: text/plain\r\n\r\npart\r\n".repeat(10_000)
    );
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("no headers", b"just some text".to_vec()),
        ("no date, no message id, no subject", b"From: jo@tenant.example\r\n\r\nHello".to_vec()),
        ("binary", vec![0, 159, 146, 150, 255, 254, 13, 10, 13, 10, 0]),
        (
            "wrong charset",
            b"From: jo@tenant.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe"
                .to_vec(),
        ),
        (
            "broken base64",
            b"From: jo@tenant.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!====\xff"
                .to_vec(),
        ),
        ("two froms", b"From: jo@tenant.example\r\nFrom: eve@elsewhere.example\r\n\r\nx".to_vec()),
        ("nested a hundred deep", deep.into_bytes()),
        ("messages within messages", nested.into_bytes()),
        ("a thousand recipients", wide.into_bytes()),
        ("ten thousand parts", parts.into_bytes()),
    ];
    for (name, raw) in cases {
        let (scenario, taken) = take(&raw).await;
        assert!(matches!(taken.as_slice(), [Intake::New(_)]), "{name}: {taken:?}");
        let Intake::New(id) = taken[0] else { panic!() };
        let log = scenario.log(&id).await;
        let Event::Received { text, subject, archived, .. } = &log[0].events[0] else {
            panic!("{name}")
        };
        assert!(text.len() <= 61_000, "{name}: {} bytes of text", text.len());
        assert!(subject.chars().count() <= 200, "{name}");
        assert!(archived.is_some(), "{name}");
        scenario.end().await;
    }
}

#[tokio::test]
async fn a_subject_cannot_add_headers_to_our_emails() {
    let raw = b"From: =?utf-8?q?Jo=0D=0ABcc:_victim@elsewhere.example?= <jo@tenant.example>\r\n\
                Message-ID: <a@tenant.example>\r\n\
                Subject: =?utf-8?q?x=0D=0ABcc:_victim@elsewhere.example=0D=0A=0D=0Abody?=\r\n\r\nHello";
    let (scenario, _) = take(raw).await;
    for mail in scenario.mailer().sent() {
        let bytes = mail.to_bytes();
        let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        assert!(read.bcc().is_none(), "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(read.to().unwrap().iter().count(), 1);
    }
    scenario.end().await;
}

#[tokio::test]
async fn markup_in_a_message_is_plain_text_in_our_emails() {
    let raw = b"From: jo@tenant.example\r\nSubject: <script>alert(1)</script>\r\n\r\n<img src=x onerror=alert(1)>";
    let (scenario, _) = take(raw).await;
    for mail in scenario.mailer().sent() {
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<img"), "{}", mail.html);
    }
    scenario.end().await;
}

#[tokio::test]
async fn a_message_without_a_usable_author_is_recorded_and_not_acknowledged() {
    let raw = b"From: not an address\r\nSubject: x\r\n\r\nHello";
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let taken = scenario.deliver("also no address", &[HELP], raw).await;
    let [Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!(scenario.contact(id).await.customer.email, None);
    assert!(
        scenario.mailer().sent().iter().all(|mail| mail.to.address.ends_with("@westkent.example"))
    );
    scenario.end().await;
}

#[tokio::test]
async fn a_message_without_a_message_id_delivered_twice_is_one_contact() {
    let raw = b"From: jo@tenant.example\r\n\r\nHello";
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let first = scenario.deliver("jo@tenant.example", &[HELP], raw).await;
    let second = scenario.deliver("jo@tenant.example", &[HELP], raw).await;
    assert!(matches!(first.as_slice(), [Intake::New(_)]));
    assert!(matches!(second.as_slice(), [Intake::Duplicate(_)]));
    scenario.end().await;
}
