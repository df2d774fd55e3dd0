//! What the measures of a stream come to in some span of time.

use crate::{GroupValue, Measure, Of, Stream};
use domain::Minute;

/// A value for each measure of a stream, in their order. `None`: the lowest or highest of nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(pub Vec<Option<i64>>);

/// What is counted of a stream in one minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinuteTotals {
    /// The minute.
    pub minute: Minute,
    /// Whether it is closed. A closed minute changes only by late events.
    pub is_closed: bool,
    /// How often late events changed it after it was closed.
    pub revision: i64,
    /// Its totals.
    pub totals: Totals,
}

/// How many events have this value of a group's field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The value.
    pub value: GroupValue,
    /// Events.
    pub events_num: i64,
}

impl Totals {
    /// Of no events.
    #[must_use]
    pub fn of_nothing(stream: &Stream) -> Totals {
        Totals(stream.measures.iter().map(Measure::of_nothing).collect())
    }

    /// Adds what another span, or one more event, comes to. `None`: a sum leaves `i64`, and nothing can be said.
    #[must_use]
    pub fn plus(mut self, stream: &Stream, more: &Totals) -> Option<Totals> {
        for ((sum, more), measure) in self.0.iter_mut().zip(&more.0).zip(&stream.measures) {
            *sum = measure.together(*sum, *more)?;
        }
        Some(self)
    }

    /// The value of the measure at this place.
    #[must_use]
    pub fn of(&self, measure: usize) -> Option<i64> {
        self.0.get(measure).copied().flatten()
    }
}

impl Of {
    /// Whether it is added up, so that it only grows and nothing is zero.
    #[must_use]
    pub const fn is_added(self) -> bool {
        matches!(self, Of::Count | Of::Sum(_))
    }
}
