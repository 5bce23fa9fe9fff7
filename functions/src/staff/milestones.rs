//! The milestones that staff can record on a contact's page.

use adapters::pages::Choice;
use domain::contact::Contact;
use domain::organisation::Organisation;
use domain::standards::{Applies, Facts, Milestone};
use domain::wording;

/// Returns the milestones to choose from: those that matter to a standard or an action prompt that
/// applies to the contact.
pub(super) fn choices(organisation: &Organisation, contact: &Contact) -> Vec<Choice> {
    let facts = contact.facts();
    let mut relevant: Vec<Milestone> = Vec::new();
    for standard in organisation.standards().filter(|s| s.applies_to(&facts)) {
        relevant.extend(&standard.starts);
        relevant.extend(standard.options.iter().flat_map(|option| &option.kept_by));
        relevant.extend(&standard.also_kept_by);
        relevant.extend(&standard.restarts_on);
        relevant.extend(&standard.exempted_by);
        relevant.extend(&standard.ended_by);
        relevant.extend(&standard.attempts);
        relevant.extend(standard.pauses.iter().flat_map(|pause| [&pause.from, &pause.until]));
        relevant.extend(standard.extension.iter().map(|extension| &extension.on));
    }
    for action_prompt in
        organisation.action_prompts().filter(|p| Applies::any(&p.applies_to.0, &facts))
    {
        relevant.extend(&action_prompt.on.0);
    }
    Milestone::ALL
        .iter()
        .filter(|milestone| relevant.contains(milestone))
        .filter(|milestone| {
            milestone.is_recorded_by_staff()
                || matches!(milestone, Milestone::SpokenTo | Milestone::WrittenTo)
        })
        .map(|milestone| Choice {
            value: milestone.as_str().to_owned(),
            label: wording::milestone(*milestone).to_owned(),
        })
        .collect()
}

/// Returns true if the customer can ask for a further stage of the complaints procedure.
pub(super) fn has_next_stage(organisation: &Organisation, contact: &Contact) -> bool {
    let stage = contact.stage + 1;
    let facts = Facts { stage, ..contact.facts() };
    stage <= organisation.complaint_stages()
        && organisation.standards().any(|standard| {
            standard.starts.contains(&Milestone::Escalated) && standard.applies_to(&facts)
        })
}
