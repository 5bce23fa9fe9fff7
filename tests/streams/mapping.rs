//! The event source mapping between a DynamoDB stream and a Lambda function, as Lambda documents it:
//! https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html,
//! https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
//!
//! - Records of one partition key are in one shard, and with a parallelisation factor in one of its
//!   lanes. A lane processes one batch at a time, in order.
//! - A batch with reported failures comes again from the lowest sequence number reported.
//! - A batch whose function fails comes again, in two halves if bisecting is on. Halving does not count
//!   as a retry.
//! - After so many retries, or once a record is too old, a batch is discarded. The on-failure destination
//!   learns where it was, and the lane goes on.
//!
//! If AWS leaves something open, the harder case is assumed: a batch that shrinks does not get its
//! retries back.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hasher as _};

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use chrono::{DateTime, TimeDelta, Utc};

/// The settings of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    pub(crate) shards: u64,
    /// The number of batches of a shard that are processed at a time.
    pub(crate) factor: u64,
    pub(crate) batch: usize,
    pub(crate) retries: u32,
    pub(crate) oldest: TimeDelta,
    pub(crate) bisect: bool,
}

/// The settings in the template.
pub(crate) const USUAL: Mapping = Mapping {
    shards: 2,
    factor: 4,
    batch: 10,
    retries: 10,
    oldest: TimeDelta::hours(6),
    bisect: true,
};

/// The message to the on-failure destination: not the records, but where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Discarded {
    pub(crate) condition: &'static str,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) size: usize,
}

#[derive(Clone, Debug)]
struct Batch {
    records: Vec<(DateTime<Utc>, EventRecord)>,
    /// The number of failed attempts.
    failed: u32,
}

/// A lane: the batches and records that wait in it, the next first.
#[derive(Debug, Default)]
struct Lane {
    again: VecDeque<Batch>,
    waiting: VecDeque<(DateTime<Utc>, EventRecord)>,
}

/// A stream that a function reads.
#[derive(Debug)]
pub(crate) struct Stream {
    mapping: Mapping,
    lanes: BTreeMap<(u64, u64), Lane>,
    pub(crate) discarded: Vec<Discarded>,
}

/// The response of an invocation; `None` if the function failed.
pub(crate) type Invoked = Option<DynamoDbEventResponse>;

impl Stream {
    pub(crate) fn new(mapping: Mapping) -> Self {
        Self { mapping, lanes: BTreeMap::new(), discarded: Vec::new() }
    }

    /// Takes in records that the table has written.
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

    /// The lanes that are not empty.
    pub(crate) fn busy(&self) -> Vec<(u64, u64)> {
        let busy = self.lanes.iter().filter(|(_, l)| !l.again.is_empty() || !l.waiting.is_empty());
        busy.map(|(place, _)| *place).collect()
    }

    /// The next batch of a lane.
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
            self.discarded.push(discarded("RecordAgeExceeded", &gone));
            if batch.records.is_empty() {
                lane.again.pop_front();
                return self.next(place, now);
            }
        }
        let batch = self.lanes.get(&place)?.again.front()?;
        Some(batch.records.iter().map(|(_, record)| record.clone()).collect())
    }

    /// Takes the response to the batch that the lane returned last.
    pub(crate) fn finish(&mut self, place: (u64, u64), invoked: Invoked) {
        let mapping = self.mapping;
        let Some(lane) = self.lanes.get_mut(&place) else { return };
        let Some(mut batch) = lane.again.pop_front() else { return };
        match invoked {
            Some(response) => {
                let failed = response.batch_item_failures;
                if failed.is_empty() {
                    return;
                }
                // A sequence number that is not in the batch, or none, means the whole batch.
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
            self.discarded.push(discarded("RetryAttemptsExhausted", &batch.records));
        } else {
            lane.again.push_front(batch);
        }
    }
}

fn discarded(condition: &'static str, records: &[(DateTime<Utc>, EventRecord)]) -> Discarded {
    let name = |record: Option<&(DateTime<Utc>, EventRecord)>| {
        record.and_then(|(_, record)| sequence(record)).unwrap_or_default().to_owned()
    };
    Discarded {
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
    // Without a random seed, so that the same key is in the same lane in every run.
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
    fn a_batch_comes_again_from_the_lowest_failure() {
        let mut stream = one_lane(5, true, 4);
        assert_eq!(given(&mut stream), ["1", "2", "3", "4"]);
        stream.finish((0, 0), failing(&["4", "2"]));
        assert_eq!(given(&mut stream), ["2", "3", "4"]);
        stream.finish((0, 0), failing(&["unknown"]));
        assert_eq!(given(&mut stream), ["2", "3", "4"]);
        stream.finish((0, 0), failing(&[]));
        assert!(stream.busy().is_empty() && stream.discarded.is_empty());
    }

    #[test]
    fn a_failing_batch_is_halved_then_discarded_and_the_lane_goes_on() {
        let mut stream = one_lane(1, true, 3);
        given(&mut stream);
        stream.finish((0, 0), None);
        assert_eq!(given(&mut stream), ["1"]);
        stream.finish((0, 0), None);
        assert_eq!(given(&mut stream), ["1"]);
        stream.finish((0, 0), None);
        assert_eq!(given(&mut stream), ["2", "3"]);
        let gone = &stream.discarded[0];
        assert_eq!((gone.condition, gone.size), ("RetryAttemptsExhausted", 1));
        let mut whole = one_lane(0, false, 3);
        given(&mut whole);
        whole.finish((0, 0), None);
        assert_eq!(whole.discarded[0].size, 3);
    }

    #[test]
    fn a_record_that_is_too_old_is_discarded() {
        let mut stream = one_lane(5, true, 2);
        let later = DateTime::UNIX_EPOCH + TimeDelta::hours(7);
        assert!(stream.next((0, 0), later).is_none());
        assert_eq!(stream.discarded[0].condition, "RecordAgeExceeded");
        assert_eq!(
            (stream.discarded[0].first.as_str(), stream.discarded[0].last.as_str()),
            ("1", "2")
        );
    }

    #[test]
    fn a_key_stays_in_one_lane_whatever_the_factor() {
        let mut stream = Stream::new(Mapping { shards: 3, factor: 10, ..USUAL });
        for n in 0..200 {
            stream.arrive(DateTime::UNIX_EPOCH, [record(&format!("k{}", n % 20), n)]);
        }
        assert!(stream.lanes.len() > 5, "the keys are spread over lanes");
        for n in 0..20 {
            let key = format!("{:?}", key(&record(&format!("k{n}"), 0)));
            let has =
                |l: &&Lane| l.waiting.iter().any(|(_, r)| format!("{:?}", super::key(r)) == key);
            assert_eq!(stream.lanes.values().filter(has).count(), 1);
        }
    }
}
