//! JSON Schemas of the files that people write, for their editors. They are made from the types that
//! read the files, and describe keys by the doc comments of those types.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::organisation::OrganisationFile;
use crate::standards::PackFile;

/// Returns the schema of a pack.
#[must_use]
pub fn pack() -> Value {
    schema_of::<PackFile>("A pack of Kept: standards that were published together")
}

/// Returns the schema of an organisation's file.
#[must_use]
pub fn organisation() -> Value {
    schema_of::<OrganisationFile>("An organisation of Kept: its hours, teams, people and standards")
}

/// Returns the schema of a type, under a title.
#[must_use]
pub fn schema_of<T: JsonSchema>(title: &str) -> Value {
    // Draft 7 is what editors of TOML understand.
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    let mut schema = Value::from(schema);
    for_authors(&mut schema);
    schema
}

/// Removes from a schema what means nothing to the author of a file: nulls, which TOML does not have,
/// the width of Rust's integers, and line breaks of comments.
fn for_authors(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("default").is_some_and(Value::is_null) {
                map.remove("default");
            }
            // Comments wrap where the line ends; an editor wraps where its window does.
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text
                    .split("\n\n")
                    .map(|part| part.replace('\n', " "))
                    .collect::<Vec<_>>()
                    .join("\n\n");
            }
            let integer = |format: &Value| format.as_str().is_some_and(|f| f.starts_with("uint"));
            if map.get("format").is_some_and(integer) {
                map.remove("format");
            }
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    map.insert("type".into(), one);
                }
            }
            if let Some(Value::Array(parts)) = map.get_mut("anyOf") {
                parts.retain(|part| part != &json!({ "type": "null" }));
                if let [one] = parts.as_slice() {
                    let one = one.clone();
                    map.remove("anyOf");
                    // Beside a `$ref`, draft 7 ignores everything, so a description needs `allOf`.
                    map.insert("allOf".into(), json!([one]));
                }
            }
            map.values_mut().for_each(for_authors);
        }
        Value::Array(values) => values.iter_mut().for_each(for_authors),
        _ => {}
    }
}
