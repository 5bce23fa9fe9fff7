//! What staff can record as having happened to a contact, by what its standards wait for.

use adapters::pages::Choice;
use domain::contact::Contact;
use domain::organisation::Organisation;
use domain::standards::{Applies, Facts, Milestone};

/// Whether a milestone is recorded by hand, and does not come of something else that staff do.
pub(super) fn can_be_recorded(milestone: Milestone) -> bool {
    !matches!(
        milestone,
        Milestone::Received
            | Milestone::Acknowledged
            | Milestone::Responded
            | Milestone::WrittenTo
            | Milestone::SpokenTo
            | Milestone::Updated
            | Milestone::DelayNoticeSent
            | Milestone::HandedOver
            | Milestone::Escalated
            | Milestone::ReplyDelivered
            | Milestone::Closed
    )
}

/// The milestones that any standard or prompt which applies to the contact waits for.
pub(super) fn choices(organisation: &Organisation, contact: &Contact) -> Vec<Choice> {
    let facts = contact.facts();
    let mut waited: Vec<Milestone> = Vec::new();
    for standard in organisation.standards().filter(|s| s.applies_to(&facts)) {
        waited.extend(&standard.starts);
        waited.extend(standard.options.iter().flat_map(|option| &option.kept_by));
        waited.extend(&standard.also_kept_by);
        waited.extend(&standard.restarts_on);
        waited.extend(&standard.exempted_by);
        waited.extend(standard.pause.iter().flat_map(|pause| [&pause.from, &pause.until]));
        waited.extend(standard.extension.iter().map(|extension| &extension.on));
    }
    for action_prompt in
        organisation.action_prompts().filter(|p| Applies::any(&p.applies_to.0, &facts))
    {
        waited.extend(&action_prompt.on.0);
    }
    Milestone::ALL
        .iter()
        .filter(|milestone| waited.contains(milestone))
        .filter(|milestone| {
            can_be_recorded(**milestone)
                || matches!(milestone, Milestone::SpokenTo | Milestone::WrittenTo)
        })
        .map(|milestone| Choice {
            value: milestone.as_str().to_owned(),
            label: milestone.in_words(),
        })
        .collect()
}

/// Whether the customer can ask for a further stage of the complaints procedure.
pub(super) fn has_next_stage(organisation: &Organisation, contact: &Contact) -> bool {
    let stage = contact.stage + 1;
    let facts = Facts { stage, ..contact.facts() };
    stage <= organisation.complaint_stages()
        && organisation.standards().any(|standard| {
            standard.starts.contains(&Milestone::Escalated) && standard.applies_to(&facts)
        })
}
