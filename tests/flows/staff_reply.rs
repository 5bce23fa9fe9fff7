//! Answers by staff from their own mailbox.

use adapters::mail::Reason;
use domain::contact::Event;
use domain::deadline::DeadlineState;
use functions::intake_email::Intake;
use tests::Scenario;

const HELP: &str = "help@westkent.example";
const PRIYA: &str = "priya.shah@westkent.example";

#[tokio::test]
async fn a_reply_to_the_notification_answers_the_tenant_and_meets_the_deadline() {
    // Given a contact of which Priya was notified
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    // When she replies, with her address in capitals and a display name
    let taken = scenario
        .reply(
            "Priya <Priya.Shah@WestKent.example>",
            &notification,
            "Hello Jo,\r\n\r\nThursdays.",
            "",
        )
        .await;
    // Then the tenant gets her words and nothing else, from the provider's address
    assert_eq!(taken, [Intake::Answered(id)]);
    let answer = scenario.last_to("jo@tenant.example");
    assert_eq!(answer.from.address, HELP);
    assert_eq!(answer.reason, Reason::Person);
    assert!(answer.text.starts_with("Hello Jo,\n\nThursdays.\n\nPriya Shah\n"), "{}", answer.text);
    assert!(!answer.text.contains("Write your answer above"), "{}", answer.text);
    assert!(!answer.text.contains(PRIYA), "{}", answer.text);
    // And the deadline is met and the contact closed
    assert!(matches!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Met { .. }));
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}

#[tokio::test]
async fn a_colleague_may_reply_to_a_forwarded_notification() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let taken =
        scenario.reply("tom.okafor@westkent.example", &notification, "Thursdays.", "").await;
    assert_eq!(taken, [Intake::Answered(id)]);
    assert!(scenario.last_to("jo@tenant.example").text.contains("Tom Okafor"));
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_from_an_unknown_address_is_not_sent() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let taken =
        scenario.reply("priya.shah@elsewhere.example", &notification, "Send money.", "").await;
    assert_eq!(taken, [Intake::ReplyRejected(id)]);
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1, "only the acknowledgement");
    assert!(scenario.last_to(PRIYA).text.contains("an address that none of our staff has"));
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_from_a_staff_address_without_the_token_is_not_an_answer() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let mut forged = scenario.last_to(PRIYA);
    let reference = scenario.contact(&id).await.reference(&scenario.simulation.app.organisation);
    forged.reply_to = format!("help+{}.0000000000@westkent.example", id.as_str().to_lowercase());
    forged.message_id =
        format!("kept.{}.1-1.0000000000@westkent.example", id.as_str().to_lowercase());
    let taken = scenario.reply(PRIYA, &forged, &format!("Send money. {reference}"), "").await;
    // It is a message like any other
    let [Intake::New(other)] = taken.as_slice() else { panic!("{taken:?}") };
    assert_ne!(*other, id);
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1, "only the acknowledgement");
    scenario.end().await;
}

#[tokio::test]
async fn an_out_of_office_reply_to_a_notification_is_not_an_answer() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let before = scenario.mailer().sent().len();
    let taken = scenario
        .reply(PRIYA, &notification, "I am away.", "Auto-Submitted: auto-replied\r\n")
        .await;
    assert_eq!(taken, [Intake::Ignored]);
    assert_eq!(scenario.mailer().sent().len(), before, "and nothing answers it");
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_without_text_is_not_sent_and_its_author_is_notified() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let taken = scenario.reply(PRIYA, &notification, "", "").await;
    assert_eq!(taken, [Intake::ReplyRejected(id)]);
    assert!(scenario.last_to(PRIYA).subject.starts_with("Please check"));
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_delivered_twice_is_one_answer() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let headers = format!("In-Reply-To: <{}>\r\n", notification.message_id);
    let raw = scenario.message(PRIYA, &notification.reply_to, "Re: Bins", "Thursdays.", &headers);
    let first = scenario.deliver(PRIYA, &[&notification.reply_to], &raw).await;
    let second = scenario.deliver(PRIYA, &[&notification.reply_to], &raw).await;
    assert_eq!(first, [Intake::Answered(id)]);
    assert_eq!(second, [Intake::Duplicate(id)]);
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 2);
    let log = scenario.log(&id).await;
    let answers =
        log.iter().flat_map(|c| &c.events).filter(|e| matches!(e, Event::Answered { .. }));
    assert_eq!(answers.count(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn the_answer_goes_to_the_reply_to_address_and_the_acknowledgement_does_not() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message(
        "jo@tenant.example",
        HELP,
        "Bins",
        "Which day?",
        "Reply-To: jo@home.example\r\n",
    );
    scenario.deliver("jo@tenant.example", &[HELP], &raw).await;
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1);
    let notification = scenario.last_to(PRIYA);
    scenario.reply(PRIYA, &notification, "Thursdays.", "").await;
    assert_eq!(scenario.sent_to("jo@home.example").len(), 1);
    scenario.end().await;
}

/// A reply in HTML with a picture in the text, and further parts.
fn reply_with(notification: &adapters::mail::Outgoing, id: &str, parts: &str) -> Vec<u8> {
    format!(
        "From: {PRIYA}\r\nTo: {}\r\nMessage-ID: <{id}@westkent.example>\r\nIn-Reply-To: <{}>\r\n\
         Content-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
         --r\r\nContent-Type: text/html\r\n\r\n<p>Thursdays.</p><img src=\"cid:logo@x\">\r\n\
         --r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\n\
         Content-Disposition: inline; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         iVBORw0KGgo=\r\n--r--\r\n{parts}--m--\r\n",
        notification.reply_to, notification.message_id
    )
    .into_bytes()
}

#[tokio::test]
async fn a_reply_with_an_attachment_is_not_sent_without_it() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let file = "--m\r\nContent-Type: application/pdf; name=calendar.pdf\r\n\
                Content-Disposition: attachment; filename=calendar.pdf\r\n\r\n%PDF\r\n";
    // A photograph counts as an attachment, however a mail program marks it
    let photo = "--m\r\nContent-Type: image/jpeg; name=yard.jpg\r\n\
                 Content-Disposition: inline; filename=yard.jpg\r\n\r\nJFIF\r\n";
    for (n, part) in [file, photo].into_iter().enumerate() {
        let raw = reply_with(&notification, &format!("file-{n}"), part);
        let taken = scenario.deliver(PRIYA, &[&notification.reply_to], &raw).await;
        assert_eq!(taken, [Intake::ReplyRejected(id)], "{part}");
        assert!(scenario.last_to(PRIYA).text.contains("it had an attachment"));
    }
    assert_eq!(scenario.sent_to("jo@tenant.example").len(), 1, "only the acknowledgement");
    assert_eq!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Open);
    // The logo in a signature is not an attachment, and neither is a digital signature
    let signature = "--m\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\
                     Content-Disposition: attachment; filename=smime.p7s\r\n\r\nx\r\n";
    let raw = reply_with(&notification, "logo", signature);
    let taken = scenario.deliver(PRIYA, &[&notification.reply_to], &raw).await;
    assert_eq!(taken, [Intake::Answered(id)]);
    scenario.end().await;
}

#[tokio::test]
async fn a_reply_through_a_mailing_list_is_an_answer() {
    for headers in ["List-Id: <staff.westkent.example>\r\n", "Precedence: list\r\n"] {
        let mut scenario = Scenario::at("2026-06-02 10:00").await;
        let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
        let notification = scenario.last_to(PRIYA);
        let taken = scenario.reply(PRIYA, &notification, "Thursdays.", headers).await;
        assert_eq!(taken, [Intake::Answered(id)], "{headers}");
        scenario.end().await;
    }
}

#[tokio::test]
async fn an_answer_that_quotes_the_tenant_is_sent_whole() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to(PRIYA);
    let answer = "On Monday you wrote:\r\n> Which day?\r\n\r\nThursdays.\r\n\r\nFrom: the depot\r\n\
                  Date: any Thursday\r\n\r\nPriya";
    assert_eq!(scenario.reply(PRIYA, &notification, answer, "").await, [Intake::Answered(id)]);
    let sent = scenario.last_to("jo@tenant.example").text;
    for line in ["On Monday you wrote:", "Thursdays.", "Date: any Thursday", "Priya"] {
        assert!(sent.contains(line), "{line}: {sent}");
    }
    assert!(!sent.contains("somebody wrote") && !sent.contains("Write your answer"), "{sent}");
    scenario.end().await;
}
