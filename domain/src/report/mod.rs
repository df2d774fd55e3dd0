//! A report: the figures of a range in buckets, their sums, and the same for the span that they are compared with.
//!
//! The server makes it, with every label ready, so that the browser needs no calendar. `query` is what was asked for.

mod counts;
mod query;

pub use counts::{COUNTS, Counts, change_permille};
pub use query::{Against, BUCKETS_MAX, BucketSize, Day, QueryProblem, Range, ReportQuery};

use crate::{Minute, Money};
use serde::{Deserialize, Serialize};

/// How many goods and pages are told.
pub const RANKS_MAX: i64 = 10;

/// How far a bucket is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BucketState {
    /// It ended before the shop's first minute: there is nothing to know of it.
    Gap,
    /// Every minute of it is closed.
    Closed,
    /// It is still counted.
    Open,
    /// It has not begun.
    Future,
}

/// One step of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket<C = Counts> {
    /// Its first minute.
    pub start: Minute,
    /// Its name in a chart and a table, in the owner's time: `Tue 24 Nov, 14:00`.
    pub name: String,
    /// How far it is counted.
    pub state: BucketState,
    /// What was counted; `None` in a gap and in the future.
    pub counts: Option<C>,
    /// The same of the span that it is compared with.
    pub before: Option<C>,
}

/// A mark of the time axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The bucket that it stands at.
    pub slot: usize,
    /// What is written there.
    pub label: String,
}

/// The span that a report is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before<C = Counts> {
    /// In words: `Mon 23 Nov, until 14:32`.
    pub period: String,
    /// What was counted in it; of a range under way, until the same time.
    pub counts: C,
}

/// A good, by how much of it was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedGood {
    /// Its name in forms and addresses.
    pub slug: String,
    /// What a customer calls it.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// For how much in all.
    pub price: Money,
}

/// A page, by how often it was viewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedPage {
    /// Its path.
    pub path: String,
    /// How often.
    pub views_num: i64,
}

/// What an address was answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// What was asked for.
    Report(Box<Report>),
    /// Why there is none.
    Problem(QueryProblem),
}

impl Answer {
    /// What is wrong with the address.
    #[must_use]
    pub const fn problem(&self) -> Option<QueryProblem> {
        match self {
            Answer::Report(_) => None,
            Answer::Problem(problem) => Some(*problem),
        }
    }
}

/// The figures of a range: the shop's own, or what was counted of any stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report<C = Counts> {
    /// What was asked for.
    pub query: ReportQuery,
    /// The span in words, in the owner's time.
    pub period: String,
    /// The owner's time zone: `Europe/Berlin`.
    pub zone: String,
    /// What was counted in all.
    pub counts: C,
    /// What it is compared with; `None` when with nothing, or when the shop was not open then.
    pub before: Option<Before<C>>,
    /// At most [`BUCKETS_MAX`], in order.
    pub buckets: Vec<Bucket<C>>,
    /// The time axis.
    pub ticks: Vec<Tick>,
    /// The most ordered goods, at most [`RANKS_MAX`]; of the shop's own report alone.
    pub goods: Vec<RankedGood>,
    /// The most viewed pages, at most [`RANKS_MAX`]; of the shop's own report alone.
    pub pages: Vec<RankedPage>,
    /// Since when goods and pages are counted: quarter hours, which may begin before the range.
    pub ranked_since: String,
}

impl<C> Report<C> {
    /// Why nothing is known of its whole time, in words; `None` where something is.
    #[must_use]
    pub fn nothing_known(&self) -> Option<&'static str> {
        let is_unknown = !self.buckets.is_empty() && self.buckets.iter().all(|bucket| bucket.counts.is_none());
        let was_open = !self.buckets.iter().any(|bucket| bucket.state == BucketState::Gap);
        is_unknown.then_some(if was_open { "Still to come" } else { "The shop was not open yet" })
    }
}
