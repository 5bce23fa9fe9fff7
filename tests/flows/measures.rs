//! The measures behind alarms.

use chrono::TimeDelta;
use functions::reconcile::longest_wait;
use tests::{Scenario, at};

const HELP: &str = "help@westkent.example";

#[tokio::test]
async fn the_longest_wait_is_the_age_of_the_oldest_work_that_is_due() {
    // Given a commit that is not dispatched
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let app = scenario.simulation.app.clone();
    assert_eq!(longest_wait(&app, app.now()).await.unwrap(), TimeDelta::zero());
    let raw = scenario.message("jo@tenant.example", HELP, "Hello", "Hello", "");
    scenario.deliver_without_dispatch("jo@tenant.example", &[HELP], &raw).await;
    // Then its emails have five minutes, and count as waiting after that
    let waits = async |time| longest_wait(&app, at(time)).await.unwrap();
    assert_eq!(waits("2026-06-02 10:04").await, TimeDelta::zero());
    assert_eq!(waits("2026-06-02 10:25").await, TimeDelta::minutes(20));
    // When it is dispatched
    scenario.run_until_idle().await;
    // Then nothing waits
    assert_eq!(waits("2026-06-02 10:25").await, TimeDelta::zero());
    scenario.end().await;
}
