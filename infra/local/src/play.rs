//! `kept play`: a scenario in virtual time, through the real handlers and the real engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use adapters::files::Folder;
use adapters::mail::Outgoing;
use adapters::store::Committed;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use clap::Args;
use domain::contact::{Actor, Event, Means};
use domain::decide::{Answer, Command, DelayNotice, Request};
use domain::organisation::{Organisation, PersonId, TeamId};
use domain::standards::{Category, Milestone, Priority, read_toml};
use domain::time::{instant, short_date};
use functions::Outcome;
use functions::intake_email::Envelope;
use functions::staff::history;
use serde::Deserialize;

use crate::cli::{Failure, Format, Shared};
use crate::simulation::{Simulation, SimulationError};

/// Which scenario.
#[derive(Debug, Args)]
pub struct PlayArgs {
    /// The scenario's file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Also print what the letters say
    #[arg(long)]
    pub letters: bool,
    /// How the timeline is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// A scenario as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    title: String,
    /// What to watch for.
    about: String,
    /// When the play ends, local time.
    until: toml::value::Datetime,
    step: Vec<Step>,
}

/// Something that somebody does, at a local time: one of the things below.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: toml::value::Datetime,
    /// A tenant, or a machine, sends an email.
    email: Option<Email>,
    /// Somebody of the staff answers the last notification that they were sent.
    staff_reply: Option<StaffReply>,
    /// The tenant answers the last mail that they were sent.
    tenant_reply: Option<TenantReply>,
    /// Somebody of the staff logs that they spoke to the tenant of the first open contact.
    staff_call: Option<StaffReply>,
    /// Somebody of the staff does something on the page of the first open contact.
    staff: Option<StaffDoes>,
}

/// What is done in a step.
#[derive(Clone, Copy, Debug)]
enum Does<'a> {
    Email(&'a Email),
    StaffReply(&'a StaffReply),
    TenantReply(&'a TenantReply),
    StaffCall(&'a StaffReply),
    Staff(&'a StaffDoes),
}

impl Step {
    fn does(&self) -> Result<Does<'_>, String> {
        let all = [
            self.email.as_ref().map(Does::Email),
            self.staff_reply.as_ref().map(Does::StaffReply),
            self.tenant_reply.as_ref().map(Does::TenantReply),
            self.staff_call.as_ref().map(Does::StaffCall),
            self.staff.as_ref().map(Does::Staff),
        ];
        let mut done = all.into_iter().flatten();
        match (done.next(), done.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(format!(
                "the step at {} has to be exactly one of email, staff_reply, tenant_reply, staff_call \
                 and staff",
                self.at
            )),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Email {
    from: String,
    #[serde(default)]
    name: String,
    to: Vec<String>,
    subject: String,
    text: String,
    /// Further header fields.
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    /// Delivered so many times, as mail systems do that were not sure the first time.
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffReply {
    person: String,
    text: String,
}

/// What somebody of the staff does on a contact's page: one of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffDoes {
    person: String,
    /// Says what it is about and how pressing it is.
    triage: Option<Triage>,
    /// Records that something happened.
    milestone: Option<Milestone>,
    /// Tells the tenant that it takes longer.
    delay: Option<Delay>,
    /// Passes it to another team.
    hand_over: Option<String>,
    /// Records that the tenant asks for the next stage of the complaints procedure.
    #[serde(default)]
    escalate: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triage {
    category: Category,
    #[serde(default = "normal")]
    priority: Priority,
}

fn normal() -> Priority {
    Priority::Normal
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    until: toml::value::Datetime,
    text: String,
}

impl StaffDoes {
    fn command(&self, now: DateTime<Utc>) -> Result<Command, String> {
        let all = [
            self.triage.as_ref().map(|sort| {
                Ok(Command::Triage { category: sort.category.clone(), priority: sort.priority })
            }),
            self.milestone.map(|milestone| {
                Ok(Command::RecordMilestone { milestone, at: now, by_post: false })
            }),
            self.delay.as_ref().map(|delay| {
                let text = delay.until.to_string();
                let until = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
                let until =
                    until.map_err(|_| format!("`{text}` is not a date; write 2026-06-26"))?;
                Ok(Command::NotifyDelay(DelayNotice { until, text: delay.text.clone() }))
            }),
            self.hand_over
                .as_ref()
                .map(|team| Ok(Command::HandOver { team: TeamId(team.clone()) })),
            self.escalate.then_some(Ok(Command::Escalate { at: now })),
        ];
        let mut done = all.into_iter().flatten();
        match (done.next(), done.next()) {
            (Some(one), None) => one,
            _ => Err(format!(
                "what {} does has to be exactly one of triage, milestone, delay, hand_over and escalate",
                self.person
            )),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TenantReply {
    from: String,
    text: String,
}

/// An entry of the timeline.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Entry {
    /// When, local time with offset.
    pub at: String,
    /// Who did it.
    pub by: String,
    /// What happened.
    pub what: String,
    /// Why: of a clock, how its date was found.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What it says: of a mail, its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Whether that is a letter of Kept's.
    #[serde(skip)]
    letter: bool,
}

/// Plays a scenario and prints its timeline.
///
/// # Errors
/// When the scenario is broken, or Kept does not get through it.
pub async fn run(shared: &Shared, args: &PlayArgs) -> Result<(), Failure> {
    let organisation = shared.organisation(&[])?;
    let name = args.file.display().to_string();
    let text =
        std::fs::read_to_string(&args.file).map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    let played = play(organisation, &name, &text).await?;
    match args.format {
        Format::Json => {
            println!("{}", serde_json::to_string_pretty(&played.timeline).map_err(Failure::found)?);
        }
        Format::Text => {
            println!("{}\n\n{}\n", played.title, played.about.trim());
            print!("{}", played.in_words(args.letters));
        }
    }
    Ok(())
}

/// A scenario and what came of it.
#[derive(Clone, Debug)]
pub struct Played {
    /// Its title.
    pub title: String,
    /// What to watch for.
    pub about: String,
    /// What happened.
    pub timeline: Vec<Entry>,
}

/// Scenarios played by this process; each has a folder of its own.
static PLAYS: AtomicU32 = AtomicU32::new(0);

/// Plays the scenario in `text`, read from `file`.
///
/// # Errors
/// When the scenario is broken, or Kept does not get through it.
pub async fn play(
    organisation: Arc<Organisation>,
    file: &str,
    text: &str,
) -> Result<Played, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::Found(format!("{file}: {error}"));
    let scenario: Scenario = read_toml(file, text).map_err(Failure::found)?;
    let time = |written: &toml::value::Datetime| {
        when(&organisation, written).map_err(|error| broken(&error))
    };
    let mut steps = Vec::new();
    for step in &scenario.step {
        steps.push((time(&step.at)?, step.does().map_err(|error| broken(&error))?));
    }
    if !steps.is_sorted_by_key(|(at, _)| *at) {
        return Err(broken(&"the steps are not in order of time"));
    }
    let Some((start, _)) = steps.first() else { return Err(broken(&"there are no steps")) };
    let until = time(&scenario.until)?;
    let folder = std::env::temp_dir().join(format!(
        "kept-play-{}-{}",
        std::process::id(),
        PLAYS.fetch_add(1, Ordering::SeqCst)
    ));
    let archive = Folder::open(&folder).map_err(Failure::found)?;
    let simulation =
        Simulation::new(organisation, *start, archive).await.map_err(Failure::found)?;
    let mut play = Play { simulation, timeline: Vec::new(), mails: 0, messages: 0 };
    let result = play.through(&steps, until).await;
    remove(&folder);
    result?;
    Ok(Played { title: scenario.title, about: scenario.about, timeline: play.timeline })
}

/// The folder held the messages of the scenario, which are in its file.
fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        eprintln!("kept: {} could not be removed: {error}", folder.display());
    }
}

fn when(
    organisation: &Organisation,
    written: &toml::value::Datetime,
) -> Result<DateTime<Utc>, String> {
    let text = written.to_string();
    let formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
    let local = local.ok_or_else(|| {
        format!("`{text}` is not a local date and time; write 2026-05-01T16:50:00")
    })?;
    Ok(instant(organisation.zone(), local))
}

struct Play {
    simulation: Simulation,
    timeline: Vec<Entry>,
    /// How many mails of the letterbox are in the timeline.
    mails: usize,
    /// How many messages were made, for their Message-IDs.
    messages: u32,
}

impl Play {
    async fn through(
        &mut self,
        steps: &[(DateTime<Utc>, Does<'_>)],
        until: DateTime<Utc>,
    ) -> Result<(), Failure> {
        for (at, does) in steps {
            let before = self.simulation.advance(*at).await;
            self.tell(before)?;
            self.step(*does).await?;
            let after = self.simulation.settle().await;
            self.tell(after)?;
        }
        let rest = self.simulation.advance(until).await;
        self.tell(rest)
    }

    async fn step(&mut self, does: Does<'_>) -> Result<(), Failure> {
        match does {
            Does::Email(email) => {
                let from = if email.name.is_empty() {
                    email.from.clone()
                } else {
                    format!("{} <{}>", email.name, email.from)
                };
                let mut headers = email.headers.clone();
                headers.insert("Subject".into(), email.subject.clone());
                let raw = self.message(&from, &email.to.join(", "), &headers, &email.text);
                self.happens(
                    &from,
                    &format!("sends an email to {}: {}", email.to.join(", "), email.subject),
                    &email.text,
                );
                for _ in 0..email.times {
                    self.deliver(&email.from, &email.to, &raw).await?;
                }
                Ok(())
            }
            Does::TenantReply(reply) => {
                let last = self.last_mail(&reply.from)?;
                self.reply(&reply.from, &last, &reply.text, "answers").await
            }
            Does::StaffReply(reply) => {
                let email = self.email(&reply.person)?;
                let last = self.last_mail(&email)?;
                self.reply(
                    &email,
                    &last,
                    &reply.text,
                    "answers the notification from their mailbox",
                )
                .await
            }
            Does::StaffCall(call) => {
                let id = self.first_contact().await?;
                let answer = Answer {
                    means: Means::Phone,
                    text: call.text.clone(),
                    at: self.simulation.app.now(),
                    closes: true,
                };
                let by = Actor::Staff(PersonId(call.person.clone()));
                let request = Request { key: None, by, command: Command::Answer(answer) };
                self.simulation.app.execute(&id, &request).await.map_err(Failure::found)?;
                Ok(())
            }
            Does::Staff(does) => self.staff(does).await,
        }
    }

    /// Staff use a page: what is refused there is refused here.
    async fn staff(&mut self, does: &StaffDoes) -> Result<(), Failure> {
        let command = does.command(self.simulation.app.now()).map_err(Failure::Found)?;
        let id = self.first_contact().await?;
        let by = Actor::Staff(PersonId(does.person.clone()));
        let request = Request { key: None, by, command };
        match self.simulation.app.execute(&id, &request).await.map_err(Failure::found)? {
            Outcome::Refused(refusal) => Err(Failure::Found(format!("{}: {refusal}", does.person))),
            Outcome::Done(_) | Outcome::NoChange(..) => Ok(()),
        }
    }

    async fn reply(
        &mut self,
        from: &str,
        last: &Outgoing,
        text: &str,
        how: &str,
    ) -> Result<(), Failure> {
        let headers = std::collections::BTreeMap::from([
            ("Subject".to_owned(), format!("Re: {}", last.subject)),
            ("In-Reply-To".to_owned(), format!("<{}>", last.message_id)),
        ]);
        let quoted: String = last.text.lines().map(|line| format!("> {line}\n")).collect();
        let body = format!("{text}\n\nOn that day, {} wrote:\n\n{quoted}", last.from.name);
        let raw = self.message(from, &last.reply_to, &headers, &body);
        self.happens(from, &format!("{how}: {}", last.subject), text);
        self.deliver(from, std::slice::from_ref(&last.reply_to), &raw).await
    }

    async fn deliver(&self, from: &str, to: &[String], raw: &[u8]) -> Result<(), Failure> {
        let envelope = Envelope { sender: Some(from.to_owned()), recipients: to.to_vec() };
        self.simulation.deliver(&envelope, raw).await.map_err(Failure::found)?;
        Ok(())
    }

    fn message(
        &mut self,
        from: &str,
        to: &str,
        headers: &std::collections::BTreeMap<String, String>,
        text: &str,
    ) -> Vec<u8> {
        self.messages += 1;
        let mut raw = format!(
            "From: {from}\r\nTo: {to}\r\nMessage-ID: <scene-{}@play.example>\r\n",
            self.messages
        );
        for (name, value) in headers {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        raw.push_str("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        raw.push_str(&text.replace('\n', "\r\n"));
        raw.into_bytes()
    }

    fn email(&self, person: &str) -> Result<String, Failure> {
        let known = self.simulation.app.organisation.person(person);
        let known = known.map(|person| person.email.clone());
        known.ok_or_else(|| {
            Failure::Found(format!("there is nobody called `{person}` in this organisation"))
        })
    }

    fn last_mail(&self, to: &str) -> Result<Outgoing, Failure> {
        let last =
            self.simulation.mailer.sent().into_iter().rev().find(|mail| mail.to.address == to);
        last.ok_or_else(|| Failure::Found(format!("{to} has not been sent anything to answer yet")))
    }

    async fn first_contact(&self) -> Result<domain::contact::ContactId, Failure> {
        for team in self.simulation.app.organisation.teams() {
            let open = self
                .simulation
                .app
                .store
                .open(team.id.as_str(), None, 1)
                .await
                .map_err(Failure::found)?;
            if let Some(id) = open.items.first() {
                return Ok(*id);
            }
        }
        Err(Failure::Found("no contact is open".into()))
    }

    /// Puts something that somebody does outside Kept into the timeline.
    fn happens(&mut self, by: &str, what: &str, text: &str) {
        let at = self.simulation.app.now();
        self.timeline.push(Entry {
            at: self.stamp(at),
            by: by.to_owned(),
            what: what.to_owned(),
            why: String::new(),
            text: text.to_owned(),
            letter: false,
        });
    }

    /// Puts what Kept did into the timeline: what it committed, and what it sent.
    fn tell(&mut self, done: Result<Vec<Committed>, SimulationError>) -> Result<(), Failure> {
        let done = done.map_err(Failure::found)?;
        let app = self.simulation.app.clone();
        for committed in &done {
            let reference = committed.id.reference(&app.organisation.prefix);
            for event in &committed.commit.events {
                // The letters themselves are in the timeline.
                if matches!(event, Event::MailSent { .. }) {
                    continue;
                }
                let at = committed.commit.at;
                let Some(told) = history::told(&app, event, &[], at) else { continue };
                let why = match event {
                    Event::DeadlineStarted { derivation: Some(derivation), .. } => {
                        derivation.one_line()
                    }
                    _ => String::new(),
                };
                self.timeline.push(Entry {
                    at: self.stamp(at),
                    by: reference.clone(),
                    what: told.what,
                    why,
                    text: String::new(),
                    letter: false,
                });
            }
        }
        let sent = self.simulation.mailer.sent();
        for mail in sent.iter().skip(self.mails) {
            self.timeline.push(Entry {
                at: self.stamp(mail.date),
                by: "mail".into(),
                what: format!("to {}: {}", mail.to.address, mail.subject),
                why: String::new(),
                text: mail.text.clone(),
                letter: true,
            });
        }
        self.mails = sent.len();
        // What Kept does and what it sends belongs together by time.
        self.timeline.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(())
    }

    fn stamp(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.simulation.app.organisation.zone()).to_rfc3339()
    }
}

impl Played {
    /// The timeline for people: a heading for each day, then time, who, what and why; with
    /// `letters`, also what the letters say.
    #[must_use]
    pub fn in_words(&self, letters: bool) -> String {
        let mut text = String::new();
        let mut last_day = String::new();
        for entry in &self.timeline {
            let Ok(at) = DateTime::parse_from_rfc3339(&entry.at) else { continue };
            let day = short_date(at.date_naive());
            if day != last_day {
                text.push_str(&format!("{}{day}\n", if last_day.is_empty() { "" } else { "\n" }));
                last_day = day;
            }
            text.push_str(&format!("  {}  {}  {}\n", at.format("%H:%M:%S"), entry.by, entry.what));
            if !entry.why.is_empty() {
                text.push_str(&format!("            because {}\n", entry.why));
            }
            let lines = if entry.letter && !letters { "" } else { entry.text.trim() };
            for line in lines.lines() {
                text.push_str(&format!("            | {line}\n"));
            }
        }
        text
    }
}
