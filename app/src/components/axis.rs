//! The value axis of a chart of counts: a round top and round steps, so that a person can read values off it.
//! Pure. Called by the chart.

use crate::number::grouped;

/// An axis never ends below this, so that one request does not fill the chart.
const TOP_MIN: i64 = 4;
/// At most this many steps from zero to the top.
const STEPS_MAX: i64 = 5;

/// From zero to `top` in equal `step`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The distance between two marks: 1, 2 or 5 times a power of ten.
    pub step: i64,
    /// The last mark, at or above every value.
    pub top: i64,
}

impl Axis {
    /// The axis for values from zero to `largest`.
    #[must_use]
    pub fn up_to(largest: i64) -> Self {
        let largest = largest.max(TOP_MIN);
        let mut power = 1_i64;
        loop {
            for digit in [1, 2, 5] {
                let step = power.saturating_mul(digit);
                let steps = largest / step + i64::from(largest % step != 0);
                if steps <= STEPS_MAX {
                    return Axis { step, top: step.saturating_mul(steps) };
                }
            }
            power = power.saturating_mul(10);
        }
    }

    /// Its marks, zero first.
    pub fn marks(self) -> impl Iterator<Item = i64> {
        (0..=self.top / self.step).map(move |index| index * self.step)
    }

    /// How many of `height` pixels a value takes; what is not zero is at least two pixels high.
    #[must_use]
    pub fn pixels(self, value: i64, height: i64) -> i64 {
        if value <= 0 {
            return 0;
        }
        let exact = i128::from(value.min(self.top)) * i128::from(height) / i128::from(self.top);
        i64::try_from(exact).unwrap_or(height).max(2)
    }
}

/// A mark as it is written beside the axis: `750`, `1,500`, `20k`, `3M`.
#[must_use]
pub fn mark_label(value: i64) -> String {
    match value {
        10_000_000.. if value % 1_000_000 == 0 => format!("{}M", grouped(value / 1_000_000)),
        10_000.. if value % 1_000 == 0 => format!("{}k", grouped(value / 1_000)),
        _ => grouped(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tops_and_steps_are_round() {
        for (largest, step, top) in [
            (i64::MIN, 1, 4),
            (0, 1, 4),
            (1, 1, 4),
            (4, 1, 4),
            (5, 1, 5),
            (6, 2, 6),
            (7, 2, 8),
            (10, 2, 10),
            (11, 5, 15),
            (25, 5, 25),
            (26, 10, 30),
            (51, 20, 60),
            (100, 20, 100),
            (101, 50, 150),
            (999, 200, 1_000),
            (1_001, 500, 1_500),
            (123_456, 50_000, 150_000),
        ] {
            assert_eq!(Axis::up_to(largest), Axis { step, top }, "up to {largest}");
        }
    }

    #[test]
    fn every_value_fits_below_the_top() {
        for power in 0..62 {
            for value in [(1_i64 << power) - 1, 1 << power, (1 << power) + 1] {
                let axis = Axis::up_to(value);
                assert!(axis.top >= value, "{value} above {axis:?}");
                assert!(axis.marks().count() <= 6, "{axis:?}");
                assert!((0..=160).contains(&axis.pixels(value, 160)));
            }
        }
        assert_eq!(Axis::up_to(i64::MAX).top, i64::MAX);
    }

    #[test]
    fn marks_start_at_zero_and_end_at_the_top() {
        let marks: Vec<i64> = Axis { step: 5, top: 15 }.marks().collect();
        assert_eq!(marks, [0, 5, 10, 15]);
    }

    #[test]
    fn pixels_are_proportional_and_nothing_is_invisible() {
        let axis = Axis { step: 200, top: 1_000 };
        for (value, pixels) in [(-1, 0), (0, 0), (1, 2), (500, 80), (1_000, 160), (2_000, 160)] {
            assert_eq!(axis.pixels(value, 160), pixels, "{value}");
        }
    }

    #[test]
    fn large_marks_are_short() {
        for (value, label) in [(0, "0"), (1_500, "1,500"), (10_000, "10k"), (150_000, "150k"), (20_000_000, "20M")] {
            assert_eq!(mark_label(value), label);
        }
    }
}
