//! The last hour laid out for a chart: one slot per minute, the open one last. Pure; places and labels only,
//! no views. Called by the chart.

use crate::components::axis::Axis;
use domain::MinuteFigures;
use domain::snapshot::CHART_MINUTES;

/// A clock time is written below the chart every so many minutes.
const LABEL_MINUTES: i64 = 15;
/// The last slots carry no clock time: the word that marks the open minute stands there, and on a phone it is as
/// wide as these.
const SLOTS_KEPT_FREE: usize = 12;

/// What one minute draws: a column of `total`, its lower `part` in a stronger colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// From 0, the oldest, to `CHART_MINUTES - 1`, the open minute.
    pub slot: usize,
    /// The whole column.
    pub total: i64,
    /// The part of it that is drawn below; as large as `total` where the chart shows one thing only.
    pub part: i64,
    /// Whether the minute still counts.
    pub is_open: bool,
    /// What is said when it is pointed at.
    pub readout: String,
}

/// A laid-out hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The value axis.
    pub axis: Axis,
    /// A column per minute; fewer while the shop is young.
    pub columns: Vec<Column>,
    /// Slots that carry a clock time, with that time.
    pub clock: Vec<(usize, String)>,
}

/// Lays out `minutes`, oldest first, the last one being the open minute; `column` says what a minute draws:
/// total, part and readout.
#[must_use]
pub fn lay_out(minutes: &[MinuteFigures], column: impl Fn(&MinuteFigures) -> (i64, i64, String)) -> Hour {
    let Some(newest) = minutes.last().map(|last| last.minute) else {
        return Hour { axis: Axis::up_to(0), columns: Vec::new(), clock: Vec::new() };
    };
    let columns: Vec<Column> = minutes
        .iter()
        .filter_map(|minute| {
            let age = usize::try_from(newest.number() - minute.minute.number()).ok()?;
            let slot = (CHART_MINUTES - 1).checked_sub(age)?;
            let (total, part, readout) = column(minute);
            Some(Column { slot, total, part: part.min(total), is_open: !minute.is_closed && age == 0, readout })
        })
        .collect();
    let clock = (0..CHART_MINUTES - SLOTS_KEPT_FREE)
        .filter_map(|slot| {
            let age = i64::try_from(CHART_MINUTES - 1 - slot).ok()?;
            let minute = newest.plus(-age);
            (minute.number().rem_euclid(LABEL_MINUTES) == 0).then(|| (slot, minute.hour_minute()))
        })
        .collect();
    Hour { axis: Axis::up_to(columns.iter().map(|column| column.total).max().unwrap_or(0)), columns, clock }
}

/// Where the middle of a slot lies, as an SVG length: `50.833%`.
#[must_use]
pub fn middle_of(slot: usize) -> String {
    percent((2 * slot + 1) * 100_000 / (2 * CHART_MINUTES))
}

/// Where a slot's column begins: an eighth of the slot is left free on either side.
#[must_use]
pub fn left_of(slot: usize) -> String {
    percent((8 * slot + 1) * 100_000 / (8 * CHART_MINUTES))
}

/// Where a slot begins.
#[must_use]
pub fn start_of(slot: usize) -> String {
    percent(slot * 100_000 / CHART_MINUTES)
}

/// The width of a whole slot.
pub const SLOT_WIDTH: &str = "1.667%";
/// The width of a column.
pub const COLUMN_WIDTH: &str = "1.25%";

fn percent(thousandths: usize) -> String {
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Figures, Minute};

    /// 2026-11-22 12:07 UTC.
    const NEWEST: i64 = 29_922_487;

    fn minutes(count: i64) -> Vec<MinuteFigures> {
        (0..count)
            .map(|index| MinuteFigures {
                minute: Minute::from_number(NEWEST - (count - 1) + index),
                figures: Figures::requests(index),
                is_closed: index < count - 1,
                revision: 0,
            })
            .collect()
    }

    fn requests(minute: &MinuteFigures) -> (i64, i64, String) {
        let requests = minute.figures.requests_num;
        (requests, requests, String::new())
    }

    #[test]
    fn a_young_shop_fills_the_last_slots() {
        let hour = lay_out(&minutes(2), requests);
        let slots: Vec<(usize, bool)> = hour.columns.iter().map(|column| (column.slot, column.is_open)).collect();
        assert_eq!(slots, [(58, false), (59, true)]);
        assert_eq!(hour.axis.top, 4);
    }

    #[test]
    fn a_whole_hour_has_a_column_per_minute_and_quarter_hours_below() {
        let hour = lay_out(&minutes(60), requests);
        assert_eq!(hour.columns.len(), 60);
        assert_eq!(hour.columns[0].slot, 0);
        assert_eq!(hour.axis.top, 60);
        let clock: Vec<&str> = hour.clock.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(clock, ["11:15", "11:30", "11:45"]);
    }

    #[test]
    fn minutes_older_than_an_hour_are_not_drawn() {
        assert_eq!(lay_out(&minutes(75), requests).columns.len(), 60);
    }

    #[test]
    fn nothing_yet_is_an_empty_chart() {
        let hour = lay_out(&[], requests);
        assert!(hour.columns.is_empty() && hour.clock.is_empty());
    }

    #[test]
    fn slots_divide_the_width() {
        for (slot, start, left, middle) in [
            (0, "0.000%", "0.208%", "0.833%"),
            (30, "50.000%", "50.208%", "50.833%"),
            (59, "98.333%", "98.541%", "99.166%"),
        ] {
            assert_eq!(start_of(slot), start);
            assert_eq!(left_of(slot), left);
            assert_eq!(middle_of(slot), middle);
        }
    }
}
