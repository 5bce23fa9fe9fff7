//! The promises of an organisation: the rows of all its packs together.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Organisation;
use crate::standards::{
    ActionPrompt, AppearsIn, Applies, Category, Facts, FullResponse, Pack, RequiredWording,
    Standard, StandardId,
};

impl Organisation {
    /// Returns the packs that the organisation keeps, in the order of its file.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Returns the standards of all packs.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.packs.iter().flat_map(|pack| &pack.standards)
    }

    /// Returns a standard by its id. That of the dates that customers were told belongs to no pack.
    #[must_use]
    pub fn standard(&self, id: &StandardId) -> Option<&Standard> {
        self.standards().chain([&self.told_date]).find(|standard| standard.id == *id)
    }

    /// Returns the standards that bind a contact with these facts from the instant `at`. After the last
    /// stage of the complaints procedure there is no time to ask for another one.
    pub fn standards_for<'o, 'f>(
        &'o self,
        facts: &'f Facts<'f>,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'o Standard> + use<'o, 'f> {
        let calendar = self.own_calendar();
        let last_stage = facts.stage >= self.complaint_stages();
        self.standards().filter(move |standard| {
            standard.binds(facts, at, calendar)
                && !(last_stage && standard.is_window_for_next_stage())
        })
    }

    /// Returns the action prompts of all packs.
    pub fn action_prompts(&self) -> impl Iterator<Item = &ActionPrompt> {
        self.packs.iter().flat_map(|pack| &pack.action_prompts)
    }

    /// Returns the required wording of all packs that appears in one kind of message or page, for a
    /// contact with these facts.
    pub fn required_wording<'o, 'f>(
        &'o self,
        appears_in: AppearsIn,
        facts: &'f Facts<'f>,
    ) -> impl Iterator<Item = &'o RequiredWording> + use<'o, 'f> {
        self.packs.iter().flat_map(|pack| &pack.required_wording).filter(move |wording| {
            wording.appears_in.contains(&appears_in) && Applies::any(&wording.applies_to.0, facts)
        })
    }

    /// Returns the rows of all packs that say which parts the answer to a contact with these facts needs.
    pub fn full_responses<'o, 'f>(
        &'o self,
        facts: &'f Facts<'f>,
    ) -> impl Iterator<Item = &'o FullResponse> + use<'o, 'f> {
        let rows = self.packs.iter().flat_map(|pack| &pack.full_responses);
        rows.filter(move |row| Applies::any(&row.applies_to.0, facts))
    }

    /// Returns true if the answer to a contact with these facts needs certain parts, so that a plain reply
    /// by email is an update until staff say that it was the full response.
    #[must_use]
    pub fn needs_full_response(&self, facts: &Facts<'_>) -> bool {
        self.full_responses(facts).next().is_some()
    }

    /// Returns the number of stages of the complaints procedure, or 0 if no pack gives one. The number
    /// of a statutory pack replaces the organisation's own.
    #[must_use]
    pub fn complaint_stages(&self) -> u8 {
        let stages = |statutory: bool| {
            let packs = self.packs.iter().filter(move |pack| pack.statutory == statutory);
            packs.filter_map(|pack| pack.complaint_stages).max()
        };
        stages(true).or_else(|| stages(false)).unwrap_or(0)
    }

    /// Returns the categories that the form offers and those that standards name, in alphabetical
    /// order.
    #[must_use]
    pub fn known_categories(&self) -> Vec<Category> {
        let offered = self.categories.iter().map(|choice| choice.id.clone());
        let named = self
            .standards()
            .flat_map(|standard| &standard.applies)
            .flat_map(|applies| applies.category.iter().chain(&applies.category_not).cloned());
        let all: BTreeSet<Category> =
            std::iter::once(Category::default()).chain(offered).chain(named).collect();
        all.into_iter().collect()
    }
}
