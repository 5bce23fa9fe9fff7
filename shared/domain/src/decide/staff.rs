//! What staff do with a contact.

use chrono::{DateTime, Utc};

use super::clocks::How;
use super::command::{Answer, Command, DelayNotice};
use super::draft::Draft;
use super::{Nothing, Refusal};
use crate::contact::{Actor, Addressee, Closed, DeadlineState, Event, MailKind, Means, NotOwed};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Facts, Milestone, OwedBy, Priority};
use crate::time;

type Outcome = Result<Option<Nothing>, Refusal>;

/// Carries out a command of staff; it is refused where it cannot be.
pub(super) fn act(draft: &mut Draft<'_>, command: &Command, by: &Actor) -> Outcome {
    match command {
        Command::Answer(answer) => answer_customer(draft, answer, by)?,
        Command::TellDelay(notice) => tell_delay(draft, notice, by)?,
        Command::TriedToCall { text } => draft.event(Event::TriedToCall { text: text.clone() }),
        Command::StillLooking { text } => {
            draft.event(Event::StillLooking { text: text.clone() });
            draft.reach(Milestone::Updated, draft.now);
        }
        Command::Reached { milestone, at, by_post } => {
            let how = How { by_post: *by_post, until: None };
            reached(draft, *milestone, *at, how)?;
        }
        Command::Sort { category, priority } => return sort(draft, category, *priority),
        Command::Escalate { at } => escalate(draft, *at)?,
        Command::Note { text } => draft.event(Event::Noted { text: text.clone() }),
        Command::Assign { person } => assign(draft, person)?,
        Command::Pass { team } => pass(draft, team)?,
        Command::RefuseReply { person, why } => {
            draft.event(Event::ReplyRefused { why: why.clone() });
            let kind = MailKind::ReplyNotSent { why: why.clone() };
            draft.mail(Addressee::Person(person.clone()), kind);
        }
        Command::Close { reason } => return close(draft, reason.as_deref()),
        // Not staff's: `decide` sees to them.
        Command::Receive(_)
        | Command::CustomerWrote { .. }
        | Command::TimerFired
        | Command::MailResults(_)
        | Command::RetryMails(_) => return Ok(Some(Nothing::NothingDue)),
    }
    Ok(None)
}

/// An answer by email is sent and counts when it is accepted; one by other means counts as of the
/// time at which it was given.
fn answer_customer(draft: &mut Draft<'_>, answer: &Answer, by: &Actor) -> Result<(), Refusal> {
    let text = answer.text.trim();
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    let event = Event::Answered { means: answer.means, text: text.to_owned(), at: answer.at };
    let (milestone, by_post) = match answer.means {
        Means::Email => {
            let person = person(by)?;
            if draft.contact.customer.answer_to().is_none() {
                return Err(Refusal::NoAddress);
            }
            draft.event(event);
            let kind =
                MailKind::Answer { text: text.to_owned(), by: person, closes: answer.closes };
            draft.mail(Addressee::Customer, kind);
            return Ok(());
        }
        Means::Letter => (Milestone::WrittenTo, true),
        Means::Phone | Means::InPerson => (Milestone::SpokenTo, false),
    };
    happened(draft, answer.at)?;
    draft.event(event);
    draft.answered(answer.at, milestone, How { by_post, until: None });
    if answer.closes {
        draft.close_if_nothing_owed();
    }
    Ok(())
}

fn tell_delay(draft: &mut Draft<'_>, notice: &DelayNotice, by: &Actor) -> Result<(), Refusal> {
    let person = person(by)?;
    let today = time::local(draft.organisation.zone(), draft.now).date();
    if notice.until <= today {
        return Err(Refusal::DateNotAhead);
    }
    if draft.contact.customer.answer_to().is_none() {
        return Err(Refusal::NoAddress);
    }
    let text = notice.text.trim().to_owned();
    if text.is_empty() && draft.can_extend() {
        return Err(Refusal::ReasonMissing);
    }
    draft.event(Event::DelayTold { text: text.clone(), until: notice.until });
    draft.mail(Addressee::Customer, MailKind::Delay { text, by: person, until: notice.until });
    Ok(())
}

/// Something happened. Appointments and agreed calls carry the time agreed, which lies ahead.
fn reached(
    draft: &mut Draft<'_>,
    milestone: Milestone,
    at: DateTime<Utc>,
    how: How,
) -> Result<(), Refusal> {
    if !milestone.is_agreed_time() {
        happened(draft, at)?;
    }
    draft.reach_how(milestone, at, how);
    Ok(())
}

/// Staff say what it is about and how pressing it is. A broken promise stays broken.
fn sort(draft: &mut Draft<'_>, category: &Category, priority: Priority) -> Outcome {
    if draft.contact.category == *category && draft.contact.priority == priority {
        return Ok(Some(Nothing::NothingDue));
    }
    if !draft.organisation.known_categories().contains(category) {
        return Err(Refusal::UnknownCategory(category.to_string()));
    }
    let was = std::mem::replace(&mut draft.contact.category, category.clone());
    let pressing = std::mem::replace(&mut draft.contact.priority, priority);
    draft.event(Event::Sorted { category: category.clone(), priority });
    draft.sort_clocks();
    let team = draft.contact.team.clone();
    let before = Facts {
        channel: draft.contact.channel,
        category: &was,
        priority: pressing,
        team: team.as_str(),
        stage: draft.contact.stage,
        direct: draft.contact.direct,
    };
    draft.prompt_after_sorting(&before);
    Ok(None)
}

/// The next stage: somebody else considers it, and it is open again. A request after the customer's
/// window has closed is taken all the same, and noted as late.
fn escalate(draft: &mut Draft<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    happened(draft, at)?;
    let stage = draft.contact.stage + 1;
    let knows = {
        let facts = Facts { stage, ..draft.contact.facts() };
        let mut next = draft.organisation.standards_for(&facts, at);
        next.any(|s| s.starts.contains(&Milestone::Escalated))
    };
    if !knows || stage > draft.organisation.complaint_stages() {
        return Err(Refusal::NoNextStage);
    }
    let after_window = draft.contact.deadlines.iter().any(|deadline| {
        let standard = draft.organisation.standard(&deadline.standard);
        standard.is_some_and(|s| s.owed_by == OwedBy::Customer && s.kept_by(Milestone::Escalated))
            && at.timestamp() > deadline.due_at.timestamp()
            && matches!(deadline.state, DeadlineState::Open | DeadlineState::Lapsed)
    });
    draft.contact.stage = stage;
    draft.contact.owner = None;
    draft.event(Event::Escalated { stage, after_window });
    draft.take_off(&NotOwed::NextStage);
    if draft.contact.closed.take().is_some() {
        draft.event(Event::Reopened);
    }
    draft.reach(Milestone::Escalated, at);
    Ok(())
}

fn assign(draft: &mut Draft<'_>, person: &PersonId) -> Result<(), Refusal> {
    if draft.organisation.person(person.as_str()).is_none() {
        return Err(Refusal::UnknownPerson(person.to_string()));
    }
    draft.contact.owner = Some(person.clone());
    draft.event(Event::Assigned { person: person.clone() });
    Ok(())
}

/// The new team's clock starts, and the old team's owner no longer has it.
fn pass(draft: &mut Draft<'_>, team: &TeamId) -> Result<(), Refusal> {
    if draft.organisation.team(team.as_str()).is_none() {
        return Err(Refusal::UnknownTeam(team.to_string()));
    }
    draft.contact.team = team.clone();
    draft.contact.owner = None;
    draft.event(Event::Passed { team: team.clone() });
    draft.reach(Milestone::PassedToTeam, draft.now);
    let duty = draft.team().map(|team| team.duty.clone());
    if let Some(person) = duty {
        let kind = MailKind::NewContact { unacknowledged: None, prompts: Vec::new() };
        draft.mail(Addressee::Person(person), kind);
    }
    Ok(())
}

fn close(draft: &mut Draft<'_>, reason: Option<&str>) -> Outcome {
    if draft.contact.closed.is_some() {
        return Ok(Some(Nothing::AlreadyClosed));
    }
    let organisation = draft.organisation;
    let owed = draft.contact.deadlines.iter().any(|d| d.is_owed() && !d.is_customers(organisation));
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    match reason {
        Some(reason) if owed => {
            let why = NotOwed::ClosedByStaff(reason.to_owned());
            // A promise that was broken stays broken; nobody is reminded of it any more.
            for deadline in &mut draft.contact.deadlines {
                deadline.given_up |= deadline.state == DeadlineState::Missed;
            }
            draft.not_owed(&why, |standard| standard.owed_by == OwedBy::Provider);
        }
        None if owed => return Err(Refusal::StillOwed),
        _ => {}
    }
    draft.contact.closed = Some(Closed { at: draft.now });
    draft.event(Event::Closed { reason: reason.map(str::to_owned) });
    draft.prompt_on(Milestone::Closed);
    Ok(None)
}

/// Whether `at` can be the time of something that happened to this contact.
fn happened(draft: &Draft<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    if draft.contact.received_at.timestamp() <= at.timestamp() && at <= draft.now {
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
