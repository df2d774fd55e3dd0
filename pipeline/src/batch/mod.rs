//! A batch in the making: records of one topic, decoded one by one, become what one transaction counts.

use crate::decode::{Decoded, RawRecord, decode, is_in_range};
use crate::kafka::fingerprint;
use domain::{Fingerprint, Minute, Timestamp};
use rdkafka::message::{BorrowedMessage, Message, Timestamp as RecordTime};
use record_headers::RecordHeader;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Advance, Batch, DeadLetter, DeadLetterRange, LATEST_EVENTS_MAX, Position, Seen};
use streams::{LatestEvent, Topic, Values};

/// Bad records in a row, per partition, that are kept whole; beyond it only their offsets are.
pub(crate) const BAD_RECORDS_IN_A_ROW_MAX: u32 = 100;

/// What decoding a stream needs to know of this shop.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) source: String,
    /// The first minute in which the stream is counted.
    pub(crate) first_minute: Minute,
}

/// Collects records until they are counted.
#[derive(Debug)]
pub(crate) struct Gathering {
    pub(crate) topic: Topic,
    pub(crate) batch: Batch,
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    /// Records and bytes of each partition.
    pub(crate) read: BTreeMap<i32, (usize, usize)>,
    /// Bad records in a row, by partition; lives on from batch to batch.
    bad_runs: BTreeMap<i32, u32>,
    /// [`decode`]; a test may put one here that panics.
    decode: fn(&str, &RawRecord<'_>) -> Decoded,
}

/// What was read of one record, before anything of it enters the batch.
struct Read<'m> {
    headers: Vec<RecordHeader<'m>>,
    fingerprint: Fingerprint,
    decoded: Decoded,
}

impl Gathering {
    pub(crate) fn new(topic: Topic, log: &str) -> Gathering {
        let batch = Batch { log: log.to_owned(), ..Batch::default() };
        Gathering { topic, batch, records: 0, bytes: 0, read: BTreeMap::new(), bad_runs: BTreeMap::new(), decode }
    }

    /// Forgets what was gathered; positions stay where they were.
    pub(crate) fn clear(&mut self) {
        self.batch = Batch { log: std::mem::take(&mut self.batch.log), ..Batch::default() };
        (self.records, self.bytes) = (0, 0);
        self.read.clear();
    }

    /// Hands the batch over to be counted; [`Gathering::clear`] then begins the next one.
    pub(crate) fn take_batch(&mut self) -> Batch {
        let next = Batch { log: self.batch.log.clone(), ..Batch::default() };
        std::mem::replace(&mut self.batch, next)
    }

    /// Forgets what was gathered and what came before it: partitions were taken or given, and are read again.
    pub(crate) fn begin_anew(&mut self) {
        self.clear();
        self.bad_runs.clear();
    }

    /// Moves a partition on from `held` to `to`, in the transaction that counts this batch.
    pub(crate) fn advance(&mut self, partition: i32, held: Position, to: i64) {
        match self.batch.advances.iter_mut().find(|advance| advance.partition == partition) {
            Some(advance) => advance.to = to,
            None => self.batch.advances.push(Advance {
                topic: self.topic,
                partition,
                generation: held.generation,
                from: held.next_offset,
                to,
            }),
        }
    }

    /// Where the partition will stand once this batch is counted.
    pub(crate) fn next_offset(&self, partition: i32, held: Position) -> i64 {
        let advance = self.batch.advances.iter().find(|advance| advance.partition == partition);
        advance.map_or(held.next_offset, |advance| advance.to)
    }

    /// Takes one record of a partition that stands at `held`.
    pub(crate) fn take(&mut self, message: &BorrowedMessage<'_>, held: Position, shop: &Shop, now: Timestamp) {
        let partition = message.partition();
        if message.offset() < self.next_offset(partition, held) {
            // Fetched again after a rewind: it is counted already.
            return;
        }
        self.advance(partition, held, message.offset() + 1);
        self.add_read(partition, 1, message.payload_len() + message.key_len());
        // A bug in reading must cost one record, never the partition: nothing of this batch is changed in there.
        let read = catch_unwind(AssertUnwindSafe(|| self.read(message, shop)));
        let Ok(Read { headers, fingerprint, decoded }) = read else {
            let (topic, offset) = (self.topic, message.offset());
            tracing::error!(%topic, partition, offset, "reading a record panicked; its offset is kept as a dead letter");
            self.add_to_range(partition, held.generation, offset);
            return;
        };
        self.add_read(partition, 0, headers.iter().map(RecordHeader::bytes).sum());
        self.remember(partition, fingerprint);
        if !matches!(decoded, Decoded::Bad(_)) {
            self.bad_runs.remove(&partition);
        }
        match decoded {
            Decoded::Own { event_id: Some(event_id) } => {
                self.batch.own.insert(event_id);
            }
            Decoded::Own { event_id: None } => self.batch.tallies.anomalies += 1,
            Decoded::OtherShop => self.batch.tallies.other_shops_records += 1,
            Decoded::Foreign { at, values } if is_in_range(at, shop.first_minute, now) => {
                self.add_foreign(at, &values);
                self.show(message, at);
            }
            Decoded::Foreign { .. } => self.batch.tallies.out_of_range_records += 1,
            Decoded::Bad(reason) => self.add_bad(message, &headers, held.generation, reason.to_string(), now),
        }
    }

    fn read<'m>(&self, message: &'m BorrowedMessage<'_>, shop: &Shop) -> Read<'m> {
        let headers = record_headers::of(message);
        let decoded = (self.decode)(&shop.source, &raw_record(self.topic, message, &headers));
        Read { fingerprint: fingerprint(message, &headers), decoded, headers }
    }

    fn add_read(&mut self, partition: i32, records: usize, bytes: usize) {
        self.records += records;
        self.bytes += bytes;
        let read = self.read.entry(partition).or_default();
        *read = (read.0 + records, read.1 + bytes);
    }

    fn remember(&mut self, partition: i32, record: Fingerprint) {
        match self.batch.seen.iter_mut().find(|seen| seen.partition == partition) {
            Some(seen) => seen.last = record,
            None => self.batch.seen.push(Seen { partition, last: record }),
        }
    }

    fn add_foreign(&mut self, at: Timestamp, values: &Values) {
        let part = self.batch.foreign.entry((self.topic, Minute::of(at))).or_default();
        // Each value is limited so far below i64 that no batch can leave it.
        if let Err(error) = part.add(self.topic.stream(), values) {
            tracing::error!(%error, "a record was not counted");
        }
    }

    /// Keeps it for whoever wants to see what came last.
    fn show(&mut self, message: &BorrowedMessage<'_>, event_time: Timestamp) {
        let Some(Ok(value)) = message.payload().map(std::str::from_utf8) else { return };
        let topic = self.topic;
        if topic.is_on_dashboard() {
            return;
        }
        // Twice as many as are shown, so that not each one moves all.
        if self.batch.latest.len() >= 2 * LATEST_EVENTS_MAX {
            self.batch.latest.drain(..LATEST_EVENTS_MAX);
        }
        let texts = topic.stream().texts(value);
        self.batch.latest.push(LatestEvent { topic, event_time, is_foreign: true, texts });
    }

    fn add_bad(
        &mut self,
        message: &BorrowedMessage<'_>,
        headers: &[RecordHeader<'_>],
        generation: i64,
        reason: String,
        now: Timestamp,
    ) {
        let run = self.bad_runs.entry(message.partition()).or_default();
        *run = run.saturating_add(1);
        if *run > BAD_RECORDS_IN_A_ROW_MAX {
            self.add_to_range(message.partition(), generation, message.offset());
            return;
        }
        self.batch.dead_letters.push(DeadLetter {
            log: self.batch.log.clone(),
            generation,
            topic: self.topic,
            partition: message.partition(),
            offset: message.offset(),
            reason,
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.iter().map(|header| (header.name.to_vec(), header.value.map(<[u8]>::to_vec))).collect(),
            timestamp_millis: timestamp_millis(message),
            seen_at: now,
        });
    }

    fn add_to_range(&mut self, partition: i32, generation: i64, offset: i64) {
        let log = self.batch.log.clone();
        DeadLetterRange::of(log, generation, self.topic, partition, offset).add_to(&mut self.batch.dead_letter_ranges);
    }
}

fn raw_record<'a>(topic: Topic, message: &'a BorrowedMessage<'_>, headers: &[RecordHeader<'a>]) -> RawRecord<'a> {
    let header =
        |name: &str| headers.iter().find(|header| header.name == name.as_bytes()).and_then(|header| header.value);
    RawRecord {
        topic,
        value: message.payload(),
        source: header("source"),
        event_id: header("event_id"),
        timestamp_millis: timestamp_millis(message),
    }
}

fn timestamp_millis(message: &BorrowedMessage<'_>) -> Option<i64> {
    match message.timestamp() {
        RecordTime::NotAvailable => None,
        RecordTime::CreateTime(millis) | RecordTime::LogAppendTime(millis) => Some(millis),
    }
}

#[cfg(test)]
mod tests;
