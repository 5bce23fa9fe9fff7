//! Recurring duties as a calendar file (RFC 5545).

use chrono::NaiveDate;
use domain::organisation::Organisation;
use domain::wording::short_date;

use super::occurrences::Occurrence;

/// Renders an all-day event for each due day and each reminder.
pub(super) fn render(
    organisation: &Organisation,
    since: NaiveDate,
    occurrences: &[Occurrence<'_>],
) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Kept//duties//EN".to_owned(),
    ];
    let mut event = |kind: &str, day: NaiveDate, summary: String, occurrence: &Occurrence<'_>| {
        let Occurrence { id, due, promise, pack, place, .. } = occurrence;
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            // Made from the due day, so that a second import changes events and does not add any.
            format!("UID:{kind}-{id}-{due}@{}.kept.invalid", organisation.id),
            // The time of rendering would make each file different; the same arguments should give the
            // same file.
            format!("DTSTAMP:{}T000000Z", since.format("%Y%m%d")),
            format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
            "TRANSP:TRANSPARENT".to_owned(),
            format!("SUMMARY:{}", escape(&summary)),
            format!("DESCRIPTION:{}", escape(&format!("\"{promise}\"\n{pack}, {place}"))),
            "END:VEVENT".to_owned(),
        ]);
    };
    for occurrence in occurrences {
        if let Some(day) = occurrence.remind {
            let summary = format!("By {}: {}", short_date(occurrence.due), occurrence.text);
            event("remind", day, summary, occurrence);
        }
        event("due", occurrence.due, occurrence.text.to_owned(), occurrence);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| fold(line)).collect()
}

/// Escapes the characters that have a meaning in text (RFC 5545, section 3.3.11).
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Folds a line into lines of at most 75 octets, never within a character (RFC 5545, section 3.1).
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let line = format!("SUMMARY:{}", "ß".repeat(100));
        let folded = fold(&line);
        assert!(folded.split("\r\n").all(|part| part.len() <= 75), "{folded}");
        assert_eq!(folded.matches("\r\n ").count(), 2);
        assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
        let exact = "x".repeat(75);
        assert_eq!(fold(&exact), format!("{exact}\r\n"));
    }

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(escape("a, b; c\\d\ne"), "a\\, b\\; c\\\\d\\ne");
    }
}
