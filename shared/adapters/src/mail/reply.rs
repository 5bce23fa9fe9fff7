//! What is new in a reply, without what it quotes.

/// The line in notifications above which staff write. What follows it is never passed on.
pub const ANSWER_ABOVE: &str = "-- Write your answer above this line --";

/// The text of a reply up to where it begins to quote.
///
/// Mail programs mark a quotation in many ways and none is standard, so the line that Kept itself
/// puts into notifications comes first, and the usual marks after it.
#[must_use]
pub fn fresh_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let end = (0..lines.len()).find(|&i| begins_quote(&lines, i)).unwrap_or(lines.len());
    let fresh = lines.get(..end).unwrap_or_default();
    let end = fresh.iter().rposition(|line| !is_quoted(line)).map_or(0, |last| last + 1);
    fresh.get(..end).unwrap_or_default().join("\n").trim().to_owned()
}

fn begins_quote(lines: &[&str], index: usize) -> bool {
    let line = |i: usize| lines.get(i).map_or("", |line| line.trim());
    let this = line(index).trim_start_matches(['>', ' ', '*', '_']);
    if this.starts_with(ANSWER_ABOVE.trim_start_matches('-').trim_start())
        || this.starts_with(ANSWER_ABOVE)
        || this.eq_ignore_ascii_case("-----Original Message-----")
    {
        return true;
    }
    // "On Friday 1 May 2026, Kept wrote:", which mail programs break into two lines or three.
    if this.starts_with("On ") && (index..index + 3).any(|i| line(i).ends_with("wrote:")) {
        return true;
    }
    // Outlook's block: From:, then Sent: or Date: within a few lines.
    this.starts_with("From:")
        && (index + 1..index + 4).any(|i| {
            let next = line(i).trim_start_matches('*');
            next.starts_with("Sent:") || next.starts_with("Date:")
        })
}

fn is_quoted(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_left_out_however_they_are_marked() {
        let answer = "Hello Jo,\n\nthe plumber comes on Tuesday.\n\nPriya";
        for quote in [
            format!("{ANSWER_ABOVE}\nsecret"),
            format!("> {ANSWER_ABOVE}\n> secret"),
            "On Fri, 1 May 2026 at 16:51, West Kent\n<help@westkent.example> wrote:\n\n> secret".into(),
            "-----Original Message-----\nFrom: help\nsecret".into(),
            "________________________________\nFrom: West Kent <help@westkent.example>\nSent: 01 May 2026\nsecret".into(),
            "> secret\n>\n> more".into(),
            String::new(),
        ] {
            let text = format!("{answer}\n\n{quote}");
            let fresh = fresh_text(&text);
            assert!(fresh.starts_with(answer), "{text}");
            assert!(!fresh.contains("secret"), "{text}");
        }
    }

    #[test]
    fn a_reply_that_only_quotes_is_empty() {
        assert_eq!(fresh_text("\n\nOn Fri, someone wrote:\n> hello"), "");
        assert_eq!(fresh_text(ANSWER_ABOVE), "");
    }

    #[test]
    fn words_that_look_like_marks_are_left_alone() {
        let text = "From: what I see, it is mould.\nOn Friday I rang you.\nHe wrote a lot.";
        assert_eq!(fresh_text(text), text);
    }
}
