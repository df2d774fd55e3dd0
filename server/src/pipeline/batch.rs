//! A batch in the making: records of one topic, decoded one by one, become what one transaction counts.

use crate::kafka::fingerprint;
use crate::pipeline::decode::{Decoded, RawRecord, decode, is_in_range};
use domain::{Figures, Fingerprint, Minute, Timestamp, Topic};
use rdkafka::message::{BorrowedMessage, Headers, Message, Timestamp as RecordTime};
use std::collections::BTreeMap;
use store::{Advance, Batch, DeadLetter, DeadLetterRange, Position, Seen};

/// Bad records in a row, per partition, that are kept whole; beyond it only their offsets are.
pub(crate) const BAD_RECORDS_IN_A_ROW_MAX: u32 = 100;

/// What decoding needs to know of this shop.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) source: String,
    pub(crate) first_minute: Minute,
}

/// Collects records until they are counted.
#[derive(Debug)]
pub(crate) struct Gathering {
    pub(crate) topic: Topic,
    pub(crate) batch: Batch,
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    /// Bad records in a row, by partition; lives on from batch to batch.
    bad_runs: BTreeMap<i32, u32>,
}

impl Gathering {
    pub(crate) fn new(topic: Topic, log: &str) -> Gathering {
        let batch = Batch { log: log.to_owned(), ..Batch::default() };
        Gathering { topic, batch, records: 0, bytes: 0, bad_runs: BTreeMap::new() }
    }

    /// Forgets what was gathered; positions stay where they were.
    pub(crate) fn clear(&mut self) {
        self.batch = Batch { log: std::mem::take(&mut self.batch.log), ..Batch::default() };
        (self.records, self.bytes) = (0, 0);
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
        self.remember(partition, fingerprint(message));
        self.records += 1;
        self.bytes += message.payload_len() + message.key_len();
        let decoded = decode(&shop.source, &raw_record(self.topic, message));
        if !matches!(decoded, Decoded::Bad(_)) {
            self.bad_runs.remove(&partition);
        }
        match decoded {
            Decoded::Own { event_id: Some(event_id) } => {
                self.batch.own.insert(event_id);
            }
            Decoded::Own { event_id: None } => self.batch.tallies.anomalies += 1,
            Decoded::OtherShop => self.batch.tallies.other_shops_records += 1,
            Decoded::Tutorial { at, record } if is_in_range(at, shop.first_minute, now) => {
                self.add_foreign(Minute::of(at), record.figures());
            }
            Decoded::Tutorial { .. } => self.batch.tallies.out_of_range_records += 1,
            Decoded::Bad(reason) => self.add_bad(message, held.generation, reason.to_string(), now),
        }
    }

    fn remember(&mut self, partition: i32, record: Fingerprint) {
        match self.batch.seen.iter_mut().find(|seen| seen.partition == partition) {
            Some(seen) => seen.last = record,
            None => self.batch.seen.push(Seen { partition, last: record }),
        }
    }

    fn add_foreign(&mut self, minute: Minute, figures: Figures) {
        let entry = self.batch.foreign.entry(minute).or_default();
        // Each record is limited so far below i64 that no batch can leave it.
        entry.0 = entry.0.plus(figures).unwrap_or(entry.0);
        entry.1 += 1;
    }

    fn add_bad(&mut self, message: &BorrowedMessage<'_>, generation: i64, reason: String, now: Timestamp) {
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
            headers: headers(message),
            timestamp_millis: timestamp_millis(message),
            seen_at: now,
        });
    }

    fn add_to_range(&mut self, partition: i32, generation: i64, offset: i64) {
        let ranges = &mut self.batch.dead_letter_ranges;
        match ranges.iter_mut().rev().find(|range| range.partition == partition) {
            Some(range) => {
                range.last_offset = offset;
                range.records += 1;
            }
            None => ranges.push(DeadLetterRange {
                log: self.batch.log.clone(),
                generation,
                topic: self.topic,
                partition,
                first_offset: offset,
                last_offset: offset,
                records: 1,
            }),
        }
    }
}

fn raw_record<'a>(topic: Topic, message: &'a BorrowedMessage<'_>) -> RawRecord<'a> {
    let header = |name: &str| {
        let mut headers = message.headers()?.iter();
        headers.find(|header| header.key == name).and_then(|header| header.value)
    };
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

fn headers(message: &BorrowedMessage<'_>) -> Vec<(String, Option<Vec<u8>>)> {
    let all = message.headers().into_iter().flat_map(|headers| headers.iter().collect::<Vec<_>>());
    all.map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
}
