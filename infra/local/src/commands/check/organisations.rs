//! The organisations by whose hours and bank holidays worked examples are counted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::library::{built_in_organisation, load_built_in_bank_holidays};
use domain::organisation::Organisation;
use domain::toml_file::Problems;

use crate::context::Context;
use crate::failure::Failure;

/// Organisations by id, loaded when they are first asked for. They are loaded without their packs,
/// one of which may be the pack with the error.
pub(super) struct Organisations {
    known: RefCell<BTreeMap<String, Option<Arc<Organisation>>>>,
}

impl Organisations {
    /// # Errors
    /// Returns an error if the organisation's file cannot be read.
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        let (file, text) = context.organisation_file()?;
        let mut known = BTreeMap::new();
        if let Ok(own) = without_packs(&file, &text) {
            known.insert(own.id.clone(), Some(Arc::new(own)));
        }
        Ok(Self { known: RefCell::new(known) })
    }

    /// The given organisation or a built-in one; `None` if neither has this id.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Organisation>> {
        let load = || Some(Arc::new(without_packs(id, built_in_organisation(id)?).ok()?));
        self.known.borrow_mut().entry(id.to_owned()).or_insert_with(load).clone()
    }
}

fn without_packs(file: &str, text: &str) -> Result<Organisation, Problems> {
    let holidays = load_built_in_bank_holidays()?;
    Organisation::parse_with_packs(file, text, holidays, &[], |_| None)
}
