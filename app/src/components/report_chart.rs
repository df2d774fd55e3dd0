//! A chart of a report of the shop: columns of two parts. Called by the dashboard page.

use crate::components::chart_frame::{BASE, ChartFrame, PLOT_HEIGHT, chart_frame};
use crate::components::measure::Measure;
use crate::components::shape::{columns, gap_slots, open_slots};
use domain::report::{Bucket, BucketState};
use domain::{Counts, Report};
use leptos::prelude::*;

/// Room for the marks of the value axis.
const AXIS_WIDTH: i64 = 48;

/// A chart with its heading and what it says in words.
pub fn report_chart(measure: Measure, report: &Report) -> AnyView {
    let (lower, upper) = measure.parts();
    let axis = measure.axis(report);
    let pixels = |counts: &Counts| {
        let (whole, part) = measure.values(counts);
        let whole_height = axis.pixels(whole, PLOT_HEIGHT);
        (axis.pixels(part.min(whole), PLOT_HEIGHT).min(whole_height), whole_height)
    };
    let heights = |is_open: bool, is_part: bool| {
        let of = |bucket: &Bucket| {
            let (part, whole) =
                pixels(bucket.counts.as_ref().filter(|_| (bucket.state == BucketState::Open) == is_open)?);
            Some(if is_part { (0, part) } else { (part, whole) })
        };
        columns(&report.buckets.iter().map(of).collect::<Vec<_>>(), BASE)
    };
    let drawing = view! {
        <path class="chart-rest" d=heights(false, false)></path>
        <path class="chart-part" d=heights(false, true)></path>
        <path class="chart-rest is-open" d=heights(true, false)></path>
        <path class="chart-part is-open" d=heights(true, true)></path>
    };
    let frame = ChartFrame {
        id: measure.id().to_owned(),
        title: measure.title().to_owned(),
        legend: vec![
            ("swatch-part", lower, true),
            ("swatch-rest", upper, true),
            ("swatch-open", "still open", open_slots(&report.buckets).1 > 0),
            ("swatch-before", "before", report.before.is_some()),
            ("swatch-gap", "shop not open yet", gap_slots(&report.buckets) > 0),
        ],
        words: measure.words_of_all(report),
        description: measure.description(report),
        readouts: report.buckets.iter().map(|bucket| measure.readout(bucket)).collect(),
        axis_width: AXIS_WIDTH,
        marks: axis.marks().map(|mark| (axis.pixels(mark, PLOT_HEIGHT), measure.mark(mark))).collect(),
        zero: 0,
        drawing: drawing.into_any(),
        before: report.buckets.iter().map(|bucket| bucket.before.as_ref().map(|counts| pixels(counts).1)).collect(),
    };
    chart_frame(frame, report)
}
