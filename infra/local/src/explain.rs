//! `kept explain`: by when a contact would have to be answered, and why.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDateTime, Utc};
use clap::Args;
use domain::deadline::{Explained, Explanation};
use domain::organisation::Organisation;
use domain::standards::{Category, Channel, Facts, Priority, Recipient};
use domain::time::short_date;

use crate::cli::{Failure, Format, Shared};

/// Which contact.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A pack of standards; may be given several times [default: those of the organisation]
    #[arg(long, value_name = "PACK")]
    pub pack: Vec<String>,
    /// How it came, such as email, web-form or letter
    #[arg(long, default_value = "email")]
    pub channel: String,
    /// What it is about
    #[arg(long, default_value = Category::GENERAL)]
    pub category: String,
    /// The team that has it [default: the organisation's first]
    #[arg(long)]
    pub team: Option<String>,
    /// How pressing it is: normal, urgent or emergency
    #[arg(long, default_value = "normal")]
    pub priority: String,
    /// It was addressed to a member of staff by name
    #[arg(long)]
    pub direct: bool,
    /// When it came, local time such as 2026-05-01T16:50, or with an offset [default: now]
    #[arg(long, value_name = "TIME")]
    pub received: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Prints every deadline that applies, with its derivation.
///
/// # Errors
/// When a word is unknown, or a date lies outside the calendar.
pub fn run(shared: &Shared, args: &ExplainArgs) -> Result<(), Failure> {
    let organisation = shared.organisation(&args.pack)?;
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
    let channel: Channel = args.channel.parse().map_err(|error| usage(&error))?;
    let priority: Priority = args.priority.parse().map_err(|error| usage(&error))?;
    let category = category(&organisation, &args.category)?;
    let team = team(&organisation, args.team.as_deref())?;
    let received = received(&organisation, args.received.as_deref())?;
    let facts = Facts {
        channel,
        category: &category,
        priority,
        team: &team,
        stage: 1,
        direct: args.direct,
    };
    let explanation = Explanation::of(&organisation, &facts, received).map_err(Failure::found)?;
    match args.format {
        Format::Text => print!("{}", text(&organisation, &facts, &explanation)),
        Format::Json => {
            let json = serde_json::to_string_pretty(&explanation).map_err(Failure::found)?;
            println!("{json}");
        }
    }
    Ok(())
}

fn category(organisation: &Organisation, word: &str) -> Result<Category, Failure> {
    let known = organisation.known_categories();
    let category: Category =
        word.parse().map_err(|e: domain::standards::UnknownWord| Failure::Usage(e.to_string()))?;
    if known.contains(&category) {
        return Ok(category);
    }
    let known: Vec<_> = known.iter().map(Category::as_str).collect();
    Err(Failure::Usage(format!("`{word}` is not a category; there are: {}", known.join(", "))))
}

fn team(organisation: &Organisation, word: Option<&str>) -> Result<String, Failure> {
    let teams: Vec<_> = organisation.teams().iter().map(|team| team.id.to_string()).collect();
    match word {
        None => Ok(teams.first().cloned().unwrap_or_default()),
        Some(word) if teams.iter().any(|team| team == word) => Ok(word.to_owned()),
        Some(word) => {
            Err(Failure::Usage(format!("`{word}` is not a team; there are: {}", teams.join(", "))))
        }
    }
}

fn received(organisation: &Organisation, text: Option<&str>) -> Result<DateTime<Utc>, Failure> {
    let Some(text) = text else { return Ok(adapters::clock::Clock::System.now()) };
    parse_time(organisation, text).ok_or_else(|| {
        Failure::Usage(format!(
            "`{text}` is not a time; write 2026-05-01T16:50, local time, or with an offset"
        ))
    })
}

/// Local time, or an instant with an offset.
pub(crate) fn parse_time(organisation: &Organisation, text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    // RFC 3339 wants seconds; people leave them out.
    if let Ok(at) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z") {
        return Some(at.to_utc());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let local =
        formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Some(organisation.own_calendar().instant(local))
}

fn text(organisation: &Organisation, facts: &Facts<'_>, explanation: &Explanation) -> String {
    let at = explanation.received_at;
    let packs: Vec<_> = organisation.packs().iter().map(|pack| pack.id.as_str()).collect();
    let mut text = format!(
        "{}, by {}{}, about {}, for {}, on {} at {}\nStandards: {}\n",
        organisation.name,
        facts.channel,
        if facts.direct { " to a person" } else { "" },
        facts.category,
        facts.team,
        short_date(at.date_naive()),
        at.format("%H:%M:%S"),
        packs.join(", ")
    );
    if explanation.deadlines.is_empty() {
        text.push_str("\nNo standard gives this contact a deadline.\n");
    }
    for deadline in &explanation.deadlines {
        one(&mut text, deadline);
    }
    if !explanation.later.is_empty() {
        text.push_str("\nClocks that start later:\n");
    }
    for later in &explanation.later {
        let starts: Vec<_> = later.starts.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "  {} with {}\n    \"{}\"",
            later.standard,
            starts.join(" and "),
            later.promise
        );
    }
    text
}

fn one(text: &mut String, deadline: &Explained) {
    // Writing into a string cannot fail.
    let due = deadline.due_at;
    let _ = writeln!(
        text,
        "\n{}: due {} {}",
        deadline.standard,
        short_date(due.date_naive()),
        due.format("%H:%M:%S")
    );
    let _ = writeln!(text, "  \"{}\"", deadline.promise);
    let _ = writeln!(text, "  {}, {} ({})", deadline.pack, deadline.place, deadline.version);
    if deadline.internal {
        let _ = writeln!(text, "  A target of our own: no time was published.");
    }
    if let Some(ruling) = &deadline.ruling {
        let _ = writeln!(text, "  Ruling: {ruling}");
    }
    if let Some(followed) = &deadline.shares_due_with {
        let _ = writeln!(text, "  Due with {followed}");
    } else {
        for option in &deadline.options {
            if deadline.options.len() > 1 {
                let _ = writeln!(text, "  {}:", option.id);
            }
            for step in option.derivation.account() {
                let _ = writeln!(text, "    {step}");
            }
        }
        let _ = writeln!(text, "  For the customer: {}", deadline.explanation);
    }
    for other in &deadline.alternatives {
        if other.due_at != deadline.due_at {
            let at = other.due_at;
            let _ = writeln!(
                text,
                "  Otherwise: {} {}, if one reads: {}",
                short_date(at.date_naive()),
                at.format("%H:%M"),
                other.reading
            );
        }
    }
    for reminder in &deadline.reminders {
        let who = match reminder.notify {
            Recipient::Owner => "whoever has it",
            Recipient::TeamLead => "the team lead",
            Recipient::Manager => "the manager",
            Recipient::OnCall => "whoever is on call",
            Recipient::Customer => "the customer",
        };
        let at = reminder.at;
        let when = if at > due { "if it is still not done" } else { "if it is not done" };
        let _ = writeln!(
            text,
            "  {} {}, {when}: tells {who}",
            short_date(at.date_naive()),
            at.format("%H:%M:%S")
        );
    }
}
