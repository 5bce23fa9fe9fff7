//! Documents name files that exist: the targets of their links, and paths such as
//! `shared/domain/src/decide/` in code spans.

use std::path::{Path, PathBuf};

use crate::{assert_none, sources};

#[test]
fn documents_name_files_that_exist() {
    let mut findings = Vec::new();
    for document in sources::documents() {
        for path in named(&document.path, &document.text) {
            if !sources::exists(&path) {
                findings.push(format!("{}: {}", document.path.display(), path.display()));
            }
        }
    }
    assert_none(&findings, "these documents name files that do not exist:");
}

/// The files of the workspace that a document names, from the root of the workspace.
fn named(document: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for (index, part) in line.split('`').enumerate() {
            if index % 2 == 1 {
                found.extend(sources::in_workspace(part).then(|| PathBuf::from(part)));
            } else {
                found.extend(links(part).map(|target| {
                    let folder = document.parent().unwrap_or(Path::new(""));
                    normal(&folder.join(target))
                }));
            }
        }
    }
    found
}

/// The relative targets of the links in a line, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#']).next()?;
        let outside = target.is_empty() || target.contains(':') || target.starts_with("../blob/");
        (!outside).then_some(target)
    })
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path {
        if part == ".." {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}

#[test]
fn links_and_paths_in_code_spans_are_found() {
    let text = "See [the page](export.md#top), [code](../infra/aws/export.yaml), `shared/domain/`,\n\
                [elsewhere](https://example.org/x) and `cargo test`.\n\
                ```\n[not](a-link.md)\n```\n[SECURITY](../SECURITY.md)";
    let found = named(Path::new("docs/events.md"), text);
    let expected = ["docs/export.md", "infra/aws/export.yaml", "shared/domain/", "SECURITY.md"];
    let mut found: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
