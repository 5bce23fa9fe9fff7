//! A contact in virtual time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::contact::{Addressee, Commit, Contact, Customer, Event, Mail, MailKind, Means, Secret};
use domain::deadline::{Deadline, DeadlineId, DeadlineState, WaiverReason};
use domain::decide::{
    Answer, Command, Decision, DelayNotice, MailOutcome, MailResult, Message, NewContact, NoChange,
    Refusal, Request, StaffCommand, SystemCommand, decide,
};
use domain::library::{built_in_organisation, load_built_in, load_built_in_bank_holidays};
use domain::organisation::{Organisation, PersonId, TeamId};
use domain::standards::{Category, Channel, Milestone, Priority};
use domain::time::{instant, local};
use domain::wording::account_line;

/// A customer who gave an email address.
fn reachable() -> Customer {
    Customer { email: Some("jo@tenant.example".into()), ..Customer::default() }
}

pub(crate) struct Case {
    pub(crate) organisation: Organisation,
    pub(crate) contact: Contact,
    pub(crate) now: DateTime<Utc>,
    pub(crate) log: Vec<Commit>,
    /// True if emails are accepted as soon as they are decided.
    pub(crate) delivers: bool,
    /// The member of staff who acts.
    pub(crate) person: PersonId,
}

impl Case {
    /// A contact that reached an organisation at a local time, such as `2026-06-05T16:46`.
    pub(crate) fn new(organisation: &str, channel: &str, category: &str, at: &str) -> Self {
        Self::to_team(organisation, "customer-services", channel, category, at)
    }

    /// A letter from a customer who gave no email address, so that nothing is acknowledged by itself.
    pub(crate) fn without_address(organisation: &str, category: &str, at: &str) -> Self {
        let organisation = load_built_in(organisation).unwrap();
        let team = "customer-services";
        Self::of_customer(Customer::default(), organisation, team, "letter", category, at)
    }

    pub(crate) fn to_team(
        organisation: &str,
        team: &str,
        channel: &str,
        category: &str,
        at: &str,
    ) -> Self {
        let organisation = load_built_in(organisation).unwrap();
        Self::of(organisation, team, channel, category, at)
    }

    /// A contact that reached any organisation.
    pub(crate) fn of(
        organisation: Organisation,
        team: &str,
        channel: &str,
        category: &str,
        at: &str,
    ) -> Self {
        Self::of_customer(reachable(), organisation, team, channel, category, at)
    }

    /// A contact of West Kent, with these rows as its only pack.
    pub(crate) fn with_rows(rows: &str, channel: &str, category: &str, at: &str) -> Self {
        let pack = format!(
            "[pack]\nid = 'ours'\ntitle = 'Ours'\npublisher = 'Ours'\nversion = '1'\n\
             examples_for = 'westkent'\n{rows}"
        );
        let organisation = Organisation::parse_with_packs(
            "westkent.toml",
            built_in_organisation("westkent").unwrap(),
            load_built_in_bank_holidays().unwrap(),
            &["ours".to_owned()],
            |_| Some(("ours.toml".into(), pack.clone().into())),
        );
        let organisation = organisation.unwrap_or_else(|problems| panic!("{problems}"));
        Self::of(organisation, "customer-services", channel, category, at)
    }

    fn of_customer(
        customer: Customer,
        organisation: Organisation,
        team: &str,
        channel: &str,
        category: &str,
        at: &str,
    ) -> Self {
        let now = instant(organisation.zone(), time(at));
        let channel: Channel = channel.parse().unwrap();
        let also = if channel == Channel::OfficeVisit { vec![Milestone::Arrived] } else { vec![] };
        let new = NewContact {
            id: Secret::new([7; 32]).contact_of_record(at),
            fingerprint: "a".into(),
            received_at: now,
            recorded_by: None,
            channel,
            category: category.parse().unwrap(),
            priority: Priority::Normal,
            team: TeamId(team.into()),
            owner: None,
            customer,
            subject: "It".into(),
            message: Message { text: "It".into(), ..Message::default() },
            automatic: None,
            acknowledged_today: 0,
            also,
        };
        let request = Request { key: None, command: Command::Receive(Box::new(new)) };
        let Ok(Decision::Commit(decided)) = decide(None, &request, now, &organisation) else {
            panic!("not received")
        };
        let mails = decided.commit.mails.clone();
        let mut case = Self {
            organisation,
            contact: decided.contact,
            now,
            log: vec![decided.commit],
            delivers: true,
            person: PersonId("ada".into()),
        };
        case.deliver(mails);
        case
    }

    /// Lets time pass until a local time, and fires the timers on the way.
    pub(crate) fn at(&mut self, until: &str) -> &mut Self {
        let until = instant(self.organisation.zone(), time(until));
        while let Some(at) = self.contact.next_timer_at().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            assert!(self.execute(Command::System(SystemCommand::FireTimers)).is_ok());
        }
        self.now = until;
        self
    }

    pub(crate) fn execute(&mut self, command: Command) -> Result<Option<NoChange>, Refusal> {
        let request = Request { key: None, command };
        match decide(Some(&self.contact), &request, self.now, &self.organisation) {
            Ok(Decision::Commit(decided)) => {
                self.contact = decided.contact;
                let mails = decided.commit.mails.clone();
                self.log.push(decided.commit);
                self.deliver(mails);
                Ok(None)
            }
            Ok(Decision::NoChange(nothing)) => Ok(Some(nothing)),
            Err(refusal) => Err(refusal),
        }
    }

    pub(crate) fn staff(&mut self, command: StaffCommand) -> Result<Option<NoChange>, Refusal> {
        self.execute(Command::Staff { person: self.person.clone(), command })
    }

    fn deliver(&mut self, mails: Vec<Mail>) {
        if self.delivers && !mails.is_empty() {
            self.accept(mails);
        }
    }

    /// Accepts the emails now.
    pub(crate) fn accept(&mut self, mails: Vec<Mail>) {
        let outcome = MailOutcome::Accepted { at: self.now, possible_duplicate: false };
        let result = |mail| MailResult { mail, outcome: outcome.clone() };
        let results = mails.into_iter().map(result).collect();
        self.execute(Command::System(SystemCommand::RecordMailResults(results))).unwrap();
    }

    pub(crate) fn record_milestone(&mut self, milestone: &str) -> &mut Self {
        let at = self.now;
        self.record_milestone_at(milestone, at, false)
    }

    /// Records a milestone with the reason for it.
    pub(crate) fn decide(&mut self, milestone: &str, reason: &str) -> &mut Self {
        self.try_milestone(milestone, Some(reason)).unwrap();
        self
    }

    pub(crate) fn try_milestone(
        &mut self,
        milestone: &str,
        reason: Option<&str>,
    ) -> Result<Option<NoChange>, Refusal> {
        let (milestone, reason) = (milestone.parse().unwrap(), reason.map(str::to_owned));
        let command =
            StaffCommand::RecordMilestone { milestone, at: self.now, by_post: false, reason };
        self.staff(command)
    }

    pub(crate) fn agreed_for(&mut self, milestone: &str, at: &str) -> &mut Self {
        let at = instant(self.organisation.zone(), time(at));
        self.record_milestone_at(milestone, at, false)
    }

    pub(crate) fn posted(&mut self, milestone: &str) -> &mut Self {
        let at = self.now;
        self.record_milestone_at(milestone, at, true)
    }

    fn record_milestone_at(
        &mut self,
        milestone: &str,
        at: DateTime<Utc>,
        by_post: bool,
    ) -> &mut Self {
        let milestone = milestone.parse().unwrap();
        self.staff(StaffCommand::RecordMilestone { milestone, at, by_post, reason: None }).unwrap();
        self
    }

    pub(crate) fn answered_by(&mut self, means: Means) -> &mut Self {
        let answer = Answer { means, text: "This.".into(), at: self.now, closes: false };
        self.staff(StaffCommand::Answer(answer)).unwrap();
        self
    }

    pub(crate) fn replies(&mut self, text: &str) -> &mut Self {
        self.staff(StaffCommand::Reply { text: text.into() }).unwrap();
        self
    }

    pub(crate) fn notify_delay(
        &mut self,
        until: &str,
        text: &str,
    ) -> Result<Option<NoChange>, Refusal> {
        let until: NaiveDate = until.parse().unwrap();
        self.staff(StaffCommand::NotifyDelay(DelayNotice {
            means: Means::Email,
            until,
            text: text.into(),
            at: self.now,
            confirmed: false,
        }))
    }

    /// A delay notice whose date staff confirmed, though it is later than the standards allow.
    pub(crate) fn confirm_delay(
        &mut self,
        until: &str,
        text: &str,
    ) -> Result<Option<NoChange>, Refusal> {
        let until: NaiveDate = until.parse().unwrap();
        self.staff(StaffCommand::NotifyDelay(DelayNotice {
            means: Means::Email,
            until,
            text: text.into(),
            at: self.now,
            confirmed: true,
        }))
    }

    /// A delay notice that the customer was given by other means than email, at a local time.
    pub(crate) fn tell_delay(
        &mut self,
        means: Means,
        at: &str,
        until: &str,
    ) -> Result<Option<NoChange>, Refusal> {
        let at = instant(self.organisation.zone(), time(at));
        let (until, text) = (until.parse().unwrap(), "The surveyor is ill.".into());
        let notice = DelayNotice { means, until, text, at, confirmed: false };
        self.staff(StaffCommand::NotifyDelay(notice))
    }

    pub(crate) fn triage(&mut self, category: &str, priority: &str) -> &mut Self {
        let category: Category = category.parse().unwrap();
        let priority: Priority = priority.parse().unwrap();
        self.staff(StaffCommand::Triage { category, priority }).unwrap();
        self
    }

    pub(crate) fn escalate(&mut self) -> Result<Option<NoChange>, Refusal> {
        self.staff(StaffCommand::Escalate { at: self.now })
    }

    pub(crate) fn customer_writes(&mut self, channel: Channel) -> &mut Self {
        self.customer_says(channel, "And?")
    }

    pub(crate) fn customer_says(&mut self, channel: Channel, text: &str) -> &mut Self {
        let message = Message { text: text.into(), ..Message::default() };
        let received_at = self.now;
        self.execute(Command::CustomerWrote { channel, received_at, message }).unwrap();
        self
    }

    /// Lets somebody else act from now on.
    pub(crate) fn by(&mut self, person: &str) -> &mut Self {
        self.person = PersonId(person.into());
        self
    }

    /// The due date of a deadline in local time, such as `2026-06-12T16:45:00`. Its account must lead
    /// there.
    pub(crate) fn due(&self, id: &str) -> String {
        let Some(deadline) = self.contact.deadline(&id.parse().unwrap()) else {
            let there: Vec<_> = self.contact.deadlines.iter().map(|d| &d.id).collect();
            panic!("no deadline {id}; there are {there:?}")
        };
        if let Some(derivation) = deadline.derivation(&self.organisation) {
            assert_eq!(derivation.due_at(), deadline.due_at, "{id}: {}", account_line(&derivation));
            if let Some(date) = derivation.recount() {
                let due = derivation.due_at().date_naive();
                assert_eq!(
                    date,
                    due,
                    "{id}: the steps lead elsewhere: {}",
                    account_line(&derivation)
                );
            }
        } else {
            let standard = deadline.standard(&self.organisation).unwrap();
            assert!(standard.shares_due_with.is_some(), "{id} has no account");
        }
        local(self.organisation.zone(), deadline.due_at).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// True if a deadline is a target of the provider's own.
    pub(crate) fn internal(&self, id: &str) -> bool {
        self.contact.deadline(&id.parse().unwrap()).unwrap().internal
    }

    /// The breaches of what Awaab's Law asks for, in the order in which they were recorded.
    pub(crate) fn breaches_of_the_law(&self) -> Vec<String> {
        let events = self.log.iter().flat_map(|commit| &commit.events);
        events
            .filter_map(|event| match event {
                Event::DeadlineMissed { deadline, internal: false, .. } => {
                    Some(deadline.to_string())
                }
                _ => None,
            })
            .filter(|id| id.starts_with("awaab"))
            .collect()
    }

    /// The account of a deadline, in one line.
    pub(crate) fn account(&self, id: &str) -> String {
        let deadline = self.contact.deadline(&id.parse().unwrap()).unwrap();
        account_line(&deadline.derivation(&self.organisation).unwrap())
    }

    fn is_paused(&self, id: &str) -> bool {
        self.contact.deadline(&id.parse().unwrap()).is_some_and(Deadline::is_paused)
    }

    /// The state of a deadline: "open", "paused", "met", "missed", "met late", "ended", "waived",
    /// "lapsed", or "none" if there is no such deadline.
    pub(crate) fn state(&self, id: &str) -> &'static str {
        match self.contact.deadline(&id.parse().unwrap()).map(|deadline| &deadline.state) {
            None => "none",
            Some(DeadlineState::Open) if self.is_paused(id) => "paused",
            Some(DeadlineState::Open) => "open",
            Some(DeadlineState::Met { .. }) => "met",
            Some(DeadlineState::Missed) => "missed",
            Some(DeadlineState::MetLate { .. }) => "met late",
            Some(DeadlineState::Waived { why: WaiverReason::Ended { .. } }) => "ended",
            Some(DeadlineState::Waived { .. }) => "waived",
            Some(DeadlineState::Lapsed) => "lapsed",
        }
    }

    /// The emails since this was last called: "ada: reminder chc-s1-ack".
    pub(crate) fn mails(&mut self) -> Vec<String> {
        let log = std::mem::take(&mut self.log);
        let mails = log.iter().flat_map(|commit| &commit.mails);
        mails
            .map(|mail| {
                let to = match &mail.to {
                    Addressee::Customer => "customer".to_owned(),
                    Addressee::Person(person) => person.to_string(),
                };
                let what = match &mail.kind {
                    MailKind::Acknowledgement => "acknowledgement".to_owned(),
                    MailKind::NewContact { action_prompts, .. } => {
                        format!("new {}", action_prompts.join(" "))
                    }
                    MailKind::ActionPrompt { action_prompts } => {
                        format!("prompt {}", action_prompts.join(" "))
                    }
                    MailKind::CustomerWrote { stage: None, .. } => "wrote".into(),
                    MailKind::CustomerWrote { stage: Some(stage), .. } => {
                        format!("asked for stage {stage}")
                    }
                    MailKind::StageTakenBack { stage, .. } => format!("stage {stage} again"),
                    MailKind::StageStarted { stage } => format!("dates of stage {stage}"),
                    MailKind::Reminder { deadlines, overdue, action_prompts } => format!(
                        "{} {} {}",
                        if *overdue { "overdue" } else { "reminder" },
                        joined(deadlines),
                        action_prompts.join(" ")
                    ),
                    MailKind::Answer { .. } => "answer".into(),
                    MailKind::Update { .. } => "update".into(),
                    MailKind::UpdateSent { entry } => format!("update sent {entry}"),
                    MailKind::Delay { .. } => "delay".into(),
                    MailKind::Undelivered { .. } => "undelivered".into(),
                    MailKind::ReplyNotSent { .. } => "reply not sent".into(),
                };
                format!("{to}: {}", what.trim())
            })
            .collect()
    }
}

fn joined(deadlines: &[DeadlineId]) -> String {
    deadlines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn time(text: &str) -> NaiveDateTime {
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok()).unwrap()
}
