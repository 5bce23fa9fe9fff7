//! The table and its indexes.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};

use super::{Store, StoreError, failed};

/// Every index: its name, and its hash and range attribute.
const INDEXES: [(&str, &str, &str); 3] = [
    ("list", "list", "list_at"),
    ("attention", "attention", "attention_at"),
    ("customer", "customer", "customer_at"),
];

impl Store {
    /// Makes the table, unless it is there. On AWS the template makes it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn create_table(&self) -> Result<(), StoreError> {
        let mut request = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(keys("pk", "sk")?))
            .attribute_definitions(attribute("pk")?)
            .attribute_definitions(attribute("sk")?);
        for (name, hash, range) in INDEXES {
            let index = GlobalSecondaryIndex::builder()
                .index_name(name)
                .set_key_schema(Some(keys(hash, range)?))
                .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
                .build()
                .map_err(unbuildable)?;
            request = request
                .global_secondary_indexes(index)
                .attribute_definitions(attribute(hash)?)
                .attribute_definitions(attribute(range)?);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), CreateTableError::ResourceInUseException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(failed("make itself")(error)),
        }
    }
}

fn keys(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    let key = |name: &str, kind| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().map_err(unbuildable)
    };
    Ok(vec![key(hash, KeyType::Hash)?, key(range, KeyType::Range)?])
}

fn attribute(name: &str) -> Result<AttributeDefinition, StoreError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .map_err(unbuildable)
}

/// A request that lacks something that its type demands; only a mistake in this file leads to it.
pub(super) fn unbuildable(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Broken { doing: "be asked", cause: error.to_string() }
}
