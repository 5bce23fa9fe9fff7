//! Amazon SES.

use adapters::aws::Ses;
use adapters::mail::{Mailbox, Outgoing, Reason};
use adapters::mailer::{MailError, Mailer as _};
use chrono::DateTime;
use mail_parser::MessageParser;
use serde_json::json;

use super::{BrokenConnection, Recording, Response, error_response, response};

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

fn ses(responses: impl IntoIterator<Item = Response>) -> (Recording, Ses) {
    let (recorded, aws) = Recording::of(responses);
    (recorded, Ses::new(&aws, Some("kept".into())))
}

fn accepted() -> Response {
    response(200, json!({ "MessageId": "0100018f-1" }))
}

#[tokio::test]
async fn an_email_goes_out_as_it_was_written_to_one_address() {
    let (aws, ses) = ses([accepted()]);
    ses.send(&outgoing()).await.unwrap();
    let requests = aws.requests();
    assert_eq!(requests.len(), 1);
    let asked = &requests[0];
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

#[tokio::test]
async fn each_error_of_ses_is_transient_permanent_or_unconfirmed() {
    enum Meaning {
        Transient,
        Permanent,
        Unconfirmed,
    }
    use Meaning::{Permanent, Transient, Unconfirmed};
    let unverified = "Email address is not verified. The following identities failed the check in \
                      region EU-WEST-2: help@westkent.example";
    for (status, code, message, calls, meaning) in [
        // About the email.
        (400, "MessageRejected", "Message contains a virus: jo@tenant.example", 1, Permanent),
        (400, "BadRequestException", "Local address contains control or whitespace", 1, Permanent),
        (413, "RequestEntityTooLargeException", "too large", 1, Permanent),
        // About the account: the email goes out once somebody has put that right.
        (400, "MessageRejected", unverified, 1, Transient),
        (
            400,
            "MailFromDomainNotVerifiedException",
            "The MAIL FROM domain is not verified",
            1,
            Transient,
        ),
        (400, "SendingPausedException", "Sending is paused for this account", 1, Transient),
        (400, "AccountSuspendedException", "This account is suspended", 1, Transient),
        (404, "NotFoundException", "Configuration set <kept> does not exist.", 1, Transient),
        (403, "AccessDeniedException", "not authorized to perform: ses:SendRawEmail", 1, Transient),
        // About the moment: SES says that it did not accept the email, so the client may try again.
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", 3, Transient),
        (400, "LimitExceededException", "Daily message quota exceeded.", 3, Transient),
        (503, "ServiceUnavailableException", "try later", 3, Transient),
        // It is not known if the email was accepted.
        (500, "InternalServiceErrorException", "we are sorry", 1, Unconfirmed),
        (502, "BadGateway", "", 1, Unconfirmed),
        (504, "GatewayTimeout", "", 1, Unconfirmed),
    ] {
        let (aws, ses) = ses((0..calls).map(|_| error_response(status, code, message)));
        let error = ses.send(&outgoing()).await.unwrap_err();
        assert_eq!(aws.requests().len(), calls, "{code} {message}");
        let ((MailError::Transient(_), Transient)
        | (MailError::Permanent(_), Permanent)
        | (MailError::Unconfirmed(_), Unconfirmed)) = (&error, meaning)
        else {
            panic!("{code} {message}: {error:?}")
        };
        assert!(error.response().contains(code), "{error:?}");
        assert!(!format!("{error:?}").contains('@'), "an address is repeated: {error:?}");
    }
}

#[tokio::test]
async fn the_client_does_not_send_an_email_again_after_a_broken_connection() {
    // The email may have been accepted. Only Kept may try again, with a mark.
    let broken = BrokenConnection::default();
    let error = Ses::new(&broken.aws(), None).send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, MailError::Unconfirmed(_)), "{error:?}");
    assert_eq!(broken.attempts(), 1);
    // Nobody listened, so it cannot have been accepted.
    let refused = BrokenConnection { refused: true, ..BrokenConnection::default() };
    let error = Ses::new(&refused.aws(), None).send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
    assert_eq!(refused.attempts(), 3);
}

#[tokio::test]
async fn a_rate_exceeded_for_a_moment_is_waited_for() {
    let rate = error_response(429, "TooManyRequestsException", "Maximum sending rate exceeded.");
    let (aws, ses) = ses([rate, accepted()]);
    ses.send(&outgoing()).await.unwrap();
    assert_eq!(aws.requests().len(), 2);
}
