//! Commands of staff.

use super::StaffCommand;
use super::actions::{self, StaffAction};
use super::milestone::Occurrence;
use super::refusal::{Refusal, Stop};
use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind};
use crate::organisation::{PersonId, TeamId};
use crate::standards::Milestone;

impl Transaction<'_> {
    /// Does what a member of staff asks.
    pub(super) fn staff(&mut self, person: &PersonId, command: &StaffCommand) -> Result<(), Stop> {
        let action = StaffAction::of(command);
        actions::check(action, &self.contact, person, self.now, self.organisation)?;
        match command {
            StaffCommand::Answer(answer) => self.answer(answer, person)?,
            StaffCommand::NotifyDelay(notice) => self.notify_delay(notice, person)?,
            StaffCommand::RecordCallAttempt { text } => {
                self.event(Event::CallAttempted { text: text.clone() });
            }
            StaffCommand::Reply { text } => self.plain_reply(text, person)?,
            StaffCommand::GiveUpdate(update) => self.give_update(update, person, false)?,
            StaffCommand::ConfirmResponse { entry, closes } => {
                self.confirm_response(*entry, *closes)?;
            }
            StaffCommand::RecordMilestone { milestone, at, by_post, reason } => {
                let occurrence =
                    Occurrence { by_post: *by_post, ..Occurrence::new(*milestone, *at) };
                self.record_by_hand(occurrence, reason.as_deref())?;
            }
            StaffCommand::TakeBackMilestone { milestone, reason } => {
                self.take_back_milestone(*milestone, reason)?;
            }
            StaffCommand::Triage { category, priority } => self.triage(category, *priority)?,
            StaffCommand::Escalate { at } => self.escalate(*at)?,
            StaffCommand::AddNote { text } => self.event(Event::NoteAdded { text: text.clone() }),
            StaffCommand::NotAStageRequest => self.take_back_stage(None)?,
            StaffCommand::DeclineStage { reason } => self.decline_stage(reason)?,
            StaffCommand::DateStageRequest { at } => self.date_stage_request(*at)?,
            StaffCommand::Assign { person, reason } => self.assign(person, reason.as_deref())?,
            StaffCommand::HandOver { team } => self.hand_over(team)?,
            StaffCommand::Reopen { reason } => self.reopen_by_hand(reason)?,
            StaffCommand::Close { reason } => self.close(reason.as_deref())?,
        }
        Ok(())
    }

    /// Records a milestone. Appointments and agreed calls carry the time agreed, which lies ahead.
    fn record_by_hand(
        &mut self,
        occurrence: Occurrence,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        if !self.organisation.own_words().knows_milestone(occurrence.milestone) {
            return Err(Refusal::UnknownMilestone(occurrence.milestone));
        }
        // A milestone of the organisation's own, such as the day a tenant moved in, may have happened before
        // anybody wrote.
        let may_precede = matches!(occurrence.milestone, Milestone::Own(_));
        let precedes = may_precede && occurrence.at <= self.now;
        if !(occurrence.milestone.is_agreed_time() || precedes) {
            self.check_time(occurrence.at)?;
        }
        self.check_appointment(occurrence)?;
        if self.contact.closed.is_some()
            && !actions::milestones(&self.contact, self.organisation)
                .contains(&occurrence.milestone)
        {
            return Err(Refusal::Closed);
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_none() && self.needs_reason(occurrence.milestone) {
            return Err(Refusal::DecisionWithoutReason);
        }
        self.record_with_reason(occurrence, reason);
        if let Some(implied) = occurrence.milestone.implies()
            && self.contact.milestone_at(implied).is_none_or(|at| at < occurrence.at)
            && self.is_awaited(implied)
        {
            self.record(Occurrence { milestone: implied, ..occurrence });
        }
        Ok(())
    }

    /// Assigns the contact. Whoever considered a complaint at an earlier stage gets it only for a reason.
    fn assign(&mut self, person: &PersonId, reason: Option<&str>) -> Result<(), Refusal> {
        if self.organisation.person(person.as_str()).is_none() {
            return Err(Refusal::UnknownPerson(person.clone()));
        }
        let again = self.contact.considered_before(person);
        let reason = reason.map(str::trim).filter(|reason| again && !reason.is_empty());
        if again && reason.is_none() {
            return Err(Refusal::SameConsiderer);
        }
        self.contact.owner = Some(person.clone());
        self.event(Event::Assigned { person: person.clone(), reason: reason.map(str::to_owned) });
        Ok(())
    }

    /// Hands the contact over. The new team's deadlines start, and the old owner no longer has it.
    fn hand_over(&mut self, team: &TeamId) -> Result<(), Refusal> {
        let Some(new) = self.organisation.team(team.as_str()) else {
            return Err(Refusal::UnknownTeam(team.clone()));
        };
        self.contact.team = team.clone();
        self.contact.owner = None;
        self.event(Event::HandedOver { team: team.clone() });
        self.record(Occurrence::new(Milestone::HandedOver, self.now));
        let kind = MailKind::NewContact { unacknowledged: None, action_prompts: Vec::new() };
        self.mail(Addressee::Person(new.duty.clone()), kind);
        Ok(())
    }
}
