//! The options that every command takes, and what is loaded through them: the organisation, its
//! packs and the data folder.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::calendar::BankHolidays;
use domain::library::{
    built_in_organisation, built_in_organisations, built_in_pack_file, built_in_packs,
    load_built_in_bank_holidays,
};
use domain::organisation::Organisation;
use domain::toml_file::{Problem, Problems};

use crate::failure::Failure;
use crate::rendering::count;

/// A file's name and its text.
pub(crate) type NamedText = (String, Cow<'static, str>);

/// The options that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Context {
    /// Folder for the database, incoming messages and the outbox
    /// [default: ~/.local/share/kept, or where your system keeps data]
    #[arg(long, global = true, env = "KEPT_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// File that describes your organisation: its teams, people and standards. You can also give the
    /// id of a built-in one [default: westkent]
    #[arg(long, global = true, env = "KEPT_ORGANISATION", value_name = "FILE")]
    organisation: Option<String>,
}

/// The organisation if none is given.
const DEFAULT_ORGANISATION: &str = "westkent";

impl Context {
    /// The path of the data folder.
    ///
    /// # Errors
    /// Returns an error if none was given and the user has no home folder.
    pub(crate) fn data_folder(&self) -> Result<PathBuf, Failure> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let from = |name: &str, below: &str| {
            let base = std::env::var_os(name).filter(|base| !base.is_empty())?;
            Some(PathBuf::from(base).join(below))
        };
        from("XDG_DATA_HOME", "kept")
            .or_else(|| from("LOCALAPPDATA", "kept"))
            .or_else(|| from("HOME", ".local/share/kept"))
            .ok_or_else(|| {
                Failure::usage("there is no home folder; choose a data folder with --data DIR")
            })
    }

    /// The same options with another organisation, unless one was given.
    pub(crate) fn or_organisation(&self, organisation: Option<String>) -> Self {
        Self { organisation: self.organisation.clone().or(organisation), ..self.clone() }
    }

    /// The organisation's file, or the id of a built-in one.
    fn organisation_name(&self) -> &str {
        self.organisation.as_deref().unwrap_or(DEFAULT_ORGANISATION)
    }

    /// Loads the organisation, with these packs in place of its own unless `packs` is empty.
    ///
    /// # Errors
    /// Returns an error if there is no such organisation, or if its file or a pack has errors.
    pub(crate) fn organisation(&self, packs: &[String]) -> Result<Arc<Organisation>, Failure> {
        let holidays = load_built_in_bank_holidays().map_err(Failure::failed)?;
        self.organisation_with(packs, holidays).map(Arc::new)
    }

    /// As [`Context::organisation`], with `holidays` in place of the built-in bank holidays.
    ///
    /// # Errors
    /// As [`Context::organisation`].
    pub(crate) fn organisation_with(
        &self,
        packs: &[String],
        holidays: BankHolidays,
    ) -> Result<Organisation, Failure> {
        let (file, text) = self.organisation_file()?;
        let pack = |id: &str| self.pack_file(id).ok().flatten();
        let parsed = if packs.is_empty() {
            Organisation::parse(&file, &text, holidays, pack)
        } else {
            Organisation::parse_with_packs(&file, &text, holidays, packs, pack)
        };
        parsed.map_err(|problems| Failure::failed(report(&problems)))
    }

    /// Returns true if the organisation is a built-in one, and so has no file of its own.
    pub(crate) fn is_built_in(&self) -> bool {
        built_in_organisation(self.organisation_name()).is_some()
    }

    /// The organisation's file.
    ///
    /// # Errors
    /// Returns an error if there is no such file and no built-in organisation with that id.
    pub(crate) fn organisation_file(&self) -> Result<NamedText, Failure> {
        let name = self.organisation_name();
        if let Some(text) = built_in_organisation(name) {
            return Ok((format!("{name}.toml"), text.into()));
        }
        match std::fs::read_to_string(name) {
            Ok(text) => Ok((name.to_owned(), text.into())),
            Err(error) => {
                let known: Vec<_> = built_in_organisations().collect();
                Err(Failure::usage(format!(
                    "{name}: {error}; give a file, or the id of one that is built in: {}",
                    known.join(", ")
                )))
            }
        }
    }

    /// The file of a pack, given by its path or its id. An id is looked for beside the organisation's
    /// file first, then among the built-in packs. `None` if there is no pack with that id.
    ///
    /// # Errors
    /// Returns an error if a file given by its path cannot be read.
    pub(crate) fn pack_file(&self, name: &str) -> Result<Option<NamedText>, Failure> {
        if name.contains(std::path::is_separator) || name.ends_with(".toml") {
            let text = std::fs::read_to_string(name)
                .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
            return Ok(Some((name.to_owned(), text.into())));
        }
        Ok(self.own_pack_file(name).or_else(|| built_in_pack_file(name)))
    }

    /// The file `<id>.toml` beside the organisation's file.
    fn own_pack_file(&self, id: &str) -> Option<NamedText> {
        if self.is_built_in() {
            return None;
        }
        let organisation = Path::new(self.organisation_name());
        let path = organisation.parent()?.join(format!("{id}.toml"));
        if path == organisation {
            return None;
        }
        Some((path.display().to_string(), std::fs::read_to_string(&path).ok()?.into()))
    }

    /// As [`Context::pack_file`], but a pack that does not exist is an error.
    ///
    /// # Errors
    /// Returns an error if there is no such pack.
    pub(crate) fn known_pack_file(&self, name: &str) -> Result<NamedText, Failure> {
        self.pack_file(name)?.ok_or_else(|| {
            let known: Vec<_> = built_in_packs().collect();
            Failure::usage(format!(
                "there is no pack `{name}`; give a file that ends in .toml, or the id of one that is \
                 built in: {}",
                known.join(", ")
            ))
        })
    }
}

/// Every problem on a line of its own.
fn report(problems: &Problems) -> String {
    let lines = problems.0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n  ");
    format!("{} in the organisation or its standards:\n  {lines}", count(problems.0.len(), "error"))
}
