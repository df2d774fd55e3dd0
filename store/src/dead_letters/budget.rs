//! How much of the database dead letters may take. A letter that no longer fits is kept by its offset alone, so that a
//! producer that sends bad records day and night fills no disk. Asked in the transaction that keeps the letters.
//!
//! Several servers that keep letters at the same moment do not see one another's: the limits may be passed by one
//! batch of each.

use super::{DeadLetter, RECORD_BYTES_MAX};
use crate::StoreError;
use crate::writer::Tx;
use sqlx::Row;

/// The span in which the smaller budget counts.
const HOUR_MICROS: i64 = 3_600_000_000;
/// Letters that are kept whole within an hour.
const HOUR_LETTERS_MAX: i64 = 1_000;
/// Their bytes: keys, values and headers, as far as they are kept.
const HOUR_BYTES_MAX: i64 = 16 * 1024 * 1024;
/// Letters that are kept whole at any time.
const LETTERS_MAX: i64 = 10_000;
/// Their bytes.
const BYTES_MAX: i64 = 64 * 1024 * 1024;

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    hour_letters: i64,
    hour_bytes: i64,
    letters: i64,
    bytes: i64,
}

impl Budget {
    /// What is left now.
    pub(super) async fn left(tx: &mut Tx<'_>) -> Result<Budget, StoreError> {
        let row = sqlx::query(
            "select count(*), cast(coalesce(sum(kept_bytes), 0) as bigint),
                    count(case when seen_at > $1 then 1 end),
                    cast(coalesce(sum(case when seen_at > $1 then kept_bytes end), 0) as bigint)
               from dead_letters",
        )
        .bind(tx.now.plus_micros(-HOUR_MICROS).micros())
        .fetch_one(&mut *tx.conn)
        .await?;
        let used = |column: usize| row.try_get::<i64, _>(column);
        Ok(Budget {
            letters: LETTERS_MAX - used(0)?,
            bytes: BYTES_MAX - used(1)?,
            hour_letters: HOUR_LETTERS_MAX - used(2)?,
            hour_bytes: HOUR_BYTES_MAX - used(3)?,
        })
    }

    /// Whether the hour has room for these letters, and only the total has not: handled letters make way for new ones.
    pub(super) fn needs_handled_ones_gone(&self, letters: &[DeadLetter]) -> bool {
        let wanted = letters.len() as i64;
        let bytes: i64 = letters.iter().map(kept_bytes).sum();
        let hour_has_room = self.hour_letters > 0 && self.hour_bytes > 0;
        hour_has_room && (self.letters < wanted || self.bytes < bytes)
    }

    /// Takes the letter's share. False when it does not fit: then nothing is taken.
    pub(super) fn take(&mut self, letter: &DeadLetter) -> bool {
        let bytes = kept_bytes(letter);
        let fits = self.letters > 0 && self.hour_letters > 0 && bytes <= self.bytes && bytes <= self.hour_bytes;
        if fits {
            self.letters -= 1;
            self.hour_letters -= 1;
            self.bytes -= bytes;
            self.hour_bytes -= bytes;
        }
        fits
    }
}

/// The bytes of a letter that are kept.
pub(super) fn kept_bytes(letter: &DeadLetter) -> i64 {
    let kept = |bytes: &Vec<u8>| bytes.len().min(RECORD_BYTES_MAX) as i64;
    let all = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, kept);
    all(&letter.key)
        + all(&letter.value)
        + letter.headers.iter().map(|(name, value)| kept(name) + all(value)).sum::<i64>()
}
