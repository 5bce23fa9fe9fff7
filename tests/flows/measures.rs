//! What alarms count.

use chrono::TimeDelta;
use functions::reconcile::longest_wait;
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn the_longest_wait_is_that_of_work_which_nobody_did() {
    // Given a message that was committed, and nobody who sees to it
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let app = scenario.simulation.app.clone();
    assert_eq!(longest_wait(&app, app.now()).await.unwrap(), TimeDelta::zero());
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    // Then its mails have five minutes, and wait from then on
    let waits = async |time| longest_wait(&app, at(time)).await.unwrap();
    assert_eq!(waits("2026-06-02 10:04").await, TimeDelta::zero());
    assert_eq!(waits("2026-06-02 10:25").await, TimeDelta::minutes(20));
    // When somebody does
    scenario.run_until_idle().await;
    // Then nothing waits
    assert_eq!(waits("2026-06-02 10:25").await, TimeDelta::zero());
    scenario.end().await;
}
