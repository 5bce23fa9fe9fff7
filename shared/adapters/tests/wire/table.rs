//! DynamoDB. What the requests mean is tried on the embedded engine; here is what an engine does
//! not do: be busy, and cancel for reasons of the moment.

use adapters::store::{Claim, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{ContactId, Customer};
use domain::decide::{
    Command, CommitPlan, Decision, Message, NewContact, Request, StaffCommand, decide,
};
use domain::organisation::Organisation;
use domain::standards::{Channel, load_built_in};
use serde_json::{Value, json};

use super::{Answer, Broken, Recorded, answer};

fn store(answers: impl IntoIterator<Item = Answer>) -> (Recorded, Store) {
    let (recorded, aws) = Recorded::answers(answers);
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

async fn commit(answers: impl IntoIterator<Item = Answer>) -> (Recorded, Result<(), StoreError>) {
    let organisation = load_built_in("westkent").unwrap();
    let (aws, store) = store(answers);
    let written = store.commit(decided(&organisation), Some("C1".into()), &organisation).await;
    (aws, written.map(|_| ()))
}

/// An error as DynamoDB gives it.
fn error(status: u16, code: &str) -> Answer {
    let name = format!("com.amazonaws.dynamodb.v20120810#{code}");
    answer(status, json!({ "__type": name, "message": "said" }))
}

fn cancelled(reasons: &[&str]) -> Answer {
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    answer(
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
    let (aws, store) = store([answer(200, json!({})), answer(200, json!({}))]);
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
    let asked = aws.asked();
    let item =
        |request: usize, put: usize| &asked[request].body["TransactItems"][put]["Put"]["Item"];
    assert_eq!(item(0, 0)["expires"], json!({ "N": after }));
    assert_eq!(item(0, 1)["expires"], Value::Null, "an open contact stays");
    assert_eq!(item(1, 1)["expires"], json!({ "N": after }), "a closed one goes");
}

#[tokio::test]
async fn a_commit_is_one_transaction_of_two_conditional_puts_that_can_be_repeated() {
    let (aws, written) = commit([answer(200, json!({}))]).await;
    written.unwrap();
    let asked = aws.asked();
    assert_eq!(asked[0].line, "POST https://dynamodb.eu-west-2.amazonaws.com/");
    assert_eq!(asked[0].target.as_deref(), Some("DynamoDB_20120810.TransactWriteItems"));
    let body = &asked[0].body;
    // The token makes a repeated transaction the same one
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
async fn why_a_transaction_was_cancelled_is_told_apart() {
    let conflict = |e: &StoreError| matches!(e, StoreError::Conflict(_));
    let later = |e: &StoreError| matches!(e, StoreError::Unavailable { .. });
    let never = |e: &StoreError| matches!(e, StoreError::Failed { .. });
    type Means = fn(&StoreError) -> bool;
    let cases: [(&[&str], Means); 7] = [
        (&["ConditionalCheckFailed", "None"], conflict),
        (&["None", "ConditionalCheckFailed"], conflict),
        // Somebody wrote the contact, and the table was busy: what counts is that it was written
        (&["TransactionConflict", "ConditionalCheckFailed"], conflict),
        (&["TransactionConflict", "None"], later),
        (&["None", "ThrottlingError"], later),
        (&["ProvisionedThroughputExceeded", "ProvisionedThroughputExceeded"], later),
        (&["None", "ValidationError"], never),
    ];
    for (reasons, means) in cases {
        let (aws, written) = commit([cancelled(reasons)]).await;
        let error = written.unwrap_err();
        assert!(means(&error), "{reasons:?}: {error:?}");
        assert_eq!(aws.asked().len(), 1, "{reasons:?} is not for the client to repeat");
        assert_eq!(error.is_retryable(), !never(&error));
    }
}

#[tokio::test]
async fn a_table_that_is_busy_or_broken_is_asked_three_times_and_then_later() {
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
        assert_eq!(aws.asked().len(), 3, "{code}");
        let (aws, written) = commit([error(status, code), answer(200, json!({}))]).await;
        written.unwrap();
        assert_eq!(aws.asked().len(), 2, "{code}");
    }
}

#[tokio::test]
async fn what_the_table_will_never_do_is_not_repeated() {
    for (status, code) in [
        (400, "ValidationException"),
        (400, "ResourceNotFoundException"),
        (400, "AccessDeniedException"),
        (400, "ItemCollectionSizeLimitExceededException"),
    ] {
        let (aws, written) = commit([error(status, code)]).await;
        let failed = written.unwrap_err();
        assert!(matches!(failed, StoreError::Failed { .. }), "{code}: {failed:?}");
        assert_eq!(aws.asked().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_table_that_is_not_reached_is_tried_again_and_then_later() {
    let broken = Broken::default();
    let store = Store::new(broken.aws().dynamodb(), "kept");
    let failed = store.load(&id()).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable { .. }), "{failed:?}");
    assert_eq!(broken.tried(), 3);
}

#[tokio::test]
async fn a_claim_is_fresh_abandoned_or_busy() {
    let lease = TimeDelta::seconds(60);
    for (answered, claim) in [
        (answer(200, json!({})), Claim::Fresh),
        (
            answer(
                200,
                json!({ "Attributes": { "claimed": { "S": "2026-05-06T07:00:00.000Z" } } }),
            ),
            Claim::Abandoned,
        ),
        (error(400, "ConditionalCheckFailedException"), Claim::Busy),
    ] {
        let (aws, store) = store([answered]);
        assert_eq!(store.claim(&id(), 1, now(), lease).await.unwrap(), claim);
        let asked = aws.asked();
        assert_eq!(asked[0].target.as_deref(), Some("DynamoDB_20120810.UpdateItem"));
        assert_eq!(
            asked[0].body,
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
async fn what_a_full_answer_leaves_out_is_asked_for_again() {
    // DynamoDB gives sixteen megabytes at most and says which keys are left
    let left =
        json!({ "kept": { "Keys": [{ "pk": { "S": "C#7KQ4M2XP9DRT" }, "sk": { "S": "HEAD" } }] } });
    let (aws, store) = store([
        answer(200, json!({ "Responses": { "kept": [] }, "UnprocessedKeys": left })),
        answer(200, json!({ "Responses": { "kept": [] }, "UnprocessedKeys": {} })),
    ]);
    assert!(store.load_all(&[id()]).await.unwrap().is_empty());
    assert_eq!(aws.asked().len(), 2);
    assert_eq!(aws.asked()[1].body["RequestItems"], left);
}
