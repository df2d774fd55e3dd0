//! Rules on a measure of any stream: it is above or below a value over the last complete minutes. The domain knows no
//! streams; what a rule needs of a measure, its digits and unit, comes in.

mod form;
mod judge;

pub use form::{MeasureField, MeasureForm, MeasureProblem, MeasureScale};
pub use judge::{Measured, judge_measure};

use super::Limited;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most rules on measures that a shop has.
pub const MEASURE_RULES_MAX: i64 = 50;

/// On which side of its value a rule fires. Displays as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// While the measure is greater.
    Above,
    /// While it is less.
    Below,
}

impl Side {
    /// Both, in the order of the form.
    pub const BOTH: [Side; 2] = [Side::Above, Side::Below];

    /// Its name in forms, messages and sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Side::Above => "above",
            Side::Below => "below",
        }
    }

    /// The side of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| side.name() == name)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When a rule on a measure fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasureCondition {
    /// On which side of the threshold.
    pub side: Side,
    /// A whole number of the measure's digits: `4550` of two is `45.50`.
    pub threshold: i64,
    /// Over so many of the last complete minutes.
    pub minutes: Limited<1, 1_440>,
}

/// A rule on a measure, as the owner set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRule {
    /// Its number, which no other rule gets.
    pub id: i64,
    /// Whether it is watched.
    pub is_on: bool,
    /// The stream's topic; it may be declared no longer.
    pub topic: String,
    /// The measure's name.
    pub measure: String,
    /// Digits after the point of the measure, which never change under its name.
    pub digits: u8,
    /// When it fires.
    pub condition: MeasureCondition,
}
