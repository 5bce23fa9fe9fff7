//! Modules of different folders do not depend on each other in a circle.
//!
//! Two pictures of each crate are checked: its files, and its rooms (a room is a file or folder
//! directly under the crate's root). A circle of files counts if they lie in more than one folder;
//! a circle of rooms always does.
//!
//! An arrow goes from the file that names an item to the file that defines it. A `pub use` is a
//! signpost: it draws no arrow of its own, and paths are followed through it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, UseTree, Visibility};

use crate::sources::Source;
use crate::{assert_none, sources};

/// The path of a module from its crate's root, or of an item from where it is named.
type Names = Vec<String>;

/// Arrows between files or rooms, each with an example of what draws it.
type Arrows = BTreeMap<PathBuf, BTreeMap<PathBuf, String>>;

/// Nodes that can all reach each other, and the arrows between them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Circle {
    nodes: BTreeSet<PathBuf>,
    arrows: Vec<String>,
}

#[test]
fn modules_of_different_folders_do_not_depend_on_each_other_in_a_circle() {
    let sources = sources::with_extension("rs");
    let mut findings = Vec::new();
    for root in roots(&sources) {
        for circle in Crate::read(&root, &sources).circles() {
            findings.push(format!("{}:\n    {}", root.display(), circle.arrows.join("\n    ")));
        }
    }
    assert_none(&findings, "these depend on each other in a circle; move what they share below:");
}

/// The folders that hold a crate root.
fn roots(sources: &[Source]) -> BTreeSet<PathBuf> {
    let root =
        |source: &&Source| source.path.ends_with("lib.rs") || source.path.ends_with("main.rs");
    sources.iter().filter(root).filter_map(|s| s.path.parent().map(Path::to_owned)).collect()
}

/// The modules of one crate, or of all crates whose roots share a folder.
#[derive(Default)]
struct Crate {
    modules: BTreeMap<Names, Module>,
    /// The paths that name something, each with the module and the file in which it stands.
    mentions: Vec<(Names, PathBuf, Names)>,
}

#[derive(Default)]
struct Module {
    /// The file from the crate's root folder.
    file: PathBuf,
    /// Names brought in by `use`, each with the path that it stands for.
    bindings: BTreeMap<String, Names>,
}

impl Crate {
    fn read(root: &Path, sources: &[Source]) -> Self {
        let mut read = Self::default();
        for source in sources {
            let Ok(file) = source.path.strip_prefix(root) else { continue };
            read.module(module_of(file), file, source.syntax().items);
        }
        read
    }

    fn module(&mut self, names: Names, file: &Path, items: Vec<Item>) {
        // `lib.rs` comes before a `main.rs` that lies beside it, and is the one that others name.
        let new = || Module { file: file.to_owned(), ..Module::default() };
        self.modules.entry(names.clone()).or_insert_with(new);
        for item in items {
            match item {
                Item::Use(import) => {
                    let mut paths = Vec::new();
                    leaves(&import.tree, &mut Vec::new(), &mut paths);
                    for (name, path) in paths {
                        if matches!(import.vis, Visibility::Inherited) {
                            self.mentions.push((names.clone(), file.to_owned(), path.clone()));
                        }
                        let module = self.modules.entry(names.clone()).or_default();
                        module.bindings.insert(name, path);
                    }
                }
                Item::Mod(inner) => {
                    let Some((_, items)) = inner.content else { continue };
                    let mut names = names.clone();
                    names.push(inner.ident.to_string());
                    self.module(names, file, items);
                }
                item => {
                    let mut paths = Vec::new();
                    named(item.to_token_stream(), &mut paths);
                    let mention = |path| (names.clone(), file.to_owned(), path);
                    self.mentions.extend(paths.into_iter().map(mention));
                }
            }
        }
    }

    /// The module that defines the item that `path` names inside the module `from`, or none for an
    /// item of another crate.
    fn definition(&self, from: &Names, path: &[String], depth: usize) -> Option<Names> {
        // Imports that name each other in a circle do not compile; the depth ends a search among them.
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let mut at = from.clone();
        match first.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()?),
            name => {
                let child = [from.as_slice(), &[name.to_owned()]].concat();
                if self.modules.contains_key(&child) {
                    at = child;
                } else {
                    let target = self.modules.get(from)?.bindings.get(name)?;
                    let target = [target.as_slice(), rest].concat();
                    return self.definition(from, &target, depth);
                }
            }
        }
        for (index, name) in rest.iter().enumerate() {
            if name == "super" {
                at.pop()?;
                continue;
            }
            let child = [at.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&child) {
                at = child;
            } else if self.modules.get(&at)?.bindings.contains_key(name) {
                return self.definition(&at, &rest[index..], depth);
            } else {
                break;
            }
        }
        Some(at)
    }

    /// The circles of files that lie in more than one folder, and the circles of rooms.
    fn circles(&self) -> Vec<Circle> {
        let (mut files, mut rooms) = (Arrows::new(), Arrows::new());
        for (module, file, path) in &self.mentions {
            let definition = self.definition(module, path, 32);
            let Some(target) = definition.and_then(|names| self.modules.get(&names)) else {
                continue;
            };
            let example = format!("{} names {}", file.display(), path.join("::"));
            draw(&mut files, file.clone(), target.file.clone(), &example);
            draw(&mut rooms, room(file), room(&target.file), &example);
        }
        let mut found = circles(&files);
        found.retain(|circle| {
            let folders: BTreeSet<_> = circle.nodes.iter().map(|file| file.parent()).collect();
            folders.len() > 1
        });
        found.extend(circles(&rooms));
        found
    }
}

fn draw(arrows: &mut Arrows, from: PathBuf, to: PathBuf, example: &str) {
    if from != to {
        arrows.entry(to.clone()).or_default();
        arrows.entry(from).or_default().entry(to).or_insert_with(|| example.to_owned());
    }
}

/// The room of a file: the part of its path directly under the crate's root.
fn room(file: &Path) -> PathBuf {
    file.iter().take(1).collect()
}

/// `contact/mod.rs` is the module `contact`, `contact/event.rs` is `contact::event`, and crate
/// roots are the empty path.
fn module_of(file: &Path) -> Names {
    let parts = file.with_extension("");
    let mut names: Names = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let last = names.last().map(String::as_str);
    if last == Some("mod") || (names.len() == 1 && matches!(last, Some("lib" | "main"))) {
        names.pop();
    }
    names
}

/// Each name that a `use` brings in, with its path.
fn leaves(tree: &UseTree, path: &mut Names, found: &mut Vec<(String, Names)>) {
    let mut leaf = |name: String, last: Option<String>| {
        let path = path.iter().cloned().chain(last).collect();
        found.push((name, path));
    };
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            leaves(&part.tree, path, found);
            path.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            leaf(path.last().cloned().unwrap_or_default(), None);
        }
        UseTree::Name(name) => leaf(name.ident.to_string(), Some(name.ident.to_string())),
        UseTree::Rename(rename) => {
            leaf(rename.rename.to_string(), Some(rename.ident.to_string()));
        }
        UseTree::Glob(_) => leaf("*".into(), None),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path, found);
            }
        }
    }
}

/// Every `a::b::c` among the tokens, macros included.
fn named(tokens: TokenStream, found: &mut Vec<Names>) {
    let mut paths = vec![Names::new()];
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    paths.push(Names::new());
                }
                paths.last_mut().unwrap().push(ident.to_string());
                colons = 0;
            }
            other => {
                paths.push(Names::new());
                colons = 0;
                if let TokenTree::Group(group) = other {
                    named(group.stream(), found);
                }
            }
        }
    }
    found.extend(paths.into_iter().filter(|path| path.len() > 1));
}

fn circles(arrows: &Arrows) -> Vec<Circle> {
    let reach: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        arrows.keys().map(|node| (node, reachable(arrows, node))).collect();
    let circle = |node| {
        let mutual = |other: &&&PathBuf| reach[*other].contains(node);
        let nodes: BTreeSet<_> = reach[node].iter().filter(mutual).copied().cloned().collect();
        let inside = nodes.iter().flat_map(|from| {
            let inside = arrows[from].iter().filter(|(to, _)| nodes.contains(*to));
            inside.map(|(to, example)| format!("{} -> {}: {example}", from.display(), to.display()))
        });
        let arrows = inside.collect();
        Circle { nodes, arrows }
    };
    let circles: BTreeSet<_> = arrows.keys().map(circle).filter(|c| !c.nodes.is_empty()).collect();
    circles.into_iter().collect()
}

fn reachable<'a>(arrows: &'a Arrows, from: &PathBuf) -> BTreeSet<&'a PathBuf> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&PathBuf> = arrows[from].keys().collect();
    while let Some(node) = open.pop() {
        if reached.insert(node) {
            open.extend(arrows[node].keys());
        }
    }
    reached
}

/// The circles of a crate that is made of these files.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let source = |(path, text): &(&str, &str)| Source {
        path: Path::new("src").join(path),
        text: (*text).to_owned(),
    };
    let sources: Vec<_> = files.iter().map(source).collect();
    let circles = Crate::read(Path::new("src"), &sources).circles();
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    circles.into_iter().map(|circle| circle.nodes.into_iter().map(text).collect()).collect()
}

#[test]
fn a_circle_of_two_folders_is_found_although_no_two_files_form_one() {
    let found = circles_of(&[
        ("lib.rs", "mod below; mod above;"),
        ("below/mod.rs", "mod a; pub(crate) mod b;"),
        ("below/a.rs", "use crate::above::c::C;"),
        ("below/b.rs", "pub(crate) struct B;"),
        ("above/mod.rs", "pub(crate) mod c; mod d;"),
        ("above/c.rs", "pub(crate) struct C;"),
        ("above/d.rs", "fn d() { vec![crate::below::b::B]; }"),
    ]);
    assert_eq!(found, [["above", "below"]]);
}

#[test]
fn a_circle_of_files_in_one_room_is_found_if_they_lie_in_different_folders() {
    let found = circles_of(&[
        ("lib.rs", "mod room;"),
        ("room/mod.rs", "mod part; mod other;"),
        ("room/other.rs", "use super::part::inner::Inner; pub(super) struct Other;"),
        ("room/part/mod.rs", "pub(super) mod inner;"),
        ("room/part/inner.rs", "pub(crate) struct Inner(super::super::other::Other);"),
    ]);
    assert_eq!(found, [["room/other.rs", "room/part/inner.rs"]]);
}

#[test]
fn paths_are_followed_through_imports_and_signposts_to_the_definition() {
    // `above` names `below::Thing`, which is defined deeper; `below` names `shared` alone.
    let found = circles_of(&[
        ("lib.rs", "mod above; mod below; mod shared; pub use above::Above;"),
        ("above/mod.rs", "use crate::below; pub struct Above(below::Thing);"),
        ("below/mod.rs", "mod thing; pub(crate) use thing::Thing;"),
        ("below/thing.rs", "use crate::Above as Top; pub(crate) struct Thing(Vec<Top>);"),
        ("shared.rs", "pub(crate) struct Shared;"),
    ]);
    assert_eq!(found, [vec!["above/mod.rs", "below/thing.rs"], vec!["above", "below"]],);
}

#[test]
fn arrows_that_only_go_down_and_signposts_are_no_circle() {
    let found = circles_of(&[
        ("lib.rs", "mod above; mod below; pub use above::Above;"),
        ("above/mod.rs", "mod part; pub use part::Above;"),
        ("above/part.rs", "use super::super::below::Below; pub struct Above(Below);"),
        ("below/mod.rs", "pub(crate) struct Below(std::path::PathBuf);"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}
