//! Replies: their new text without what they quote.

/// The line in notifications above which staff write their answer. Nothing below it is ever sent to the
/// customer.
pub const ANSWER_ABOVE: &str = "-- Write your answer above this line --";

/// Returns the text of a reply up to where it begins to quote.
///
/// Mail programs mark quotations in many ways, and no way is standard. The line that Kept puts into its
/// notifications ends the new text, and so do the usual marks.
#[must_use]
pub fn fresh_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let end = (0..lines.len()).find(|&i| begins_quote(&lines, i)).unwrap_or(lines.len());
    up_to(&lines, end)
}

/// The lines up to `end`, without what is quoted directly above it.
fn up_to(lines: &[&str], end: usize) -> String {
    let fresh = lines.get(..end).unwrap_or_default();
    let end = fresh.iter().rposition(|line| !is_quoted(line)).map_or(0, |last| last + 1);
    fresh.get(..end).unwrap_or_default().join("\n").trim().to_owned()
}

/// Returns true if the lines from here on only introduce a quotation: "On Friday, Kept wrote:", or the
/// headers of the quoted message.
fn introduces(lines: &[&str], from: usize) -> bool {
    let rest = lines.get(from..).unwrap_or_default();
    let wrote = rest.iter().take(3).position(|line| line.trim().ends_with("wrote:"));
    let rest = rest.get(wrote.map_or(0, |at| at + 1)..).unwrap_or_default();
    rest.iter().all(|line| is_quoted(line) || (wrote.is_none() && is_header(line)))
}

/// Returns true if a line can be one of the headers that mail programs put above a quotation. A long
/// list of recipients takes a second line.
fn is_header(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['*', '_']);
    let named = line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_alphabetic() || "*-".contains(c))
    });
    named || line.contains('@') || line.starts_with("-----")
}

fn is_answer_line(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['>', ' ', '*', '_']);
    line.starts_with(ANSWER_ABOVE)
        || line.starts_with(ANSWER_ABOVE.trim_start_matches('-').trim_start())
}

/// Returns the text of a reply by staff: everything above [`ANSWER_ABOVE`].
///
/// If the reply has that line, whatever looks like a quotation further up is part of the answer. Only
/// what a mail program puts directly above the notification is left out. If it has no such line, the
/// rules of [`fresh_text`] apply.
#[must_use]
pub fn answer_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let Some(line) = lines.iter().position(|line| is_answer_line(line)) else {
        return fresh_text(text);
    };
    let above = lines.get(..line).unwrap_or_default();
    let end = (0..line).find(|&i| begins_quote(above, i) && introduces(above, i)).unwrap_or(line);
    up_to(above, end)
}

fn begins_quote(lines: &[&str], index: usize) -> bool {
    let line = |i: usize| lines.get(i).map_or("", |line| line.trim());
    let this = line(index).trim_start_matches(['>', ' ', '*', '_']);
    if is_answer_line(this) || this.eq_ignore_ascii_case("-----Original Message-----") {
        return true;
    }
    // "On Friday 1 May 2026, Kept wrote:", which mail programs break into two or three lines.
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
    fn quotations_are_left_out_whatever_marks_them() {
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
    fn an_answer_is_everything_above_the_line() {
        let answer = "On Monday you wrote:\n> No water\n\nIt is mended.\n\nFrom: the plumber\n\
                      Date: Tuesday\n\n-----Original Message-----\nwas about another flat.";
        for introduction in [
            "",
            "\n",
            "On Fri, 1 May 2026 at 16:51, West Kent\n<help@westkent.example> wrote:\n\n",
            "-----Original Message-----\nFrom: West Kent\nTo: Priya\n\n",
            "From: West Kent <help@westkent.example>\nSent: 01 May 2026\nTo: Priya Shah;\n\
             tom.okafor@westkent.example\nSubject: New: No water\n\n",
        ] {
            for line in [ANSWER_ABOVE.to_owned(), format!("> {ANSWER_ABOVE}")] {
                let text = format!("{answer}\n\n{introduction}{line}\n> secret");
                assert_eq!(answer_text(&text), answer, "{introduction}");
            }
        }
        // Without the line, whatever looks like a quotation is one.
        assert_eq!(answer_text("Done.\n\nOn Fri, Kept wrote:\n> secret"), "Done.");
        assert_eq!(answer_text(&format!("On Fri, Kept wrote:\n> {ANSWER_ABOVE}\n> x")), "");
    }

    #[test]
    fn text_that_only_looks_like_a_quotation_is_kept() {
        let text = "From: what I see, it is mould.\nOn Friday I rang you.\nHe wrote a lot.";
        assert_eq!(fresh_text(text), text);
    }
}
