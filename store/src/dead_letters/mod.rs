//! Dead letters: records that could not be read, kept whole with the reason as far as `budget` allows. Kept by
//! counting; `look` shows them to the owner, `handle` sends them back or discards them, `retention` deletes them, and
//! `erase` clears those that hold a customer's address.

mod budget;
mod erase;
mod handle;
mod headers;
mod look;
mod retention;

pub(crate) use erase::{clear, holding};
pub use handle::Handled;
pub use headers::RecordHeaders;
pub use look::{DeadLetterCounts, KeptLetter};

use crate::StoreError;
use crate::connection::Conn;
use crate::writer::Tx;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use streams::Topic;

/// Ranges that are kept; beyond it the last one of a partition grows instead, over good records too.
const RANGES_MAX: i64 = 1_000;
/// The most bytes that are kept of a key or a value; the rest is cut.
const RECORD_BYTES_MAX: usize = 1_048_576;

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The life of the cluster's data that it was read from.
    pub log: String,
    /// The partition's generation.
    pub generation: i64,
    /// The topic.
    pub topic: Topic,
    /// The partition.
    pub partition: i32,
    /// The record's offset.
    pub offset: i64,
    /// What is wrong with it, in words.
    pub reason: String,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: RecordHeaders,
    /// Its timestamp in milliseconds since 1970, whoever set it.
    pub timestamp_millis: Option<i64>,
    /// When it was read.
    pub seen_at: Timestamp,
}

/// A run of unreadable records of which only the offsets are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterRange {
    /// The life of the cluster's data that they were read from.
    pub log: String,
    /// The partition's generation.
    pub generation: i64,
    /// The topic.
    pub topic: Topic,
    /// The partition.
    pub partition: i32,
    /// The first one's offset.
    pub first_offset: i64,
    /// The last one's offset.
    pub last_offset: i64,
    /// How many.
    pub records: i64,
}

impl DeadLetterRange {
    /// One record.
    #[must_use]
    pub fn of(log: String, generation: i64, topic: Topic, partition: i32, offset: i64) -> DeadLetterRange {
        DeadLetterRange { log, generation, topic, partition, first_offset: offset, last_offset: offset, records: 1 }
    }

    fn of_letter(letter: &DeadLetter) -> DeadLetterRange {
        DeadLetterRange::of(letter.log.clone(), letter.generation, letter.topic, letter.partition, letter.offset)
    }

    /// Adds it to the ranges of a batch, which has one for each partition; good records may lie within.
    pub fn add_to(self, ranges: &mut Vec<DeadLetterRange>) {
        match ranges.iter_mut().find(|range| (range.topic, range.partition) == (self.topic, self.partition)) {
            Some(range) => {
                range.last_offset = self.last_offset;
                range.records += self.records;
            }
            None => ranges.push(self),
        }
    }
}

fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(&bytes[..bytes.len().min(RECORD_BYTES_MAX)])
}

fn decoded(base64: Option<String>) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes = base64.map(|base64| STANDARD.decode(base64)).transpose();
    bytes.map_err(|error| StoreError::Corrupt(format!("a dead letter's bytes: {error}")))
}

fn length(bytes: Option<&Vec<u8>>) -> Option<i64> {
    bytes.map(|bytes| bytes.len() as i64)
}

/// Keeps letters and ranges; one that is kept already is left alone. Answers how many records were new.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    letters: &[DeadLetter],
    ranges: &[DeadLetterRange],
) -> Result<i64, StoreError> {
    let mut records = 0;
    let mut over_budget = Vec::new();
    if !letters.is_empty() {
        let mut budget = budget::Budget::left(tx).await?;
        if budget.needs_handled_ones_gone(letters) && retention::delete_handled(tx, Timestamp::MAX).await? > 0 {
            budget = budget::Budget::left(tx).await?;
        }
        for letter in letters {
            if budget.take(letter) {
                records += insert_letter(tx.conn, letter).await?;
            } else {
                DeadLetterRange::of_letter(letter).add_to(&mut over_budget);
            }
        }
    }
    for range in ranges.iter().chain(&over_budget) {
        records += insert_range(tx.conn, range).await?;
    }
    Ok(records)
}

async fn insert_letter(conn: &mut Conn, letter: &DeadLetter) -> Result<i64, StoreError> {
    let inserted = sqlx::query(
        "insert into dead_letters
           (log, generation, topic, partition_id, record_offset, reason, record_key, record_value, record_headers,
            seen_at, record_timestamp, key_bytes, value_bytes, kept_bytes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (log, generation, topic, partition_id, record_offset) do nothing",
    )
    .bind(letter.log.as_str())
    .bind(letter.generation)
    .bind(letter.topic.name())
    .bind(i64::from(letter.partition))
    .bind(letter.offset)
    // PostgreSQL's text cannot hold NUL.
    .bind(letter.reason.replace('\0', "␀"))
    .bind(letter.key.as_deref().map(encode))
    .bind(letter.value.as_deref().map(encode))
    .bind(headers::to_json(&letter.headers)?)
    .bind(letter.seen_at.micros())
    .bind(letter.timestamp_millis)
    .bind(length(letter.key.as_ref()))
    .bind(length(letter.value.as_ref()))
    .bind(budget::kept_bytes(letter))
    .execute(&mut *conn)
    .await?;
    Ok(inserted.rows_affected() as i64)
}

async fn insert_range(conn: &mut Conn, range: &DeadLetterRange) -> Result<i64, StoreError> {
    if grown(conn, range).await? {
        return Ok(range.records);
    }
    let inserted = sqlx::query(
        "insert into dead_letter_ranges
           (log, generation, topic, partition_id, first_offset, last_offset, records)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (log, generation, topic, partition_id, first_offset) do nothing",
    )
    .bind(range.log.as_str())
    .bind(range.generation)
    .bind(range.topic.name())
    .bind(i64::from(range.partition))
    .bind(range.first_offset)
    .bind(range.last_offset)
    .bind(range.records)
    .execute(&mut *conn)
    .await?;
    Ok(if inserted.rows_affected() == 0 { 0 } else { range.records })
}

/// Lets the partition's last range grow where this one goes on from it, or where there are too many of them. The
/// position's compare-and-swap in the same transaction sees to it that no record is added twice.
async fn grown(conn: &mut Conn, range: &DeadLetterRange) -> Result<bool, StoreError> {
    let grown = sqlx::query(
        "update dead_letter_ranges
            set last_offset = $1, records = records + $2
          where log = $3 and generation = $4 and topic = $5 and partition_id = $6
            and first_offset = (select max(first_offset) from dead_letter_ranges as other
                                 where other.log = $3 and other.generation = $4 and other.topic = $5
                                   and other.partition_id = $6)
            and (last_offset = $7 - 1
                 or last_offset < $7 and (select count(*) from dead_letter_ranges) >= $8)",
    )
    .bind(range.last_offset)
    .bind(range.records)
    .bind(range.log.as_str())
    .bind(range.generation)
    .bind(range.topic.name())
    .bind(i64::from(range.partition))
    .bind(range.first_offset)
    .bind(RANGES_MAX)
    .execute(conn)
    .await?;
    Ok(grown.rows_affected() > 0)
}
