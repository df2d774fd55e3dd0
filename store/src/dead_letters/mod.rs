//! Dead letters: records that could not be read, kept whole with the reason. Kept by counting; `look` shows them to
//! the owner, and `handle` sends them back or discards them.

mod handle;
mod look;

pub use handle::Handled;
pub use look::{DeadLetterCounts, KeptLetter};

use crate::StoreError;
use crate::connection::Conn;
use crate::writer::Tx;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Timestamp, Topic};

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
    pub headers: Vec<(String, Option<Vec<u8>>)>,
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

fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(&bytes[..bytes.len().min(RECORD_BYTES_MAX)])
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
    for letter in letters {
        records += insert_letter(tx.conn, letter).await?;
    }
    for range in ranges {
        records += insert_range(tx.conn, range).await?;
    }
    Ok(records)
}

async fn insert_letter(conn: &mut Conn, letter: &DeadLetter) -> Result<i64, StoreError> {
    let headers: Vec<_> = letter.headers.iter().map(|(name, value)| (name, value.as_deref().map(encode))).collect();
    let headers = serde_json::to_string(&headers).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let inserted = sqlx::query(
        "insert into dead_letters
           (log, generation, topic, partition_id, record_offset, reason, record_key, record_value, record_headers,
            seen_at, record_timestamp, key_bytes, value_bytes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
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
    .bind(headers.replace("\\u0000", "␀"))
    .bind(letter.seen_at.micros())
    .bind(letter.timestamp_millis)
    .bind(length(letter.key.as_ref()))
    .bind(length(letter.value.as_ref()))
    .execute(&mut *conn)
    .await?;
    Ok(inserted.rows_affected() as i64)
}

async fn insert_range(conn: &mut Conn, range: &DeadLetterRange) -> Result<i64, StoreError> {
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
