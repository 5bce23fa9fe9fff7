//! The table and its indexes, as one machine creates them. On AWS the template does.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};

use super::error::request_error;
use super::layout::{ATTENTION, CUSTOMER, LIST};
use super::{Store, StoreError};

impl Store {
    /// Creates the table, unless it exists.
    ///
    /// # Errors
    /// Returns an error if the table cannot be created.
    pub async fn create_table(&self) -> Result<(), StoreError> {
        let mut request = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema("pk", "sk")?))
            .attribute_definitions(attribute("pk")?)
            .attribute_definitions(attribute("sk")?);
        for index in [LIST, ATTENTION, CUSTOMER] {
            let definition = GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .set_key_schema(Some(key_schema(index.name, index.range)?))
                .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
                .build()
                .map_err(invalid_request)?;
            request = request
                .global_secondary_indexes(definition)
                .attribute_definitions(attribute(index.name)?)
                .attribute_definitions(attribute(index.range)?);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), CreateTableError::ResourceInUseException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(request_error("create the table")(error)),
        }
    }
}

fn key_schema(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .map_err(invalid_request)
    };
    Ok(vec![key(hash, KeyType::Hash)?, key(range, KeyType::Range)?])
}

fn attribute(name: &str) -> Result<AttributeDefinition, StoreError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .map_err(invalid_request)
}

/// A request without something that its type demands. Only a mistake in this folder leads to it.
pub(super) fn invalid_request(error: BuildError) -> StoreError {
    StoreError::failed("make a request", error)
}

#[cfg(test)]
mod tests {
    use super::super::layout::COMMIT_PREFIX;
    use super::*;

    const TEMPLATE: &str = include_str!("../../../../infra/aws/template.yaml");

    #[test]
    fn the_template_has_the_same_keys() {
        let (_, table) = TEMPLATE.split_once("Type: AWS::DynamoDB::Table\n").expect("the table");
        let (_, keys) = table.split_once("      KeySchema:\n").expect("the keys of the table");
        let keys: Vec<&str> = keys.lines().take(2).map(str::trim).collect();
        let expected = key_schema("pk", "sk").expect("keys");
        let expected: Vec<String> = expected
            .iter()
            .map(|key| {
                let (name, kind) = (key.attribute_name(), key.key_type());
                format!("- {{ AttributeName: {name}, KeyType: {kind} }}")
            })
            .collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn the_template_has_the_same_indexes() {
        for index in [LIST, ATTENTION, CUSTOMER] {
            let (_, rest) =
                TEMPLATE.split_once(&format!("IndexName: {}\n", index.name)).expect(index.name);
            let definition: String = rest.split("IndexName").next().unwrap_or_default().to_owned();
            for key in [
                format!("{{ AttributeName: {}, KeyType: HASH }}", index.name),
                format!("{{ AttributeName: {}, KeyType: RANGE }}", index.range),
                "ProjectionType: KEYS_ONLY".to_owned(),
            ] {
                assert!(definition.contains(&key), "{}: {key}", index.name);
            }
        }
        assert_eq!(TEMPLATE.matches("IndexName: ").count(), 3);
    }

    #[test]
    fn the_template_lets_new_commits_through_to_dispatch_and_nothing_else() {
        let pattern = format!(
            r#"{{"eventName":["INSERT"],"dynamodb":{{"Keys":{{"sk":{{"S":[{{"prefix":"{COMMIT_PREFIX}"}}]}}}}}}}}"#
        );
        assert!(TEMPLATE.contains(&pattern), "{pattern}");
    }
}
