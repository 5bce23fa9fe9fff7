//! The organisations by whose hours and bank holidays worked examples are counted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::library::{built_in_organisation, built_in_pack_file, load_built_in_bank_holidays};
use domain::organisation::{Organisation, OrganisationFile};
use domain::standards::Pack;
use domain::toml_file::{Problems, read_toml};

use crate::context::{Context, NamedText};
use crate::failure::Failure;

/// Organisations by id, loaded when they are first asked for. They are loaded with those of their packs
/// that are sound, since one may be the pack with the error.
pub(super) struct Organisations {
    known: RefCell<BTreeMap<String, Option<Arc<Organisation>>>>,
}

impl Organisations {
    /// # Errors
    /// Returns an error if the organisation's file cannot be read.
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        let (file, text) = context.organisation_file()?;
        let mut known = BTreeMap::new();
        let find_pack = |id: &str| context.pack_file(id).ok().flatten();
        if let Ok(own) = with_sound_packs(&file, &text, find_pack) {
            known.insert(own.id.clone(), Some(Arc::new(own)));
        }
        Ok(Self { known: RefCell::new(known) })
    }

    /// The given organisation or a built-in one; `None` if neither has this id.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Organisation>> {
        let load = || {
            let text = built_in_organisation(id)?;
            Some(Arc::new(with_sound_packs(id, text, built_in_pack_file).ok()?))
        };
        self.known.borrow_mut().entry(id.to_owned()).or_insert_with(load).clone()
    }
}

/// Reads an organisation's file with those packs that it can be read with.
///
/// # Errors
/// Returns every problem of the file if it cannot be read without packs.
fn with_sound_packs(
    file: &str,
    text: &str,
    find_pack: impl Fn(&str) -> Option<NamedText>,
) -> Result<Organisation, Problems> {
    let written: OrganisationFile = read_toml(file, text)?;
    let sound =
        |id: &String| find_pack(id).is_some_and(|(file, text)| Pack::parse(&file, &text).is_ok());
    let packs = written.packs.iter().map(|id| id.get_ref().clone());
    let packs: Vec<String> = packs.filter(sound).collect();
    let holidays = load_built_in_bank_holidays()?;
    Organisation::parse_with_packs(file, text, holidays.clone(), &packs, &find_pack)
        .or_else(|_| Organisation::parse_with_packs(file, text, holidays, &[], &find_pack))
}
