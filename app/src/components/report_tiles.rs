//! The figures of a range as tiles: each with its change against what it is compared with, and a sparkline. What would
//! be divided by nothing is a dash. Called by the dashboard page.

use crate::components::axis::Axis;
use crate::components::rising::rising;
use crate::components::sparkline::{SPARK_PIXELS, sparkline};
use crate::number::{Unit, percent, stars};
use domain::report::{Against, change_permille};
use domain::{Counts, Money, Report};
use leptos::prelude::*;

/// As many characters fit into a tile at its usual size: `€99,999.95`.
const VALUE_CHARS_MAX: usize = 10;

/// One of the tiles.
#[derive(Clone, Copy)]
struct Tile {
    name: &'static str,
    test_id: &'static str,
    value: fn(&Counts) -> Option<i64>,
    unit: Unit,
    changes: Changes,
}

/// How a change is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changes {
    /// Of an amount: as a percentage of it.
    Part,
    /// Of a share: in points.
    Points,
    /// Of stars in tenths: in stars.
    Stars,
}

const TILES: [Tile; 8] = [
    Tile {
        name: "Revenue",
        test_id: "tile-revenue",
        value: |counts| Some(counts.figures.total_orders_price.cents()),
        unit: Unit::Cents,
        changes: Changes::Part,
    },
    Tile {
        name: "Orders",
        test_id: "tile-orders",
        value: |counts| Some(counts.figures.total_orders_num),
        unit: Unit::Count,
        changes: Changes::Part,
    },
    Tile {
        name: "Goods",
        test_id: "tile-goods",
        value: |counts| Some(counts.figures.total_orders_amount),
        unit: Unit::Count,
        changes: Changes::Part,
    },
    Tile {
        name: "Average order",
        test_id: "tile-average",
        value: |counts| counts.average_order().map(Money::cents),
        unit: Unit::Cents,
        changes: Changes::Part,
    },
    Tile {
        name: "Paid at once",
        test_id: "tile-paid",
        value: Counts::paid_permille,
        unit: Unit::Permille,
        changes: Changes::Points,
    },
    Tile {
        name: "Visits",
        test_id: "tile-visits",
        value: |counts| Some(counts.visits_num),
        unit: Unit::Count,
        changes: Changes::Part,
    },
    Tile {
        name: "Conversion",
        test_id: "tile-conversion",
        value: Counts::conversion_permille,
        unit: Unit::Permille,
        changes: Changes::Points,
    },
    Tile {
        name: "Feedback",
        test_id: "tile-feedback",
        value: Counts::stars_tenths,
        unit: Unit::StarsTenths,
        changes: Changes::Stars,
    },
];

/// The tiles.
pub fn report_tiles(report: &Report) -> AnyView {
    let tiles: Vec<_> = TILES.into_iter().map(|tile| tile_view(tile, report)).collect();
    view! { <dl class="tiles" data-part="tiles">{tiles}</dl> }.into_any()
}

fn tile_view(tile: Tile, report: &Report) -> AnyView {
    let value = value_of(tile, report);
    let class = value_class(&value.map_or_else(String::new, |value| tile.unit.words(value)));
    let change = change_of(tile, report);
    view! {
        <div class="panel tile">
            <dt>{tile.name}</dt>
            <dd>
                <span class=class>{rising(value, tile.unit, tile.test_id)}</span>
                <span class=change.class data-testid=format!("{}-change", tile.test_id)>
                    {change.words}
                </span>
            </dd>
            <dd class="tile-spark" aria-hidden="true">
                {spark(tile, report)}
            </dd>
        </div>
    }
    .into_any()
}

fn value_of(tile: Tile, report: &Report) -> Option<i64> {
    (tile.value)(&report.counts).filter(|_| report.nothing_known().is_none())
}

/// A long figure is written smaller, so that it stays in one line.
fn value_class(value: &str) -> &'static str {
    if value.chars().count() > VALUE_CHARS_MAX { "tile-value is-long" } else { "tile-value" }
}

/// A change in words, and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    class: &'static str,
    words: String,
}

fn change_of(tile: Tile, report: &Report) -> Change {
    let is_flat = |words: String| Change { class: "tile-change", words };
    if let Some(why) = report.nothing_known() {
        return is_flat(why.to_lowercase());
    }
    let Some(before) = &report.before else {
        let words = if report.query.against == Against::Nothing { "" } else { "– nothing before" };
        return is_flat(words.to_owned());
    };
    let (Some(now), Some(then)) = ((tile.value)(&report.counts), (tile.value)(&before.counts)) else {
        return is_flat("– no comparison".to_owned());
    };
    let was = tile.unit.words(then);
    let by = match tile.changes {
        Changes::Part => change_permille(now, then),
        Changes::Points | Changes::Stars => Some(now.saturating_sub(then)),
    };
    match by {
        _ if now == then => is_flat(format!("as before: {was}")),
        None => is_flat(format!("before: {was}")),
        Some(by) => {
            let (class, arrow) = if now > then { ("tile-change is-up", "▲") } else { ("tile-change is-down", "▼") };
            let size = match (tile.changes, by.saturating_abs()) {
                (Changes::Part, 0) => "under 0.1%".to_owned(),
                (Changes::Part, by) => percent(by),
                (Changes::Points, by) => percent(by).replace('%', " points"),
                (Changes::Stars, by) => stars(by),
            };
            Change { class, words: format!("{arrow} {size} from {was}") }
        }
    }
}

fn spark(tile: Tile, report: &Report) -> AnyView {
    let values: Vec<Option<i64>> =
        report.buckets.iter().map(|bucket| bucket.counts.as_ref().and_then(tile.value)).collect();
    let axis = Axis::up_to(values.iter().flatten().max().copied().unwrap_or(0));
    let heights: Vec<Option<i64>> =
        values.iter().map(|value| value.map(|value| axis.pixels(value, SPARK_PIXELS))).collect();
    sparkline(&heights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::report::{Before, Bucket, BucketState, COUNTS};
    use domain::{Minute, ReportQuery};

    fn change(tile: usize, now: [i64; COUNTS], before: Option<[i64; COUNTS]>) -> (&'static str, String) {
        let before = before.map(|counts| Before { period: String::new(), counts: Counts::from(counts) });
        let change = change_of(TILES[tile], &Report { counts: Counts::from(now), before, ..Report::default() });
        (change.class, change.words)
    }

    #[test]
    fn a_change_says_its_direction_its_size_and_from_what() {
        let orders = |orders, paid, price, visits| [9, orders, 5, price, paid, 1, 1, visits, 0, 0];
        let said = |feedback, stars| [0, 0, 0, 0, 0, 0, 0, 0, feedback, stars];
        for (tile, now, before, class, words) in [
            (0, orders(2, 1, 3_000, 4), Some(orders(1, 1, 2_000, 4)), "tile-change is-up", "▲ 50.0% from €20.00"),
            (1, orders(1, 1, 1, 4), Some(orders(4, 1, 1, 4)), "tile-change is-down", "▼ 75.0% from 4"),
            (1, orders(4, 1, 1, 4), Some(orders(4, 1, 1, 4)), "tile-change", "as before: 4"),
            (1, orders(4, 1, 1, 4), Some(orders(0, 0, 0, 4)), "tile-change", "before: 0"),
            (
                0,
                orders(1, 1, 10_003, 1),
                Some(orders(1, 1, 10_000, 1)),
                "tile-change is-up",
                "▲ under 0.1% from €100.00",
            ),
            (
                5,
                orders(1, 1, 1, 9_996),
                Some(orders(1, 1, 1, 10_000)),
                "tile-change is-down",
                "▼ under 0.1% from 10,000",
            ),
            (1, orders(0, 0, 0, 0), Some(orders(0, 0, 0, 0)), "tile-change", "as before: 0"),
            (3, orders(0, 0, 0, 0), Some(orders(1, 1, 100, 1)), "tile-change", "– no comparison"),
            (4, orders(4, 1, 1, 1), Some(orders(4, 2, 1, 1)), "tile-change is-down", "▼ 25.0 points from 50.0%"),
            (6, orders(1, 1, 1, 2), Some(orders(1, 1, 1, 4)), "tile-change is-up", "▲ 25.0 points from 25.0%"),
            (6, orders(1, 1, 1, 2), Some(orders(1, 1, 1, 0)), "tile-change", "– no comparison"),
            (7, said(3, 14), Some(said(2, 9)), "tile-change is-up", "▲ 0.2 from 4.5 of 5"),
            (7, said(1, 1), Some(said(1, 5)), "tile-change is-down", "▼ 4.0 from 5.0 of 5"),
            (7, said(1, 1), Some(said(0, 0)), "tile-change", "– no comparison"),
            (0, orders(1, 1, 1, 1), None, "tile-change", "– nothing before"),
        ] {
            assert_eq!(change(tile, now, before), (class, words.to_owned()), "tile {tile}: {now:?} after {before:?}");
        }
        let query = ReportQuery { against: Against::Nothing, ..ReportQuery::default() };
        assert_eq!(change_of(TILES[0], &Report { query, ..Report::default() }).words, "");
    }

    #[test]
    fn what_is_not_known_is_no_zero() {
        let bucket =
            |state, counts| Bucket { start: Minute::from_number(0), name: String::new(), state, counts, before: None };
        let report = |buckets| Report { buckets, ..Report::default() };
        let (gap, future) = (bucket(BucketState::Gap, None), bucket(BucketState::Future, None));
        let closed = bucket(BucketState::Closed, Some(Counts::default()));
        for (report, value, change) in [
            (report(vec![gap.clone(), future.clone()]), None, "the shop was not open yet"),
            (report(vec![future.clone()]), None, "still to come"),
            (report(vec![gap, closed, future]), Some(0), "– nothing before"),
        ] {
            assert_eq!((value_of(TILES[1], &report), &*change_of(TILES[1], &report).words), (value, change));
        }
    }

    #[test]
    fn a_long_figure_is_written_smaller() {
        for (value, class) in [("€99,999.95", "tile-value"), ("€100,000.00", "tile-value is-long"), ("–", "tile-value")]
        {
            assert_eq!(value_class(value), class);
        }
    }
}
