//! Faults of every kind at any time, by a seed.

use tests::cloud::Fault;

use crate::harness::StreamHarness;
use crate::mapping::{Mapping, USUAL};

/// A small generator of pseudo-random numbers: <https://en.wikipedia.org/wiki/Xorshift>
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

async fn play(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mapping = Mapping {
        shards: 1 + random.below(2),
        factor: 1 + random.below(4),
        batch: 1 + usize::try_from(random.below(10)).unwrap(),
        bisect: random.below(2) == 0,
        ..USUAL
    };
    let mut harness = StreamHarness::new(mapping).await;
    let mut contacts = Vec::new();
    for _ in 0..60 {
        match random.below(8) {
            0 => contacts.push(harness.tenant_writes().await),
            1 if !contacts.is_empty() => {
                let index = usize::try_from(random.below(contacts.len() as u64)).unwrap();
                harness.note(&contacts[index], "a note").await;
            }
            2 => {
                let fault = [
                    Fault::CrashBefore,
                    Fault::CrashAfter,
                    Fault::Busy,
                    Fault::Unconfirmed,
                    Fault::Refused,
                ][usize::try_from(random.below(5)).unwrap()];
                harness.cloud.fail_at(1 + u32::try_from(random.below(8)).unwrap(), fault);
            }
            3 if random.below(4) == 0 => harness.replay(),
            4 if random.below(4) == 0 => {
                harness.sweep().await;
            }
            _ => {
                harness.pull_records();
                let busy = harness.stream.busy();
                if !busy.is_empty() {
                    let index = usize::try_from(random.below(busy.len() as u64)).unwrap();
                    harness.invoke(busy[index]).await;
                }
            }
        }
    }
    harness.cloud.fail_at(u32::MAX, Fault::Busy);
    harness.drain().await;
    // An email deferred for long comes last.
    for _ in 0..12 {
        harness.sweep().await;
    }
    harness.assert_done(&contacts).await;
}

#[tokio::test]
async fn whatever_happens_every_email_is_sent_and_none_twice_without_a_mark() {
    // KEPT_SEEDS runs more of them.
    let seeds = std::env::var("KEPT_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    for seed in 1..=seeds {
        // The output of a failed test shows the seed.
        println!("seed {seed}");
        play(seed).await;
    }
}
