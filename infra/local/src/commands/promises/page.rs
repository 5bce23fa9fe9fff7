//! The page of promises, in Markdown. Writing into a string cannot fail, so the results are ignored.

use std::fmt::Write as _;
use std::path::Path;

use domain::standards::{
    AppearsIn, MeasuredBy, Milestone, Pack, Recipient, RequiredWording, Standard,
};
use domain::wording::{milestone, recipient};

use super::rows::{self, Row};
use super::shown_by::{Shown, ShownBy, scenarios};
use crate::context::Context;
use crate::failure::Failure;

const HEAD: &str = "\
# What becomes of each promise

One line for each promise of the packs, written by `kept promises --page`. Each is in one of three states:

- **lived**: Kept does it, reminds people of it or records if it was kept.
- **measured**: figures from elsewhere show if it was kept.
- **manners**: a way to behave. Staff or the public are told of it, and nothing records it.
";

/// Writes the page. Without packs it is about those of the organisation.
///
/// # Errors
/// Returns an error if a pack does not exist or has errors, or if a scenario cannot be read.
pub(super) fn page(
    context: &Context,
    packs: &[String],
    folder: Option<&Path>,
) -> Result<String, Failure> {
    let mut shown_by = folder.map(scenarios).transpose()?.unwrap_or_default();
    let mut page = HEAD.to_owned();
    if packs.is_empty() {
        for pack in context.organisation(&[])?.packs() {
            section(&mut page, pack, &mut shown_by);
        }
    }
    // One by one, because packs of several organisations need not fit together.
    for name in packs {
        for pack in context.organisation(std::slice::from_ref(name))?.packs() {
            section(&mut page, pack, &mut shown_by);
        }
    }
    divided(&mut page, &shown_by);
    Ok(page)
}

/// Promises of which a scenario knows, and which are no row: the packs divide them.
fn divided(page: &mut String, shown_by: &ShownBy) {
    if shown_by.is_empty() {
        return;
    }
    page.push_str(
        "\n## Promises that are several rows\n\n\
         | Promise | State | What happens | Shown by |\n|---|---|---|---|\n",
    );
    for (id, shown) in shown_by {
        let titles = shown.iter().map(|shown| shown.title.as_str()).collect::<Vec<_>>();
        let _ = writeln!(page, "| `{id}` | lived | {} | {} |", titles.join("; "), list(shown));
    }
}

/// The files of scenarios.
fn list(shown: &[Shown]) -> String {
    shown.iter().map(|shown| format!("`{}`", shown.file)).collect::<Vec<_>>().join(", ")
}

fn section(page: &mut String, pack: &Pack, shown_by: &mut ShownBy) {
    let _ = write!(
        page,
        "\n## {}: {}\n\nPack `{}`, version {}.\n\n\
         | Promise | State | What happens | Who hears | Counts as kept | Shown by |\n\
         |---|---|---|---|---|---|\n",
        pack.publisher, pack.title, pack.id, pack.version
    );
    for row in rows::of(pack) {
        let life = life(pack, &row);
        let files = shown_by.remove(row.id).map(|shown| list(&shown));
        let cells = [
            format!("`{}` {}", row.id, row.title),
            life.state.to_owned(),
            life.happens,
            life.hears,
            life.kept,
            files.unwrap_or(life.otherwise_shown_by),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

/// The outcome of a promise, as far as Kept has a part in it.
struct Life {
    state: &'static str,
    happens: String,
    hears: String,
    kept: String,
    /// The command that shows it, if no scenario does.
    otherwise_shown_by: String,
}

fn life(pack: &Pack, row: &Row<'_>) -> Life {
    let mut life = Life {
        state: "lived",
        happens: match row.applies_to.as_slice() {
            [] => row.how.clone(),
            parts => format!("For {}: {}", parts.join("; or "), row.how),
        },
        hears: String::new(),
        kept: String::new(),
        otherwise_shown_by: String::new(),
    };
    if let Some(standard) = pack.standards.iter().find(|standard| standard.id.as_str() == row.id) {
        life.hears = hears(standard);
        life.kept = kept(standard);
    } else if let Some(measure) = pack.measures.iter().find(|measure| measure.id == row.id) {
        life.state = "measured";
        life.hears = "whoever reads the figures".into();
        life.kept = match measure.measured_by {
            MeasuredBy::Telephony => "by the figures of the telephone system",
            MeasuredBy::Survey => "by the answers to a survey",
            MeasuredBy::MysteryShopping => "by the findings of mystery shopping",
            MeasuredBy::Contacts => "by the contacts that Kept recorded",
        }
        .into();
    } else if let Some(action_prompt) =
        pack.action_prompts.iter().find(|action_prompt| action_prompt.id == row.id)
    {
        life.hears = recipient(action_prompt.notify).to_owned();
        life.kept = "not counted: it asks somebody to act".into();
    } else if pack.duties.iter().any(|duty| duty.id == row.id) {
        life.hears = "whoever subscribes to the calendar of `kept duties`".into();
        life.kept = "not recorded: the calendar asks for it".into();
        life.otherwise_shown_by = "`kept duties`".into();
    } else if pack.full_responses.iter().any(|response| response.id == row.id) {
        life.hears = "whoever replied, with a link to say that it was the full response".into();
        life.kept = "once staff say that it was the full response".into();
    } else if let Some(wording) = pack.required_wording.iter().find(|other| other.id == row.id) {
        wording_life(&mut life, wording);
    }
    life
}

/// A sentence in an email is lived; one on a page is manners.
fn wording_life(life: &mut Life, wording: &RequiredWording) {
    let is_sent = |place: &AppearsIn| {
        matches!(place, AppearsIn::Acknowledgement | AppearsIn::Answer | AppearsIn::Delay)
    };
    if wording.appears_in.iter().any(is_sent) {
        life.hears = "the customer".into();
        life.kept = "with every such email".into();
    } else {
        life.state = "manners";
        life.kept = "not recorded".into();
        let for_staff = wording.appears_in.contains(&AppearsIn::StaffPage);
        life.hears = if for_staff { "staff who open the contact" } else { "the public" }.into();
    }
}

/// The recipients of the reminders, each with the times: "owner: halfway, 1 working day before".
fn hears(standard: &Standard) -> String {
    let mut recipients: Vec<(Recipient, Vec<String>)> = Vec::new();
    for step in &standard.reminders.0 {
        let mut at = step.at.to_string();
        if step.only_if_due_on_non_working_day {
            at.push_str(" if that is not a working day");
        }
        match recipients.iter_mut().find(|(recipient, _)| *recipient == step.notify) {
            Some((_, times)) => times.push(at),
            None => recipients.push((step.notify, vec![at])),
        }
    }
    let all = recipients
        .iter()
        .map(|(who, times)| format!("{}: {}", recipient(*who), times.join(", ")))
        .collect::<Vec<_>>();
    match (&standard.shares_due_with, all.is_empty()) {
        (Some(other), true) => format!("as for `{other}`"),
        (None, true) => "nobody is reminded".into(),
        _ => all.join("; "),
    }
}

/// The milestones that keep a standard: "letter: written to the customer; call: spoke to the customer".
fn kept(standard: &Standard) -> String {
    let list = |milestones: &[Milestone]| {
        milestones.iter().map(|m| milestone(*m)).collect::<Vec<_>>().join(" or ")
    };
    let options: Vec<_> = match standard.options.as_slice() {
        [] => Vec::new(),
        [only] => vec![list(&only.kept_by)],
        several => several
            .iter()
            .map(|option| format!("{}: {}", option.title.to_lowercase(), list(&option.kept_by)))
            .collect(),
    };
    match &standard.shares_due_with {
        Some(other) => format!("{}, or whatever keeps `{other}`", list(&standard.also_kept_by)),
        None => options.join("; "),
    }
}
