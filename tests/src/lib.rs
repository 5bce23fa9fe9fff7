//! What the flow tests share: a scene with a provider, tenants and staff, in virtual time.

mod browser;
#[cfg(feature = "lambda")]
pub mod cloud;

pub use browser::{Answer, Browser};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use adapters::files::Folder;
use adapters::mail::Outgoing;
use adapters::store::Committed;
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::contact::{Actor, Commit, Contact, ContactId};
use domain::deadline::DeadlineState;
use domain::decide::{Command, Request};
use domain::organisation::{Organisation, PersonId};
use domain::standards::load_built_in;
use domain::time::instant;
use functions::Outcome;
use functions::intake_email::{Envelope, Intake};
use local::simulation::{RecordingMailer, Simulation};

/// A provider in virtual time, with words for what tenants and staff do.
///
/// A scene that ends with mails undispatched or timers unfired has not been played to its end, and
/// fails: end it with [`Scenario::end`].
#[derive(Debug)]
pub struct Scenario {
    /// The handlers, the engine, the clock and the letterbox.
    pub simulation: Simulation,
    folder: PathBuf,
    messages: u32,
    ended: bool,
}

static SCENES: AtomicU32 = AtomicU32::new(0);

/// An instant from local time in London: `2026-05-01 16:50`.
#[must_use]
#[expect(clippy::expect_used, reason = "the times are written in the tests")]
pub fn at(local: &str) -> DateTime<Utc> {
    let parse = |format| NaiveDateTime::parse_from_str(local, format);
    let local =
        parse("%Y-%m-%d %H:%M").or_else(|_| parse("%Y-%m-%d %H:%M:%S")).expect("a local time");
    instant(chrono_tz::Tz::Europe__London, local)
}

#[expect(clippy::expect_used, clippy::panic, reason = "what a scene cannot do fails its test")]
impl Scenario {
    /// West Kent at a local time.
    pub async fn at(local: &str) -> Self {
        Self::of(load_built_in("westkent").expect("West Kent"), local).await
    }

    /// Any provider at a local time.
    pub async fn of(organisation: Organisation, local: &str) -> Self {
        let number = SCENES.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("kept-scene-{}-{number}", std::process::id()));
        let archive = Folder::open(&folder).expect("an archive");
        let simulation =
            Simulation::new(Arc::new(organisation), at(local), archive).await.expect("a stage");
        Self { simulation, folder, messages: 0, ended: false }
    }

    /// The letterbox.
    #[must_use]
    pub fn mailer(&self) -> &RecordingMailer {
        &self.simulation.mailer
    }

    /// A raw message from a tenant with a Message-ID of its own.
    pub fn message(
        &mut self,
        from: &str,
        to: &str,
        subject: &str,
        text: &str,
        headers: &str,
    ) -> Vec<u8> {
        self.messages += 1;
        format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <m{}@tenant.example>\r\n{headers}\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            self.messages
        )
        .into_bytes()
    }

    /// Delivers a raw message and sees to what it leads to.
    pub async fn deliver(&mut self, sender: &str, recipients: &[&str], raw: &[u8]) -> Vec<Intake> {
        let taken = self.deliver_only(sender, recipients, raw).await;
        self.settle().await;
        taken
    }

    /// Delivers a raw message; what it leads to is still to be seen to.
    pub async fn deliver_only(
        &mut self,
        sender: &str,
        recipients: &[&str],
        raw: &[u8],
    ) -> Vec<Intake> {
        let recipients = recipients.iter().map(|to| (*to).to_owned()).collect();
        let envelope = Envelope { sender: Some(sender.to_owned()), recipients };
        self.simulation.deliver(&envelope, raw).await.expect("the message is taken")
    }

    /// A tenant emails; returns the new contact.
    pub async fn tenant_emails(&mut self, to: &str, subject: &str, text: &str) -> ContactId {
        let raw = self.message("Jo Tenant <jo@tenant.example>", to, subject, text, "");
        match self.deliver("jo@tenant.example", &[to], &raw).await.as_slice() {
            [Intake::New(id)] => *id,
            other => panic!("not a new contact: {other:?}"),
        }
    }

    /// Somebody answers a mail that they were sent.
    pub async fn reply(
        &mut self,
        from: &str,
        to: &Outgoing,
        text: &str,
        headers: &str,
    ) -> Vec<Intake> {
        let quoted: String = to.text.lines().map(|line| format!("> {line}\r\n")).collect();
        let body = format!("{text}\r\n\r\nOn that day, somebody wrote:\r\n{quoted}");
        let headers = format!("In-Reply-To: <{}>\r\n{headers}", to.message_id);
        let subject = format!("Re: {}", to.subject);
        let raw = self.message(from, &to.reply_to, &subject, &body, &headers);
        self.deliver(from, &[&to.reply_to], &raw).await
    }

    /// Staff give a command.
    pub async fn staff(&mut self, person: &str, id: &ContactId, command: Command) -> Outcome {
        let request = Request { key: None, by: Actor::Staff(PersonId::from(person)), command };
        let given = self.simulation.app.execute(id, &request).await.expect("the table");
        self.settle().await;
        given
    }

    /// Sees to everything that was committed.
    pub async fn settle(&mut self) -> Vec<Committed> {
        self.simulation.settle().await.expect("everything is seen to")
    }

    /// Lets time pass until a local time.
    pub async fn until(&mut self, local: &str) -> Vec<Committed> {
        self.simulation.advance(at(local)).await.expect("time passes")
    }

    /// A contact as it stands.
    pub async fn contact(&self, id: &ContactId) -> Contact {
        self.simulation.app.store.load(id).await.expect("the table").expect("the contact")
    }

    /// A contact's log.
    pub async fn log(&self, id: &ContactId) -> Vec<Commit> {
        self.simulation.app.store.log(id).await.expect("the table")
    }

    /// What became of a deadline.
    pub async fn deadline(&self, id: &ContactId, deadline: &str) -> DeadlineState {
        let contact = self.contact(id).await;
        let found = contact.deadline(deadline);
        found
            .unwrap_or_else(|| panic!("there is no {deadline}: {:?}", contact.deadlines))
            .state
            .clone()
    }

    /// Everything sent to an address, oldest first.
    #[must_use]
    pub fn sent_to(&self, address: &str) -> Vec<Outgoing> {
        self.mailer().sent().into_iter().filter(|mail| mail.to.address == address).collect()
    }

    /// The last mail sent to an address.
    #[must_use]
    pub fn last_to(&self, address: &str) -> Outgoing {
        self.sent_to(address).pop().unwrap_or_else(|| panic!("nothing was sent to {address}"))
    }

    /// Ends the scene: nothing may be left that should have been seen to by now.
    pub async fn end(mut self) {
        self.ended = true;
        let left = self.settle().await;
        assert!(left.is_empty(), "the scene ended with {} commits not seen to", left.len());
        let now = self.simulation.app.now();
        let waiting = self.simulation.app.store.waiting(now, None, 10).await.expect("the table");
        assert!(
            waiting.items.is_empty(),
            "the scene ended with work that was due: {:?}",
            waiting.items
        );
    }
}

impl Drop for Scenario {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for what may be.
        let _ = std::fs::remove_dir_all(&self.folder);
        assert!(self.ended || std::thread::panicking(), "a scene has to be ended with `end`");
    }
}
