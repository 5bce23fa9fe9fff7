//! The actions of staff on the page of a contact.

use chrono::{DateTime, Utc};
use domain::contact::Means;
use domain::decide::{Answer, DelayNotice, StaffCommand, Update};
use domain::organisation::{PersonId, TeamId};
use domain::toml_file::{Date, LocalTime};

use super::file::{AnswerMeans, AnswerTable, DelayTable, StaffActionTable, TriageTable};
use super::{Action, only};

/// An action on the page of a contact: the command, and how the timeline tells of it.
#[derive(Debug)]
pub(crate) struct StaffAction {
    pub(crate) command: PageCommand,
    /// The action as a clause: "hands over to repairs".
    pub(crate) what: String,
    /// The words that were written or said.
    pub(crate) text: String,
}

/// The command that an action gives.
#[derive(Debug)]
pub(crate) enum PageCommand {
    /// A command that the scenario says whole.
    Whole(StaffCommand),
    /// Says that the last reply was the full response.
    ConfirmLastReply,
}

impl StaffAction {
    fn new(command: StaffCommand, what: impl Into<String>, text: &str) -> Self {
        Self { command: PageCommand::Whole(command), what: what.into(), text: text.to_owned() }
    }

    /// A call that answers the customer.
    pub(super) fn call(text: String, at: DateTime<Utc>) -> Self {
        let answer = Answer { means: Means::Phone, text: text.clone(), at, closes: true };
        Self::new(StaffCommand::Answer(answer), "answers by phone", &text)
    }
}

impl StaffActionTable {
    /// The action, at the time of its step.
    pub(super) fn action(
        self,
        now: DateTime<Utc>,
        utc: impl Fn(LocalTime) -> DateTime<Utc>,
    ) -> Result<Action, String> {
        let happened_at = self.happened_at.map_or(now, &utc);
        let takes_time = self.milestone.is_some() || self.escalate;
        if self.happened_at.is_some() && !takes_time {
            return Err("has happened_at, which belongs to milestone or escalate".into());
        }
        if self.means.is_some() && self.update.is_none() {
            return Err("has means, which belongs to update".into());
        }
        if self.by_post && self.milestone.is_none() {
            return Err("has by_post, which belongs to milestone".into());
        }
        let takes_reason =
            self.milestone.is_some() || self.take_back.is_some() || self.assign.is_some();
        if self.reason.is_some() && !takes_reason {
            return Err("has reason, which belongs to milestone, take_back or assign".into());
        }
        let reason = self.reason;
        let actions = [
            self.answer.map(|table| answer(table, now, &utc)),
            self.update.map(|text| {
                let (means, how) = self.means.unwrap_or(AnswerMeans::Email).as_means();
                let update = Update { means, text: text.clone(), at: now };
                let what = format!("gives an update {how}");
                StaffAction::new(StaffCommand::GiveUpdate(update), what, &text)
            }),
            self.confirm_response.then(|| StaffAction {
                command: PageCommand::ConfirmLastReply,
                what: "says that the last reply was the full response".into(),
                text: String::new(),
            }),
            self.delay.map(|table| delay(table, now, &utc)),
            self.call_attempt.map(|text| {
                let command = StaffCommand::RecordCallAttempt { text: text.clone() };
                StaffAction::new(command, "calls and does not reach the customer", &text)
            }),
            self.note.map(|text| {
                let command = StaffCommand::AddNote { text: text.clone() };
                StaffAction::new(command, "leaves a note", &text)
            }),
            self.milestone.map(|milestone| {
                let by_post = self.by_post;
                let (at, reason) = (happened_at, reason.clone());
                let text = reason.clone().unwrap_or_default();
                let command = StaffCommand::RecordMilestone { milestone, at, by_post, reason };
                StaffAction::new(command, format!("records {milestone}"), &text)
            }),
            self.take_back.map(|milestone| {
                let reason = reason.clone().unwrap_or_default();
                let (what, text) = (format!("takes back {milestone}"), reason.clone());
                StaffAction::new(StaffCommand::TakeBackMilestone { milestone, reason }, what, &text)
            }),
            self.triage.map(|TriageTable { category, priority }| {
                let what = format!("sets {category}, {priority}");
                StaffAction::new(StaffCommand::Triage { category, priority }, what, "")
            }),
            self.assign.map(|person| {
                let what = format!("assigns to {person}");
                let (person, reason) = (PersonId(person), reason.clone());
                let text = reason.clone().unwrap_or_default();
                StaffAction::new(StaffCommand::Assign { person, reason }, what, &text)
            }),
            self.hand_over.map(|team| {
                let what = format!("hands over to {team}");
                StaffAction::new(StaffCommand::HandOver { team: TeamId(team) }, what, "")
            }),
            self.escalate.then(|| {
                let command = StaffCommand::Escalate { at: happened_at };
                StaffAction::new(command, "records that the customer asks for the next stage", "")
            }),
            self.not_a_stage_request.then(|| {
                let what = "says that the customer did not ask for this stage";
                StaffAction::new(StaffCommand::NotAStageRequest, what, "")
            }),
            self.decline_stage.map(|reason| {
                let command = StaffCommand::DeclineStage { reason: reason.clone() };
                StaffAction::new(command, "declines the late request for this stage", &reason)
            }),
            self.date_stage_request.map(|time| {
                let command = StaffCommand::DateStageRequest { at: utc(time) };
                StaffAction::new(command, "says that the customer had asked earlier", "")
            }),
            self.no_answer_needed.map(|reason| {
                let command = StaffCommand::Close { reason: Some(reason.clone()) };
                StaffAction::new(command, "closes without an answer", &reason)
            }),
            self.reopen.map(|reason| {
                let command = StaffCommand::Reopen { reason: reason.clone() };
                StaffAction::new(command, "opens the contact again", &reason)
            }),
            self.close.then(|| {
                StaffAction::new(StaffCommand::Close { reason: None }, "closes the contact", "")
            }),
        ];
        let action = only(actions).ok_or(
            "has a staff_action that must have exactly one of answer, update, delay, \
             confirm_response, call_attempt, note, milestone, take_back, triage, assign, hand_over, escalate, \
             not_a_stage_request, decline_stage, date_stage_request, no_answer_needed, close and reopen",
        )?;
        Ok(Action::StaffPage(PersonId(self.person), action))
    }
}

fn answer(
    table: AnswerTable,
    now: DateTime<Utc>,
    utc: impl Fn(LocalTime) -> DateTime<Utc>,
) -> StaffAction {
    let (means, how) = table.means.as_means();
    let at = table.at.map_or(now, utc);
    let answer = Answer { means, text: table.text.clone(), at, closes: table.closes };
    StaffAction::new(StaffCommand::Answer(answer), format!("answers {how}"), &table.text)
}

impl AnswerMeans {
    /// The means, and how a sentence says it.
    fn as_means(self) -> (Means, &'static str) {
        match self {
            Self::Email => (Means::Email, "by email"),
            Self::Phone => (Means::Phone, "by phone"),
            Self::Letter => (Means::Letter, "by letter"),
            Self::InPerson => (Means::InPerson, "in person"),
        }
    }
}

fn delay(
    table: DelayTable,
    now: DateTime<Utc>,
    utc: impl Fn(LocalTime) -> DateTime<Utc>,
) -> StaffAction {
    let DelayTable { means, until: Date(until), text, at, confirmed } = table;
    let (means, how) = means.unwrap_or(AnswerMeans::Email).as_means();
    let at = at.map_or(now, utc);
    let notice = DelayNotice { means, until, text: text.clone(), at, confirmed };
    let what = format!("says {how} that it takes longer, until {until}");
    StaffAction::new(StaffCommand::NotifyDelay(notice), what, &text)
}
