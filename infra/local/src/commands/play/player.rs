//! Playing a scenario in a simulation.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::mail::Outgoing;
use adapters::store::Committed;
use chrono::{DateTime, Utc};
use domain::contact::{ContactId, Event, Means};
use domain::decide::{Answer, Command, DelayNotice, Request, StaffCommand};
use domain::organisation::{Organisation, PersonId};
use domain::wording::{account_line, history_line, short_date};
use functions::Outcome;
use functions::intake_email::Envelope;

use super::scenario::{Action, Email, Scenario, StaffAction};
use super::timeline::Timeline;
use crate::failure::Failure;
use crate::simulation::{RecordingMailer, Simulation};

/// Plays a scenario. Returns what happened.
///
/// # Errors
/// Returns an error if a step cannot be done.
pub(super) async fn play(
    organisation: Arc<Organisation>,
    scenario: &Scenario,
) -> Result<Timeline, Failure> {
    let timeline = Timeline::new(organisation.zone());
    let mailer = RecordingMailer::default();
    let simulation =
        Simulation::new(organisation, scenario.start, mailer).await.map_err(Failure::failed)?;
    let mut player = Player { simulation, timeline, emails: 0, messages: 0 };
    for step in &scenario.steps {
        player.advance_to(step.at).await?;
        player.act(&step.action).await?;
        player.run_until_idle().await?;
    }
    player.advance_to(scenario.end).await?;
    Ok(player.timeline)
}

struct Player {
    simulation: Simulation,
    timeline: Timeline,
    /// The number of sent emails that are in the timeline.
    emails: usize,
    /// The number of messages that were delivered, for their Message-IDs.
    messages: u32,
}

impl Player {
    async fn advance_to(&mut self, at: DateTime<Utc>) -> Result<(), Failure> {
        let commits = self.simulation.advance_to(at).await.map_err(Failure::failed)?;
        self.record(&commits);
        Ok(())
    }

    async fn run_until_idle(&mut self) -> Result<(), Failure> {
        let commits = self.simulation.run_until_idle().await.map_err(Failure::failed)?;
        self.record(&commits);
        Ok(())
    }

    async fn act(&mut self, action: &Action) -> Result<(), Failure> {
        match action {
            Action::Email(email) => self.send(email).await,
            Action::CustomerReply(reply) => {
                self.reply(&reply.from, "replies to", &reply.text).await
            }
            Action::StaffReply(reply) => {
                let email = self.email_of(&reply.person)?;
                self.reply(&email, "replies by email to the notification", &reply.text).await
            }
            Action::StaffCall(call) => {
                let answer = Answer {
                    means: Means::Phone,
                    text: call.text.clone(),
                    at: self.simulation.app.now(),
                    closes: true,
                };
                let person = PersonId(call.person.clone());
                self.command(&person, StaffCommand::Answer(answer)).await
            }
            Action::StaffPage(person, action) => {
                self.command(person, command(action, self.simulation.app.now())).await
            }
        }
    }

    async fn send(&mut self, email: &Email) -> Result<(), Failure> {
        let from = if email.name.is_empty() {
            email.from.clone()
        } else {
            format!("{} <{}>", email.name, email.from)
        };
        let to = email.to.join(", ");
        let mut headers = email.headers.clone();
        headers.insert("Subject".into(), email.subject.clone());
        let raw = self.message(&from, &to, &headers, &email.text);
        self.record_action(
            &from,
            format!("sends an email to {to}: {}", email.subject),
            &email.text,
        );
        for _ in 0..email.deliveries {
            self.deliver(&email.from, &email.to, &raw).await?;
        }
        Ok(())
    }

    /// Replies to the last email that was sent to an address, and quotes it.
    async fn reply(&mut self, from: &str, what: &str, text: &str) -> Result<(), Failure> {
        let last = self.last_email_to(from)?;
        let headers = BTreeMap::from([
            ("Subject".to_owned(), format!("Re: {}", last.subject)),
            ("In-Reply-To".to_owned(), format!("<{}>", last.message_id)),
        ]);
        let day = short_date(last.date.date_naive());
        let quoted: String = last.text.lines().map(|line| format!("> {line}\n")).collect();
        let body = format!("{text}\n\nOn {day}, {} wrote:\n\n{quoted}", last.from.name);
        let raw = self.message(from, &last.reply_to, &headers, &body);
        self.record_action(from, format!("{what}: {}", last.subject), text);
        self.deliver(from, std::slice::from_ref(&last.reply_to), &raw).await
    }

    /// Gives a command about the first open contact. A refusal ends the play.
    async fn command(&mut self, person: &PersonId, command: StaffCommand) -> Result<(), Failure> {
        let id = self.first_open_contact().await?;
        let command = Command::Staff { person: person.clone(), command };
        let request = Request { key: None, command };
        match self.simulation.app.execute(&id, &request).await.map_err(Failure::failed)? {
            Outcome::Refused(refusal) => Err(Failure::failed(format!("{person}: {refusal}"))),
            Outcome::Done(_) | Outcome::NoChange(..) => Ok(()),
        }
    }

    async fn deliver(&self, from: &str, to: &[String], raw: &[u8]) -> Result<(), Failure> {
        let envelope = Envelope { sender: Some(from.to_owned()), recipients: to.to_vec() };
        self.simulation.deliver(&envelope, raw).await.map_err(Failure::failed)?;
        Ok(())
    }

    /// A raw message with a Message-ID of its own.
    fn message(
        &mut self,
        from: &str,
        to: &str,
        headers: &BTreeMap<String, String>,
        text: &str,
    ) -> Vec<u8> {
        self.messages += 1;
        let id = self.messages;
        let mut raw =
            format!("From: {from}\r\nTo: {to}\r\nMessage-ID: <scenario-{id}@play.example>\r\n");
        for (name, value) in headers {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        raw.push_str("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        raw.push_str(&text.replace('\n', "\r\n"));
        raw.into_bytes()
    }

    fn email_of(&self, person: &str) -> Result<String, Failure> {
        let known = self.simulation.app.organisation.person(person);
        known.map(|person| person.email.clone()).ok_or_else(|| {
            Failure::failed(format!("there is no person `{person}` in the organisation"))
        })
    }

    fn last_email_to(&self, address: &str) -> Result<Outgoing, Failure> {
        let sent = self.simulation.mailer.sent();
        sent.into_iter().rev().find(|email| email.to.address == address).ok_or_else(|| {
            Failure::failed(format!("{address} has not been sent an email to reply to"))
        })
    }

    /// The first open contact on the work list of the first team that has one.
    async fn first_open_contact(&self) -> Result<ContactId, Failure> {
        let app = &self.simulation.app;
        for team in app.organisation.teams() {
            let page = app
                .store
                .open_contacts(team.id.as_str(), None, 1)
                .await
                .map_err(Failure::failed)?;
            if let Some(id) = page.items.first() {
                return Ok(*id);
            }
        }
        Err(Failure::failed("there is no open contact"))
    }

    fn record_action(&mut self, by: &str, what: String, text: &str) {
        self.timeline.add_action(self.simulation.app.now(), by, what, text);
    }

    /// Adds the events of commits, and the emails that were sent since the last time.
    fn record(&mut self, commits: &[Committed]) {
        let app = &self.simulation.app;
        for Committed { id, commit, .. } in commits {
            let reference = id.reference(&app.organisation.prefix);
            for event in &commit.events {
                // The emails themselves are in the timeline.
                if matches!(event, Event::MailSent { .. }) {
                    continue;
                }
                let Some(line) = history_line(&app.organisation, event, &[], commit.at) else {
                    continue;
                };
                let why = match event {
                    Event::DeadlineStarted { derivation: Some(derivation), .. } => {
                        account_line(derivation)
                    }
                    _ => String::new(),
                };
                self.timeline.add_event(commit.at, &reference, line.what, why);
            }
        }
        let sent = self.simulation.mailer.sent();
        for email in sent.iter().skip(self.emails) {
            self.timeline.add_email(email.date, &email.to.address, &email.subject, &email.text);
        }
        self.emails = sent.len();
        self.timeline.order_by_time();
    }
}

fn command(action: &StaffAction, now: DateTime<Utc>) -> StaffCommand {
    match action {
        StaffAction::Triage { category, priority } => {
            StaffCommand::Triage { category: category.clone(), priority: *priority }
        }
        StaffAction::Milestone(milestone) => {
            StaffCommand::RecordMilestone { milestone: *milestone, at: now, by_post: false }
        }
        StaffAction::Delay { until, text } => {
            StaffCommand::NotifyDelay(DelayNotice { until: *until, text: text.clone() })
        }
        StaffAction::HandOver(team) => StaffCommand::HandOver { team: team.clone() },
        StaffAction::Escalate => StaffCommand::Escalate { at: now },
    }
}
