//! The rows of a pack, each with a description of how it is kept. Writing into a string cannot fail, so
//! the results are ignored.

use std::fmt::Write as _;

use domain::standards::{
    AcknowledgementRule, ActionPrompt, AppearsIn, Applies, DueAt, FullResponse, Measure,
    MeasuredBy, Milestone, OutOfHours, OwedBy, Pack, PartOfDay, ProvisionalStart, RecurringDuty,
    RequiredWording, Standard, Within,
};
use domain::wording::recipient;
use serde::Serialize;

use super::conditions;

/// One row of a pack.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    pack: &'a str,
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// The name of the row's table in the file.
    pub(super) kind: &'static str,
    pub(super) promise: &'a str,
    pub(super) place: &'a str,
    pub(super) applies_to: Vec<String>,
    pub(super) how: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<&'a str>,
}

/// All rows of a pack, kind by kind.
pub(super) fn of(pack: &Pack) -> Vec<Row<'_>> {
    let all = |conditions: &[Applies]| conditions.iter().map(conditions::describe).collect();
    // The kinds of row are types of their own with some fields in common.
    macro_rules! row {
        ($kind:literal, $id:expr, $row:expr, $applies_to:expr, $how:expr) => {
            Row {
                pack: &pack.id,
                id: $id,
                title: &$row.title,
                kind: $kind,
                promise: &$row.promise,
                place: &$row.place,
                applies_to: $applies_to,
                how: $how,
                ruling: $row.ruling.as_deref(),
            }
        };
    }
    let mut rows = Vec::new();
    for row in &pack.standards {
        rows.push(row!("standard", row.id.as_str(), row, all(&row.applies), standard(row)));
    }
    for row in &pack.measures {
        rows.push(row!("measure", &row.id, row, all(&row.applies_to.0), measure(row)));
    }
    for row in &pack.action_prompts {
        rows.push(row!("action_prompt", &row.id, row, all(&row.applies_to.0), action_prompt(row)));
    }
    for row in &pack.duties {
        rows.push(row!("recurring_duty", &row.id, row, Vec::new(), recurring_duty(row)));
    }
    for row in &pack.required_wording {
        rows.push(row!(
            "required_wording",
            &row.id,
            row,
            all(&row.applies_to.0),
            required_wording(row)
        ));
    }
    for row in &pack.full_responses {
        let applies_to = all(&row.applies_to.0);
        rows.push(row!("full_response", &row.id, row, applies_to, full_response(row)));
    }
    rows
}

fn list(milestones: &[Milestone], and: &str) -> String {
    milestones.iter().map(Milestone::as_str).collect::<Vec<_>>().join(and)
}

fn standard(standard: &Standard) -> String {
    let mut how = match &standard.shares_due_with {
        Some(other) => {
            format!("{} by the due date of {other}", list(&standard.also_kept_by, " or "))
        }
        None => counting(standard),
    };
    if !standard.restarts_on.is_empty() {
        let _ = write!(how, ", restarts on {}", list(&standard.restarts_on, " or "));
    }
    for pause in &standard.pauses {
        let _ = write!(how, ", paused from {} until {}", pause.from, pause.until);
    }
    if let Some(extension) = &standard.extension {
        let limit = extension
            .within
            .map_or_else(|| " to the date told".to_owned(), |within| format!(" by up to {within}"));
        let times = if extension.times > 1 {
            format!(", {} times", extension.times)
        } else {
            String::new()
        };
        let _ = write!(how, ", extended{limit} on {}{times}", extension.on);
    }
    if let Some(other) = standard.or_later {
        let _ = write!(how, ", or {} from {} if later", other.counting.within, other.starts);
    }
    if !standard.exempted_by.is_empty() {
        let _ = write!(how, ", exempted by {}", list(&standard.exempted_by, " or "));
    }
    if !standard.ended_by.is_empty() {
        let _ = write!(how, ", ended by {}", list(&standard.ended_by, " or "));
    }
    if let Some(recurs) = &standard.recurs {
        let _ =
            write!(how, ", every {} until {}", recurs.every.within, list(&recurs.until, " or "));
    }
    if let Some(aim) = standard.aim {
        let _ = write!(how, ", aiming at {}", aim.within);
    }
    if standard.acknowledgement == AcknowledgementRule::NotNeeded {
        how.push_str(", not acknowledged");
    }
    if let Some(milestone) = standard.recurs_after {
        let _ = write!(how, ", again after {milestone}");
    }
    if standard.owed_by == OwedBy::Customer {
        how.push_str(" (the customer's window)");
    }
    if standard.internal {
        how.push_str(" (internal target)");
    }
    how
}

/// The options, and when counting starts.
fn counting(standard: &Standard) -> String {
    let options: Vec<_> = standard
        .options
        .iter()
        .map(|option| {
            let (kept_by, within) = (list(&option.kept_by, " or "), option.counting.within);
            let by = match option.counting.due {
                DueAt::TimeOfDay(time) => format!(" by {}", time.format("%H:%M")),
                DueAt::Close | DueAt::EndOfDay => String::new(),
            };
            match within {
                Within::AgreedTime | Within::Immediately => format!("{kept_by} {within}"),
                Within::WorkingDays(0) => format!("{kept_by} on the same working day{by}"),
                within => format!("{kept_by} within {within}{by}"),
            }
        })
        .collect();
    let mut how = format!("{}, from {}", options.join(", or "), list(&standard.starts, " and "));
    how.push_str(match standard.options.first().map(|option| option.counting.out_of_hours) {
        None | Some(OutOfHours::Counts) => "",
        Some(OutOfHours::NextOpening) => " or, out of hours, the next opening",
        Some(OutOfHours::AfterCloseNextWorkingDay | OutOfHours::NextWorkingDay) => {
            " or, out of hours, the next working day"
        }
    });
    match &standard.provisional_start {
        Some(ProvisionalStart::Milestone(milestone)) => {
            let _ = write!(how, ", provisionally from {milestone}");
        }
        Some(ProvisionalStart::DueOf(other)) => {
            let _ = write!(how, ", provisionally from the due date of {other}");
        }
        None => {}
    }
    how
}

fn measure(measure: &Measure) -> String {
    let source = match measure.measured_by {
        MeasuredBy::Telephony => "telephone system",
        MeasuredBy::Survey => "surveys",
        MeasuredBy::MysteryShopping => "mystery shopping",
        MeasuredBy::Contacts => "contacts in Kept",
    };
    let mut target: Vec<String> = Vec::new();
    target.extend(measure.within.map(|within| format!("within {within}")));
    target.extend(measure.rings.map(|rings| format!("within {rings} rings")));
    target.extend(measure.average.map(|average| format!("{average} on average")));
    target.extend(measure.at_least_percent.map(|percent| format!("at least {percent}%")));
    target.extend(measure.at_most_percent.map(|percent| format!("at most {percent}%")));
    let parts =
        |list: &[PartOfDay]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    if !measure.during.0.is_empty() {
        target.push(format!("during {}", parts(&measure.during.0)));
    }
    if !measure.except.0.is_empty() {
        target.push(format!("except {}", parts(&measure.except.0)));
    }
    let target = if target.is_empty() { "no target".to_owned() } else { target.join(", ") };
    format!("{target}, measured by {source}")
}

fn action_prompt(row: &ActionPrompt) -> String {
    let milestones = row.on.0.iter().map(|milestone| format!("on {milestone}"));
    let breaches = row.on_breach_of.iter().map(|id| format!("when {id} is missed"));
    let when: Vec<_> = milestones.chain(breaches).collect();
    format!("{}, tells {}: {}", when.join(" or "), recipient(row.notify), row.text)
}

fn recurring_duty(duty: &RecurringDuty) -> String {
    let remind = duty.remind_before.map(|remind| format!(", with a reminder {remind} before"));
    format!("every {}{}: {}", duty.every, remind.unwrap_or_default(), duty.text)
}

fn full_response(row: &FullResponse) -> String {
    let counts = "a reply by email is an update until staff say that it was the full response";
    if row.parts.is_empty() {
        counts.to_owned()
    } else {
        format!("{counts}, which gives {}", row.parts.join(", "))
    }
}

fn required_wording(wording: &RequiredWording) -> String {
    let places: Vec<_> = wording
        .appears_in
        .iter()
        .map(|place| match place {
            AppearsIn::Acknowledgement => "in acknowledgements",
            AppearsIn::Answer => "in answers",
            AppearsIn::Delay => "in delay notices",
            AppearsIn::StaffPage => "on the contact's page, for staff",
            AppearsIn::Website => "on the provider's website",
        })
        .collect();
    format!("appears {}: {}", places.join(" and "), wording.text)
}
