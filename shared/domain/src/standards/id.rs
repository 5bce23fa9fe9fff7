//! Ids of standards.

use crate::text_id::text_id;

text_id! {
    /// The id of a standard, unique among all packs: `wk-email-cs`.
    StandardId
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for StandardId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StandardId".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}
