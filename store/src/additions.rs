//! What the events of one batch come to, before it is added to anything.

use crate::StoreError;
use domain::Minute;
use std::collections::BTreeMap;
use streams::{GroupValue, Stream, Topic, Totals, Values};

/// What some events of a stream come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its measures. Empty: no event yet.
    pub totals: Totals,
    /// Records.
    pub records: i64,
    /// How many events have which value of which group's field.
    pub groups: BTreeMap<(usize, GroupValue), i64>,
}

impl Part {
    /// Adds one event.
    ///
    /// # Errors
    /// A sum would leave `i64`; then nothing was added.
    pub fn add(&mut self, stream: &Stream, values: &Values) -> Result<(), StoreError> {
        let more = stream.totals(values);
        self.totals = together(stream, &self.totals, &more)?;
        self.records += 1;
        for (group, value) in values.groups.iter().enumerate() {
            if let Some(value) = value {
                *self.groups.entry((group, value.clone())).or_default() += values.events;
            }
        }
        Ok(())
    }

    /// Adds what other events come to.
    pub(crate) fn add_part(&mut self, stream: &Stream, more: &Part) -> Result<(), StoreError> {
        self.totals = together(stream, &self.totals, &more.totals)?;
        self.records += more.records;
        for (value, events) in &more.groups {
            *self.groups.entry(value.clone()).or_default() += events;
        }
        Ok(())
    }
}

/// What one batch adds to a minute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addition {
    pub(crate) own: Part,
    pub(crate) foreign: Part,
}

impl Addition {
    /// Own and foreign records.
    pub(crate) fn records(&self) -> i64 {
        self.own.records + self.foreign.records
    }

    /// Own and foreign events together.
    pub(crate) fn totals(&self, stream: &Stream) -> Result<Totals, StoreError> {
        together(stream, &self.own.totals, &self.foreign.totals)
    }
}

/// Two totals together; what would leave `i64` is an error of the data.
pub(crate) fn together(stream: &Stream, one: &Totals, other: &Totals) -> Result<Totals, StoreError> {
    if one.0.is_empty() || other.0.is_empty() {
        return Ok(if one.0.is_empty() { other.clone() } else { one.clone() });
    }
    one.clone()
        .plus(stream, other)
        .ok_or_else(|| StoreError::Corrupt(format!("figures of the stream {} that leave their range", stream.topic)))
}

/// What one batch adds, in the order of streams and minutes, so that transactions touch rows in one order.
pub(crate) type Additions = BTreeMap<(Topic, Minute), Addition>;
