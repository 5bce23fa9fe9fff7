//! Messages that only say thanks.

/// Words that say thanks.
const THANKS: &[&str] = &[
    "thank",
    "thanks",
    "thankyou",
    "thx",
    "cheers",
    "ta",
    "grateful",
    "appreciate",
    "appreciated",
];

/// Words that may stand beside them: greetings, what the thanks are for, and the end of a letter. None of
/// them can ask for anything or turn the sense round.
const BESIDE: &[&str] = &[
    "a",
    "afternoon",
    "again",
    "all",
    "am",
    "and",
    "answer",
    "answering",
    "are",
    "back",
    "best",
    "bye",
    "coming",
    "day",
    "dear",
    "email",
    "evening",
    "ever",
    "everybody",
    "everyone",
    "excellent",
    "faithfully",
    "fantastic",
    "for",
    "from",
    "getting",
    "good",
    "great",
    "greatly",
    "have",
    "hello",
    "help",
    "helpful",
    "helping",
    "hey",
    "hi",
    "i",
    "is",
    "it",
    "kind",
    "kindest",
    "kindly",
    "kindness",
    "letter",
    "letting",
    "lot",
    "lots",
    "lovely",
    "madam",
    "many",
    "me",
    "message",
    "million",
    "miss",
    "morning",
    "mr",
    "mrs",
    "ms",
    "much",
    "my",
    "nice",
    "of",
    "ok",
    "okay",
    "or",
    "out",
    "perfect",
    "prompt",
    "quick",
    "really",
    "regards",
    "reply",
    "replying",
    "respectfully",
    "responding",
    "response",
    "sincerely",
    "sir",
    "so",
    "sorting",
    "swift",
    "team",
    "that",
    "the",
    "this",
    "to",
    "truly",
    "us",
    "very",
    "warm",
    "warmest",
    "we",
    "wishes",
    "with",
    "wonderful",
    "x",
    "xx",
    "xxx",
    "you",
    "your",
    "yours",
];

/// The beginnings of lines that phones and mail programs add.
const ADDED: &[&str] = &["sent from my ", "sent from outlook", "get outlook for ", "sent via "];

/// Returns true if a text says thanks, greets, gives one of these names and does nothing else.
///
/// The rule is strict: a word that it does not know, a number or a question mark makes the text more than
/// thanks. If it errs, staff have something to correct; the other way round, the customer would be ignored.
pub(super) fn is_only_thanks<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> bool {
    let text = text.to_lowercase();
    let written: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !ADDED.iter().any(|added| line.starts_with(added)))
        .collect();
    if written.iter().any(|line| line.contains('?') || line.split(CLAUSE_ENDS).any(asks)) {
        return false;
    }
    let names: Vec<String> = names.into_iter().flat_map(words_of).collect();
    let words: Vec<String> = written.into_iter().flat_map(words_of).collect();
    let says_thanks = words.iter().any(|word| THANKS.contains(&word.as_str()));
    says_thanks
        && words.iter().all(|word| {
            let known = [THANKS, BESIDE].iter().any(|list| list.contains(&word.as_str()));
            let initial = word.chars().count() == 1;
            known || names.iter().any(|name| name == word || initial && name.starts_with(word))
        })
}

/// The characters that end a clause.
const CLAUSE_ENDS: [char; 9] = ['.', ',', ';', ':', '!', '(', '-', '\u{2013}', '\u{2014}'];

/// Returns true if a clause begins like a question, whose question mark people leave out: "Thanks, is that
/// all".
fn asks(clause: &str) -> bool {
    let mut words = words_of(clause);
    match words.next().as_deref() {
        Some("is" | "are" | "am") => true,
        Some("have") => matches!(words.next().as_deref(), Some("you" | "we" | "i")),
        _ => false,
    }
}

/// The words of a text in lower case, without apostrophes: "I'm" is "i", "m".
fn words_of(text: &str) -> impl Iterator<Item = String> + use<'_> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty() && *part != "m").map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::is_only_thanks;

    const NAMES: [&str; 3] = ["Jo Smith", "jo.smith", "Priya Shah"];

    #[test]
    fn thanks_are_thanks_with_greetings_names_and_a_sign_off() {
        for text in [
            "Thanks",
            "Thank you!",
            "THANKS SO MUCH",
            "Hi Priya,\n\nThank you very much for your help.\n\nKind regards,\nJo Smith",
            "Ok thanks x",
            "Many thanks for getting back to me, I really appreciate it. Jo",
            "I'm very grateful. Thank you all.\n\nSent from my iPhone",
            "Cheers \u{1f44d}",
            "Dear Sir or Madam,\nThank you for your letter.\nYours faithfully,\nJ. Smith",
            "Great, thanks for sorting that out",
            "That is very kind of you, thank you. Have a good day",
        ] {
            assert!(is_only_thanks(text, NAMES), "{text}");
        }
    }

    #[test]
    fn anything_else_is_more_than_thanks() {
        for text in [
            "",
            "Jo",
            "Ok",
            "Thanks for nothing",
            "Thank you, but I am still not happy.",
            "Thanks. When will the money come?",
            "thanks?",
            "Thanks, is that all",
            "Have you the letter for me. Thanks",
            "Thanks, I want to take this further",
            "Thank you. It has not been sorted.",
            "Thanks. Please call me on 07700 900000",
            "No thanks",
            "Thanks for your reply. I disagree.",
            "Thank you for your answer\nSam Brown",
            "Unfortunately, thanks are not enough",
            "Thank you. Stage 2",
            "I would be grateful for a better answer",
            "Danke",
        ] {
            assert!(!is_only_thanks(text, NAMES), "{text}");
        }
    }
}
