//! A record as it comes in, what it can be, and why it cannot be read. Plain values; `decode` makes them.

use super::VALUE_BYTES_MAX;
use domain::Timestamp;
use streams::{Topic, Values};

/// A record as it was fetched, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord<'a> {
    /// The topic that it was fetched from.
    pub topic: Topic,
    /// Its value; `None` for a tombstone.
    pub value: Option<&'a [u8]>,
    /// The value of its header `source`.
    pub source: Option<&'a [u8]>,
    /// The value of its header `event_id`.
    pub event_id: Option<&'a [u8]>,
    /// Its timestamp in milliseconds since 1970, whoever set it.
    pub timestamp_millis: Option<i64>,
}

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// Our own: it names a row of the outbox. `None` when the id cannot be read, which is an anomaly, never a dead
    /// letter.
    Own {
        /// The outbox row.
        event_id: Option<i64>,
    },
    /// It carries the `source` of another database: tallied, never counted.
    OtherShop,
    /// Without `source`, as the tutorial's producer and other programs send it: counted by its position.
    Foreign {
        /// When it happened: its `event_time`, else the record's timestamp.
        at: Timestamp,
        /// What it holds.
        values: Values,
    },
    /// It cannot be read: a dead letter.
    Bad(Reason),
}

/// Why a record cannot be read. Displays in the words that the dashboard and the dead letter carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No value at all.
    #[error("the value is null (a tombstone)")]
    NullValue,
    /// A value of no bytes, or of blanks only.
    #[error("the value is empty")]
    EmptyValue,
    /// Longer than [`VALUE_BYTES_MAX`].
    #[error("the value is larger than {VALUE_BYTES_MAX} bytes")]
    ValueTooLong,
    /// Bytes that are no text.
    #[error("the value is not UTF-8")]
    NotUtf8,
    /// Text that is no JSON.
    #[error("the value is not JSON")]
    NotJson,
    /// JSON that is not as its stream declares.
    #[error(transparent)]
    Fields(#[from] streams::Reason),
    /// Neither an event time nor a timestamp from 1970 to 9999.
    #[error("the record has no timestamp between 1970 and 9999")]
    NoTimestamp,
}
