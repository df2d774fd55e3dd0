//! What is shown of a stream: its measures, then its ratios; what each is called, its value in some totals, and how
//! that is written. And the value axis that holds all values of one. Pure. Called by the parts of a stream's page.

use crate::components::axis::Axis;
use domain::Report;
use domain::decimal::{self, DIGITS_MAX};
use domain::words::{MONEY, grouped_decimal, quantity};
use streams::{Stream, Totals, called};

/// A measure or a ratio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name in the declaration.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Whether nothing is zero, so that a column stands for it; else a line does.
    pub is_added: bool,
    digits: u8,
    unit: Option<String>,
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Measure(usize),
    /// One measure by another, and what the quotient is multiplied with to have the digits of its series.
    Ratio(usize, usize, i64),
}

/// All of a stream. A measure that is not shown leaves its place to the ratio that it is made for.
#[must_use]
pub fn series(stream: &Stream) -> Vec<Series> {
    let is_shown = |place: usize| stream.measures.get(place).is_some_and(|measure| measure.is_shown);
    let measures = stream.measures.iter().enumerate().map(|(place, measure)| {
        (
            place,
            Series {
                name: measure.name.clone(),
                title: title(&measure.name, &measure.about),
                is_added: measure.of.is_added(),
                digits: measure.digits,
                unit: measure.unit.clone(),
                of: Of::Measure(place),
            },
        )
    });
    let ratios = stream.ratios.iter().filter_map(|ratio| {
        let (of, per) = (stream.measures.get(ratio.of)?, stream.measures.get(ratio.per)?);
        let unit = of.unit.clone();
        // One digit more than what is divided; cents are enough of money.
        let digits = if unit.as_deref() == Some(MONEY) { of.digits } else { (of.digits + 1).min(DIGITS_MAX) };
        let scale = decimal::one((digits + per.digits).saturating_sub(of.digits));
        Some((
            ratio.of,
            Series {
                name: ratio.name.clone(),
                title: title(&ratio.name, &ratio.about),
                is_added: false,
                digits,
                unit,
                of: Of::Ratio(ratio.of, ratio.per, scale),
            },
        ))
    });
    let (at_their_place, behind): (Vec<_>, Vec<_>) = ratios.partition(|(of, _)| !is_shown(*of));
    let mut all: Vec<_> = measures.filter(|(place, _)| is_shown(*place)).chain(at_their_place).collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().chain(behind).map(|(_, series)| series).collect()
}

/// What it is called, as a sentence begins.
fn title(name: &str, about: &str) -> String {
    let text = called(name, about);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Series {
    /// Its value in some totals; `None`: of nothing there is none.
    #[must_use]
    pub fn value(&self, totals: &Totals) -> Option<i64> {
        match self.of {
            Of::Measure(place) => totals.of(place),
            Of::Ratio(of, per, scale) => {
                let (of, per) = (i128::from(totals.of(of)?), i128::from(totals.of(per)?));
                if per <= 0 {
                    return None;
                }
                let dividend = of * i128::from(scale);
                let half = if dividend < 0 { -per / 2 } else { per / 2 };
                i64::try_from((dividend + half) / per).ok()
            }
        }
    }

    /// A value in words: `1,234`, `€45.50`, `12.5 µg/m³`.
    #[must_use]
    pub fn words(&self, value: i64) -> String {
        quantity(value, self.digits, self.unit.as_deref())
    }

    /// A value or a dash.
    #[must_use]
    pub fn words_or_dash(&self, value: Option<i64>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| self.words(value))
    }

    /// A mark of the value axis: without zeros behind the point.
    #[must_use]
    pub fn mark(&self, value: i64) -> String {
        let number = grouped_decimal(value, self.digits);
        let number = match number.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
            Some(_) => number.trim_end_matches('0').to_owned(),
            None => number,
        };
        if self.unit.as_deref() == Some(MONEY) { format!("€{number}") } else { number }
    }

    /// The axis that holds every bucket and what it is compared with.
    #[must_use]
    pub fn scale(&self, report: &Report<Totals>) -> Scale {
        let buckets = report.buckets.iter().flat_map(|bucket| [&bucket.counts, &bucket.before]);
        Scale::of(buckets.flatten().filter_map(|totals| self.value(totals)), self.is_added)
    }
}

/// A value axis that need not begin at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The lowest mark.
    pub low: i64,
    /// The distance between two marks.
    pub step: i64,
    /// The highest mark.
    pub high: i64,
}

impl Scale {
    /// For these values; from zero on where columns stand on it, or where that shows them well.
    #[must_use]
    pub fn of(values: impl Iterator<Item = i64>, from_zero: bool) -> Scale {
        let (low, high) = values.fold((None, None), |(low, high), value| {
            (Some(low.map_or(value, |low: i64| low.min(value))), Some(high.map_or(value, |high: i64| high.max(value))))
        });
        let (mut low, mut high) = (low.unwrap_or(0), high.unwrap_or(0));
        if from_zero || (low >= 0 && low <= high / 2) {
            (low, high) = (low.min(0), high.max(0));
        }
        let step = Axis::up_to(high.saturating_sub(low)).step;
        let low = low.div_euclid(step).saturating_mul(step);
        let steps = high.saturating_sub(low).div_euclid(step) + i64::from(high.saturating_sub(low) % step != 0);
        Scale { low, step, high: low.saturating_add(step.saturating_mul(steps.max(1))) }
    }

    /// Its marks, the lowest first.
    pub fn marks(self) -> impl Iterator<Item = i64> {
        let steps = self.high.saturating_sub(self.low) / self.step;
        (0..=steps).map(move |index| self.low.saturating_add(index.saturating_mul(self.step)))
    }

    /// How far above the lowest mark a value lies, of `height` pixels in all.
    #[must_use]
    pub fn pixels(self, value: i64, height: i64) -> i64 {
        let (low, high) = (i128::from(self.low), i128::from(self.high));
        let above = (i128::from(value).clamp(low, high) - low) * i128::from(height) / (high - low).max(1);
        i64::try_from(above).unwrap_or(height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use streams::Topic;

    fn named<'a>(all: &'a [Series], name: &str) -> &'a Series {
        all.iter().find(|series| series.name == name).unwrap()
    }

    #[test]
    fn figures_are_written_by_their_scale_and_unit() {
        let orders = series(Topic::new_orders().stream());
        let totals = Totals([3, 7, 4_550, 1, 2, 0].map(Some).to_vec());
        for (name, words) in
            [("total_orders_num", "3"), ("total_orders_price", "€45.50"), ("average_order_price", "€15.17")]
        {
            let series = named(&orders, name);
            assert_eq!(series.words_or_dash(series.value(&totals)), words, "{name}");
        }
        let nothing = Totals([0; 6].map(Some).to_vec());
        let average = named(&orders, "average_order_price");
        assert_eq!((average.value(&nothing), average.title.as_str()), (None, "The price of an order on average"));
        let feedback = series(Topic::feedback().stream());
        let stars = named(&feedback, "average_stars");
        assert_eq!(stars.words_or_dash(stars.value(&Totals(vec![Some(3), Some(14)]))), "4.7");
        let tenths = Series { digits: 1, unit: Some("µg/m³".to_owned()), ..stars.clone() };
        for (value, words, mark) in
            [(125, "12.5 µg/m³", "12.5"), (-12_340, "−1,234.0 µg/m³", "−1,234"), (0, "0.0 µg/m³", "0")]
        {
            assert_eq!((tenths.words(value).as_str(), tenths.mark(value).as_str()), (words, mark));
        }
    }

    #[test]
    fn what_only_a_ratio_is_made_of_leaves_its_place_to_it() {
        let machine = series(Topic::system_stats().stream());
        let names: Vec<_> = machine.iter().map(|series| series.name.as_str()).take(5).collect();
        assert_eq!(names, ["samples_num", "cpu_percent_min", "cpu_percent_mean", "cpu_percent_max", "memory_mib_min"]);
        let cpu = named(&machine, "cpu_percent_mean");
        let totals = Totals([2, 100, 225, 125, 0, 0, 0, 0, 0, 0, 0, 0, 0].map(Some).to_vec());
        assert_eq!(cpu.words_or_dash(cpu.value(&totals)), "11.25 %");
    }

    #[test]
    fn an_axis_holds_every_value_between_round_marks() {
        for (values, from_zero, low, step, high) in [
            (&[][..], true, 0, 1, 1),
            (&[3, 9], true, 0, 2, 10),
            (&[3, 9], false, 0, 2, 10),
            (&[200, 215], false, 200, 5, 215),
            (&[-30, 125], false, -50, 50, 150),
            (&[-5, -3], true, -5, 1, 0),
            (&[7], false, 7, 1, 8),
        ] {
            let scale = Scale::of(values.iter().copied(), from_zero);
            assert_eq!(scale, Scale { low, step, high }, "{values:?}");
        }
        for values in [[i64::MIN, i64::MAX], [i64::MAX - 1, i64::MAX], [i64::MIN, i64::MIN + 1]] {
            let scale = Scale::of(values.into_iter(), false);
            assert!(scale.marks().count() <= 12, "{scale:?}");
            assert!(values.into_iter().all(|value| (0..=160).contains(&scale.pixels(value, 160))), "{scale:?}");
        }
        let scale = Scale { low: -50, step: 50, high: 150 };
        assert_eq!([-50, 0, 50, 150, 900].map(|value| scale.pixels(value, 160)), [0, 40, 80, 160, 160]);
        assert_eq!(scale.marks().collect::<Vec<_>>(), [-50, 0, 50, 100, 150]);
    }
}
