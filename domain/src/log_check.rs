//! Is a partition's log still the one that was read before? Rule 9 of the counting protocol, without any IO.
//!
//! Beside a position two records are remembered: `last`, the last one applied, and the *sample*, which is the log's
//! first record as the last check found it. What the log holds at their offsets today decides where reading goes on.
//! The promise: on a damaged log records of other producers may be lost, never counted twice. It holds for one damage
//! between two checks.
//!
//! Counting sets `last`, in its transaction. The check alone sets the sample, each time, in its compare-and-swap: what
//! was applied and is still there stands at or behind the log's first record, and is gone when that one is. A record
//! that a batch holds is no sample: it may have been fetched from the log before.

/// One record of a log, remembered to know the log again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp as Kafka stores it; -1 when it has none.
    pub timestamp_millis: i64,
    /// [`record_hash`] of its bytes.
    pub hash: i64,
}

impl Fingerprint {
    /// Compares with what the log holds today: `start` is its first offset, `end` the one after its last, `found` the
    /// record at exactly this offset, if there is one. An offset inside the log without a record was compacted away
    /// or is a transaction's marker: it proves nothing, as one that retention took.
    #[must_use]
    pub fn find(&self, start: i64, end: i64, found: Option<Fingerprint>) -> Finding {
        match found {
            _ if self.offset < start => Finding::GoneByRetention,
            _ if self.offset >= end => Finding::BeyondEnd,
            None => Finding::GoneByRetention,
            Some(found) if found == *self => Finding::Matches,
            Some(_) => Finding::Differs,
        }
    }
}

/// What the log holds today at a remembered record's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The same record.
    Matches,
    /// Another record.
    Differs,
    /// Nothing: the log begins after it. Says neither yes nor no.
    GoneByRetention,
    /// Nothing: the log ends before it.
    BeyondEnd,
}

/// Where reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// At the position. One that lies outside the log all the same (nothing but markers stood before it, or nothing is
    /// remembered) moves to the log's nearest end, under a new generation. The sample is taken anew.
    GoOn,
    /// The tail was lost: at the log's present end, under a new generation. The sample is taken anew, and is the last
    /// record too until another is applied.
    TailLost,
    /// At the beginning of what is another log, under a new generation. Nothing is remembered of it yet.
    AnotherLog,
}

/// Judges by what the log holds of the last record applied and of the sample; `None` when none is remembered.
///
/// Only evidence that *nothing* of what was applied is left may send reading back to the beginning. A sample that
/// retention took, or that was never kept, is no such evidence: then the tail counts as lost.
#[must_use]
pub const fn judge(last: Option<Finding>, sample: Option<Finding>) -> Verdict {
    match (last, sample) {
        (None | Some(Finding::Matches | Finding::GoneByRetention), _) => Verdict::GoOn,
        (Some(Finding::Differs | Finding::BeyondEnd), Some(Finding::Differs | Finding::BeyondEnd)) => {
            Verdict::AnotherLog
        }
        (Some(Finding::Differs | Finding::BeyondEnd), None | Some(Finding::Matches | Finding::GoneByRetention)) => {
            Verdict::TailLost
        }
    }
}

const FNV_OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;
/// Stands where a length would, for what is absent: nothing is not the same as empty.
const ABSENT: u64 = u64::MAX;

/// FNV-1a, 64 bits, over key, value and headers, each preceded by its length. It tells logs apart and is no defence
/// against forgery. Stored for ever, so it never changes; `i64` because that is SQL's `bigint`.
#[must_use]
pub fn record_hash<'a>(
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: impl IntoIterator<Item = (&'a [u8], Option<&'a [u8]>)>,
) -> i64 {
    let mut hash = with_part(FNV_OFFSET_BASIS, key);
    hash = with_part(hash, value);
    for (name, value) in headers {
        hash = with_part(hash, Some(name));
        hash = with_part(hash, value);
    }
    hash.cast_signed()
}

fn with_part(hash: u64, part: Option<&[u8]>) -> u64 {
    let length = part.map_or(ABSENT, |bytes| bytes.len() as u64);
    with_bytes(with_bytes(hash, &length.to_le_bytes()), part.unwrap_or_default())
}

fn with_bytes(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}
