//! The packs, organisations and bank holidays that come with Kept.

use std::borrow::Cow;

use crate::calendar::BankHolidays;
use crate::organisation::Organisation;
use crate::toml_file::{Problem, Problems};

/// The id and text of every built-in pack.
const PACKS: &[(&str, &str)] = &[
    ("westkent", include_str!("../../standards/westkent.toml")),
    ("kht-service-standards", include_str!("../../standards/kht-service-standards.toml")),
    ("kht-complaints", include_str!("../../standards/kht-complaints.toml")),
    ("lhh", include_str!("../../standards/lhh.toml")),
    ("nihe", include_str!("../../standards/nihe.toml")),
    ("hos-chc-2024", include_str!("../../standards/hos-chc-2024.toml")),
    ("awaab-2025", include_str!("../../standards/awaab-2025.toml")),
    ("foia", include_str!("../../standards/foia.toml")),
    ("ukgdpr", include_str!("../../standards/ukgdpr.toml")),
    ("dpa-complaints-2026", include_str!("../../standards/dpa-complaints-2026.toml")),
];

/// The id and text of every built-in organisation. They serve as examples and for working out dates.
const ORGANISATIONS: &[(&str, &str)] = &[
    ("westkent", include_str!("../../standards/organisations/westkent.toml")),
    ("kht", include_str!("../../standards/organisations/kht.toml")),
    ("lhh", include_str!("../../standards/organisations/lhh.toml")),
    ("nihe", include_str!("../../standards/organisations/nihe.toml")),
];

/// Returns the text of the built-in list of bank holidays.
#[must_use]
pub fn built_in_bank_holidays() -> &'static str {
    include_str!("../../standards/bank-holidays.toml")
}

/// Returns the text of a built-in pack.
#[must_use]
pub fn built_in_pack(id: &str) -> Option<&'static str> {
    PACKS.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Returns the text of a built-in organisation.
#[must_use]
pub fn built_in_organisation(id: &str) -> Option<&'static str> {
    ORGANISATIONS.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Returns the ids of all built-in organisations.
pub fn built_in_organisations() -> impl Iterator<Item = &'static str> {
    ORGANISATIONS.iter().map(|(name, _)| *name)
}

/// Returns the ids of all built-in packs.
pub fn built_in_packs() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(name, _)| *name)
}

/// Loads a built-in organisation with its packs and bank holidays.
///
/// ```
/// let organisation = domain::library::load_built_in("westkent")?;
/// assert_eq!(organisation.name, "West Kent Housing Association");
/// # Ok::<(), domain::toml_file::Problems>(())
/// ```
///
/// # Errors
/// Returns an error if there is no built-in organisation with that id.
pub fn load_built_in(id: &str) -> Result<Organisation, Problems> {
    let Some(text) = built_in_organisation(id) else {
        let known: Vec<_> = built_in_organisations().collect();
        return Err(Problems(vec![Problem {
            file: "organisation".into(),
            line: 1,
            key: String::new(),
            message: format!(
                "there is no built-in organisation `{id}`. Choose from: {}",
                known.join(", ")
            ),
        }]));
    };
    let file = format!("organisations/{id}.toml");
    let holidays = load_built_in_bank_holidays()?;
    Organisation::parse(&file, text, holidays, built_in_pack_file)
}

/// Loads the built-in list of bank holidays.
///
/// # Errors
/// Returns an error if the built-in list cannot be read.
pub fn load_built_in_bank_holidays() -> Result<BankHolidays, Problems> {
    BankHolidays::parse("bank-holidays.toml", built_in_bank_holidays())
}

/// Returns a built-in pack with the name of its file, as [`Organisation::parse`] asks for it.
#[must_use]
pub fn built_in_pack_file(id: &str) -> Option<(String, Cow<'static, str>)> {
    built_in_pack(id).map(|text| (format!("{id}.toml"), Cow::Borrowed(text)))
}
