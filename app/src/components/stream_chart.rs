//! A chart of a measure or a ratio of a stream: columns for what is added up, a line for what is not. Called by the
//! stream's page.

use crate::components::chart_frame::{BASE, ChartFrame, PLOT_HEIGHT, chart_frame};
use crate::components::series::{Scale, Series};
use crate::components::shape::{columns, gap_slots, line, open_slots};
use domain::Report;
use domain::report::{Bucket, BucketState};
use leptos::prelude::*;
use streams::Totals;

/// Room for the marks of the value axis.
const AXIS_WIDTH: i64 = 56;

/// A chart with its heading and what it says in words.
pub fn stream_chart(series: &Series, report: &Report<Totals>) -> AnyView {
    let scale = series.scale(report);
    let height = |totals: Option<&Totals>| Some(scale.pixels(series.value(totals?)?, PLOT_HEIGHT));
    let words = words_of_all(series, report);
    let frame = ChartFrame {
        id: format!("chart-{}", series.name),
        title: series.title.clone(),
        legend: vec![
            ("swatch-open", "still open", open_slots(&report.buckets).1 > 0),
            ("swatch-before", "before", report.before.is_some()),
            ("swatch-gap", "not counted yet", gap_slots(&report.buckets) > 0),
        ],
        description: format!(
            "{} by {}, {}: {words}. Each step is in the table below.",
            series.title,
            report.query.size.name(),
            report.period,
        ),
        words,
        readouts: report.buckets.iter().map(|bucket| readout(series, bucket)).collect(),
        axis_width: AXIS_WIDTH,
        marks: scale.marks().map(|mark| (scale.pixels(mark, PLOT_HEIGHT), series.mark(mark))).collect(),
        zero: scale.pixels(0, PLOT_HEIGHT),
        drawing: drawing(series, report, scale),
        before: report.buckets.iter().map(|bucket| height(bucket.before.as_ref())).collect(),
    };
    chart_frame(frame, report)
}

/// What is said of the whole range.
fn words_of_all(series: &Series, report: &Report<Totals>) -> String {
    match report.nothing_known() {
        Some(why) => why.to_owned(),
        None => series.words_or_dash(series.value(&report.counts)),
    }
}

/// What is said of a bucket that is pointed at.
fn readout(series: &Series, bucket: &Bucket<Totals>) -> String {
    let name = &bucket.name;
    let now = match (&bucket.counts, bucket.state) {
        (Some(totals), state) => {
            let so_far = if state == BucketState::Open { " so far" } else { "" };
            format!("{name} · {}{so_far}", series.words_or_dash(series.value(totals)))
        }
        (None, BucketState::Gap) => format!("{name} · not counted yet"),
        (None, _) => format!("{name} · still to come"),
    };
    match &bucket.before {
        Some(before) => format!("{now} · before: {}", series.words_or_dash(series.value(before))),
        None => now,
    }
}

fn drawing(series: &Series, report: &Report<Totals>, scale: Scale) -> AnyView {
    let height = |bucket: &Bucket<Totals>| Some(scale.pixels(series.value(bucket.counts.as_ref()?)?, PLOT_HEIGHT));
    if !series.is_added {
        let all: Vec<_> = report.buckets.iter().map(height).collect();
        return view! { <path class="chart-line" d=line(&all, BASE)></path> }.into_any();
    }
    let zero = scale.pixels(0, PLOT_HEIGHT);
    // What is not zero is seen, however little it is.
    let column = |top: i64| if top < zero { (top, zero) } else { (zero, top) };
    let from_zero = |is_open: bool| {
        let of = |bucket: &Bucket<Totals>| {
            height(bucket).filter(|_| (bucket.state == BucketState::Open) == is_open).map(column)
        };
        columns(&report.buckets.iter().map(of).collect::<Vec<_>>(), BASE)
    };
    view! {
        <path class="chart-part" d=from_zero(false)></path>
        <path class="chart-part is-open" d=from_zero(true)></path>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::series::series;
    use domain::Minute;
    use streams::Topic;

    #[test]
    fn a_readout_tells_the_exact_figures() {
        let all = series(Topic::new_orders().stream());
        let price = all.iter().find(|series| series.name == "total_orders_price").unwrap();
        let average = all.iter().find(|series| series.name == "average_order_price").unwrap();
        let totals = |orders, cents| Totals([orders, 0, cents, 0, 0, 0].map(Some).to_vec());
        for (series, state, counts, before, words) in [
            (price, BucketState::Closed, Some(totals(2, 4_550)), None, "14:32 · €45.50"),
            (
                average,
                BucketState::Open,
                Some(totals(2, 4_550)),
                Some(totals(0, 0)),
                "14:32 · €22.75 so far · before: –",
            ),
            (price, BucketState::Gap, None, None, "14:32 · not counted yet"),
            (price, BucketState::Future, None, Some(totals(1, 5)), "14:32 · still to come · before: €0.05"),
        ] {
            let bucket = Bucket { start: Minute::from_number(0), name: "14:32".to_owned(), state, counts, before };
            assert_eq!(readout(series, &bucket), words);
        }
    }
}
