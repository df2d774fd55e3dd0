//! The last hour as an SVG column chart. Drawn on the server and in the browser alike; the plot takes the width
//! that it gets while its text keeps its size, so widths are percentages and heights are pixels. Called by the
//! dashboard page; what it shows stands in the minute table too, so the drawing is hidden from screen readers.

use crate::components::axis::{Axis, mark_label};
use crate::components::hour::{COLUMN_WIDTH, Column, Hour, SLOT_WIDTH, left_of, middle_of, start_of};
use leptos::prelude::*;

/// Room for what is said about the minute that is pointed at.
const READOUT_HEIGHT: i64 = 22;
/// The columns.
const PLOT_HEIGHT: i64 = 160;
/// Room for the clock times.
const CLOCK_HEIGHT: i64 = 24;
const BASE: i64 = READOUT_HEIGHT + PLOT_HEIGHT;
const HEIGHT: i64 = BASE + CLOCK_HEIGHT;
/// Room for the marks of the value axis.
const AXIS_WIDTH: i64 = 40;

/// A chart with its heading. `summary` says in words what it shows; `legend` names the two parts of a column,
/// lower first, where there are two.
#[component]
pub fn Chart(
    /// The heading.
    title: &'static str,
    /// The test id and the start of the heading's id.
    id: &'static str,
    /// What the chart shows, in words.
    #[prop(into)]
    summary: Signal<String>,
    /// What it draws.
    #[prop(into)]
    hour: Signal<Hour>,
    /// The names of a column's lower and upper part.
    #[prop(optional)]
    legend: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let heading = format!("{id}-heading");
    let heading_id = heading.clone();
    view! {
        <figure class="panel chart" data-testid=id aria-labelledby=heading>
            <figcaption class="chart-caption">
                <h3 id=heading_id>{title}</h3>
                {legend.map(legend_view)}
                <p class="chart-summary">{move || summary.get()}</p>
            </figcaption>
            <div class="chart-frame" aria-hidden="true">
                <svg class="chart-axis" width=AXIS_WIDTH height=HEIGHT>
                    {move || marks(hour.read().axis)}
                </svg>
                <svg class="chart-plot" width="100%" height=HEIGHT>
                    {move || grid(hour.read().axis)}
                    <line class="chart-base" x1="0" x2="100%" y1=BASE y2=BASE></line>
                    {move || {
                        let hour = hour.read();
                        hour.columns.iter().map(|column| column_view(column, hour.axis)).collect_view()
                    }}
                    {move || clock(&hour.read().clock)}
                    <text class="chart-open" x="100%" y=BASE + 17 text-anchor="end">"open"</text>
                </svg>
            </div>
        </figure>
    }
}

fn legend_view((lower, upper): (&'static str, &'static str)) -> impl IntoView {
    view! {
        <p class="chart-legend">
            <span class="swatch swatch-part"></span>
            {lower}
            <span class="swatch swatch-rest"></span>
            {upper}
        </p>
    }
}

fn marks(axis: Axis) -> impl IntoView {
    axis.marks()
        .map(|mark| {
            let y = BASE - axis_pixels(axis, mark) + 4;
            view! {
                <text class="chart-mark" x=AXIS_WIDTH - 8 y=y text-anchor="end">
                    {mark_label(mark)}
                </text>
            }
        })
        .collect_view()
}

fn grid(axis: Axis) -> impl IntoView {
    axis.marks()
        .skip(1)
        .map(|mark| {
            let y = BASE - axis_pixels(axis, mark);
            view! { <line class="chart-grid" x1="0" x2="100%" y1=y y2=y></line> }
        })
        .collect_view()
}

fn axis_pixels(axis: Axis, mark: i64) -> i64 {
    axis.pixels(mark, PLOT_HEIGHT)
}

fn clock(times: &[(usize, String)]) -> impl IntoView + use<> {
    times
        .iter()
        .map(|(slot, time)| {
            view! {
                <text class="chart-mark" x=middle_of(*slot) y=BASE + 17 text-anchor="middle">
                    {time.clone()}
                </text>
            }
        })
        .collect_view()
}

/// One minute: its column in two parts, and a field over the whole height that shows the readout when it is
/// pointed at.
fn column_view(column: &Column, axis: Axis) -> impl IntoView + use<> {
    let whole = axis.pixels(column.total, PLOT_HEIGHT);
    let part = axis.pixels(column.part, PLOT_HEIGHT).min(whole);
    let class = if column.is_open { "chart-column is-open" } else { "chart-column" };
    let left = left_of(column.slot);
    view! {
        <g class=class>
            <rect
                class="chart-hit"
                x=start_of(column.slot)
                y="0"
                width=SLOT_WIDTH
                height=BASE
            ></rect>
            <rect
                class="chart-rest"
                x=left.clone()
                y=BASE - whole
                width=COLUMN_WIDTH
                height=whole - part
            ></rect>
            <rect class="chart-part" x=left y=BASE - part width=COLUMN_WIDTH height=part></rect>
            <text class="chart-readout" x="100%" y="12" text-anchor="end">
                {column.readout.clone()}
            </text>
        </g>
    }
}
