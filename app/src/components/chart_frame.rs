//! What all charts have in common: heading, legend, what is said in words, the value axis, times, and the slider by
//! which the exact figures are read. Drawn on the server, as SVG; the plot takes the width that it gets while its text
//! keeps its size. With a pointer or the arrow keys the figures are read off it, which the dashboard's island does; the
//! same stands in the table. Called by the charts.

use crate::components::shape::{SLOT, gap_slots, line, newest_slot, open_slots};
use crate::slots::middle;
use domain::Report;
use leptos::prelude::*;

/// The height of what is drawn.
pub const PLOT_HEIGHT: i64 = 160;
/// Room above it, so that the topmost mark is whole.
const HEAD: i64 = 8;
/// Where the lowest mark is.
pub const BASE: i64 = HEAD + PLOT_HEIGHT;
/// Room for the times below.
const HEIGHT: i64 = BASE + 24;

/// A chart but for its report.
pub struct ChartFrame {
    /// Of the figure, and the beginning of those of its parts.
    pub id: String,
    /// What is shown.
    pub title: String,
    /// What stands for what: the swatch's class and its label; then whether it is in the chart, so that a legend keeps
    /// its height.
    pub legend: Vec<(&'static str, &'static str, bool)>,
    /// What is said of the whole range.
    pub words: String,
    /// The same for whoever sees no chart.
    pub description: String,
    /// What is said of each bucket.
    pub readouts: Vec<String>,
    /// Room for the marks of the value axis, in pixels.
    pub axis_width: i64,
    /// The marks of the value axis: how many pixels above the lowest one, and what they say.
    pub marks: Vec<(i64, String)>,
    /// How many pixels zero lies above the lowest mark.
    pub zero: i64,
    /// What stands for each bucket, as paths between [`BASE`] and the top.
    pub drawing: AnyView,
    /// The heights of what it is compared with.
    pub before: Vec<Option<i64>>,
}

/// The chart of this report.
pub fn chart_frame<C>(frame: ChartFrame, report: &Report<C>) -> AnyView {
    let ChartFrame { id, title, legend, words, description, readouts, axis_width, marks, zero, drawing, before } =
        frame;
    let (heading, described) = (format!("{id}-heading"), format!("{id}-words"));
    let slots = report.buckets.len();
    // Where keys begin: at the last step that has begun.
    let newest = newest_slot(&report.buckets);
    let newest_words = readouts.get(newest).cloned();
    let swatch = |(kind, label, is_there): (&str, &'static str, bool)| {
        let class = format!("swatch {kind}{}", if is_there { "" } else { " is-absent" });
        view! { <span class=class>{label}</span> }
    };
    let mark = |(above, text): &(i64, String)| {
        view! {
            <text class="chart-mark" x=axis_width - 8 y=BASE - above + 4 text-anchor="end">
                {text.clone()}
            </text>
        }
    };
    view! {
        <figure class="panel chart" data-part=id.clone() data-testid=id.clone() aria-labelledby=heading.clone()>
            <figcaption class="chart-caption">
                <h3 id=heading.clone()>{title.clone()} " by " {report.query.size.name()}</h3>
                <p class="chart-legend">{legend.into_iter().map(swatch).collect_view()}</p>
                <p class="chart-summary" data-testid=format!("{id}-readout") data-words=words.clone()>
                    {words.clone()}
                </p>
                <p class="visually-hidden" id=described.clone() data-testid=described.clone()>
                    {description}
                </p>
            </figcaption>
            <div class="chart-frame">
                <svg class="chart-axis" width=axis_width height=HEIGHT aria-hidden="true">
                    {marks.iter().map(mark).collect_view()}
                </svg>
                <div class="chart-plot">
                    <svg width="100%" height=HEIGHT aria-hidden="true">
                        {plot(&marks, zero, drawing, &before, report)}
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
                        aria-label=format!("{title}: choose a step with the arrow keys")
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

fn plot<C>(
    marks: &[(i64, String)],
    zero: i64,
    drawing: AnyView,
    before: &[Option<i64>],
    report: &Report<C>,
) -> AnyView {
    let slots = report.buckets.len();
    let grid = marks.iter().filter(|(above, _)| *above != zero).map(|(above, _)| BASE - above);
    let grid = grid.map(|y| view! { <line class="chart-grid" x1="0" x2="100%" y1=y y2=y></line> }).collect_view();
    let (open_from, open_num) = open_slots(&report.buckets);
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
            <rect class="chart-gap" x="0" y=HEAD width=gap_slots(&report.buckets) * SLOT height=PLOT_HEIGHT></rect>
            {drawing}
            <path class="chart-before" d=line(before, BASE)></path>
            <rect class="chart-open" x=open_from * SLOT y=HEAD width=open_num * SLOT height=PLOT_HEIGHT></rect>
        </svg>
        <line class="chart-base" x1="0" x2="100%" y1=BASE - zero y2=BASE - zero></line>
        {times}
    }
    .into_any()
}
