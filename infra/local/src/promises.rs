//! `kept promises`: every row of the packs, and how Kept keeps it.

use std::fmt::Write as _;

use clap::Args;
use domain::standards::{
    ActionPrompt, AppearsIn, Applies, Measure, MeasuredBy, OutOfHours, OwedBy, Pack,
    ProvisionalStart, Recipient, RecurringDuty, RequiredWording, Standard,
};
use serde::Serialize;

use crate::cli::{Failure, Format, Shared, count, print, print_json};

const EXAMPLES: &str = "\
Examples:
  kept promises                         every promise that the organisation keeps
  kept promises westkent                those of one pack
  kept promises --format json ours.toml";

/// Of which packs.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PromisesArgs {
    /// Packs: ids or files [default: those of the organisation]
    #[arg(value_name = "PACK")]
    pub packs: Vec<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// One row of a pack.
#[derive(Debug, Serialize)]
struct Row<'a> {
    pack: &'a str,
    id: &'a str,
    kind: &'static str,
    promise: &'a str,
    place: &'a str,
    applies_to: Vec<String>,
    how: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<&'a str>,
}

/// Lists every row of the packs.
///
/// # Errors
/// When a pack is broken, or there is none of that name.
pub fn run(shared: &Shared, args: &PromisesArgs) -> Result<(), Failure> {
    for name in &args.packs {
        shared.known_pack_file(name)?;
    }
    let organisation = shared.organisation(&args.packs)?;
    match args.format {
        Format::Text => organisation.packs().iter().try_for_each(|pack| print(&text(pack))),
        Format::Json => print_json(&organisation.packs().iter().flat_map(rows).collect::<Vec<_>>()),
    }
}

fn text(pack: &Pack) -> String {
    let rows = rows(pack);
    let mut text = format!(
        "{}: {}, {}, version {}: {}\n\n",
        pack.id,
        pack.title,
        pack.publisher,
        pack.version,
        count(rows.len(), "row")
    );
    for row in rows {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{:<34} {:<9} {}", row.id, row.kind, row.how);
        let _ = writeln!(text, "    \"{}\"", row.promise);
        let _ = write!(text, "    {}", row.place);
        let _ = match row.applies_to.as_slice() {
            [] => text.write_str("\n\n"),
            parts => write!(text, "; for {}\n\n", parts.join("; or ")),
        };
    }
    text
}

fn rows(pack: &Pack) -> Vec<Row<'_>> {
    let pack_id = pack.id.as_str();
    let mut rows = Vec::new();
    for row in &pack.standards {
        rows.push(Row {
            pack: pack_id,
            id: &row.id,
            kind: "standard",
            promise: &row.promise,
            place: &row.place,
            applies_to: row.applies.iter().map(contacts).collect(),
            how: standard(row),
            ruling: row.ruling.as_deref(),
        });
    }
    macro_rules! others {
        ($field:ident, $kind:literal, $how:expr, $applies:expr) => {
            for row in &pack.$field {
                rows.push(Row {
                    pack: pack_id,
                    id: &row.id,
                    kind: $kind,
                    promise: &row.promise,
                    place: &row.place,
                    applies_to: $applies(row),
                    how: $how(row),
                    ruling: row.ruling.as_deref(),
                });
            }
        };
    }
    others!(measures, "measure", measure, |_| Vec::new());
    others!(action_prompts, "prompt", action_prompt, |r: &ActionPrompt| r
        .applies_to
        .0
        .iter()
        .map(contacts)
        .collect());
    others!(duties, "duty", duty, |_| Vec::new());
    others!(required_wording, "content", content, |r: &RequiredWording| {
        r.applies_to.0.iter().map(contacts).collect()
    });
    rows
}

fn standard(standard: &Standard) -> String {
    let list = |words: &[domain::standards::Milestone], and: &str| {
        words.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(and)
    };
    let mut how = String::new();
    if let Some(followed) = &standard.shares_due_with {
        let _ = write!(how, "due with {followed}");
        let _ = write!(how, ", kept by {}", list(&standard.also_kept_by, " or "));
    } else {
        let options: Vec<_> = standard
            .options
            .iter()
            .map(|option| {
                format!("within {} by {}", option.counting.within, list(&option.kept_by, " or "))
            })
            .collect();
        let _ = write!(how, "{}, from {}", options.join(", or "), list(&standard.starts, " and "));
        how.push_str(match standard.options.first().map(|option| option.counting.out_of_hours) {
            None | Some(OutOfHours::Counts) => "",
            Some(OutOfHours::NextOpening) => ", out of hours from the next opening",
            Some(OutOfHours::AfterCloseNextWorkingDay | OutOfHours::NextWorkingDay) => {
                ", out of hours as of the next working day"
            }
        });
        match &standard.provisional_start {
            Some(ProvisionalStart::Milestone(other)) => {
                let _ = write!(how, ", until then from {other}");
            }
            Some(ProvisionalStart::DueOf(other)) => {
                let _ = write!(how, ", until then from when {other} is due");
            }
            None => {}
        }
    }
    if !standard.restarts_on.is_empty() {
        let _ = write!(how, ", afresh from {}", list(&standard.restarts_on, " or "));
    }
    if let Some(pause) = standard.pause {
        let _ = write!(how, ", standing still from {} until {}", pause.from, pause.until);
    }
    if let Some(extension) = &standard.extension {
        let _ = write!(how, ", put off by {} at most by {}", extension.within, extension.on);
    }
    if !standard.exempted_by.is_empty() {
        let _ = write!(how, ", not owed after {}", list(&standard.exempted_by, " or "));
    }
    if let Some(again) = standard.recurs_after {
        let _ = write!(how, ", again after {again}");
    }
    if standard.owed_by == OwedBy::Customer {
        how.push_str(" (the customer's own time)");
    }
    if standard.internal {
        how.push_str(" (a target of our own)");
    }
    how
}

fn measure(measure: &Measure) -> String {
    let source = match measure.measured_by {
        MeasuredBy::Telephony => "the telephone system",
        MeasuredBy::Survey => "surveys",
        MeasuredBy::MysteryShopping => "mystery shopping",
        MeasuredBy::Contacts => "Kept's own contacts",
    };
    let mut how = format!("measured from {source}");
    if let Some(within) = measure.within {
        let _ = write!(how, ": within {within}");
    }
    if let Some(percent) = measure.at_most_percent {
        let _ = write!(how, ": at most {percent} %");
    }
    if measure.within.is_none() && measure.at_most_percent.is_none() {
        how.push_str(", without a target");
    }
    how
}

fn action_prompt(action_prompt: &ActionPrompt) -> String {
    let on: Vec<_> = action_prompt.on.0.iter().map(|milestone| format!("on {milestone}")).collect();
    let breach = action_prompt.on_breach_of.iter().map(|id| format!("when {id} is missed"));
    let when: Vec<_> = on.into_iter().chain(breach).collect();
    let whom = match action_prompt.notify {
        Recipient::Owner => "whoever has it",
        Recipient::TeamLead => "the team lead",
        Recipient::Manager => "the manager",
        Recipient::OnCall => "whoever is on call",
        Recipient::Customer => "the customer",
    };
    format!("{}, tells {whom}: {}", when.join(" or "), action_prompt.text)
}

fn duty(duty: &RecurringDuty) -> String {
    let remind = duty.remind_before.map(|remind| format!(", reminded of {remind} before"));
    format!("every {}{}: {}", duty.every, remind.unwrap_or_default(), duty.text)
}

fn content(content: &RequiredWording) -> String {
    let carried: Vec<_> = content
        .appears_in
        .iter()
        .map(|by| match by {
            AppearsIn::Acknowledgement => "in acknowledgements",
            AppearsIn::Answer => "in answers",
            AppearsIn::Delay => "in delay notices",
            AppearsIn::StaffPage => "to staff, on the contact's page",
            AppearsIn::Website => "on the website, by who keeps it",
        })
        .collect();
    format!("said {}: {}", carried.join(" and "), content.text)
}

/// The contacts that a row applies to, in a few words.
fn contacts(applies: &Applies) -> String {
    fn any<T: ToString>(parts: &mut Vec<String>, before: &str, words: &[T]) {
        if !words.is_empty() {
            let words: Vec<_> = words.iter().map(ToString::to_string).collect();
            parts.push(format!("{before}{}", words.join(" or ")));
        }
    }
    let mut parts = Vec::new();
    any(&mut parts, "", &applies.channel);
    any(&mut parts, "about ", &applies.category);
    any(&mut parts, "not about ", &applies.category_not);
    any(&mut parts, "", &applies.priority);
    any(&mut parts, "with ", &applies.team);
    any(&mut parts, "not with ", &applies.team_not);
    if let Some(stage) = applies.stage {
        parts.push(format!("at stage {stage}"));
    }
    match applies.direct {
        Some(true) => parts.push("to a person".into()),
        Some(false) => parts.push("to a team".into()),
        None => {}
    }
    if let Some(from) = applies.effective_from {
        parts.push(format!("from {from}"));
    }
    parts.join(", ")
}
