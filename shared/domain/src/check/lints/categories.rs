//! Categories that the organisation does not have.

use std::collections::BTreeSet;

use super::Lints;
use crate::organisation::Organisation;
use crate::standards::{Category, nearest};

/// The number of letters in which a category of the law may differ from one of the organisation's and
/// still be taken for a slip of the pen.
const SLIP: usize = 2;

impl Lints<'_> {
    /// Finds categories that the organisation's file does not have, each once. Law names categories that
    /// no organisation offers, so of its categories only those that look like a slip of the pen are found.
    pub(super) fn categories(&mut self) {
        let Some(organisation) = self.organisation.filter(|o| !o.categories.is_empty()) else {
            return;
        };
        let written = self.written;
        let known = self.known_categories(organisation);
        let accepted: BTreeSet<&Category> = written
            .standard
            .iter()
            .filter(|standard| standard.accepted.category.is_some())
            .flat_map(|standard| &standard.applies_to.0)
            .flat_map(|applies| applies.category.iter().chain(&applies.category_not))
            .collect();
        let mut found = BTreeSet::new();
        for row in written.rows() {
            let named = row.applies_to.iter();
            let named =
                named.flat_map(|applies| applies.category.iter().chain(&applies.category_not));
            for category in named {
                if known.contains(category.as_str()) || accepted.contains(category) {
                    continue;
                }
                let nearest = nearest(category.as_str(), known.iter().copied());
                let slip =
                    |near: &str| strsim::damerau_levenshtein(category.as_str(), near) <= SLIP;
                if (written.pack.statutory && !nearest.is_some_and(slip)) || !found.insert(category)
                {
                    continue;
                }
                let message = unknown(category, nearest, organisation);
                self.report(&row.at, &format!("{}.applies_to", row.table), message);
            }
        }
    }

    /// Returns the categories that the organisation's file has, and those of the law that it keeps.
    fn known_categories<'o>(&self, organisation: &'o Organisation) -> BTreeSet<&'o str> {
        let offered = organisation.categories.iter().map(|choice| choice.id.as_str());
        let other =
            |pack: &&crate::standards::Pack| pack.statutory && pack.id != self.written.pack.id;
        let law = organisation.packs().iter().filter(other);
        let law = law.flat_map(|pack| &pack.standards).flat_map(|standard| &standard.applies);
        let law = law.flat_map(|applies| &applies.category).map(Category::as_str);
        offered.chain(law).chain([Category::GENERAL]).collect()
    }
}

/// Returns the message about a category that the organisation does not have.
fn unknown(category: &Category, nearest: Option<&str>, organisation: &Organisation) -> String {
    let offered: Vec<_> = organisation.categories.iter().map(|choice| choice.id.as_str()).collect();
    let instead = nearest.map_or_else(
        || format!("It has: {}.", offered.join(", ")),
        |nearest| format!("Did you mean `{nearest}`?"),
    );
    format!(
        "`{category}` is not a category in the file of {}, so no customer can choose it. {instead} If it \
         is right, add it there under [[category]]. If only staff choose it, write `accepted = {{ category \
         = \"why\" }}`",
        organisation.name
    )
}
