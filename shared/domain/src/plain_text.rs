//! Text as strangers send it, in one line or in several, without characters that nobody sees.
//!
//! A control character can break a line where there must be none. A mark for the direction of text
//! (Unicode Standard Annex 9) can make a name or a file look like another one: `fdp.exe` like `exe.pdf`.

/// Returns true for a control character, and for a mark that changes the direction of the text after it.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text in one line: a space in place of each unseen character, and none around it.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(is_unseen, " ").trim().to_owned()
}

/// Returns a text in lines: no unseen characters but line ends, a space in place of each tab, and none
/// around it.
#[must_use]
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    text.replace(|c| c != '\n' && is_unseen(c), "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_are_left_out_and_all_others_stay() {
        let text = " Jo\u{202E}\r\nO'Tenant\t\u{2066}Ayşe שלום\0 ";
        assert_eq!(one_line(text), "Jo  O'Tenant  Ayşe שלום");
        assert_eq!(lines(text), "Jo\nO'Tenant Ayşe שלום");
    }
}
