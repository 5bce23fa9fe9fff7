//! The scenarios that show promises.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::commands::play::ScenarioFile;
use crate::failure::Failure;

/// Scenarios by the ids of the promises that they show.
pub(super) type ShownBy = BTreeMap<String, Vec<Shown>>;

/// A scenario that shows a promise.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) file: String,
    pub(super) title: String,
}

/// The scenarios in a folder and its folders.
///
/// # Errors
/// Returns an error if a file cannot be read or is no scenario.
pub(super) fn scenarios(folder: &Path) -> Result<ShownBy, Failure> {
    let mut shown_by = ShownBy::new();
    for file in toml_files(folder)? {
        let name = file.display().to_string();
        let text = read(&file)?;
        // An organisation of the scenarios' own may lie beside them.
        if !text.lines().any(|line| line.trim() == "[[step]]") {
            continue;
        }
        let ScenarioFile { title, shows, .. } = ScenarioFile::read(&name, &text)?;
        let shown = Shown { file: name, title };
        for id in shows {
            shown_by.entry(id).or_default().push(shown.clone());
        }
    }
    Ok(shown_by)
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| Failure::usage(format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(toml_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}
