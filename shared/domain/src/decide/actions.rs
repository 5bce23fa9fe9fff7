//! The actions that staff can take on a contact now. [`decide`](super::decide) refuses every other one,
//! and pages do not offer it.

use chrono::{DateTime, Utc};

use super::take_back::endings;
use super::{Refusal, StaffCommand};
use crate::contact::Contact;
use crate::organisation::{Organisation, PersonId, Role};
use crate::standards::{Applies, Milestone, Standard};

/// An action of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffAction {
    /// Answers the customer.
    Answer,
    /// Tells the customer something that is not the answer.
    GiveUpdate,
    /// Tells the customer that the answer will take longer.
    NotifyDelay,
    /// Closes the contact although something is owed.
    CloseWithoutAnswer,
    /// Leaves a note for colleagues.
    AddNote,
    /// Passes on a reply from a mailbox.
    Reply,
    /// Says that an earlier reply was the full response.
    ConfirmResponse,
    /// Records a call that did not reach the customer.
    RecordCallAttempt,
    /// Records a milestone.
    RecordMilestone,
    /// Takes back a milestone that ended something.
    TakeBackMilestone,
    /// Sets the category and priority.
    Triage,
    /// Starts the next stage of the complaints procedure.
    Escalate,
    /// Says that the customer did not ask for the present stage.
    NotAStageRequest,
    /// Declines the request for the present stage, which came too late.
    DeclineStage,
    /// Says that the request for the present stage had come earlier.
    DateStageRequest,
    /// Assigns the contact.
    Assign,
    /// Hands the contact over to another team.
    HandOver,
    /// Closes the contact, to which nothing is owed.
    Close,
    /// Opens the contact again.
    Reopen,
}

impl StaffAction {
    /// All actions, in the order in which pages offer them.
    pub const ALL: [Self; 19] = [
        Self::Answer,
        Self::GiveUpdate,
        Self::NotifyDelay,
        Self::CloseWithoutAnswer,
        Self::AddNote,
        Self::Reply,
        Self::ConfirmResponse,
        Self::RecordCallAttempt,
        Self::RecordMilestone,
        Self::TakeBackMilestone,
        Self::Triage,
        Self::Escalate,
        Self::NotAStageRequest,
        Self::DeclineStage,
        Self::DateStageRequest,
        Self::Assign,
        Self::HandOver,
        Self::Close,
        Self::Reopen,
    ];

    /// Returns the action that a command asks for.
    #[must_use]
    pub fn of(command: &StaffCommand) -> Self {
        match command {
            StaffCommand::Answer(_) => Self::Answer,
            StaffCommand::GiveUpdate(_) => Self::GiveUpdate,
            StaffCommand::NotifyDelay(_) => Self::NotifyDelay,
            StaffCommand::Close { .. } => Self::Close,
            StaffCommand::AddNote { .. } => Self::AddNote,
            StaffCommand::Reply { .. } => Self::Reply,
            StaffCommand::ConfirmResponse { .. } => Self::ConfirmResponse,
            StaffCommand::RecordCallAttempt { .. } => Self::RecordCallAttempt,
            StaffCommand::RecordMilestone { .. } => Self::RecordMilestone,
            StaffCommand::TakeBackMilestone { .. } => Self::TakeBackMilestone,
            StaffCommand::Triage { .. } => Self::Triage,
            StaffCommand::Escalate { .. } => Self::Escalate,
            StaffCommand::NotAStageRequest => Self::NotAStageRequest,
            StaffCommand::DeclineStage { .. } => Self::DeclineStage,
            StaffCommand::DateStageRequest { .. } => Self::DateStageRequest,
            StaffCommand::Assign { .. } => Self::Assign,
            StaffCommand::HandOver { .. } => Self::HandOver,
            StaffCommand::Reopen { .. } => Self::Reopen,
        }
    }
}

/// Returns the actions that a member of staff, who has this role, can take on a contact now, in the order
/// in which pages offer them.
#[must_use]
pub fn allowed_actions(
    contact: &Contact,
    person: &PersonId,
    role: Role,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Vec<StaffAction> {
    let owes = contact.owed(organisation).next().is_some();
    let offered = |action: &StaffAction| match action {
        StaffAction::CloseWithoutAnswer => owes && role.may_waive(),
        StaffAction::DeclineStage => role.may_waive(),
        // Closing needs a reason while something is owed, and a mailbox is no page.
        StaffAction::Close => contact.closed.is_none() && !owes,
        StaffAction::Reply => false,
        StaffAction::RecordMilestone => !milestones(contact, organisation).is_empty(),
        _ => true,
    };
    let possible =
        |action: &StaffAction| check(*action, contact, person, now, organisation).is_ok();
    let actions = StaffAction::ALL.into_iter().filter(|_| role.may_act());
    actions.filter(offered).filter(possible).collect()
}

/// Checks that an action of a member of staff can be meant in the present state of a contact.
///
/// # Errors
/// Returns the reason if it cannot.
pub(super) fn check(
    action: StaffAction,
    contact: &Contact,
    person: &PersonId,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Result<(), Refusal> {
    let needs = |condition: bool, otherwise: Refusal| condition.then_some(()).ok_or(otherwise);
    let open = contact.closed.is_none();
    match action {
        // Whoever writes from a mailbox cannot see that the contact is closed. The customer gets the
        // message all the same.
        StaffAction::AddNote | StaffAction::Reply => Ok(()),
        StaffAction::Reopen => needs(!open, Refusal::NotClosed),
        StaffAction::Escalate => {
            needs(contact.next_stage(organisation, now).is_some(), Refusal::NoNextStage)
        }
        StaffAction::RecordMilestone => {
            needs(open || !milestones(contact, organisation).is_empty(), Refusal::Closed)
        }
        StaffAction::TakeBackMilestone => {
            needs(!endings(contact, organisation).is_empty(), Refusal::NothingToTakeBack)
        }
        // Closing twice changes nothing.
        StaffAction::Close => Ok(()),
        _ => {
            needs(open, Refusal::Closed)?;
            let owed = || contact.owed(organisation);
            match action {
                StaffAction::Answer => {
                    needs(!contact.is_for_somebody_else_than(person), Refusal::SameConsiderer)
                }
                StaffAction::NotAStageRequest | StaffAction::DateStageRequest => {
                    needs(contact.open_stage_request().is_some(), Refusal::NoStageRequest)
                }
                StaffAction::DeclineStage => {
                    let request = contact.open_stage_request().ok_or(Refusal::NoStageRequest)?;
                    needs(request.after_window, Refusal::RequestedInTime)
                }
                StaffAction::NotifyDelay => needs(
                    owed().any(|d| d.standard(organisation).is_none_or(can_be_late_with)),
                    Refusal::NothingOutstanding,
                ),
                StaffAction::GiveUpdate | StaffAction::CloseWithoutAnswer => {
                    needs(owed().next().is_some(), Refusal::NothingOutstanding)
                }
                StaffAction::ConfirmResponse => needs(
                    !contact.replies_to_confirm(organisation).is_empty(),
                    Refusal::NoSuchReply,
                ),
                _ => Ok(()),
            }
        }
    }
}

/// Returns the milestones that staff can record for a contact: those that matter to a standard or an
/// action prompt that applies to it. If the contact is closed, only those for which a deadline waits.
#[must_use]
pub fn milestones(contact: &Contact, organisation: &Organisation) -> Vec<Milestone> {
    let facts = contact.facts();
    let mut relevant: Vec<Milestone> = Vec::new();
    if contact.closed.is_some() {
        let waiting = contact.deadlines.iter().filter(|deadline| deadline.is_outstanding());
        for standard in waiting.filter_map(|deadline| deadline.standard(organisation)) {
            relevant.extend(ending(standard));
        }
    } else {
        for standard in organisation.standards().filter(|s| s.applies_to(&facts)) {
            relevant.extend(&standard.starts);
            relevant.extend(ending(standard));
        }
        let rows = organisation.action_prompts();
        for row in rows.filter(|row| Applies::any(&row.applies_to.0, &facts)) {
            relevant.extend(&row.on.0);
        }
    }
    let by_hand = |milestone: &Milestone| {
        milestone.is_recorded_by_staff()
            || matches!(milestone, Milestone::SpokenTo | Milestone::WrittenTo)
    };
    let own = organisation.own_words().milestones.iter().map(|(own, _)| *own);
    let all = Milestone::ALL.iter().copied().chain(own);
    all.filter(|milestone| relevant.contains(milestone) && by_hand(milestone)).collect()
}

/// The milestones that change a deadline of a standard once it runs.
fn ending(standard: &Standard) -> impl Iterator<Item = Milestone> {
    let kept_by = standard.options.iter().flat_map(|option| option.kept_by.iter().copied());
    let pauses = standard.pauses.iter().flat_map(|pause| [pause.from, pause.until]);
    kept_by
        .chain(standard.also_kept_by.iter().copied())
        .chain(standard.restarts_on.iter().copied())
        .chain(standard.exempted_by.iter().copied())
        .chain(standard.ended_by.iter().copied())
        .chain(standard.attempts.iter().copied())
        .chain(pauses)
        .chain(standard.extension.iter().map(|extension| extension.on))
        .chain(standard.or_later.iter().map(|other| other.starts))
}

/// Returns true if it makes sense to tell the customer that the provider will be late with a standard.
fn can_be_late_with(standard: &Standard) -> bool {
    standard.kept_by(Milestone::Responded)
        || standard.kept_by(Milestone::DelayNoticeSent)
        || standard.extension.is_some()
}
