//! A chart of a measure or a ratio of a stream as SVG, drawn on the server: columns for what is added up, a line for
//! what is not. With a pointer or the arrow keys the exact figures are read off it, as off the dashboard's own charts;
//! the same stands in the table. Called by the stream's page.

use crate::components::series::{Scale, Series};
use crate::components::shape::{SLOT, columns, gap_slots, line, newest_slot, open_slots};
use crate::slots::middle;
use domain::Report;
use domain::report::{Bucket, BucketState};
use leptos::prelude::*;
use streams::Totals;

const PLOT_HEIGHT: i64 = 160;
/// Room above it, so that the topmost mark is whole.
const HEAD: i64 = 8;
const BASE: i64 = HEAD + PLOT_HEIGHT;
/// Room for the times below.
const HEIGHT: i64 = BASE + 24;
/// Room for the marks of the value axis.
const AXIS_WIDTH: i64 = 56;

/// A chart with its heading and what it says in words.
pub fn stream_chart(series: &Series, report: &Report<Totals>) -> AnyView {
    let id = format!("chart-{}", series.name);
    let (heading, described) = (format!("{id}-heading"), format!("{id}-words"));
    let slots = report.buckets.len();
    // Where keys begin: at the last step that has begun.
    let newest = newest_slot(&report.buckets);
    let readouts: Vec<String> = report.buckets.iter().map(|bucket| readout(series, bucket)).collect();
    let words = words_of_all(series, report);
    let newest_words = readouts.get(newest).cloned();
    view! {
        <figure class="panel chart" data-part=id.clone() data-testid=id.clone() aria-labelledby=heading.clone()>
            <figcaption class="chart-caption">
                <h3 id=heading.clone()>{series.title.clone()} " by " {report.query.size.name()}</h3>
                <p class="chart-legend">
                    <span class=swatch("swatch-open", open_slots(&report.buckets).1 > 0)>"still open"</span>
                    <span class=swatch("swatch-before", report.before.is_some())>"before"</span>
                    <span class=swatch("swatch-gap", gap_slots(&report.buckets) > 0)>"not counted yet"</span>
                </p>
                <p class="chart-summary" data-testid=format!("{id}-readout") data-words=words.clone()>
                    {words.clone()}
                </p>
                <p class="visually-hidden" id=described.clone()>
                    {format!(
                        "{} by {}, {}: {words}. Each step is in the table below.",
                        series.title,
                        report.query.size.name(),
                        report.period,
                    )}
                </p>
            </figcaption>
            <div class="chart-frame">
                <svg class="chart-axis" width=AXIS_WIDTH height=HEIGHT aria-hidden="true">
                    {marks(series, series.scale(report))}
                </svg>
                <div class="chart-plot">
                    <svg width="100%" height=HEIGHT aria-hidden="true">
                        {drawing(series, report)}
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
                        aria-label=format!("{}: choose a step with the arrow keys", series.title)
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

fn swatch(kind: &'static str, is_there: bool) -> String {
    format!("swatch {kind}{}", if is_there { "" } else { " is-absent" })
}

fn marks(series: &Series, scale: Scale) -> AnyView {
    scale
        .marks()
        .map(|mark| {
            let y = BASE - scale.pixels(mark, PLOT_HEIGHT) + 4;
            view! {
                <text class="chart-mark" x=AXIS_WIDTH - 8 y=y text-anchor="end">
                    {series.mark(mark)}
                </text>
            }
        })
        .collect_view()
        .into_any()
}

fn drawing(series: &Series, report: &Report<Totals>) -> AnyView {
    let (scale, slots) = (series.scale(report), report.buckets.len());
    let zero = BASE - scale.pixels(0, PLOT_HEIGHT);
    let grid = scale.marks().map(|mark| BASE - scale.pixels(mark, PLOT_HEIGHT)).filter(|y| *y != zero);
    let grid = grid.map(|y| view! { <line class="chart-grid" x1="0" x2="100%" y1=y y2=y></line> }).collect_view();
    let height = |totals: Option<&Totals>| Some(scale.pixels(series.value(totals?)?, PLOT_HEIGHT));
    let of = |is_open: bool| {
        let is_of = move |bucket: &&Bucket<Totals>| (bucket.state == BucketState::Open) == is_open;
        report.buckets.iter().map(|bucket| height(Some(bucket).filter(is_of)?.counts.as_ref())).collect::<Vec<_>>()
    };
    let before: Vec<Option<i64>> = report.buckets.iter().map(|bucket| height(bucket.before.as_ref())).collect();
    let now = if series.is_added {
        let from_zero = |heights: Vec<Option<i64>>| {
            let zero = scale.pixels(0, PLOT_HEIGHT);
            // What is not zero is seen, however little it is.
            let column = |top: i64| if top < zero { (top, zero) } else { (zero, top) };
            columns(&heights.into_iter().map(|top| top.map(column)).collect::<Vec<_>>(), BASE)
        };
        view! {
            <path class="chart-part" d=from_zero(of(false))></path>
            <path class="chart-part is-open" d=from_zero(of(true))></path>
        }
        .into_any()
    } else {
        let all: Vec<_> = report.buckets.iter().map(|bucket| height(bucket.counts.as_ref())).collect();
        view! { <path class="chart-line" d=line(&all, BASE)></path> }.into_any()
    };
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
            {now}
            <path class="chart-before" d=line(&before, BASE)></path>
            <rect class="chart-open" x=open_from * SLOT y=HEAD width=open_num * SLOT height=PLOT_HEIGHT></rect>
        </svg>
        <line class="chart-base" x1="0" x2="100%" y1=zero y2=zero></line>
        {times}
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
