//! Numbers as the owner reads them: thousands set apart. The same text on the server and in every browser,
//! whatever its locale. Called by the dashboard's views, and by its island, which lets figures rise.

use domain::Money;
use domain::words::group_digits;
pub use domain::words::{counted, grouped, grouped_euros};

/// What a figure counts, and so how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pieces: `1,234`.
    Count,
    /// Cents: `€1,234.50`.
    Cents,
    /// Thousandths: `12.5%`.
    Permille,
    /// Tenths of stars: `4.6 of 5`.
    StarsTenths,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Count, Unit::Cents, Unit::Permille, Unit::StarsTenths];

    /// As it stands in the document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Cents => "cents",
            Unit::Permille => "permille",
            Unit::StarsTenths => "stars",
        }
    }

    /// The unit of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// A figure in words.
    #[must_use]
    pub fn words(self, value: i64) -> String {
        match self {
            Unit::Count => grouped(value),
            Unit::Cents => euros(value),
            Unit::Permille => percent(value),
            Unit::StarsTenths => format!("{} of 5", stars(value)),
        }
    }
}

/// Tenths of stars: `4.6`.
#[must_use]
pub fn stars(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Cents as an amount: `€1,234.50`.
#[must_use]
pub fn euros(cents: i64) -> String {
    grouped_euros(Money::from_cents(cents))
}

/// Thousandths as a percentage: `12.5%`.
#[must_use]
pub fn percent(permille: i64) -> String {
    let sign = if permille < 0 { "−" } else { "" };
    let permille = permille.unsigned_abs();
    format!("{sign}{}.{}%", group_digits(&(permille / 10).to_string()), permille % 10)
}

/// A length of time, coarse as one says it: `12 s`, `3 min`, `2 h 5 min`. Negative ones are none: `0 s`.
#[must_use]
pub fn duration(micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (-1_234_567, "−1,234,567"),
            (i64::MIN, "−9,223,372,036,854,775,808"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn amounts_keep_their_two_digits() {
        for (cents, text) in [(0, "€0.00"), (5, "€0.05"), (123_456, "€1,234.56"), (-250, "−€2.50")] {
            assert_eq!(grouped_euros(Money::from_cents(cents)), text);
        }
    }

    #[test]
    fn percentages_keep_one_digit() {
        for (permille, text) in
            [(0, "0.0%"), (5, "0.5%"), (1_000, "100.0%"), (-333, "−33.3%"), (12_345_678, "1,234,567.8%")]
        {
            assert_eq!(percent(permille), text);
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(0, "order"), "0 orders");
        assert_eq!(counted(1, "order"), "1 order");
        assert_eq!(counted(1_200, "event"), "1,200 events");
    }

    #[test]
    fn durations_are_coarse() {
        for (seconds, text) in [
            (-3, "0 s"),
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (7_500, "2 h 5 min"),
        ] {
            assert_eq!(duration(seconds * 1_000_000), text);
        }
    }
}
