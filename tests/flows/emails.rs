//! Every email as a snapshot. Read the difference when a wording changes.

use chrono::NaiveDate;
use tests::{MailFault, Scenario};

const HELP: &str = "help@westkent.example";

/// Every email of a scenario, with its header, text and HTML.
fn rendered(scenario: &Scenario) -> String {
    let mails = scenario.mailer().sent();
    let parts = mails.iter().map(|mail| {
        format!(
            "From: {} <{}>\nTo: {} <{}>\nReply-To: {}\nSubject: {}\nReason: {:?}\n\n{}\n--- html ---\n{}",
            mail.from.name, mail.from.address, mail.to.name, mail.to.address, mail.reply_to, mail.subject, mail.reason,
            mail.text, mail.html
        )
    });
    parts.collect::<Vec<_>>().join("\n\n==========\n\n")
}

#[tokio::test]
async fn emails_of_a_contact_that_is_reminded_of_delayed_and_answered() {
    let mut scenario = Scenario::at("2026-05-01 16:50").await;
    let id = scenario
        .tenant_emails(HELP, "No hot water", "Hello,\r\n\r\nno hot water <since> today.\r\nJo")
        .await;
    scenario.advance_to("2026-05-06 17:16").await;
    let until = NaiveDate::from_ymd_opt(2026, 5, 12).unwrap();
    let text = "The plumber has to order a part.";
    let notice = scenario.delay_notice(until, text);
    scenario.staff("priya.shah", &id, notice).await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    scenario
        .reply("priya.shah@westkent.example", &notification, "Hello Jo,\r\n\r\nit is mended.", "")
        .await;
    insta::assert_snapshot!("a-contact", rendered(&scenario));
    scenario.end().await;
}

#[tokio::test]
async fn emails_about_an_automatic_message_and_a_rejected_reply() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message(
        "robot@tenant.example",
        HELP,
        "",
        "beep",
        "Auto-Submitted: auto-generated\r\n",
    );
    scenario.deliver("robot@tenant.example", &[HELP], &raw).await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    scenario.reply("priya.shah@westkent.example", &notification, "", "").await;
    insta::assert_snapshot!("a-machine", rendered(&scenario));
    scenario.end().await;
}

#[tokio::test]
async fn emails_about_an_answer_that_cannot_be_delivered() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let notification = scenario.last_to("priya.shah@westkent.example");
    // The mail server refuses the tenant's address, then accepts emails for staff again
    let headers = format!("In-Reply-To: <{}>\r\n", notification.message_id);
    let raw = scenario.message(
        "priya.shah@westkent.example",
        &notification.reply_to,
        "Re: Bins",
        "Thursdays.",
        &headers,
    );
    scenario
        .deliver_without_dispatch("priya.shah@westkent.example", &[&notification.reply_to], &raw)
        .await;
    scenario.mailer().fail(MailFault::Permanent("550 5.1.1 no such mailbox".into()));
    scenario.dispatch_next().await;
    scenario.mailer().recover();
    scenario.run_until_idle().await;
    insta::assert_snapshot!("undelivered", rendered(&scenario));
    scenario.end().await;
}
