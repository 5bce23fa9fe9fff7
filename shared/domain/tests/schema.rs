//! The schemas for editors: they are up to date, accept every built-in file and refuse misspelt ones.
#![cfg(feature = "schema")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::library::{
    built_in_organisation, built_in_organisations, built_in_pack, built_in_packs,
};
use domain::schema;
use serde_json::Value;

const PACK: &str = include_str!("../../standards/pack.schema.json");
const ORGANISATION: &str = include_str!("../../standards/organisation.schema.json");

/// Returns a file as an editor validates it: dates are text.
fn json(toml: &str) -> Value {
    fn value(from: toml::Value) -> Value {
        match from {
            toml::Value::Datetime(at) => at.to_string().into(),
            toml::Value::Array(list) => list.into_iter().map(value).collect(),
            toml::Value::Table(table) => {
                table.into_iter().map(|(key, inner)| (key, value(inner))).collect()
            }
            other => serde_json::to_value(other).unwrap(),
        }
    }
    value(toml::Value::Table(toml.parse().unwrap()))
}

#[test]
fn the_committed_schemas_are_up_to_date() {
    for (committed, made, of) in
        [(PACK, schema::pack(), "pack"), (ORGANISATION, schema::organisation(), "organisation")]
    {
        let committed: Value = serde_json::from_str(committed).unwrap();
        assert!(
            committed == made,
            "the schema is out of date; bring it up to date with\n  \
             cargo run -- schema {of} > shared/standards/{of}.schema.json"
        );
    }
}

#[test]
fn every_built_in_file_fits_its_schema() {
    let pack = jsonschema::validator_for(&schema::pack()).unwrap();
    for id in built_in_packs() {
        let text = json(built_in_pack(id).unwrap());
        let errors: Vec<_> =
            pack.iter_errors(&text).map(|e| format!("{id}: {}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let organisation = jsonschema::validator_for(&schema::organisation()).unwrap();
    for id in built_in_organisations() {
        let text = json(built_in_organisation(id).unwrap());
        let errors: Vec<_> = organisation
            .iter_errors(&text)
            .map(|e| format!("{id}: {}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn a_misspelt_file_does_not_fit() {
    let schema = jsonschema::validator_for(&schema::pack()).unwrap();
    let good = built_in_pack("westkent").unwrap();
    for (written, misspelt) in [
        ("within = \"1 working day\"", "withn = \"1 working day\""),
        ("within = \"1 working day\"", "within = \"1 moon\""),
        ("starts = \"received\"", "starts = \"Received\""),
        ("starts = \"received\"", ""),
        ("title = \"Answer to a letter\"", ""),
        ("title = \"Answer to a letter\"", "title = \"\""),
        ("notify = \"owner\"", "notify = \"owl\""),
        ("at = \"halfway\"", "at = \"soon\""),
        ("channel = [\"web-form\"]", "chanel = [\"web-form\"]"),
        ("start = 2026-04-27T00:00:00", "start = 2026-04-27"),
        ("every = \"12 calendar months\"", "ever = \"12 calendar months\""),
    ] {
        assert!(good.contains(written), "{written}");
        let text = json(&good.replacen(written, misspelt, 1));
        assert!(!schema.is_valid(&text), "{misspelt}");
    }
    assert!(schema.is_valid(&json(good)));
}

#[test]
fn every_key_is_described() {
    fn look(schema: &Value, path: &str, bare: &mut Vec<String>) {
        match schema {
            Value::Object(map) => {
                if let Some(Value::Object(keys)) = map.get("properties") {
                    for (key, of) in keys {
                        if of.get("description").is_none() {
                            bare.push(format!("{path}.{key}"));
                        }
                    }
                }
                map.iter().for_each(|(key, inner)| look(inner, &format!("{path}.{key}"), bare));
            }
            Value::Array(list) => list.iter().for_each(|inner| look(inner, path, bare)),
            _ => {}
        }
    }
    let mut bare = Vec::new();
    look(&schema::pack(), "pack", &mut bare);
    look(&schema::organisation(), "organisation", &mut bare);
    assert!(bare.is_empty(), "{bare:#?}");
}
