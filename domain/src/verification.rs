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

/// Two places that must hold the same. In JSON a name such as `orders_with_figures`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Compared {
    /// The orders table, by event time, with the own figures of all minutes plus what waits in the outbox.
    OrdersWithFigures,
    /// What customers said of their orders, by event time, with the own figures of all minutes plus what waits in the
    /// outbox.
    FeedbackWithFigures,
    /// The closed minutes with one another: none missing, none beyond, and no event of theirs in the outbox.
    ClosedMinutes,
    /// The closed minutes of a stream with the rows of its file, such as `requests.csv`, cell by cell. In JSON
    /// `figures_with_requests_csv`.
    FiguresWithFile(String),
    /// What the dashboard adds up, per quarter hour, with the minutes and the orders. A quarter hour that differs
    /// counts as one, and is named by its first minute.
    RollupsWithMinutes,
}

/// Those that every shop has, with their names and what a person reads.
const FIXED: [(Compared, &str, &str); 4] = [
    (Compared::OrdersWithFigures, "orders_with_figures", "orders = figures + outbox"),
    (Compared::FeedbackWithFigures, "feedback_with_figures", "feedback = figures + outbox"),
    (Compared::ClosedMinutes, "closed_minutes", "closed minutes without a gap"),
    (Compared::RollupsWithMinutes, "rollups_with_minutes", "roll-ups = minutes, orders"),
];

impl Compared {
    /// For a person.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Compared::FiguresWithFile(file) => format!("figures = {file}"),
            fixed => {
                FIXED.iter().find(|(known, ..)| known == fixed).map_or_else(String::new, |(.., label)| (*label).into())
            }
        }
    }
}

impl From<Compared> for String {
    fn from(compared: Compared) -> String {
        match compared {
            Compared::FiguresWithFile(file) => format!("figures_with_{}_csv", file.trim_end_matches(".csv")),
            fixed => {
                FIXED.iter().find(|(known, ..)| *known == fixed).map_or_else(String::new, |(_, name, _)| (*name).into())
            }
        }
    }
}

impl From<String> for Compared {
    fn from(name: String) -> Compared {
        if let Some((known, ..)) = FIXED.iter().find(|(_, fixed, _)| *fixed == name) {
            return known.clone();
        }
        let stem = name.strip_prefix("figures_with_").and_then(|file| file.strip_suffix("_csv"));
        Compared::FiguresWithFile(stem.map_or(name.clone(), |stem| format!("{stem}.csv")))
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
