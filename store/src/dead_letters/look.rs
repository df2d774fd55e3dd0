//! Looking at dead letters: a list with the beginning of each, or one of them whole. Reads only.

use super::{RECORD_BYTES_MAX, RecordHeaders, decoded, headers};
use crate::{Store, StoreError};
use domain::{Content, Handling, Letter, LetterHead, LetterRange, Letters, Timestamp, shown_name};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Open letters, and ranges, that a list shows.
const LISTED_MAX: usize = 100;
/// Handled letters that a list shows.
const HANDLED_LISTED_MAX: i64 = 20;
/// Ranges that are read for a list; those that meet are shown as one.
const RANGES_READ_MAX: i64 = 1_000;
/// Bytes of a key or a value that a list shows.
const LISTED_BYTES_MAX: usize = 3 * 1_024;
/// The same in base64: four characters for each three bytes.
const LISTED_BASE64_CHARS_MAX: usize = LISTED_BYTES_MAX / 3 * 4;
/// Headers beyond so many characters of their JSON are left out of a list.
const LISTED_HEADERS_CHARS_MAX: usize = 4_096;

/// How many dead letters there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeadLetterCounts {
    /// Letters that wait for the owner.
    pub open: i64,
    /// Records of which only the offsets are kept.
    pub by_offset: i64,
}

/// A dead letter as it was read, to be read once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLetter {
    /// Its number.
    pub id: i64,
    /// The topic.
    pub topic: String,
    /// Its value, as much of it as is kept.
    pub value: Option<Vec<u8>>,
    /// How long its value was.
    pub value_bytes: i64,
    /// Its headers.
    pub headers: RecordHeaders,
    /// Its timestamp in milliseconds since 1970.
    pub timestamp_millis: Option<i64>,
    /// Whether it waits for the owner still.
    pub is_open: bool,
    /// Whether it was cleared, because it held the address of a customer who was forgotten.
    pub is_erased: bool,
}

const HEAD_COLUMNS: &str = "id, topic, partition_id, record_offset, reason, seen_at, record_timestamp, redriven_at, \
     discarded_at, discard_reason, case when corrected_value is null then 0 else 1 end, \
     (select count(*) from outbox where outbox.dead_letter_id = dead_letters.id), \
     case when erased_at is null then 0 else 1 end";

impl Store {
    /// How many letters are open, and how many records are known by their offset only.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dead_letter_counts(&self) -> Result<DeadLetterCounts, StoreError> {
        let row = sqlx::query(
            "select (select count(*) from dead_letters where coalesce(redriven_at, discarded_at) is null),
                    (select cast(coalesce(sum(records), 0) as bigint) from dead_letter_ranges)",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(DeadLetterCounts { open: row.try_get(0)?, by_offset: row.try_get(1)? })
    }

    /// The latest open letters, the ones that were handled last, and the ranges; `done` is a letter to tell of, too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dead_letters(&self, done: Option<i64>) -> Result<Letters, StoreError> {
        let counts = self.dead_letter_counts().await?;
        let done = match done {
            Some(id) => self.heads("id = $1", id).await?.pop(),
            None => None,
        };
        let handled = "coalesce(redriven_at, discarded_at) is not null order by coalesce(redriven_at, discarded_at) desc, \
             id desc limit $1";
        Ok(Letters {
            open: self.open_letters().await?,
            open_total: counts.open,
            handled: self.heads(handled, HANDLED_LISTED_MAX).await?,
            ranges: self.dead_letter_ranges().await?,
            range_records: counts.by_offset,
            done,
        })
    }

    /// One letter, with all that is kept of it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dead_letter(&self, id: i64) -> Result<Option<Letter>, StoreError> {
        let sql = format!(
            "select {HEAD_COLUMNS}, key_bytes, record_key, value_bytes, record_value, record_headers
               from dead_letters
              where id = $1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&self.readers).await?;
        row.as_ref().map(letter).transpose()
    }

    /// One letter, to be read once more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn kept_letter(&self, id: i64) -> Result<Option<KeptLetter>, StoreError> {
        Ok(self.kept_letters("id = $1", id, 1).await?.pop())
    }

    /// Open letters with numbers below `below`, latest first, at most `limit`, to be read once more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_letters_below(&self, below: i64, limit: i64) -> Result<Vec<KeptLetter>, StoreError> {
        let condition = "coalesce(redriven_at, discarded_at) is null and id < $1 order by id desc";
        self.kept_letters(condition, below, limit).await
    }

    async fn kept_letters(&self, condition: &str, id: i64, limit: i64) -> Result<Vec<KeptLetter>, StoreError> {
        let sql = format!(
            "select id, topic, record_value, coalesce(value_bytes, 0), record_headers, record_timestamp,
                    coalesce(redriven_at, discarded_at), erased_at
               from dead_letters
              where {condition}
              limit $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(id).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(kept_letter).collect()
    }

    async fn open_letters(&self) -> Result<Vec<Letter>, StoreError> {
        let sql = format!(
            "select {HEAD_COLUMNS},
                    key_bytes, substr(record_key, 1, {LISTED_BASE64_CHARS_MAX}),
                    value_bytes, substr(record_value, 1, {LISTED_BASE64_CHARS_MAX}),
                    case when length(record_headers) <= {LISTED_HEADERS_CHARS_MAX} then record_headers end
               from dead_letters
              where coalesce(redriven_at, discarded_at) is null
              order by id desc
              limit $1"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(LISTED_MAX as i64).fetch_all(&self.readers).await?;
        rows.iter().map(letter).collect()
    }

    async fn heads(&self, condition: &str, argument: i64) -> Result<Vec<LetterHead>, StoreError> {
        let sql = format!("select {HEAD_COLUMNS} from dead_letters where {condition}");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(argument).fetch_all(&self.readers).await?;
        rows.iter().map(head).collect()
    }

    async fn dead_letter_ranges(&self) -> Result<Vec<LetterRange>, StoreError> {
        let rows = sqlx::query(
            "select topic, partition_id, first_offset, last_offset, records
               from dead_letter_ranges
              order by log, topic, partition_id, generation, first_offset
              limit $1",
        )
        .bind(RANGES_READ_MAX)
        .fetch_all(&self.readers)
        .await?;
        let mut ranges: Vec<LetterRange> = Vec::new();
        for row in &rows {
            let next = range(row)?;
            match ranges.last_mut() {
                // One run of bad records, as the batches fell.
                Some(last)
                    if (&last.topic, last.partition, last.last_offset + 1)
                        == (&next.topic, next.partition, next.first_offset) =>
                {
                    last.last_offset = next.last_offset;
                    last.records += next.records;
                }
                _ => ranges.push(next),
            }
        }
        ranges.truncate(LISTED_MAX);
        Ok(ranges)
    }
}

fn range(row: &AnyRow) -> Result<LetterRange, StoreError> {
    Ok(LetterRange {
        topic: row.try_get(0)?,
        partition: partition(row, 1)?,
        first_offset: row.try_get(2)?,
        last_offset: row.try_get(3)?,
        records: row.try_get(4)?,
    })
}

fn partition(row: &AnyRow, column: usize) -> Result<i32, StoreError> {
    i32::try_from(row.try_get::<i64, _>(column)?).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Reads [`HEAD_COLUMNS`].
fn head(row: &AnyRow) -> Result<LetterHead, StoreError> {
    let time = |column: usize| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_micros));
    let handling = match (time(7)?, time(8)?) {
        (Some(at), _) => Handling::SentBack {
            at,
            is_corrected: row.try_get::<i64, _>(10)? != 0,
            is_counted: row.try_get::<i64, _>(11)? == 0,
        },
        (None, Some(at)) => {
            Handling::Discarded { at, reason: row.try_get::<Option<String>, _>(9)?.unwrap_or_default() }
        }
        (None, None) => Handling::Open,
    };
    Ok(LetterHead {
        id: row.try_get(0)?,
        topic: row.try_get(1)?,
        partition: partition(row, 2)?,
        offset: row.try_get(3)?,
        reason: row.try_get(4)?,
        seen_at: Timestamp::from_micros(row.try_get(5)?),
        recorded_at: row.try_get::<Option<i64>, _>(6)?.and_then(Timestamp::from_millis),
        is_erased: row.try_get::<i64, _>(12)? != 0,
        handling,
    })
}

/// Reads [`HEAD_COLUMNS`], and then key and value, each after its length, and the headers.
fn letter(row: &AnyRow) -> Result<Letter, StoreError> {
    let content = |column: usize| {
        let Some(kept) = decoded(row.try_get(column + 1)?)? else { return Ok::<_, StoreError>(None) };
        let true_bytes = row.try_get::<Option<i64>, _>(column)?.unwrap_or(kept.len() as i64);
        Ok(Some(Content::of(&kept, true_bytes.min(RECORD_BYTES_MAX as i64), true_bytes)))
    };
    let shown = |value: Vec<u8>| Content::of(&value, value.len() as i64, value.len() as i64);
    let headers = match row.try_get::<Option<String>, _>(17)? {
        Some(json) => {
            let headers = headers::of_json(&json)?.into_iter();
            Some(headers.map(|(name, value)| (shown_name(&name), value.map(shown))).collect())
        }
        None => None,
    };
    Ok(Letter { head: head(row)?, key: content(13)?, value: content(15)?, headers })
}

fn kept_letter(row: &AnyRow) -> Result<KeptLetter, StoreError> {
    Ok(KeptLetter {
        id: row.try_get(0)?,
        topic: row.try_get(1)?,
        value: decoded(row.try_get(2)?)?,
        value_bytes: row.try_get(3)?,
        headers: headers::of_json(&row.try_get::<String, _>(4)?)?,
        timestamp_millis: row.try_get(5)?,
        is_open: row.try_get::<Option<i64>, _>(6)?.is_none(),
        is_erased: row.try_get::<Option<i64>, _>(7)?.is_some(),
    })
}
