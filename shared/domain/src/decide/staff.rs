//! What staff do with a contact.

use chrono::{DateTime, Utc};

use super::clocks::Manner;
use super::command::{Answer, Command, DelayNotice};
use super::transaction::Transaction;
use super::{NoChange, Refusal};
use crate::contact::{Actor, Addressee, Closed, Event, MailKind, Means};
use crate::deadline::{DeadlineState, WaiverReason};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Facts, Milestone, OwedBy, Priority};
use crate::time;

type Handled = Result<Option<NoChange>, Refusal>;

/// Carries out a command of staff; it is refused where it cannot be.
pub(super) fn act(transaction: &mut Transaction<'_>, command: &Command, by: &Actor) -> Handled {
    match command {
        Command::Answer(answer) => answer_customer(transaction, answer, by)?,
        Command::NotifyDelay(notice) => tell_delay(transaction, notice, by)?,
        Command::RecordCallAttempt { text } => {
            transaction.event(Event::CallAttempted { text: text.clone() })
        }
        Command::GiveUpdate { text } => {
            transaction.event(Event::UpdateGiven { text: text.clone() });
            transaction.record_milestone(Milestone::Updated, transaction.now);
        }
        Command::RecordMilestone { milestone, at, by_post } => {
            let manner = Manner { by_post: *by_post, until: None };
            reached(transaction, *milestone, *at, manner)?;
        }
        Command::Triage { category, priority } => return sort(transaction, category, *priority),
        Command::Escalate { at } => escalate(transaction, *at)?,
        Command::Note { text } => transaction.event(Event::NoteAdded { text: text.clone() }),
        Command::Assign { person } => assign(transaction, person)?,
        Command::HandOver { team } => pass(transaction, team)?,
        Command::RejectStaffReply { person, why } => {
            transaction.event(Event::StaffReplyRejected { why: why.clone() });
            let kind = MailKind::ReplyNotSent { why: why.clone() };
            transaction.mail(Addressee::Person(person.clone()), kind);
        }
        Command::Close { reason } => return close(transaction, reason.as_deref()),
        // Not staff's: `decide` sees to them.
        Command::Receive(_)
        | Command::CustomerWrote { .. }
        | Command::TimerFired
        | Command::MailResults(_)
        | Command::RetryMails(_) => return Ok(Some(NoChange::NothingDue)),
    }
    Ok(None)
}

/// An answer by email is sent and counts when it is accepted; one by other means counts as of the
/// time at which it was given.
fn answer_customer(
    transaction: &mut Transaction<'_>,
    answer: &Answer,
    by: &Actor,
) -> Result<(), Refusal> {
    let text = answer.text.trim();
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    let event = Event::Answered { means: answer.means, text: text.to_owned(), at: answer.at };
    let (milestone, by_post) = match answer.means {
        Means::Email => {
            let person = person(by)?;
            if transaction.contact.customer.answer_to().is_none() {
                return Err(Refusal::NoAddress);
            }
            transaction.event(event);
            let kind =
                MailKind::Answer { text: text.to_owned(), by: person, closes: answer.closes };
            transaction.mail(Addressee::Customer, kind);
            return Ok(());
        }
        Means::Letter => (Milestone::WrittenTo, true),
        Means::Phone | Means::InPerson => (Milestone::SpokenTo, false),
    };
    happened(transaction, answer.at)?;
    transaction.event(event);
    transaction.answered(answer.at, milestone, Manner { by_post, until: None });
    if answer.closes {
        transaction.close_if_nothing_owed();
    }
    Ok(())
}

fn tell_delay(
    transaction: &mut Transaction<'_>,
    notice: &DelayNotice,
    by: &Actor,
) -> Result<(), Refusal> {
    let person = person(by)?;
    let today = time::local(transaction.organisation.zone(), transaction.now).date();
    if notice.until <= today {
        return Err(Refusal::DateNotAhead);
    }
    if transaction.contact.customer.answer_to().is_none() {
        return Err(Refusal::NoAddress);
    }
    let text = notice.text.trim().to_owned();
    if text.is_empty() && transaction.can_extend() {
        return Err(Refusal::ReasonMissing);
    }
    transaction.event(Event::DelayNotified { text: text.clone(), until: notice.until });
    transaction
        .mail(Addressee::Customer, MailKind::Delay { text, by: person, until: notice.until });
    Ok(())
}

/// Something happened. Appointments and agreed calls carry the time agreed, which lies ahead.
fn reached(
    transaction: &mut Transaction<'_>,
    milestone: Milestone,
    at: DateTime<Utc>,
    manner: Manner,
) -> Result<(), Refusal> {
    if !milestone.is_agreed_time() {
        happened(transaction, at)?;
    }
    transaction.record_milestone_with(milestone, at, manner);
    Ok(())
}

/// Staff say what it is about and how pressing it is. A broken promise stays broken.
fn sort(transaction: &mut Transaction<'_>, category: &Category, priority: Priority) -> Handled {
    if transaction.contact.category == *category && transaction.contact.priority == priority {
        return Ok(Some(NoChange::NothingDue));
    }
    if !transaction.organisation.known_categories().contains(category) {
        return Err(Refusal::UnknownCategory(category.to_string()));
    }
    let was = std::mem::replace(&mut transaction.contact.category, category.clone());
    let pressing = std::mem::replace(&mut transaction.contact.priority, priority);
    transaction.event(Event::Triaged { category: category.clone(), priority });
    transaction.sort_clocks();
    let team = transaction.contact.team.clone();
    let before = Facts {
        channel: transaction.contact.channel,
        category: &was,
        priority: pressing,
        team: team.as_str(),
        stage: transaction.contact.stage,
        direct: transaction.contact.direct,
    };
    transaction.prompt_after_sorting(&before);
    Ok(None)
}

/// The next stage: somebody else considers it, and it is open again. A request after the customer's
/// window has closed is taken all the same, and noted as late.
fn escalate(transaction: &mut Transaction<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    happened(transaction, at)?;
    let stage = transaction.contact.stage + 1;
    let knows = {
        let facts = Facts { stage, ..transaction.contact.facts() };
        let mut next = transaction.organisation.standards_for(&facts, at);
        next.any(|s| s.starts.contains(&Milestone::Escalated))
    };
    if !knows || stage > transaction.organisation.complaint_stages() {
        return Err(Refusal::NoNextStage);
    }
    let after_window = transaction.contact.deadlines.iter().any(|deadline| {
        let standard = transaction.organisation.standard(&deadline.standard);
        standard.is_some_and(|s| s.owed_by == OwedBy::Customer && s.kept_by(Milestone::Escalated))
            && at.timestamp() > deadline.due_at.timestamp()
            && matches!(deadline.state, DeadlineState::Open | DeadlineState::Lapsed)
    });
    transaction.contact.stage = stage;
    transaction.contact.owner = None;
    transaction.event(Event::Escalated { stage, after_window });
    transaction.take_off(&WaiverReason::NextStage);
    if transaction.contact.closed.take().is_some() {
        transaction.event(Event::Reopened);
    }
    transaction.record_milestone(Milestone::Escalated, at);
    Ok(())
}

fn assign(transaction: &mut Transaction<'_>, person: &PersonId) -> Result<(), Refusal> {
    if transaction.organisation.person(person.as_str()).is_none() {
        return Err(Refusal::UnknownPerson(person.to_string()));
    }
    transaction.contact.owner = Some(person.clone());
    transaction.event(Event::Assigned { person: person.clone() });
    Ok(())
}

/// The new team's clock starts, and the old team's owner no longer has it.
fn pass(transaction: &mut Transaction<'_>, team: &TeamId) -> Result<(), Refusal> {
    if transaction.organisation.team(team.as_str()).is_none() {
        return Err(Refusal::UnknownTeam(team.to_string()));
    }
    transaction.contact.team = team.clone();
    transaction.contact.owner = None;
    transaction.event(Event::HandedOver { team: team.clone() });
    transaction.record_milestone(Milestone::HandedOver, transaction.now);
    let duty = transaction.team().map(|team| team.duty.clone());
    if let Some(person) = duty {
        let kind = MailKind::NewContact { unacknowledged: None, action_prompts: Vec::new() };
        transaction.mail(Addressee::Person(person), kind);
    }
    Ok(())
}

fn close(transaction: &mut Transaction<'_>, reason: Option<&str>) -> Handled {
    if transaction.contact.closed.is_some() {
        return Ok(Some(NoChange::AlreadyClosed));
    }
    let organisation = transaction.organisation;
    let owed = transaction
        .contact
        .deadlines
        .iter()
        .any(|d| d.is_outstanding() && !d.is_customers(organisation));
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    match reason {
        Some(reason) if owed => {
            let why = WaiverReason::ClosedByStaff(reason.to_owned());
            // A promise that was broken stays broken; nobody is reminded of it any more.
            for deadline in &mut transaction.contact.deadlines {
                deadline.abandoned |= deadline.state == DeadlineState::Missed;
            }
            transaction.waive(&why, |standard| standard.owed_by == OwedBy::Provider);
        }
        None if owed => return Err(Refusal::StillOwed),
        _ => {}
    }
    transaction.contact.closed = Some(Closed { at: transaction.now });
    transaction.event(Event::Closed { reason: reason.map(str::to_owned) });
    transaction.prompt_on(Milestone::Closed);
    Ok(None)
}

/// Whether `at` can be the time of something that happened to this contact.
fn happened(transaction: &Transaction<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    if transaction.contact.received_at.timestamp() <= at.timestamp() && at <= transaction.now {
        Ok(())
    } else {
        Err(Refusal::ImpossibleTime)
    }
}

fn person(by: &Actor) -> Result<PersonId, Refusal> {
    match by {
        Actor::Staff(person) => Ok(person.clone()),
        Actor::Customer | Actor::Kept => Err(Refusal::UnknownPerson("nobody".into())),
    }
}
