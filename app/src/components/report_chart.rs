//! A chart of a report as SVG, drawn on the server. The plot takes the width that it gets while its text keeps its
//! size. With a pointer or the arrow keys the exact figures are read off it, which the dashboard's island does; the
//! same stands in the table.

use crate::components::axis::Axis;
use crate::components::measure::Measure;
use crate::components::shape::{SLOT, columns, gap_slots, line, newest_slot, open_slots};
use crate::slots::middle;
use domain::report::{Bucket, BucketState};
use domain::{Counts, Report};
use leptos::prelude::*;

/// The columns.
const PLOT_HEIGHT: i64 = 160;
/// Room above them, so that the topmost mark is whole.
const HEAD: i64 = 8;
const BASE: i64 = HEAD + PLOT_HEIGHT;
/// Room for the times below.
const HEIGHT: i64 = BASE + 24;
/// Room for the marks of the value axis.
const AXIS_WIDTH: i64 = 48;

/// A chart with its heading and what it says in words.
pub fn report_chart(measure: Measure, report: &Report) -> AnyView {
    let id = measure.id();
    let (lower, upper) = measure.parts();
    let (heading, described) = (format!("{id}-heading"), format!("{id}-words"));
    let slots = report.buckets.len();
    // Where keys begin: at the last step that has begun.
    let newest = newest_slot(&report.buckets);
    let readouts: Vec<String> = report.buckets.iter().map(|bucket| measure.readout(bucket)).collect();
    let words = measure.words_of_all(report);
    let newest_words = readouts.get(newest).cloned();
    view! {
        <figure class="panel chart" data-part=id data-testid=id aria-labelledby=heading.clone()>
            <figcaption class="chart-caption">
                <h3 id=heading.clone()>{measure.title()} " by " {report.query.size.name()}</h3>
                <p class="chart-legend">
                    <span class="swatch swatch-part">{lower}</span>
                    <span class="swatch swatch-rest">{upper}</span>
                    <span class=legend_class("swatch-open", open_slots(&report.buckets).1 > 0)>"still open"</span>
                    <span class=legend_class("swatch-before", report.before.is_some())>"before"</span>
                    <span class=legend_class("swatch-gap", gap_slots(&report.buckets) > 0)>"shop not open yet"</span>
                </p>
                <p class="chart-summary" data-testid=format!("{id}-readout") data-words=words.clone()>
                    {words.clone()}
                </p>
                <p class="visually-hidden" id=described.clone() data-testid=described.clone()>
                    {measure.description(report)}
                </p>
            </figcaption>
            <div class="chart-frame">
                <svg class="chart-axis" width=AXIS_WIDTH height=HEIGHT aria-hidden="true">
                    {marks(measure, measure.axis(report))}
                </svg>
                <div class="chart-plot">
                    <svg width="100%" height=HEIGHT aria-hidden="true">
                        {drawing(measure, report)}
                        // The line through the step that is read; the island moves it.
                        <line class="chart-pointer" y1=HEAD y2=BASE visibility="hidden"></line>
                    </svg>
                    // Without JavaScript there would be nothing to hear of the slider.
                    <input
                        class="chart-picker live"
                        type="range"
                        min="0"
                        max=slots.saturating_sub(1)
                        value=newest
                        aria-label=format!("{}: choose a step with the arrow keys", measure.title())
                        aria-describedby=described
                        aria-valuetext=newest_words
                        data-readouts=readouts.join("\n")
                    />
                </div>
            </div>
        </figure>
    }
    .into_any()
}

fn legend_class(swatch: &'static str, is_there: bool) -> String {
    format!("swatch {swatch}{}", if is_there { "" } else { " is-absent" })
}

fn marks(measure: Measure, axis: Axis) -> AnyView {
    axis.marks()
        .map(|mark| {
            let y = BASE - axis.pixels(mark, PLOT_HEIGHT) + 4;
            view! {
                <text class="chart-mark" x=AXIS_WIDTH - 8 y=y text-anchor="end">
                    {measure.mark(mark)}
                </text>
            }
        })
        .collect_view()
        .into_any()
}

fn drawing(measure: Measure, report: &Report) -> AnyView {
    let (axis, slots) = (measure.axis(report), report.buckets.len());
    let grid = axis.marks().skip(1).map(|mark| BASE - axis.pixels(mark, PLOT_HEIGHT));
    let grid = grid.map(|y| view! { <line class="chart-grid" x1="0" x2="100%" y1=y y2=y></line> }).collect_view();
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
    let before: Vec<Option<i64>> =
        report.buckets.iter().map(|bucket| bucket.before.as_ref().map(|counts| pixels(counts).1)).collect();
    let gaps = gap_slots(&report.buckets);
    let (open_from, open_slots) = open_slots(&report.buckets);
    let times = report
        .ticks
        .iter()
        .enumerate()
        .map(|(index, tick)| {
            let class = if index % 2 == 0 { "chart-mark" } else { "chart-mark is-second" };
            view! {
                <text class=class x=middle(tick.slot, slots) y=BASE + 18 text-anchor="middle">
                    {tick.label.clone()}
                </text>
            }
        })
        .collect_view();
    view! {
        {grid}
        <svg width="100%" height=BASE viewBox=format!("0 0 {} {BASE}", slots.max(1) * SLOT) preserveAspectRatio="none">
            <rect class="chart-gap" x="0" y=HEAD width=gaps * SLOT height=PLOT_HEIGHT></rect>
            <path class="chart-rest" d=heights(false, false)></path>
            <path class="chart-part" d=heights(false, true)></path>
            <path class="chart-rest is-open" d=heights(true, false)></path>
            <path class="chart-part is-open" d=heights(true, true)></path>
            <path class="chart-before" d=line(&before, BASE)></path>
            <rect class="chart-open" x=open_from * SLOT y=HEAD width=open_slots * SLOT height=PLOT_HEIGHT></rect>
        </svg>
        <line class="chart-base" x1="0" x2="100%" y1=BASE y2=BASE></line>
        {times}
    }
    .into_any()
}
