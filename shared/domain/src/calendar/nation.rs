//! The nations of the United Kingdom, and whose bank holidays a standard skips.

use serde::{Deserialize, Serialize};

/// A part of the United Kingdom with bank holidays of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Nation {
    /// England and Wales.
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    /// The nation's name as people write it: "England and Wales".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        }
    }
}

/// The days besides weekends that a standard does not count as working days.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// The bank holidays of the provider's nation, and the provider's published closures.
    #[default]
    Provider,
    /// The bank holidays of the provider's nation alone. The law does not recognise a provider's
    /// closures.
    BankHolidays,
    /// The bank holidays of England and Wales, wherever the provider is.
    EnglandAndWales,
    /// A bank holiday in any part of the United Kingdom (Freedom of Information Act 2000, s. 10(6)).
    AnyPartOfTheUk,
}
