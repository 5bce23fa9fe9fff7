//! Amazon S3.

use std::io::ErrorKind;

use adapters::archive::{Archive as _, name_of};
use adapters::aws::Bucket;

use super::{Answer, Recorded};

fn bucket(answers: impl IntoIterator<Item = Answer>) -> (Recorded, Bucket) {
    let (recorded, aws) = Recorded::answers(answers);
    (recorded, Bucket::new(&aws, "kept-inbox".into()))
}

fn error(status: u16, code: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>said</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    Answer(status, None, body)
}

#[tokio::test]
async fn a_message_is_kept_under_a_name_that_is_its_own() {
    let (aws, bucket) = bucket([Answer(200, None, String::new())]);
    let name = bucket.save(b"From: jo@tenant.example\r\n\r\nHello").await.unwrap();
    assert_eq!(name, name_of(b"From: jo@tenant.example\r\n\r\nHello"));
    let url = format!("PUT https://kept-inbox.s3.eu-west-2.amazonaws.com/{name}");
    assert!(aws.asked()[0].line.starts_with(&url), "{}", aws.asked()[0].line);
}

#[tokio::test]
async fn a_message_that_is_there_already_is_not_put_again() {
    let (aws, bucket) = bucket([]);
    assert_eq!(bucket.with_existing("inbox/abc").save(b"Hello").await.unwrap(), "inbox/abc");
    assert!(aws.asked().is_empty());
}

#[tokio::test]
async fn a_message_is_found_or_is_not_there() {
    let (aws, bucket) = bucket([Answer(200, None, "Hello".into()), error(404, "NoSuchKey")]);
    assert_eq!(bucket.load("inbox/a b").await.unwrap().as_deref(), Some(b"Hello".as_slice()));
    assert_eq!(bucket.load("gone").await.unwrap(), None);
    let line = &aws.asked()[0].line;
    let url = "GET https://kept-inbox.s3.eu-west-2.amazonaws.com/inbox/a%20b";
    assert!(line.starts_with(url), "{line}");
}

#[tokio::test]
async fn what_may_work_later_is_told_from_what_will_not() {
    for (status, code, calls, kind) in [
        (503, "SlowDown", 3, ErrorKind::TimedOut),
        (500, "InternalError", 3, ErrorKind::TimedOut),
        (403, "AccessDenied", 1, ErrorKind::PermissionDenied),
        (404, "NoSuchBucket", 1, ErrorKind::PermissionDenied),
    ] {
        let (aws, bucket) = bucket((0..calls).map(|_| error(status, code)));
        let failed = bucket.load("abc").await.unwrap_err();
        assert_eq!(failed.kind(), kind, "{code}");
        assert!(failed.to_string().contains(code), "{failed}");
        assert_eq!(aws.asked().len(), calls, "{code}");
    }
}
