//! Names that were replaced do not come back.
//!
//! `retired.toml` lists them with their replacements. Rust code is checked where it declares a
//! name, so that a name of the standard library such as `sort` can still be called, and prose is
//! free. TOML files are checked for keys.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use serde::Deserialize;
use syn::visit::{self, Visit};

use crate::{assert_none, sources};

const RETIRED: &str = include_str!("retired.toml");

/// Retired names with their replacements, by what they may not name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retired {
    any: Names,
    /// Structs, enums, traits and aliases.
    types: Names,
    variants: Names,
    functions: Names,
    modules: Names,
    fields: Names,
    /// Keys of TOML files.
    keys: Names,
}

type Names = BTreeMap<String, String>;

fn retired() -> Retired {
    toml::from_str(RETIRED).unwrap_or_else(|error| panic!("tests/habits/retired.toml: {error}"))
}

#[test]
fn no_retired_name_is_declared_in_rust() {
    let mut findings = Vec::new();
    for source in sources::with_extension("rs") {
        for (line, name, instead) in declared(&source.syntax()) {
            findings.push(format!("{}:{line}: `{name}`, now {instead}", source.path.display()));
        }
    }
    assert_none(&findings, "these names are retired (tests/habits/retired.toml):");
}

#[test]
fn no_retired_key_is_used_in_toml() {
    let mut findings = Vec::new();
    for source in sources::with_extension("toml") {
        if source.path.ends_with("Cargo.toml") || source.text == RETIRED {
            continue;
        }
        for (key, instead) in used_keys(&source.text) {
            findings.push(format!("{}: `{key}`, now {instead}", source.path.display()));
        }
    }
    assert_none(&findings, "these keys are retired (tests/habits/retired.toml):");
}

/// The line, name and replacement of each declaration under a retired name.
fn declared(file: &syn::File) -> Vec<(usize, String, String)> {
    let mut declarations = Declarations { retired: retired(), found: Vec::new() };
    declarations.visit_file(file);
    declarations.found
}

struct Declarations {
    retired: Retired,
    found: Vec<(usize, String, String)>,
}

impl Declarations {
    fn check(&mut self, kind: fn(&Retired) -> &Names, ident: &Ident) {
        let name = ident.to_string();
        let listed = self.retired.any.get(&name).or_else(|| kind(&self.retired).get(&name));
        if let Some(instead) = listed {
            self.found.push((ident.span().start().line, name, instead.clone()));
        }
    }
}

/// Checks the name of each node, and then what is inside it.
macro_rules! declarations {
    ($($visit:ident: $node:ident declares one of $kind:ident;)*) => {
        $(fn $visit(&mut self, node: &'ast syn::$node) {
            self.check(|retired| &retired.$kind, &node.ident);
            visit::$visit(self, node);
        })*
    };
}

impl<'ast> Visit<'ast> for Declarations {
    declarations! {
        visit_item_struct: ItemStruct declares one of types;
        visit_item_enum: ItemEnum declares one of types;
        visit_variant: Variant declares one of variants;
        visit_item_trait: ItemTrait declares one of types;
        visit_item_type: ItemType declares one of types;
        visit_signature: Signature declares one of functions;
        visit_item_mod: ItemMod declares one of modules;
        visit_item_const: ItemConst declares one of any;
        visit_item_static: ItemStatic declares one of any;
        visit_impl_item_const: ImplItemConst declares one of any;
        visit_trait_item_const: TraitItemConst declares one of any;
        visit_pat_ident: PatIdent declares one of any;
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(ident) = &field.ident {
            self.check(|retired| &retired.fields, ident);
        }
        visit::visit_field(self, field);
    }
}

/// The retired keys in a TOML file, each by its path, with their replacements.
fn used_keys(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // Files that are broken on purpose test the readers and have no keys to check.
    if let Ok(table) = text.parse::<toml::Table>() {
        collect_keys(&toml::Value::Table(table), "", &retired().keys, &mut found);
    }
    found
}

fn collect_keys(
    value: &toml::Value,
    above: &str,
    retired: &Names,
    found: &mut Vec<(String, String)>,
) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
                if let Some(instead) = retired.get(key) {
                    found.push((path.clone(), instead.clone()));
                }
                collect_keys(value, &path, retired, found);
            }
        }
        toml::Value::Array(values) => {
            for value in values {
                collect_keys(value, above, retired, found);
            }
        }
        _ => {}
    }
}

#[test]
fn declarations_under_retired_names_are_found_by_their_kind() {
    let text = "mod stage {}\n\
                struct Desk { said: u8 }\n\
                enum Outcome { Nothing }\n\
                const PATIENCE: u8 = 1;\n\
                fn give(told: u8) {\n\
                let said = 1;\n}";
    let found = declared(&syn::parse_file(text).unwrap());
    let names: Vec<_> = found.iter().map(|(line, name, _)| (*line, name.as_str())).collect();
    assert_eq!(
        names,
        [
            (1, "stage"),
            (2, "Desk"),
            (2, "said"),
            (3, "Nothing"),
            (4, "PATIENCE"),
            (5, "give"),
            (5, "told"),
            (6, "said"),
        ]
    );
}

#[test]
fn names_in_use_in_another_sense_and_prose_are_free() {
    let text = "/// The desk said nothing.\nstruct Complaint { stage: u8 }\n\
                fn order(mut list: Vec<u8>, host: &str) { list.sort(); print!(\"told {host}\"); }";
    assert!(declared(&syn::parse_file(text).unwrap()).is_empty());
}

#[test]
fn retired_keys_are_found_at_any_depth() {
    let found = used_keys("[[standard]]\nladder = [{ at = \"due\", tell = \"owner\" }]");
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["standard.ladder", "standard.ladder.tell"]);
}
