//! The rows of the packs that a contact of each category and channel gets when it arrives.

use std::fmt::Write as _;

use domain::library::{built_in_organisations, load_built_in};
use domain::standards::{Channel, Milestone};

use crate::case::Case;

/// Rows that ask for an answer to one contact together, each with the reason.
const TOGETHER: [(&[&str], &str); 5] = [
    (
        &["kht-complaint-response", "kht-s1-plan", "chc-s1-response"],
        "Each document makes a promise of its own, and the Code replaces none.",
    ),
    (&["lhh-complaint-response", "chc-s1-response"], "The Code replaces no promise."),
    (&["nihe-foi", "foi-response"], "The charter promises what the law asks for."),
    (&["nihe-dsar", "dsar-response"], "The charter promises what the law asks for."),
    (
        &["wk-ooh-emergency", "awaab-investigate"],
        "A hazard that was made safe overnight is followed up, and investigated as well.",
    ),
];

/// A time in office hours, after the second phase of Awaab's Law began.
const ARRIVES: &str = "2026-12-01T10:00";

/// A contact that has just arrived.
struct Arrived {
    category: String,
    by: String,
    /// The rows whose deadlines run. Those in brackets are targets of the provider's own.
    rows: String,
    /// The ids of the rows among them that only an answer keeps.
    answers: Vec<String>,
}

/// A contact of each category that arrives in each way: by a channel, or by email to another team.
fn arrivals(id: &str) -> Vec<Arrived> {
    let mut organisation = load_built_in(id).unwrap();
    let channels = Channel::ALL.iter().map(|channel| ("customer-services", *channel));
    let by_email = ("repairs", Channel::Email);
    let ways: Vec<_> = channels.chain([by_email]).collect();
    let mut arrivals = Vec::new();
    for category in organisation.known_categories() {
        for (team, channel) in &ways {
            let (channel, subject) = (channel.as_str(), category.as_str());
            let case = Case::of(organisation, team, channel, subject, ARRIVES);
            let to = if *team == by_email.0 { format!(" to {team}") } else { String::new() };
            arrivals.push(Arrived {
                category: category.to_string(),
                by: format!("{channel}{to}"),
                rows: rows(&case),
                answers: answers(&case),
            });
            organisation = case.organisation;
        }
    }
    arrivals
}

fn rows(case: &Case) -> String {
    let rows = case.contact.deadlines.iter().map(|deadline| match deadline.internal {
        true => format!("({})", deadline.id),
        false => deadline.id.to_string(),
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() { "nothing".into() } else { rows.join(", ") }
}

fn answers(case: &Case) -> Vec<String> {
    let asks = case.contact.deadlines.iter().filter(|deadline| {
        let standard = deadline.standard(&case.organisation).unwrap();
        let less = [Milestone::Acknowledged, Milestone::ComplaintDefined];
        standard.shares_due_with.is_none()
            && standard.kept_by(Milestone::Responded)
            && !less.iter().any(|milestone| standard.kept_by(*milestone))
    });
    asks.map(|deadline| deadline.id.to_string()).collect()
}

/// Puts the names together that lead to the same text, in the order in which they first come.
fn grouped(of: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut groups: Vec<(String, String)> = Vec::new();
    for (name, text) in of {
        match groups.iter_mut().find(|(_, same)| *same == text) {
            Some((names, _)) => write!(names, ", {name}").unwrap(),
            None => groups.push((name, text)),
        }
    }
    groups
}

#[test]
fn a_contact_gets_the_rows_for_its_category_and_channel() {
    let mut text = String::new();
    for id in built_in_organisations() {
        let arrivals = arrivals(id);
        let of_categories = arrivals.chunk_by(|one, next| one.category == next.category);
        let tables = of_categories.map(|of_category| {
            let ways = of_category.iter().map(|arrived| (arrived.by.clone(), arrived.rows.clone()));
            let table = grouped(ways).into_iter().fold(String::new(), |mut table, (by, rows)| {
                writeln!(table, "  {by}: {rows}").unwrap();
                table
            });
            (of_category[0].category.clone(), table)
        });
        for (categories, table) in grouped(tables) {
            writeln!(text, "{id}: {categories}\n{table}").unwrap();
        }
    }
    insta::assert_snapshot!("rows-of-a-contact", text);
}

#[test]
fn two_rows_ask_for_an_answer_to_one_contact_only_on_purpose() {
    for id in built_in_organisations() {
        for Arrived { category, by, answers, .. } in arrivals(id) {
            let together = TOGETHER.iter().any(|(rows, reason)| {
                !reason.is_empty() && answers.iter().all(|row| rows.contains(&row.as_str()))
            });
            assert!(answers.len() < 2 || together, "{id}, {category} by {by}: {answers:?}");
        }
    }
}
