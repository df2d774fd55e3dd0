//! What a chart draws of a report, and how its figures are written. Pure. Called by the charts.

use crate::components::axis::{Axis, mark_label};
use crate::number::{counted, grouped, grouped_euros};
use domain::report::{Bucket, BucketState};
use domain::{Counts, Money, Report};

/// One of the three charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Page views, of which some began visits.
    Requests,
    /// Orders, of which some were paid at once.
    Orders,
    /// Their price.
    Revenue,
}

impl Measure {
    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Measure::Requests => "Page views",
            Measure::Orders => "Orders",
            Measure::Revenue => "Revenue",
        }
    }

    /// The test id, and the start of the heading's id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Measure::Requests => "chart-requests",
            Measure::Orders => "chart-orders",
            Measure::Revenue => "chart-revenue",
        }
    }

    /// The two parts of a column, the lower one first.
    #[must_use]
    pub const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Measure::Requests => ("begins a visit", "further pages"),
            Measure::Orders | Measure::Revenue => ("paid at once", "on credit"),
        }
    }

    /// The whole column, and the lower part of it.
    #[must_use]
    pub const fn values(self, counts: &Counts) -> (i64, i64) {
        let figures = &counts.figures;
        match self {
            Measure::Requests => (figures.requests_num, counts.visits_num),
            Measure::Orders => (figures.total_orders_num, figures.total_paid_orders_num),
            Measure::Revenue => (figures.total_orders_price.cents(), figures.total_paid_orders_price.cents()),
        }
    }

    /// The value axis that holds every bucket and what it is compared with.
    #[must_use]
    pub fn axis(self, report: &Report) -> Axis {
        let of = |counts: &Option<Counts>| counts.as_ref().map_or(0, |counts| self.values(counts).0);
        let largest = report.buckets.iter().flat_map(|bucket| [of(&bucket.counts), of(&bucket.before)]).max();
        // Below four euros an axis would tell cents.
        let least = if self == Measure::Revenue { 400 } else { 0 };
        Axis::up_to(largest.unwrap_or(0).max(least))
    }

    /// A mark of the value axis.
    #[must_use]
    pub fn mark(self, value: i64) -> String {
        match self {
            Measure::Revenue if value % 100 == 0 => format!("€{}", mark_label(value / 100)),
            Measure::Revenue => grouped_euros(Money::from_cents(value)),
            Measure::Requests | Measure::Orders => mark_label(value),
        }
    }

    /// Counts in words.
    #[must_use]
    pub fn words(self, counts: &Counts) -> String {
        let (whole, part) = self.values(counts);
        match self {
            Measure::Requests => format!("{}, {}", counted(whole, "page view"), counted(part, "visit")),
            Measure::Orders => format!("{}, {} paid at once", counted(whole, "order"), grouped(part)),
            Measure::Revenue => {
                let euros = |cents| grouped_euros(Money::from_cents(cents));
                format!("{}, {} paid at once", euros(whole), euros(part))
            }
        }
    }

    /// A whole range in words.
    #[must_use]
    pub fn words_of_all(self, report: &Report) -> String {
        report.nothing_known().map_or_else(|| self.words(&report.counts), str::to_owned)
    }

    /// The whole chart for those who do not see it: what it is of, in all, and where it is highest.
    #[must_use]
    pub fn description(self, report: &Report) -> String {
        let title = format!("{} by {}, {}", self.title(), report.query.size.name(), report.period);
        let value = |bucket: &Bucket| bucket.counts.as_ref().map_or(0, |counts| self.values(counts).0);
        let highest = report.buckets.iter().rev().max_by_key(|bucket| value(bucket)).filter(|bucket| value(bucket) > 0);
        let highest = highest.map_or_else(String::new, |bucket| format!(" Most: {}.", self.readout(bucket)));
        let before = report
            .before
            .as_ref()
            .map_or_else(String::new, |before| format!(" Before, {}: {}.", before.period, self.words(&before.counts)));
        format!("{title}: {}.{highest}{before} Each step is in the table below.", self.words_of_all(report))
    }

    /// What is said of a bucket that is pointed at.
    #[must_use]
    pub fn readout(self, bucket: &Bucket) -> String {
        let name = &bucket.name;
        let now = match (&bucket.counts, bucket.state) {
            (Some(counts), BucketState::Open) => format!("{name} · {} so far", self.words(counts)),
            (Some(counts), _) => format!("{name} · {}", self.words(counts)),
            (None, BucketState::Gap) => format!("{name} · the shop was not open yet"),
            (None, _) => format!("{name} · still to come"),
        };
        match &bucket.before {
            Some(before) => {
                let (whole, _) = self.values(before);
                let before = match self {
                    Measure::Revenue => grouped_euros(Money::from_cents(whole)),
                    Measure::Requests | Measure::Orders => grouped(whole),
                };
                format!("{now} · before: {before}")
            }
            None => now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Minute;
    use domain::report::Before;

    fn bucket(state: BucketState, counts: Option<Counts>, before: Option<Counts>) -> Bucket {
        Bucket { start: Minute::from_number(0), name: "14:32".to_owned(), state, counts, before }
    }

    #[test]
    fn a_readout_tells_the_exact_figures() {
        let counts = Counts::from([12, 3, 9, 4_550, 1, 2, 1_000, 5, 0, 0]);
        for (measure, state, counts, before, words) in [
            (Measure::Requests, BucketState::Closed, Some(counts), None, "14:32 · 12 page views, 5 visits"),
            (
                Measure::Orders,
                BucketState::Open,
                Some(counts),
                Some(counts),
                "14:32 · 3 orders, 1 paid at once so far · before: 3",
            ),
            (
                Measure::Revenue,
                BucketState::Closed,
                Some(counts),
                Some(counts),
                "14:32 · €45.50, €10.00 paid at once · before: €45.50",
            ),
            (Measure::Orders, BucketState::Gap, None, None, "14:32 · the shop was not open yet"),
            (Measure::Orders, BucketState::Future, None, Some(counts), "14:32 · still to come · before: 3"),
        ] {
            assert_eq!(measure.readout(&bucket(state, counts, before)), words);
        }
    }

    #[test]
    fn a_chart_is_told_in_words() {
        let of = |orders| Some(Counts::from([0, orders, 0, 0, 1, 0, 0, 0, 0, 0]));
        let named =
            |name: &str, orders| Bucket { name: name.to_owned(), ..bucket(BucketState::Closed, of(orders), None) };
        let before =
            Before { period: "13:00 to 14:00".to_owned(), counts: Counts::from([0, 2, 0, 0, 2, 0, 0, 0, 0, 0]) };
        let report = Report {
            period: "14:00 to 15:00".to_owned(),
            counts: Counts::from([0, 9, 0, 0, 3, 0, 0, 0, 0, 0]),
            buckets: vec![named("14:01", 4), named("14:02", 4), named("14:03", 1)],
            before: Some(before),
            ..Report::default()
        };
        assert_eq!(
            Measure::Orders.description(&report),
            "Orders by minute, 14:00 to 15:00: 9 orders, 3 paid at once. Most: 14:01 · 4 orders, 1 paid at once. \
             Before, 13:00 to 14:00: 2 orders, 2 paid at once. Each step is in the table below."
        );
    }

    #[test]
    fn the_axis_holds_what_is_compared_with_too_and_tells_round_euros() {
        let of = |orders| Some(Counts::from([0, orders, 0, orders * 700, 0, 0, 0, 0, 0, 0]));
        let unknown = Report { buckets: vec![bucket(BucketState::Gap, None, None)], ..Report::default() };
        assert_eq!(Measure::Orders.words_of_all(&unknown), "The shop was not open yet");
        let buckets = vec![bucket(BucketState::Closed, of(3), of(40)), bucket(BucketState::Gap, None, None)];
        let report = Report { buckets, ..Report::default() };
        assert_eq!(Measure::Orders.axis(&report).top, 40);
        let marks: Vec<String> =
            Measure::Revenue.axis(&report).marks().map(|mark| Measure::Revenue.mark(mark)).collect();
        assert_eq!(marks, ["€0", "€100", "€200", "€300"]);
        let empty = Measure::Revenue.axis(&Report::default());
        assert_eq!(empty.marks().map(|mark| Measure::Revenue.mark(mark)).last().unwrap(), "€4");
    }
}
