//! An installation: contacts by email, dispatch over the stand-in for AWS, and a stream between them.

use std::collections::{BTreeMap, BTreeSet};

use adapters::aws::Bucket;
use chrono::TimeDelta;
use domain::contact::{ContactId, Event};
use domain::decide::{Command, Request, StaffCommand};
use functions::dispatch::stream::process_records;
use functions::intake_email::{Envelope, Intake, receive};
use functions::{App, reconcile};
use mail_parser::MessageParser;
use tests::cloud::{Cloud, CloudDispatch};

use crate::mapping::{Mapping, Stream};

/// An installation with a stream.
pub(crate) struct StreamHarness {
    pub(crate) cloud: Cloud,
    pub(crate) app: App,
    pub(crate) dispatch: CloudDispatch,
    pub(crate) stream: Stream,
    messages: u32,
    pub(crate) invocations: u32,
}

impl StreamHarness {
    pub(crate) async fn new(mapping: Mapping) -> Self {
        let cloud = Cloud::new().await;
        let app = cloud.app("2026-06-02 10:00");
        let dispatch = cloud.dispatch(&app);
        Self { cloud, app, dispatch, stream: Stream::new(mapping), messages: 0, invocations: 0 }
    }

    /// A new tenant writes, from an address of their own.
    pub(crate) async fn tenant_writes(&mut self) -> ContactId {
        self.messages += 1;
        let n = self.messages;
        let raw = format!(
            "From: tenant{n}@tenant.example\r\nTo: help@westkent.example\r\nSubject: Number {n}\r\n\
             Message-ID: <m{n}@tenant.example>\r\n\r\nHello\r\n"
        );
        let envelope = Envelope {
            sender: Some(format!("tenant{n}@tenant.example")),
            recipients: vec!["help@westkent.example".into()],
            received_at: None,
        };
        let inbox = Bucket::new(&self.cloud.aws(), "inbox".into()).with_existing(&format!("m{n}"));
        let taken = receive(&self.app, &inbox, &envelope, raw.as_bytes()).await.unwrap();
        let [Intake::New(id)] = taken.as_slice() else { panic!("{taken:?}") };
        *id
    }

    /// Staff add a note.
    pub(crate) async fn note(&self, id: &ContactId, text: &str) {
        let command = StaffCommand::AddNote { text: text.into() };
        let command = Command::Staff { person: "priya.shah".into(), command };
        self.app.execute(id, &Request { key: None, command }).await.unwrap();
    }

    /// Moves what the table has written since the last call into the stream.
    pub(crate) fn pull_records(&mut self) {
        let new = self.cloud.new_records();
        self.stream.arrive(self.app.now(), new);
    }

    /// Puts everything that the table ever wrote into the stream again.
    pub(crate) fn replay(&mut self) {
        let now = self.app.now();
        self.stream.arrive(now, self.cloud.stream());
    }

    /// Invokes the function with the next batch of a lane. It may crash. A second passes.
    pub(crate) async fn invoke(&mut self, lane: (u64, u64)) {
        let now = self.app.now();
        let Some(records) = self.stream.next(lane, now) else { return };
        self.invocations += 1;
        let until = now + TimeDelta::seconds(40);
        let invoked = tokio::select! {
            response = process_records(&self.dispatch, &records, until) => Some(response),
            () = self.cloud.crashed.notified() => None,
        };
        self.stream.finish(lane, invoked);
        self.app.clock.move_to(now + TimeDelta::seconds(1));
        self.pull_records();
    }

    /// Invokes the function until every lane is empty.
    pub(crate) async fn drain(&mut self) {
        self.pull_records();
        while let Some(lane) = self.stream.busy().first().copied() {
            self.invoke(lane).await;
        }
    }

    /// Runs the sweep a quarter of an hour later, and what follows from it.
    pub(crate) async fn sweep(&mut self) -> reconcile::Found {
        let later = self.app.now() + TimeDelta::minutes(15);
        self.app.clock.move_to(later);
        let found = reconcile::sweep(&self.app, later).await.unwrap();
        self.drain().await;
        found
    }

    /// The emails that were accepted: for each Message-ID, how many came without a mark, and how many
    /// with the mark of a possible duplicate.
    pub(crate) fn mails(&self) -> BTreeMap<String, (u32, u32)> {
        let mut mails: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for raw in &self.cloud.state().mails {
            let parsed = MessageParser::default().parse(raw).unwrap();
            let of = mails.entry(parsed.message_id().unwrap().to_owned()).or_default();
            if parsed.header_raw("X-Kept-Possible-Duplicate").is_some() {
                of.1 += 1;
            } else {
                of.0 += 1;
            }
        }
        mails
    }

    /// Asserts that each contact's events were published in order: whenever an event is published for
    /// the first time, all earlier ones have been.
    pub(crate) fn assert_order(&self) {
        let mut published: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
        for event in &self.cloud.state().events {
            let place = (event["entry"].as_u64().unwrap(), event["place"].as_u64().unwrap());
            let of = published.entry(event["reference"].as_str().unwrap().to_owned()).or_default();
            if !of.contains(&place) {
                assert!(of.last().is_none_or(|last| *last < place), "{event:#} after {of:?}");
                of.push(place);
            }
        }
    }

    /// Asserts that nothing is left to do for these contacts, and that each email was sent.
    pub(crate) async fn assert_done(&self, contacts: &[ContactId]) {
        let mails = self.mails();
        for id in contacts {
            let contact = self.app.store.load(id).await.unwrap().unwrap();
            assert!(
                contact.pending.is_empty(),
                "{id} still has pending emails: {:?}",
                contact.pending
            );
            let log = self.app.store.log(id).await.unwrap();
            // A refused email was not sent, and the log says so.
            let refused: BTreeSet<_> = log
                .iter()
                .flat_map(|commit| &commit.events)
                .filter_map(|event| match event {
                    Event::MailFailed { mail, .. } => Some(mail),
                    _ => None,
                })
                .collect();
            let mails_of_log = log.iter().flat_map(|commit| &commit.mails).map(|mail| &mail.id);
            let wanted: BTreeSet<_> = mails_of_log.filter(|id| !refused.contains(id)).collect();
            let start = id.as_str().to_ascii_lowercase();
            let own = mails.keys().filter(|name| name.to_ascii_lowercase().contains(&start));
            assert_eq!(own.count(), wanted.len(), "{id}: {wanted:?} {mails:?}");
        }
        for (name, (plain, _)) in &mails {
            assert!(*plain <= 1, "{name} was sent {plain} times without a mark");
        }
    }
}
