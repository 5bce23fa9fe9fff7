//! What Lambda promises for a stream of DynamoDB, at the level of events.
//! https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html,
//! https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
//!
//! - Records of one partition key are in one shard, and with a parallelisation factor in one of its
//!   lanes; a lane has one batch under way at a time and keeps the order.
//! - A batch that is reported in part comes again from the lowest sequence number reported.
//! - A batch whose function fails comes again, in two halves where bisecting is on; halving does
//!   not count as a retry.
//! - After so many retries, or once a record is too old, it is given up: where it was is told to
//!   the on-failure destination, and the lane goes on.
//!
//! What AWS leaves open is taken the hard way here: a batch that shrinks does not get its retries
//! back.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hasher as _};

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use chrono::{DateTime, TimeDelta, Utc};

/// How a function is connected to a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    pub(crate) shards: u64,
    /// Batches that are under way in a shard at a time.
    pub(crate) factor: u64,
    pub(crate) batch: usize,
    pub(crate) retries: u32,
    pub(crate) oldest: TimeDelta,
    pub(crate) bisect: bool,
}

/// As the template connects them.
pub(crate) const USUAL: Mapping = Mapping {
    shards: 2,
    factor: 4,
    batch: 10,
    retries: 10,
    oldest: TimeDelta::hours(6),
    bisect: true,
};

/// What the on-failure destination is told: not the records, but where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenUp {
    pub(crate) condition: &'static str,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) size: usize,
}

#[derive(Clone, Debug)]
struct Batch {
    records: Vec<(DateTime<Utc>, EventRecord)>,
    /// How often it was tried in vain.
    failed: u32,
}

/// One lane: what waits in it, the next first.
#[derive(Debug, Default)]
struct Lane {
    again: VecDeque<Batch>,
    waiting: VecDeque<(DateTime<Utc>, EventRecord)>,
}

/// A stream that is being worked off.
#[derive(Debug)]
pub(crate) struct Stream {
    mapping: Mapping,
    lanes: BTreeMap<(u64, u64), Lane>,
    pub(crate) abandoned: Vec<GivenUp>,
}

/// What came of an invocation; `None` where the function failed.
pub(crate) type Invoked = Option<DynamoDbEventResponse>;

impl Stream {
    pub(crate) fn new(mapping: Mapping) -> Self {
        Self { mapping, lanes: BTreeMap::new(), abandoned: Vec::new() }
    }

    /// Takes in records as they are written.
    pub(crate) fn arrive(
        &mut self,
        now: DateTime<Utc>,
        records: impl IntoIterator<Item = EventRecord>,
    ) {
        for record in records {
            let key = key(&record);
            let place = (
                hash(&("shard", &key)) % self.mapping.shards,
                hash(&("lane", &key)) % self.mapping.factor,
            );
            self.lanes.entry(place).or_default().waiting.push_back((now, record));
        }
    }

    /// The lanes that have something to do.
    pub(crate) fn busy(&self) -> Vec<(u64, u64)> {
        let busy = self.lanes.iter().filter(|(_, l)| !l.again.is_empty() || !l.waiting.is_empty());
        busy.map(|(place, _)| *place).collect()
    }

    /// The batch that a lane gives to its function next.
    pub(crate) fn next(
        &mut self,
        place: (u64, u64),
        now: DateTime<Utc>,
    ) -> Option<Vec<EventRecord>> {
        let mapping = self.mapping;
        let lane = self.lanes.get_mut(&place)?;
        if lane.again.is_empty() && !lane.waiting.is_empty() {
            let size = mapping.batch.min(lane.waiting.len());
            let records = lane.waiting.drain(..size).collect();
            lane.again.push_back(Batch { records, failed: 0 });
        }
        let batch = lane.again.front_mut()?;
        let old = batch.records.iter().take_while(|(came, _)| now - *came > mapping.oldest).count();
        if old > 0 {
            let gone: Vec<_> = batch.records.drain(..old).collect();
            self.abandoned.push(abandoned("RecordAgeExceeded", &gone));
            if batch.records.is_empty() {
                lane.again.pop_front();
                return self.next(place, now);
            }
        }
        let batch = self.lanes.get(&place)?.again.front()?;
        Some(batch.records.iter().map(|(_, record)| record.clone()).collect())
    }

    /// What came of the batch that the lane gave last.
    pub(crate) fn came_of_it(&mut self, place: (u64, u64), invoked: Invoked) {
        let mapping = self.mapping;
        let Some(lane) = self.lanes.get_mut(&place) else { return };
        let Some(mut batch) = lane.again.pop_front() else { return };
        match invoked {
            Some(response) => {
                let failed = response.batch_item_failures;
                if failed.is_empty() {
                    return;
                }
                // A name that is no record's, or none, means all of it.
                let positions = failed.iter().map(|failure| {
                    let is = |(_, r): &(_, EventRecord)| {
                        sequence(r) == failure.item_identifier.as_deref()
                    };
                    batch.records.iter().position(is).unwrap_or_default()
                });
                let lowest = positions.min().unwrap_or_default();
                batch.records.drain(..lowest);
            }
            None if mapping.bisect && batch.records.len() > 1 => {
                let second = batch.records.split_off(batch.records.len() / 2);
                lane.again.push_front(Batch { records: second, failed: batch.failed });
                lane.again.push_front(batch);
                return;
            }
            None => {}
        }
        batch.failed += 1;
        if batch.failed > mapping.retries {
            self.abandoned.push(abandoned("RetryAttemptsExhausted", &batch.records));
        } else {
            lane.again.push_front(batch);
        }
    }
}

fn abandoned(condition: &'static str, records: &[(DateTime<Utc>, EventRecord)]) -> GivenUp {
    let name = |record: Option<&(DateTime<Utc>, EventRecord)>| {
        record.and_then(|(_, record)| sequence(record)).unwrap_or_default().to_owned()
    };
    GivenUp {
        condition,
        first: name(records.first()),
        last: name(records.last()),
        size: records.len(),
    }
}

pub(crate) fn sequence(record: &EventRecord) -> Option<&str> {
    record.change.sequence_number.as_deref()
}

/// The partition key of the item that a record is about.
fn key(record: &EventRecord) -> String {
    let keys = record.change.keys.clone().into_inner();
    format!("{:?}", keys.get("pk"))
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    // Without a random start: the same key is in the same lane in every run.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

mod tests {
    use serde_json::json;

    use super::*;

    fn record(key: &str, number: u32) -> EventRecord {
        serde_json::from_value(json!({
            "awsRegion": "eu-west-2", "eventID": "e", "eventName": "INSERT",
            "eventSource": "aws:dynamodb", "eventVersion": "1.1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_778_084_101.0,
                "Keys": { "pk": { "S": key } }, "SequenceNumber": number.to_string(),
                "SizeBytes": 1, "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }))
        .unwrap()
    }

    fn one_lane(retries: u32, bisect: bool, count: u32) -> Stream {
        let mapping = Mapping { shards: 1, factor: 1, retries, bisect, ..USUAL };
        let mut stream = Stream::new(mapping);
        stream.arrive(DateTime::UNIX_EPOCH, (1..=count).map(|n| record("a", n)));
        stream
    }

    fn given(stream: &mut Stream) -> Vec<String> {
        let batch = stream.next((0, 0), DateTime::UNIX_EPOCH).unwrap_or_default();
        batch.iter().map(|r| sequence(r).unwrap().to_owned()).collect()
    }

    fn failing(names: &[&str]) -> Invoked {
        let failures: Vec<_> = names.iter().map(|n| json!({ "itemIdentifier": n })).collect();
        Some(serde_json::from_value(json!({ "batchItemFailures": failures })).unwrap())
    }

    #[test]
    fn a_batch_comes_again_from_the_lowest_that_failed() {
        let mut stream = one_lane(5, true, 4);
        assert_eq!(given(&mut stream), ["1", "2", "3", "4"]);
        stream.came_of_it((0, 0), failing(&["4", "2"]));
        assert_eq!(given(&mut stream), ["2", "3", "4"]);
        stream.came_of_it((0, 0), failing(&["unknown"]));
        assert_eq!(given(&mut stream), ["2", "3", "4"]);
        stream.came_of_it((0, 0), failing(&[]));
        assert!(stream.busy().is_empty() && stream.abandoned.is_empty());
    }

    #[test]
    fn a_function_that_fails_gets_halves_and_then_gives_up_and_the_lane_goes_on() {
        let mut stream = one_lane(1, true, 3);
        given(&mut stream);
        stream.came_of_it((0, 0), None);
        assert_eq!(given(&mut stream), ["1"]);
        stream.came_of_it((0, 0), None);
        assert_eq!(given(&mut stream), ["1"]);
        stream.came_of_it((0, 0), None);
        assert_eq!(given(&mut stream), ["2", "3"]);
        let gone = &stream.abandoned[0];
        assert_eq!((gone.condition, gone.size), ("RetryAttemptsExhausted", 1));
        let mut whole = one_lane(0, false, 3);
        given(&mut whole);
        whole.came_of_it((0, 0), None);
        assert_eq!(whole.abandoned[0].size, 3);
    }

    #[test]
    fn what_is_too_old_is_given_up() {
        let mut stream = one_lane(5, true, 2);
        let later = DateTime::UNIX_EPOCH + TimeDelta::hours(7);
        assert!(stream.next((0, 0), later).is_none());
        assert_eq!(stream.abandoned[0].condition, "RecordAgeExceeded");
        assert_eq!(
            (stream.abandoned[0].first.as_str(), stream.abandoned[0].last.as_str()),
            ("1", "2")
        );
    }

    #[test]
    fn a_key_is_in_one_lane_whatever_the_factor() {
        let mut stream = Stream::new(Mapping { shards: 3, factor: 10, ..USUAL });
        for n in 0..200 {
            stream.arrive(DateTime::UNIX_EPOCH, [record(&format!("k{}", n % 20), n)]);
        }
        assert!(stream.lanes.len() > 5, "they are spread");
        for n in 0..20 {
            let key = format!("{:?}", key(&record(&format!("k{n}"), 0)));
            let has =
                |l: &&Lane| l.waiting.iter().any(|(_, r)| format!("{:?}", super::key(r)) == key);
            assert_eq!(stream.lanes.values().filter(has).count(), 1);
        }
    }
}
