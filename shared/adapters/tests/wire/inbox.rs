//! Amazon S3.

use std::io::ErrorKind;

use adapters::archive::{Archive as _, name_of};
use adapters::aws::Bucket;

use super::{Recording, Response};

fn bucket(responses: impl IntoIterator<Item = Response>) -> (Recording, Bucket) {
    let (recorded, aws) = Recording::of(responses);
    (recorded, Bucket::new(&aws, "kept-inbox".into()))
}

fn error(status: u16, code: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>said</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    Response(status, None, body)
}

#[tokio::test]
async fn a_message_is_saved_under_a_name_of_its_own() {
    let (aws, bucket) = bucket([Response(200, None, String::new())]);
    let name = bucket.save(b"From: jo@tenant.example\r\n\r\nHello").await.unwrap();
    assert_eq!(name, name_of(b"From: jo@tenant.example\r\n\r\nHello"));
    let url = format!("PUT https://kept-inbox.s3.eu-west-2.amazonaws.com/{name}");
    assert!(aws.requests()[0].line.starts_with(&url), "{}", aws.requests()[0].line);
}

#[tokio::test]
async fn a_message_that_the_bucket_already_holds_is_not_put_again() {
    let (aws, bucket) = bucket([]);
    assert_eq!(bucket.with_existing("inbox/abc").save(b"Hello").await.unwrap(), "inbox/abc");
    assert!(aws.requests().is_empty());
}

#[tokio::test]
async fn a_message_is_found_or_does_not_exist() {
    let (aws, bucket) = bucket([Response(200, None, "Hello".into()), error(404, "NoSuchKey")]);
    assert_eq!(bucket.load("inbox/a b").await.unwrap().as_deref(), Some(b"Hello".as_slice()));
    assert_eq!(bucket.load("gone").await.unwrap(), None);
    let line = &aws.requests()[0].line;
    let url = "GET https://kept-inbox.s3.eu-west-2.amazonaws.com/inbox/a%20b";
    assert!(line.starts_with(url), "{line}");
}

#[tokio::test]
async fn transient_and_permanent_failures_have_different_kinds() {
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
        assert_eq!(aws.requests().len(), calls, "{code}");
    }
}
