//! Words of the organisation's own: channels and milestones that Kept does not know.

use std::fmt;

use arrayvec::ArrayString;
use serde::Deserialize;

use super::{Channel, Milestone};
use crate::toml_file::Located;

/// A channel's or milestone's id that an organisation or a pack names: lower-case words joined by hyphens.
///
/// It holds its text in place, so that channels and milestones can be copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnWord(ArrayString<{ Self::MAX }>);

impl OwnWord {
    /// The greatest number of characters.
    pub const MAX: usize = 30;

    /// Returns the word, or `None` if the text is not made of lower-case words joined by hyphens or is too
    /// long.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = !text.is_empty()
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.chars().all(is_plain);
        ArrayString::from(text).ok().filter(|_| fits).map(Self)
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as people read it: `moved-in` as "moved in".
    #[must_use]
    pub fn label(&self) -> String {
        self.0.replace('-', " ")
    }
}

impl fmt::Debug for OwnWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A channel or milestone as a file names it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NamedFile {
    /// The id: lower-case words joined by hyphens, 30 characters at most.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 30)))]
    pub id: Located<String>,
    /// The name that people see, such as "text message".
    pub label: String,
}

/// The channels and milestones that an organisation and its packs name, with their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// The channels.
    pub channels: Vec<(Channel, String)>,
    /// The milestones.
    pub milestones: Vec<(Milestone, String)>,
}

impl OwnWords {
    /// Adds the words of a file. Those that have no sound id are left out; the file's check reports them.
    pub(crate) fn add(&mut self, channels: &[NamedFile], milestones: &[NamedFile]) {
        let own =
            |named: &NamedFile| Some((OwnWord::new(named.id.get_ref())?, named.label.clone()));
        for (word, label) in channels.iter().filter_map(own) {
            if !self.channels.iter().any(|(known, _)| *known == Channel::Own(word)) {
                self.channels.push((Channel::Own(word), label));
            }
        }
        for (word, label) in milestones.iter().filter_map(own) {
            if !self.milestones.iter().any(|(known, _)| *known == Milestone::Own(word)) {
                self.milestones.push((Milestone::Own(word), label));
            }
        }
    }

    /// Adds the words of another list that are not there yet.
    pub(crate) fn extend(&mut self, other: &Self) {
        for (channel, label) in &other.channels {
            if !self.channels.iter().any(|(known, _)| known == channel) {
                self.channels.push((*channel, label.clone()));
            }
        }
        for (milestone, label) in &other.milestones {
            if !self.milestones.iter().any(|(known, _)| known == milestone) {
                self.milestones.push((*milestone, label.clone()));
            }
        }
    }

    /// Returns true if Kept knows the channel or a file names it.
    #[must_use]
    pub fn knows_channel(&self, channel: Channel) -> bool {
        !matches!(channel, Channel::Own(_))
            || self.channels.iter().any(|(known, _)| *known == channel)
    }

    /// Returns true if Kept knows the milestone or a file names it.
    #[must_use]
    pub fn knows_milestone(&self, milestone: Milestone) -> bool {
        !matches!(milestone, Milestone::Own(_))
            || self.milestones.iter().any(|(known, _)| *known == milestone)
    }
}

/// Returns the known word that is most like `word`; `None` if none is much like it.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let likeness = |known: &&str| strsim::jaro_winkler(word, known);
    let nearest = known.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&nearest) > 0.8).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_is_written_and_anything_else_refused() {
        let longest = "a".repeat(OwnWord::MAX);
        for text in ["text-message", "live-chat", "x", longest.as_str()] {
            assert_eq!(OwnWord::new(text).unwrap().as_str(), text);
        }
        let longer = "a".repeat(OwnWord::MAX + 1);
        for text in ["", "Text", "text message", "-x", "x-", longer.as_str()] {
            assert_eq!(OwnWord::new(text), None, "{text}");
        }
        assert_eq!(OwnWord::new("moved-in").unwrap().label(), "moved in");
    }

    #[test]
    fn the_nearest_word_is_found_if_there_is_one() {
        let known = ["received", "responded", "handed-over"];
        assert_eq!(nearest("recieved", known), Some("received"));
        assert_eq!(nearest("handed_over", known), Some("handed-over"));
        assert_eq!(nearest("xylophone", known), None);
    }
}
