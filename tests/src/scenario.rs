//! A provider in virtual time.

use std::convert::Infallible;
use std::sync::Arc;

use adapters::mail::Outgoing;
use adapters::mailer::Mailer;
use adapters::ports::NoopTimers;
use adapters::store::Committed;
use chrono::{NaiveDate, TimeDelta};
use domain::contact::{Commit, Contact, ContactId, Means};
use domain::deadline::DeadlineState;
use domain::decide::{Command, DelayNotice, MAIL_GRACE, Request, StaffCommand};
use domain::library::load_built_in;
use domain::organisation::{Organisation, PersonId};
use functions::dispatch::Dispatch;
use functions::intake_email::{Envelope, Intake};
use functions::reconcile::sweep;
use functions::{App, Outcome};
use local::simulation::Simulation;

use crate::{FaultyMailer, at};

/// A provider in virtual time, with methods for what customers and staff do.
///
/// Every scenario must be finished with [`Scenario::end`], which fails if there are emails that were
/// not dispatched or timers that did not fire. Dropping an unfinished scenario fails the test.
#[derive(Debug)]
pub struct Scenario {
    /// The handlers, the engine, the clock and the mailer.
    pub simulation: Simulation<FaultyMailer>,
    messages: u32,
    ended: bool,
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
impl Scenario {
    /// West Kent at a local time.
    pub async fn at(local: &str) -> Self {
        Self::of(load_built_in("westkent").expect("West Kent"), local).await
    }

    /// Any provider at a local time.
    pub async fn of(organisation: Organisation, local: &str) -> Self {
        let organisation = Arc::new(organisation);
        let simulation = Simulation::new(organisation, at(local), FaultyMailer::default());
        Self { simulation: simulation.await.expect("a simulation"), messages: 0, ended: false }
    }

    /// The mailer.
    #[must_use]
    pub fn mailer(&self) -> &FaultyMailer {
        &self.simulation.mailer
    }

    /// A raw message with a Message-ID of its own.
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

    /// Delivers a raw message and dispatches what follows from it.
    pub async fn deliver(&mut self, sender: &str, recipients: &[&str], raw: &[u8]) -> Vec<Intake> {
        let taken = self.deliver_without_dispatch(sender, recipients, raw).await;
        self.run_until_idle().await;
        taken
    }

    /// Delivers a raw message and leaves its commits to be dispatched.
    pub async fn deliver_without_dispatch(
        &mut self,
        sender: &str,
        recipients: &[&str],
        raw: &[u8],
    ) -> Vec<Intake> {
        let recipients = recipients.iter().map(|to| (*to).to_owned()).collect();
        let envelope =
            Envelope { sender: Some(sender.to_owned()), recipients, ..Envelope::default() };
        self.simulation.deliver(&envelope, raw).await.expect("the message is recorded")
    }

    /// A tenant sends an email. Returns the new contact.
    pub async fn tenant_emails(&mut self, to: &str, subject: &str, text: &str) -> ContactId {
        let raw = self.message("Jo Tenant <jo@tenant.example>", to, subject, text, "");
        match self.deliver("jo@tenant.example", &[to], &raw).await.as_slice() {
            [Intake::New(id)] => *id,
            other => panic!("not a new contact: {other:?}"),
        }
    }

    /// Someone replies to an email that they were sent, and quotes it.
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

    /// Executes a command of a member of staff and dispatches what follows from it.
    pub async fn staff(&mut self, person: &str, id: &ContactId, command: StaffCommand) -> Outcome {
        self.execute(id, Command::Staff { person: PersonId::from(person), command }).await
    }

    /// A delay notice by email, whose date needs no confirmation.
    pub fn delay_notice(&self, until: NaiveDate, text: &str) -> StaffCommand {
        StaffCommand::NotifyDelay(DelayNotice {
            means: Means::Email,
            until,
            text: text.to_owned(),
            at: self.simulation.app.now(),
            confirmed: false,
        })
    }

    /// Executes a command and dispatches what follows from it.
    pub async fn execute(&mut self, id: &ContactId, command: Command) -> Outcome {
        let request = Request { key: None, command };
        let outcome = self.simulation.app.execute(id, &request).await.expect("the table");
        self.run_until_idle().await;
        outcome
    }

    /// Dispatches every commit, and what follows from it.
    pub async fn run_until_idle(&mut self) -> Vec<Committed> {
        self.simulation.run_until_idle().await.expect("every commit is dispatched")
    }

    /// Dispatches the next commit only.
    pub async fn dispatch_next(&mut self) {
        if let Ok(committed) = self.simulation.commits.try_recv() {
            self.simulation.dispatch.process(&committed).await.expect("the commit is dispatched");
        }
    }

    /// Lets time pass until a local time.
    pub async fn advance_to(&mut self, local: &str) -> Vec<Committed> {
        self.simulation.advance_to(at(local)).await.expect("time passes")
    }

    /// Forgets the commits that were not dispatched, as a process does that is killed.
    pub fn crash(&mut self) {
        while self.simulation.commits.try_recv().is_ok() {}
    }

    /// Catches up after a crash, as a process does when it starts.
    pub async fn restart(&mut self) {
        let app = &self.simulation.app;
        sweep(app, app.now() + MAIL_GRACE).await.expect("the table");
        self.run_until_idle().await;
    }

    /// A contact in its present state.
    pub async fn contact(&self, id: &ContactId) -> Contact {
        self.simulation.app.store.load(id).await.expect("the table").expect("the contact")
    }

    /// The log of a contact.
    pub async fn log(&self, id: &ContactId) -> Vec<Commit> {
        self.simulation.app.store.log(id).await.expect("the table")
    }

    /// The state of a deadline.
    pub async fn deadline(&self, id: &ContactId, deadline: &str) -> DeadlineState {
        let contact = self.contact(id).await;
        let found = contact.deadline(&deadline.parse().expect("a deadline's id"));
        found
            .unwrap_or_else(|| panic!("there is no {deadline}: {:?}", contact.deadlines))
            .state
            .clone()
    }

    /// Every email to an address, oldest first.
    #[must_use]
    pub fn sent_to(&self, address: &str) -> Vec<Outgoing> {
        self.mailer().sent().into_iter().filter(|mail| mail.to.address == address).collect()
    }

    /// The last email to an address.
    #[must_use]
    pub fn last_to(&self, address: &str) -> Outgoing {
        self.sent_to(address).pop().unwrap_or_else(|| panic!("nothing was sent to {address}"))
    }

    /// Ends the scenario. Nothing may be left to dispatch, and nothing may be due.
    pub async fn end(mut self) {
        self.ended = true;
        let left = self.run_until_idle().await;
        assert!(left.is_empty(), "the scenario ended with {} commits undispatched", left.len());
        let now = self.simulation.app.now();
        let due = self.simulation.app.store.due_contacts(now, None, 10).await.expect("the table");
        assert!(due.items.is_empty(), "the scenario ended with work due: {:?}", due.items);
    }
}

impl Drop for Scenario {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "finish every scenario with `end`");
    }
}

/// The dispatch of one machine, with another mailer than the scenario's.
pub fn dispatch<M: Mailer>(app: App, mailer: M) -> Dispatch<M, NoopTimers, Option<Infallible>> {
    Dispatch { app, mailer, timers: NoopTimers, bus: None, lease: TimeDelta::zero() }
}
