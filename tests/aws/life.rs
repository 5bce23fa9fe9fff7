//! Contacts from beginning to end: functions are invoked as AWS invokes them, and counted.

use std::collections::BTreeMap;

use adapters::archive::Archive as _;
use adapters::aws::Bucket;
use adapters::mail::Incoming;
use aws_lambda_events::event::dynamodb::EventRecord;
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::ContactId;
use domain::decide::{Command, Request, StaffCommand};
use functions::dispatch::stream::{committed, process_records};
use functions::intake_email::{Envelope, Intake, receive_parsed};
use functions::{App, deadline};
use mail_parser::MessageParser;
use tests::at;
use tests::cloud::{Cloud, CloudDispatch};

/// An installation, and how often each of its functions was invoked.
pub(crate) struct Life {
    pub(crate) cloud: Cloud,
    pub(crate) app: App,
    dispatch: CloudDispatch,
    bucket: Bucket,
    messages: u32,
    /// The number of invocations by function.
    pub(crate) invocations: BTreeMap<&'static str, u32>,
    /// The number of messages that SES put into the bucket.
    pub(crate) received: u32,
}

impl Life {
    pub(crate) async fn at(local: &str) -> Self {
        let cloud = Cloud::new().await;
        let app = cloud.app(local);
        let dispatch = cloud.dispatch(&app);
        let bucket = Bucket::new(&cloud.aws(), "inbox".into());
        Self {
            cloud,
            app,
            dispatch,
            bucket,
            messages: 0,
            invocations: BTreeMap::new(),
            received: 0,
        }
    }

    /// Counts an invocation.
    pub(crate) fn invoke(&mut self, function: &'static str) {
        *self.invocations.entry(function).or_default() += 1;
    }

    /// A message comes in: SES puts it into the bucket and invokes intake-email.
    pub(crate) async fn receives(
        &mut self,
        from: &str,
        to: &str,
        headers: &str,
        text: &str,
    ) -> Intake {
        self.messages += 1;
        self.received += 1;
        let key = format!("m{}", self.messages);
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nMessage-ID: <{key}@tenant.example>\r\n{headers}\r\n{text}\r\n"
        );
        self.cloud.state().objects.insert(key.clone(), raw.into_bytes());
        self.invoke("intake-email");
        let raw = self.bucket.load(&key).await.unwrap().unwrap();
        let message = Incoming::parse(&raw);
        let organisation = &self.app.organisation;
        let envelope = Envelope::from_header(organisation, &message).or_first_team(organisation);
        let archive = self.bucket.with_existing(&key);
        let taken = receive_parsed(&self.app, &archive, &envelope, &raw, message).await.unwrap();
        self.settle().await;
        taken.into_iter().next().unwrap()
    }

    /// A tenant writes.
    pub(crate) async fn tenant_writes(&mut self, subject: &str, text: &str) -> ContactId {
        let headers = format!("Subject: {subject}\r\n");
        let from = "Jo Tenant <jo@tenant.example>";
        match self.receives(from, "help@westkent.example", &headers, text).await {
            Intake::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody replies to the last email that they were sent.
    pub(crate) async fn replies(&mut self, from: &str, text: &str) -> Intake {
        let (reply_to, id) = {
            let state = self.cloud.state();
            let last = state.mails.iter().rev().find_map(|raw| {
                let mail = MessageParser::default().parse(raw)?;
                let is = |address: Option<&str>| address == Some(from);
                is(mail.to()?.first()?.address()).then(|| {
                    let reply_to = mail.reply_to().and_then(|to| to.first()?.address());
                    (reply_to.unwrap().to_owned(), mail.message_id().unwrap().to_owned())
                })
            });
            last.unwrap()
        };
        let headers = format!("Subject: Re: it\r\nIn-Reply-To: <{id}>\r\n");
        self.receives(from, &reply_to, &headers, text).await
    }

    /// Staff give a command.
    pub(crate) async fn staff(&mut self, id: &ContactId, command: StaffCommand) {
        let command = Command::Staff { person: "priya.shah".into(), command };
        self.app.execute(id, &Request { key: None, command }).await.unwrap();
        self.settle().await;
    }

    /// Invokes dispatch for each commit by itself, as happens if there is little to do. The mapping lets
    /// through new commits and nothing else.
    pub(crate) async fn settle(&mut self) {
        loop {
            let new: Vec<EventRecord> =
                self.cloud.new_records().into_iter().filter(brings_a_commit).collect();
            if new.is_empty() {
                return;
            }
            for record in new {
                self.invoke("dispatch");
                let until = self.app.now() + TimeDelta::seconds(40);
                let response = process_records(&self.dispatch, &[record], until).await;
                assert!(response.batch_item_failures.is_empty());
            }
        }
    }

    /// Lets time pass. Schedules fire when they are due.
    pub(crate) async fn until(&mut self, local: &str) {
        let until = at(local);
        loop {
            let next: Option<DateTime<Utc>> =
                self.cloud.state().schedules.values().map(|(at, _)| *at).min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.app.clock.move_to(next);
            for id in self.cloud.take_due_schedules(next) {
                self.invoke("deadline");
                deadline::fired(&self.app, &id).await.unwrap();
                self.settle().await;
            }
        }
        self.app.clock.move_to(until);
    }
}

/// Returns true if the mapping's filter lets a record through.
fn brings_a_commit(record: &EventRecord) -> bool {
    matches!(committed(record), Ok(Some(_)))
}
