//! JSON Schemas of values that are written as text in a form of their own.

/// Implements `JsonSchema` for a type that is written as text, by a schema given as JSON.
macro_rules! text_schema {
    ($kind:ty, $name:literal, $schema:tt) => {
        impl schemars::JsonSchema for $kind {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(crate) use text_schema;
