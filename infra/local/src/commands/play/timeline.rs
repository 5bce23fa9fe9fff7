//! The timeline of a scenario, as text and as JSON.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::wording::short_date;
use serde::Serialize;

/// The entries of a play, in order of time.
#[derive(Debug)]
pub(super) struct Timeline {
    zone: Tz,
    entries: Vec<Entry>,
}

/// An entry of the timeline.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Local time with offset.
    at: String,
    /// The person who acted, the reference of the contact, or "email" for an email that was sent.
    by: String,
    what: String,
    /// The derivation of a due date.
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
    /// The text that was written or said.
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    /// Whether this is an email that Kept sent.
    #[serde(skip)]
    is_sent_email: bool,
}

impl Timeline {
    pub(super) fn new(zone: Tz) -> Self {
        Self { zone, entries: Vec::new() }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds something that a customer or a member of staff did.
    pub(super) fn add_action(&mut self, at: DateTime<Utc>, by: &str, what: String, text: &str) {
        self.add(at, by, what, String::new(), text, false);
    }

    /// Adds an event of a contact, with the derivation if it is about a due date.
    pub(super) fn add_event(&mut self, at: DateTime<Utc>, by: &str, what: String, why: String) {
        self.add(at, by, what, why, "", false);
    }

    /// Adds an email that Kept sent.
    pub(super) fn add_email(&mut self, at: DateTime<Utc>, to: &str, subject: &str, text: &str) {
        self.add(at, "email", format!("to {to}: {subject}"), String::new(), text, true);
    }

    fn add(
        &mut self,
        at: DateTime<Utc>,
        by: &str,
        what: String,
        why: String,
        text: &str,
        is_sent_email: bool,
    ) {
        let at = at.with_timezone(&self.zone).to_rfc3339();
        let (by, text) = (by.to_owned(), text.to_owned());
        self.entries.push(Entry { at, by, what, why, text, is_sent_email });
    }

    /// Puts the entries in order of time, so that events and the emails that follow from them stand together.
    pub(super) fn order_by_time(&mut self) {
        self.entries.sort_by(|a, b| a.at.cmp(&b.at));
    }

    /// The timeline as text, with a heading for each day. The text of the emails that Kept sent is left
    /// out unless `emails` is true.
    pub(super) fn render(&self, emails: bool) -> String {
        let mut text = String::new();
        let mut last_day = String::new();
        for entry in &self.entries {
            let Ok(at) = DateTime::parse_from_rfc3339(&entry.at) else { continue };
            let day = short_date(at.date_naive());
            if day != last_day {
                text.push_str(&format!("{}{day}\n", if last_day.is_empty() { "" } else { "\n" }));
                last_day = day;
            }
            text.push_str(&format!("  {}  {}  {}\n", at.format("%H:%M:%S"), entry.by, entry.what));
            if !entry.why.is_empty() {
                text.push_str(&format!("            {}\n", entry.why));
            }
            if !entry.is_sent_email || emails {
                for line in entry.text.trim().lines() {
                    text.push_str(&format!("            | {line}\n"));
                }
            }
        }
        text
    }
}
