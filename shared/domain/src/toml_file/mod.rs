//! TOML files that people write: reading them, and reporting everything that is wrong at once.
//!
//! - [`read_toml`] reads a file into any type that `serde` can deserialize.
//! - [`Problem`] is one thing wrong with a file: its line, its key and how to put it right.
//!   [`Problems`] is the error that holds them all.
//! - [`Located`] is a value that remembers its place in the file, so that a later check can name the line.
//! - [`Date`] and [`LocalTime`] are dates as TOML writes them. [`OneOrMore`] is a list that may be
//!   written as a single value.
//!
//! ```
//! use domain::toml_file::read_toml;
//!
//! #[derive(Debug, serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Team {
//!     name: String,
//!     size: u8,
//! }
//!
//! let team: Team = read_toml("team.toml", "name = 'Repairs'\nsize = 4")?;
//! assert_eq!((team.name.as_str(), team.size), ("Repairs", 4));
//!
//! let problems = read_toml::<Team>("team.toml", "nmae = 'Repairs'\nsize = 4000").unwrap_err();
//! assert_eq!(problems.0.len(), 3);
//! assert!(problems.to_string().contains("team.toml:1: nmae: unknown field `nmae`"));
//! # Ok::<(), domain::toml_file::Problems>(())
//! ```

mod dates;
mod located;
mod one_or_more;
mod problem;
mod reader;
#[cfg(feature = "schema")]
mod schema;
mod validator;

pub use dates::{Date, LocalTime};
pub use located::Located;
pub use one_or_more::OneOrMore;
pub(crate) use problem::Source;
pub use problem::{Problem, Problems};
pub(crate) use reader::read;
pub use reader::read_toml;
#[cfg(feature = "schema")]
pub(crate) use schema::text_schema;
pub(crate) use validator::Validator;
