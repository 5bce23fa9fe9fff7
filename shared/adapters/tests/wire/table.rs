//! DynamoDB. The flow tests try the meaning of requests on the embedded engine. Here is what an engine
//! does not do: be busy, and cancel a transaction for a passing reason.

use adapters::errors::error_chain;
use adapters::store::{Claim, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Customer};
use domain::decide::{
    Command, CommitPlan, Decision, Message, NewContact, Request, StaffCommand, decide,
};
use domain::library::load_built_in;
use domain::organisation::Organisation;
use domain::standards::Channel;
use serde_json::{Value, json};

use super::{BrokenConnection, Recording, Response, response};

fn store(responses: impl IntoIterator<Item = Response>) -> (Recording, Store) {
    let (recorded, aws) = Recording::of(responses);
    (recorded, Store::new(aws.dynamodb(), "kept"))
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_778_054_400, 0).unwrap()
}

fn id() -> ContactId {
    "7KQ4M2XP9DRT".parse().unwrap()
}

fn decided(organisation: &Organisation) -> CommitPlan {
    let new = NewContact {
        id: id(),
        fingerprint: "f".into(),
        received_at: now(),
        recorded_by: None,
        channel: Channel::Email,
        category: domain::standards::Category::default(),
        priority: domain::standards::Priority::Normal,
        team: organisation.teams()[0].id.clone(),
        owner: None,
        customer: Customer { email: Some("jo@tenant.example".into()), ..Customer::default() },
        subject: "Hello".into(),
        message: Message { text: "Hello".into(), ..Message::default() },
        automatic: None,
        acknowledged_today: 0,
        also: Vec::new(),
    };
    let request = Request { key: None, command: Command::Receive(Box::new(new)) };
    match decide(None, &request, now(), organisation) {
        Ok(Decision::Commit(decided)) => *decided,
        other => panic!("{other:?}"),
    }
}

async fn commit(
    responses: impl IntoIterator<Item = Response>,
) -> (Recording, Result<(), StoreError>) {
    let organisation = load_built_in("westkent").unwrap();
    let (aws, store) = store(responses);
    let written = store.commit(decided(&organisation), Some("C1".into()), &organisation).await;
    (aws, written.map(|_| ()))
}

/// An error as DynamoDB returns it.
fn error(status: u16, code: &str) -> Response {
    let name = format!("com.amazonaws.dynamodb.v20120810#{code}");
    response(status, json!({ "__type": name, "message": "said" }))
}

fn cancelled(reasons: &[&str]) -> Response {
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    response(
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
            "CancellationReasons": reasons,
        }),
    )
}

#[tokio::test]
async fn with_a_retention_period_an_entry_says_when_it_may_go_and_an_open_contact_stays() {
    let organisation = load_built_in("westkent").unwrap();
    let (aws, store) = store([response(200, json!({})), response(200, json!({}))]);
    let store = store.with_retention(TimeDelta::days(2190));
    let first = decided(&organisation);
    let contact = first.contact.clone();
    store.commit(first, None, &organisation).await.unwrap();
    let close = StaffCommand::Close { reason: Some("Spam".into()) };
    let command = Command::Staff { person: "tom.okafor".into(), command: close };
    let request = Request { key: None, command };
    let closed = match decide(Some(&contact), &request, now(), &organisation) {
        Ok(Decision::Commit(decided)) => *decided,
        other => panic!("{other:?}"),
    };
    store.commit(closed, None, &organisation).await.unwrap();
    let after = (now() + TimeDelta::days(2190)).timestamp().to_string();
    let requests = aws.requests();
    let item =
        |request: usize, put: usize| &requests[request].body["TransactItems"][put]["Put"]["Item"];
    assert_eq!(item(0, 0)["expires"], json!({ "N": after }));
    assert_eq!(item(0, 1)["expires"], Value::Null, "an open contact stays");
    assert_eq!(item(1, 1)["expires"], json!({ "N": after }), "a closed one goes");
}

#[tokio::test]
async fn a_commit_is_one_transaction_of_two_conditional_puts_that_can_be_repeated() {
    let (aws, written) = commit([response(200, json!({}))]).await;
    written.unwrap();
    let requests = aws.requests();
    assert_eq!(requests[0].line, "POST https://dynamodb.eu-west-2.amazonaws.com/");
    assert_eq!(requests[0].target.as_deref(), Some("DynamoDB_20120810.TransactWriteItems"));
    let body = &requests[0].body;
    // The token makes a repeated transaction the same one.
    assert_eq!(body["ClientRequestToken"], "(token)");
    let entry = &body["TransactItems"][0]["Put"];
    assert_eq!(entry["TableName"], "kept");
    assert_eq!(entry["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(entry["Item"]["pk"], json!({ "S": "C#7KQ4M2XP9DRT" }));
    assert_eq!(entry["Item"]["sk"], json!({ "S": "#00000001" }));
    let head = &body["TransactItems"][1]["Put"];
    assert_eq!(head["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(head["Item"]["sk"], json!({ "S": "HEAD" }));
    assert_eq!(head["Item"]["v"], json!({ "N": "1" }));
    assert_eq!(head["Item"]["attention"], json!({ "S": "A" }));
    assert_eq!(head["Item"]["customer"], json!({ "S": "C1" }));
    let keys: std::collections::BTreeSet<&str> =
        head["Item"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys.into_iter().collect::<Vec<_>>(),
        [
            "attention",
            "attention_at",
            "customer",
            "customer_at",
            "data",
            "list",
            "list_at",
            "pk",
            "sk",
            "v"
        ]
    );
}

#[tokio::test]
async fn a_cancelled_transaction_is_a_conflict_transient_or_permanent() {
    let conflict = |e: &StoreError| matches!(e, StoreError::Conflict(_));
    let transient = |e: &StoreError| matches!(e, StoreError::Unavailable { .. });
    let permanent = |e: &StoreError| matches!(e, StoreError::Failed { .. });
    type Meaning = fn(&StoreError) -> bool;
    let cases: [(&[&str], Meaning); 7] = [
        (&["ConditionalCheckFailed", "None"], conflict),
        (&["None", "ConditionalCheckFailed"], conflict),
        // The contact was written and the table was busy: the write counts.
        (&["TransactionConflict", "ConditionalCheckFailed"], conflict),
        (&["TransactionConflict", "None"], transient),
        (&["None", "ThrottlingError"], transient),
        (&["ProvisionedThroughputExceeded", "ProvisionedThroughputExceeded"], transient),
        (&["None", "ValidationError"], permanent),
    ];
    for (reasons, meaning) in cases {
        let (aws, written) = commit([cancelled(reasons)]).await;
        let error = written.unwrap_err();
        assert!(meaning(&error), "{reasons:?}: {error:?}");
        assert_eq!(aws.requests().len(), 1, "{reasons:?}: the client does not repeat it");
        assert_eq!(error.is_retryable(), !permanent(&error));
    }
}

#[tokio::test]
async fn a_busy_or_broken_table_is_tried_three_times_and_is_then_unavailable() {
    for (status, code) in [
        (400, "ProvisionedThroughputExceededException"),
        (400, "ThrottlingException"),
        (400, "RequestLimitExceeded"),
        (500, "InternalServerError"),
    ] {
        let (aws, written) =
            commit([error(status, code), error(status, code), error(status, code)]).await;
        let failed = written.unwrap_err();
        assert!(matches!(failed, StoreError::Unavailable { .. }), "{code}: {failed:?}");
        assert_eq!(aws.requests().len(), 3, "{code}");
        let (aws, written) = commit([error(status, code), response(200, json!({}))]).await;
        written.unwrap();
        assert_eq!(aws.requests().len(), 2, "{code}");
    }
}

#[tokio::test]
async fn a_request_that_can_never_succeed_is_not_repeated() {
    for (status, code) in [
        (400, "ValidationException"),
        (400, "ResourceNotFoundException"),
        (400, "AccessDeniedException"),
        (400, "ItemCollectionSizeLimitExceededException"),
    ] {
        let (aws, written) = commit([error(status, code)]).await;
        let failed = written.unwrap_err();
        assert!(matches!(failed, StoreError::Failed { .. }), "{code}: {failed:?}");
        assert_eq!(aws.requests().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn an_unreachable_table_is_tried_three_times_and_is_then_unavailable() {
    let broken = BrokenConnection::default();
    let store = Store::new(broken.aws().dynamodb(), "kept");
    let failed = store.load(&id()).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable { .. }), "{failed:?}");
    assert_eq!(broken.attempts(), 3);
}

#[tokio::test]
async fn a_claim_is_fresh_abandoned_or_busy() {
    let lease = TimeDelta::seconds(60);
    for (response, claim) in [
        (response(200, json!({})), Claim::Fresh),
        (
            response(
                200,
                json!({ "Attributes": { "claimed": { "S": "2026-05-06T07:00:00.000Z" } } }),
            ),
            Claim::Abandoned,
        ),
        (error(400, "ConditionalCheckFailedException"), Claim::Busy),
    ] {
        let (aws, store) = store([response]);
        assert_eq!(store.claim(&id(), 1, now(), lease).await.unwrap(), claim);
        let requests = aws.requests();
        assert_eq!(requests[0].target.as_deref(), Some("DynamoDB_20120810.UpdateItem"));
        assert_eq!(
            requests[0].body,
            json!({
                "TableName": "kept",
                "Key": { "pk": { "S": "C#7KQ4M2XP9DRT" }, "sk": { "S": "#00000001" } },
                "UpdateExpression": "SET claimed = :now",
                "ConditionExpression":
                    "attribute_exists(pk) AND (attribute_not_exists(claimed) OR claimed <= :stale)",
                "ExpressionAttributeValues": {
                    ":now": { "S": "2026-05-06T08:00:00.000Z" },
                    ":stale": { "S": "2026-05-06T07:59:00.000Z" },
                },
                "ReturnValues": "UPDATED_OLD",
            })
        );
    }
}

#[tokio::test]
async fn keys_left_out_of_a_full_response_are_requested_again() {
    // DynamoDB returns at most sixteen megabytes, and names the keys that are left.
    let left =
        json!({ "kept": { "Keys": [{ "pk": { "S": "C#7KQ4M2XP9DRT" }, "sk": { "S": "HEAD" } }] } });
    let (aws, store) = store([
        response(200, json!({ "Responses": { "kept": [] }, "UnprocessedKeys": left })),
        response(200, json!({ "Responses": { "kept": [] }, "UnprocessedKeys": {} })),
    ]);
    assert!(store.load_all(&[id()]).await.unwrap().is_empty());
    assert_eq!(aws.requests().len(), 2);
    assert_eq!(aws.requests()[1].body["RequestItems"], left);
}

#[tokio::test]
async fn an_error_does_not_repeat_a_response_that_may_hold_what_a_customer_wrote() {
    for (status, body) in [
        (200, r#"{"Item": {"data": {"S": "Jo Tenant"#),
        (200, "Jo Tenant"),
        (400, "Jo Tenant"),
        (200, r#"{"Item": {"data": {"S": "{\"subject\": \"Jo Tenant\"}"}}}"#),
        (200, r#"{"Item": {"data": {"S": "Jo Tenant"}}}"#),
    ] {
        let (_, store) = store([Response(status, None, body.into())]);
        let error = store.load(&id()).await.unwrap_err();
        let chain = error_chain(&error);
        assert!(!chain.contains("Jo") && !format!("{error:?}").contains("Jo"), "{body}: {error:?}");
        assert!(chain.contains(": "), "{body}: the cause is missing: {chain}");
    }
}
