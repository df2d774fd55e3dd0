//! What `verify` found: whether orders, figures and files agree, minute by minute.

use crate::{Minute, Timestamp};
use serde::{Deserialize, Serialize};

/// How many differences are told one by one; of the others only the number is.
pub const DIFFERENCES_TOLD_MAX: usize = 10;

/// The result of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When the database was looked at.
    pub checked_at: Timestamp,
    /// Orders in the orders table.
    pub orders: i64,
    /// Those of them that provably wait in the outbox to be counted.
    pub waiting_orders: i64,
    /// What was compared with what, in a fixed order.
    pub comparisons: Vec<Comparison>,
    /// The first [`DIFFERENCES_TOLD_MAX`] differences.
    pub differences: Vec<Difference>,
}

impl Verification {
    /// Whether everything agrees.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.differing_minutes() == 0
    }

    /// Minutes that differ, summed over all comparisons.
    #[must_use]
    pub fn differing_minutes(&self) -> i64 {
        self.comparisons.iter().map(|comparison| comparison.differing_minutes).sum()
    }

    /// The most minutes that one comparison looked at.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.comparisons.iter().map(|comparison| comparison.minutes).max().unwrap_or_default()
    }
}

/// Two places that must hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// The orders table, by event time, with the own figures of all minutes plus what waits in the outbox.
    OrdersWithFigures,
    /// What customers said of their orders, by event time, with the own figures of all minutes plus what waits in the
    /// outbox.
    FeedbackWithFigures,
    /// The closed minutes with one another: none missing, none beyond, and no event of theirs in the outbox.
    ClosedMinutes,
    /// The closed minutes with the rows of `requests.csv`, cell by cell.
    FiguresWithRequestsCsv,
    /// The closed minutes with the rows of `orders.csv`, cell by cell.
    FiguresWithOrdersCsv,
    /// The closed minutes with the rows of `feedback.csv`, cell by cell.
    FiguresWithFeedbackCsv,
    /// What the dashboard adds up, per quarter hour, with the minutes and the orders. A quarter hour that differs
    /// counts as one, and is named by its first minute.
    RollupsWithMinutes,
}

impl Compared {
    /// For a person.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Compared::OrdersWithFigures => "orders = figures + outbox",
            Compared::FeedbackWithFigures => "feedback = figures + outbox",
            Compared::ClosedMinutes => "closed minutes without a gap",
            Compared::FiguresWithRequestsCsv => "figures = requests.csv",
            Compared::FiguresWithOrdersCsv => "figures = orders.csv",
            Compared::FiguresWithFeedbackCsv => "figures = feedback.csv",
            Compared::RollupsWithMinutes => "roll-ups = minutes, orders",
        }
    }
}

/// How one comparison came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was compared.
    pub compared: Compared,
    /// How many minutes.
    pub minutes: i64,
    /// How many of them differ.
    pub differing_minutes: i64,
}

/// One cell that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What was compared.
    pub compared: Compared,
    /// Which minute.
    pub minute: Minute,
    /// Which column, by its name in the CSV file; `row` when the whole row is missing or beyond.
    pub column: String,
    /// What it should hold.
    pub expected: String,
    /// What it holds.
    pub found: String,
}
