//! Amazon SES.

use adapters::aws::Ses;
use adapters::mail::{Mailbox, Outgoing, Reason};
use adapters::mailer::{MailError, Mailer as _};
use chrono::DateTime;
use mail_parser::MessageParser;
use serde_json::json;

use super::{Answer, Broken, Recorded, answer, refusal};

fn outgoing() -> Outgoing {
    Outgoing {
        name: "WK-7KQ4-M2XP-9DRT.1-0.acknowledgement".into(),
        from: Mailbox { name: "West Kent".into(), address: "help@westkent.example".into() },
        to: Mailbox { name: "Jo Tenant".into(), address: "jo@tenant.example".into() },
        reply_to: "help+7kq4m2xp9drt.abcdefghjk@westkent.example".into(),
        subject: "We have your message".into(),
        text: "By Wednesday.".into(),
        html: "<p>By Wednesday.</p>".into(),
        message_id: "7kq4m2xp9drt.1-0.abcdefghjk@westkent.example".into(),
        in_reply_to: None,
        date: DateTime::from_timestamp(1_778_084_101, 0).unwrap(),
        reason: Reason::Reply,
        possible_duplicate: false,
    }
}

fn ses(answers: impl IntoIterator<Item = Answer>) -> (Recorded, Ses) {
    let (recorded, aws) = Recorded::answers(answers);
    (recorded, Ses::new(&aws, Some("kept".into())))
}

fn taken() -> Answer {
    answer(200, json!({ "MessageId": "0100018f-1" }))
}

#[tokio::test]
async fn a_mail_goes_out_as_it_was_written_to_one_address() {
    let (aws, ses) = ses([taken()]);
    ses.send(&outgoing()).await.unwrap();
    let asked = aws.asked();
    assert_eq!(asked.len(), 1);
    let asked = &asked[0];
    assert_eq!(asked.line, "POST https://email.eu-west-2.amazonaws.com/v2/email/outbound-emails");
    assert_eq!(asked.body["FromEmailAddress"], "help@westkent.example");
    assert_eq!(asked.body["Destination"], json!({ "ToAddresses": ["jo@tenant.example"] }));
    assert_eq!(asked.body["ConfigurationSetName"], "kept");
    let data = asked.body["Content"]["Raw"]["Data"].as_str().unwrap();
    let raw = aws_smithy_types::base64::decode(data).unwrap();
    assert_eq!(raw, outgoing().to_bytes());
    let parsed = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(parsed.header_raw("Auto-Submitted").map(str::trim), Some("auto-replied"));
}

/// How SES answers, and what that means.
#[tokio::test]
async fn every_refusal_is_told_apart() {
    enum Means {
        Later,
        Never,
        Unknown,
    }
    use Means::{Later, Never, Unknown};
    let unverified = "Email address is not verified. The following identities failed the check in \
                      region EU-WEST-2: help@westkent.example";
    for (status, code, message, calls, means) in [
        // About the mail
        (400, "MessageRejected", "Message contains a virus: jo@tenant.example", 1, Never),
        (400, "BadRequestException", "Local address contains control or whitespace", 1, Never),
        (413, "RequestEntityTooLargeException", "too large", 1, Never),
        // About the account: the mail goes once somebody has seen to it
        (400, "MessageRejected", unverified, 1, Later),
        (
            400,
            "MailFromDomainNotVerifiedException",
            "The MAIL FROM domain is not verified",
            1,
            Later,
        ),
        (400, "SendingPausedException", "Sending is paused for this account", 1, Later),
        (400, "AccountSuspendedException", "This account is suspended", 1, Later),
        (404, "NotFoundException", "Configuration set <kept> does not exist.", 1, Later),
        (403, "AccessDeniedException", "not authorized to perform: ses:SendRawEmail", 1, Later),
        // About the moment; SES says that it did not take it, so the client may ask again
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", 3, Later),
        (400, "LimitExceededException", "Daily message quota exceeded.", 3, Later),
        (503, "ServiceUnavailableException", "try later", 3, Later),
        // Nothing is said of whether it was taken
        (500, "InternalServiceErrorException", "we are sorry", 1, Unknown),
        (502, "BadGateway", "", 1, Unknown),
        (504, "GatewayTimeout", "", 1, Unknown),
    ] {
        let (aws, ses) = ses((0..calls).map(|_| refusal(status, code, message)));
        let error = ses.send(&outgoing()).await.unwrap_err();
        assert_eq!(aws.asked().len(), calls, "{code} {message}");
        let ((MailError::Transient(_), Later)
        | (MailError::Permanent(_), Never)
        | (MailError::Unconfirmed(_), Unknown)) = (&error, means)
        else {
            panic!("{code} {message}: {error:?}")
        };
        assert!(error.response().contains(code), "{error:?}");
        assert!(!format!("{error:?}").contains('@'), "an address is repeated: {error:?}");
    }
}

#[tokio::test]
async fn a_mail_is_not_sent_again_by_the_client_where_the_connection_broke_off() {
    // It may have been taken: trying again is for who marks it as a possible duplicate
    let broken = Broken::default();
    let error = Ses::new(&broken.aws(), None).send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, MailError::Unconfirmed(_)), "{error:?}");
    assert_eq!(broken.tried(), 1);
    // Nobody listened, so it cannot have been
    let refused = Broken { refused: true, ..Broken::default() };
    let error = Ses::new(&refused.aws(), None).send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
    assert_eq!(refused.tried(), 3);
}

#[tokio::test]
async fn a_rate_that_is_exceeded_for_a_moment_is_waited_for() {
    let rate = refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded.");
    let (aws, ses) = ses([rate, taken()]);
    ses.send(&outgoing()).await.unwrap();
    assert_eq!(aws.asked().len(), 2);
}
