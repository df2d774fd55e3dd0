//! When visitors come: independently of each other (a Poisson process), and at another rate in each hour of the day.

use super::random::Random;
use domain::Timestamp;
use std::time::Duration;

/// The longest gap between two visitors, in seconds: a rate of zero must not overflow the clock.
const GAP_SECS_MAX: f64 = 86_400.0;

/// How busy each hour of the day is in UTC, against the day's average.
#[derive(Clone, Copy)]
pub(super) struct DailyCurve([f64; 24]);

impl DailyCurve {
    /// The same at every hour.
    pub(super) const FLAT: DailyCurve = DailyCurve([1.0; 24]);
    /// Quiet nights, a peak at noon and a higher one in the evening. The mean is 1.
    pub(super) const SHOP: DailyCurve = DailyCurve([
        0.45, 0.35, 0.30, 0.30, 0.35, 0.50, 0.70, 0.90, 1.05, 1.20, 1.30, 1.40, //
        1.45, 1.35, 1.25, 1.20, 1.25, 1.40, 1.60, 1.65, 1.45, 1.15, 0.85, 0.60,
    ]);

    /// How busy it is at this instant, in a straight line from hour to hour.
    pub(super) fn at(&self, now: Timestamp) -> f64 {
        const HOUR_MICROS: i64 = 3_600_000_000;
        let of_day = now.micros().rem_euclid(24 * HOUR_MICROS);
        let hour = (of_day / HOUR_MICROS) as usize;
        let past = (of_day % HOUR_MICROS) as f64 / HOUR_MICROS as f64;
        self.0[hour] * (1.0 - past) + self.0[(hour + 1) % 24] * past
    }
}

/// So many a minute on the day's average.
pub(super) struct Minutely {
    per_minute: f64,
    curve: DailyCurve,
}

impl Minutely {
    pub(super) fn new(per_minute: f64, curve: DailyCurve) -> Self {
        Minutely { per_minute, curve }
    }

    /// How long until the next one comes.
    pub(super) fn gap(&self, now: Timestamp, random: &mut Random) -> Duration {
        let per_second = self.per_minute * self.curve.at(now) / 60.0;
        Duration::from_secs_f64((random.wait() / per_second).min(GAP_SECS_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64, minute: i64) -> Timestamp {
        Timestamp::from_micros((hour * 60 + minute) * 60_000_000)
    }

    #[test]
    fn the_curve_has_mean_one_and_joins_at_midnight() {
        let minutes = 24 * 60;
        let sum: f64 = (0..minutes).map(|minute| DailyCurve::SHOP.at(at(0, minute))).sum();
        assert!((sum / minutes as f64 - 1.0).abs() < 1e-9, "{sum}");
        let (before, after) = (DailyCurve::SHOP.at(at(23, 59)), DailyCurve::SHOP.at(at(24, 0)));
        assert!((before - after).abs() < 0.01);
        assert!(DailyCurve::SHOP.at(at(19, 0)) > 4.0 * DailyCurve::SHOP.at(at(3, 0)));
    }

    #[test]
    fn as_many_come_as_asked_for_and_irregularly() {
        let visits = Minutely::new(120.0, DailyCurve::FLAT);
        let mut random = Random::new(7);
        let gaps: Vec<f64> = (0..20_000).map(|_| visits.gap(at(0, 0), &mut random).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        // In a Poisson process 1 - 1/e of all gaps are shorter than the mean.
        let short = gaps.iter().filter(|gap| **gap < 0.5).count() as f64 / gaps.len() as f64;
        assert!((short - 0.632).abs() < 0.02, "{short}");
    }

    #[test]
    fn nobody_comes_at_rate_zero() {
        let nobody = Minutely::new(0.0, DailyCurve::SHOP);
        assert_eq!(nobody.gap(at(0, 0), &mut Random::new(1)).as_secs_f64(), GAP_SECS_MAX);
    }

    #[test]
    fn a_seed_repeats_and_a_fork_differs() {
        let draw = |mut random: Random| (random.next(), random.next());
        assert_eq!(draw(Random::new(3)), draw(Random::new(3)));
        assert_ne!(draw(Random::new(3)), draw(Random::new(3).fork()));
    }
}
