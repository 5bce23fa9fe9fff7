//! The explanation as text. Writing into a string cannot fail, so the results are ignored.

use std::fmt::Write as _;

use domain::explain::{Explained, Explanation};
use domain::organisation::Organisation;
use domain::standards::{Facts, StandardId};
use domain::wording::{account, recipient};

use crate::rendering::date_and_time;

pub(super) fn render(
    organisation: &Organisation,
    facts: &Facts<'_>,
    explanation: &Explanation,
) -> String {
    let packs: Vec<_> = organisation.packs().iter().map(|pack| pack.id.as_str()).collect();
    let mut text = format!(
        "{}\nReceived {} by {}{}, category {}, team {}\nStandards: {}\n",
        organisation.name,
        date_and_time(&explanation.received_at),
        facts.channel,
        if facts.direct { " to a person" } else { "" },
        facts.category,
        facts.team,
        packs.join(", ")
    );
    if explanation.deadlines.is_empty() {
        text.push_str("\nNo standard gives this contact a deadline.\n");
    }
    for deadline in &explanation.deadlines {
        render_deadline(&mut text, organisation, deadline);
    }
    if !explanation.later.is_empty() {
        text.push_str("\nDeadlines that start later:\n");
    }
    for later in &explanation.later {
        let starts: Vec<_> = later.starts.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "  {}, from {}\n    \"{}\"",
            name(organisation, &later.standard),
            starts.join(" and "),
            later.promise
        );
    }
    text
}

/// The title of a standard, with its id for whoever writes the pack.
fn name(organisation: &Organisation, id: &StandardId) -> String {
    organisation
        .standard(id)
        .map_or_else(|| id.to_string(), |standard| format!("{} ({id})", standard.title))
}

fn render_deadline(text: &mut String, organisation: &Organisation, deadline: &Explained) {
    let due = deadline.due_at;
    let standard = name(organisation, &deadline.standard);
    let _ = writeln!(text, "\n{standard}: due {}", date_and_time(&due));
    let _ = writeln!(text, "  \"{}\"", deadline.promise);
    let _ = writeln!(text, "  {}, {} ({})", deadline.pack, deadline.place, deadline.version);
    if deadline.internal {
        let own = organisation.standard(&deadline.standard).is_some_and(|s| s.internal);
        text.push_str(if own {
            "  Internal target: no time was published.\n"
        } else {
            "  Internal target: ours until staff set the category and priority, and then as they say.\n"
        });
    }
    for what in &deadline.unconfirmed {
        let _ = writeln!(text, "  Not confirmed: {what}");
    }
    if let Some(ruling) = &deadline.ruling {
        let _ = writeln!(text, "  Ruling: {ruling}");
    }
    if let Some(other) = &deadline.shares_due_with {
        let _ = writeln!(text, "  Due at the same time as {}", name(organisation, other));
    } else {
        for option in &deadline.options {
            if deadline.options.len() > 1 {
                let standard = organisation.standard(&deadline.standard);
                let options = standard.map_or(&[][..], |standard| &standard.options);
                let title = options.iter().find(|o| o.id == option.id).map(|o| o.title.as_str());
                let _ = writeln!(text, "  {}:", title.unwrap_or(&option.id));
            }
            for step in account(&option.derivation) {
                let _ = writeln!(text, "    {step}");
            }
        }
        let _ = writeln!(text, "  For the customer: {}", deadline.explanation);
    }
    for other in deadline.alternatives.iter().filter(|other| other.due_at != due) {
        let _ = writeln!(
            text,
            "  Another reading: {} Due {}",
            other.reading,
            date_and_time(&other.due_at)
        );
    }
    for reminder in &deadline.reminders {
        let _ = writeln!(
            text,
            "  {}: notifies {} if it is {} done",
            date_and_time(&reminder.at),
            recipient(reminder.notify),
            if reminder.at > due { "still not" } else { "not" }
        );
    }
}
