//! `kept explain`: the deadlines of a contact, and how each date was found.

mod text;

use chrono::{DateTime, Utc};
use clap::Args;
use domain::explain::Explanation;
use domain::organisation::Organisation;
use domain::standards::{Category, Facts, Priority, Receipt};

use super::local_time::parse_time;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, print, print_json};

/// The arguments of `kept explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A pack of standards; repeat for several [default: the organisation's packs]
    #[arg(long, value_name = "PACK")]
    pack: Vec<String>,
    /// The channel, such as email, web-form or letter
    #[arg(long, default_value = "email")]
    channel: String,
    /// The category, such as general, repair or complaint
    #[arg(long, default_value = Category::GENERAL)]
    category: String,
    /// The team that has the contact [default: the organisation's first team]
    #[arg(long)]
    team: Option<String>,
    /// The priority: normal, urgent or emergency
    #[arg(long, default_value = "normal")]
    priority: String,
    /// Staff have set the category and the priority; so they have if the priority is not normal
    #[arg(long)]
    triaged: bool,
    /// The contact was addressed to a member of staff by name
    #[arg(long)]
    direct: bool,
    /// When the contact was received: local time such as 2026-05-01T16:50, or a time with an offset
    /// [default: now]
    #[arg(long, value_name = "TIME")]
    received: Option<String>,
    /// The format of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints every deadline that applies, with its derivation.
///
/// # Errors
/// Returns an error if an argument is unknown, or if a date lies outside the calendar.
pub(crate) fn run(context: &Context, args: &ExplainArgs) -> Result<(), Failure> {
    let organisation = context.organisation(&args.pack)?;
    let channel = organisation.channel(&args.channel).map_err(Failure::usage)?;
    let priority: Priority = args.priority.parse().map_err(Failure::usage)?;
    let category = category(&organisation, &args.category)?;
    let team = team(&organisation, args.team.as_deref())?;
    let received = received(&organisation, args.received.as_deref())?;
    let facts = Facts {
        channel,
        category: &category,
        priority,
        triaged: args.triaged || priority != Priority::Normal,
        team: &team,
        stage: 1,
        direct: args.direct,
        received: Receipt::at(received, organisation.own_calendar()),
    };
    let explanation = Explanation::of(&organisation, &facts, received).map_err(Failure::failed)?;
    match args.format {
        Format::Text => print(&text::render(&organisation, &facts, &explanation)),
        Format::Json => print_json(&explanation),
    }
}

fn category(organisation: &Organisation, word: &str) -> Result<Category, Failure> {
    let known = organisation.known_categories();
    let category: Category = word.parse().map_err(Failure::usage)?;
    if known.contains(&category) {
        return Ok(category);
    }
    let known: Vec<_> = known.iter().map(Category::as_str).collect();
    Err(Failure::usage(format!("`{word}` is not a category; choose from: {}", known.join(", "))))
}

fn team(organisation: &Organisation, word: Option<&str>) -> Result<String, Failure> {
    let teams: Vec<_> = organisation.teams().iter().map(|team| team.id.to_string()).collect();
    match word {
        None => Ok(teams.first().cloned().unwrap_or_default()),
        Some(word) if teams.iter().any(|team| team == word) => Ok(word.to_owned()),
        Some(word) => Err(Failure::usage(format!(
            "`{word}` is not a team; choose from: {}",
            teams.join(", ")
        ))),
    }
}

fn received(organisation: &Organisation, text: Option<&str>) -> Result<DateTime<Utc>, Failure> {
    let Some(text) = text else { return Ok(adapters::clock::Clock::System.now()) };
    parse_time(organisation, text).ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is not a time; write local time as 2026-05-01T16:50, or add an offset"
        ))
    })
}
