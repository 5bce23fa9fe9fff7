//! The source files of the workspace.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folders that hold code and data. Build output is elsewhere.
const FOLDERS: [&str; 4] = ["functions", "shared", "infra", "tests"];

/// A file of the workspace.
pub(crate) struct Source {
    /// The path from the root of the workspace.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Source {
    /// The tokens of a Rust file. Doc comments are among them as `#[doc = "…"]`.
    pub(crate) fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }

    /// The syntax tree of a Rust file.
    pub(crate) fn syntax(&self) -> syn::File {
        syn::parse_file(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }
}

/// All files of the workspace with this extension, in the order of their paths.
pub(crate) fn with_extension(extension: &str) -> Vec<Source> {
    let root = Path::new(ROOT);
    let mut paths = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), extension, &mut paths);
    }
    read(paths)
}

/// The Markdown files at the root and in `docs` and `.github`.
pub(crate) fn documents() -> Vec<Source> {
    let root = Path::new(ROOT);
    let mut paths = Vec::new();
    for folder in ["", "docs", ".github"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|own| own == "md") {
                paths.push(path);
            }
        }
    }
    read(paths)
}

/// Returns true if the text is a path into one of the workspace's folders.
pub(crate) fn in_workspace(text: &str) -> bool {
    let folder = text.split_once('/').map(|(folder, _)| folder);
    let folders = FOLDERS.iter().chain(&["docs", ".ci", ".github"]);
    folders.copied().any(|own| Some(own) == folder) && !text.contains([' ', '*', '<', '{'])
}

/// Returns true if there is a file or folder at a path from the root of the workspace.
pub(crate) fn exists(path: &Path) -> bool {
    Path::new(ROOT).join(path).exists()
}

fn read(mut paths: Vec<PathBuf>) -> Vec<Source> {
    paths.sort();
    let read = paths.into_iter().map(|path| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(ROOT).unwrap().to_owned(),
    });
    read.collect()
}

fn collect(folder: &Path, extension: &str, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().unwrap().is_dir() && !hidden {
            collect(&entry.path(), extension, paths);
        } else if entry.path().extension().is_some_and(|own| own == extension) {
            paths.push(entry.path());
        }
    }
}
