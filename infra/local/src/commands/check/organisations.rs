//! The organisations by whose hours and bank holidays worked examples are counted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
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
    /// The organisation that was given, with the ids of the packs that its file names.
    given: Option<(Arc<Organisation>, Vec<String>)>,
}

impl Organisations {
    /// # Errors
    /// Returns an error if the organisation's file cannot be read.
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        let (file, text) = context.organisation_file()?;
        let mut known = BTreeMap::new();
        let mut given = None;
        let find_pack = |id: &str| context.pack_file(id).ok().flatten();
        if let Ok((own, packs)) = with_sound_packs(&file, &text, find_pack) {
            let own = Arc::new(own);
            known.insert(own.id.clone(), Some(own.clone()));
            given = Some((own, packs));
        }
        Ok(Self { known: RefCell::new(known), given })
    }

    /// The given organisation, if its file names the pack by its id or by its file.
    pub(super) fn keeper(&self, file: &str, pack: &str) -> Option<Arc<Organisation>> {
        let (own, packs) = self.given.as_ref()?;
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
        packs.iter().any(|id| id == pack || Some(id.as_str()) == stem).then(|| own.clone())
    }

    /// The given organisation or a built-in one; `None` if neither has this id.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Organisation>> {
        let load = || {
            let text = built_in_organisation(id)?;
            let (built_in, _) = with_sound_packs(id, text, built_in_pack_file).ok()?;
            Some(Arc::new(built_in))
        };
        self.known.borrow_mut().entry(id.to_owned()).or_insert_with(load).clone()
    }
}

/// Reads an organisation's file with those packs that it can be read with. Returns it with the ids of all
/// packs that its file names.
///
/// # Errors
/// Returns every problem of the file if it cannot be read without packs.
fn with_sound_packs(
    file: &str,
    text: &str,
    find_pack: impl Fn(&str) -> Option<NamedText>,
) -> Result<(Organisation, Vec<String>), Problems> {
    let written: OrganisationFile = read_toml(file, text)?;
    let named: Vec<String> = written.packs.iter().map(|id| id.get_ref().clone()).collect();
    let is_sound =
        |id: &&String| find_pack(id).is_some_and(|(file, text)| Pack::parse(&file, &text).is_ok());
    let sound: Vec<String> = named.iter().filter(is_sound).cloned().collect();
    let holidays = load_built_in_bank_holidays()?;
    let organisation =
        Organisation::parse_with_packs(file, text, holidays.clone(), &sound, &find_pack)
            .or_else(|_| Organisation::parse_with_packs(file, text, holidays, &[], &find_pack))?;
    Ok((organisation, named))
}
