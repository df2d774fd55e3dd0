//! The shapes of a chart as SVG path data, in a box of [`SLOT`] units for each bucket. Pure. One path draws all buckets
//! of a kind, so that a year is a few elements and not a thousand. Called by charts and sparklines.

use domain::report::{Bucket, BucketState};
use std::fmt::Write;

/// The width of a bucket.
pub const SLOT: usize = 100;
/// What is left free on either side of a column: less where there are many.
const GAP: usize = 12;
const GAP_OF_MANY: usize = 4;
const MANY: usize = 90;

/// Columns that stand on `base`, each from `bottom` to `top` pixels above it.
#[must_use]
pub fn columns(heights: &[Option<(i64, i64)>], base: i64) -> String {
    let gap = if heights.len() > MANY { GAP_OF_MANY } else { GAP };
    let mut path = String::new();
    for (slot, (bottom, top)) in heights.iter().enumerate().filter_map(|(slot, height)| Some((slot, (*height)?))) {
        if top > bottom {
            let (left, right) = (slot * SLOT + gap, (slot + 1) * SLOT - gap);
            let _ = write!(path, "M{left} {}V{}H{right}V{}Z", base - bottom, base - top, base - bottom);
        }
    }
    path
}

/// A line through the middle of the buckets, interrupted where nothing is known.
#[must_use]
pub fn line(heights: &[Option<i64>], base: i64) -> String {
    let mut path = String::new();
    let mut is_drawing = false;
    for (slot, height) in heights.iter().enumerate() {
        if let Some(height) = height {
            let command = if is_drawing { 'L' } else { 'M' };
            let _ = write!(path, "{command}{} {}", slot * SLOT + SLOT / 2, base - height);
            // A single point is a short stroke, or nobody would see it.
            if !is_drawing && heights.get(slot + 1).is_none_or(Option::is_none) {
                let _ = write!(path, "h1");
            }
        }
        is_drawing = height.is_some();
    }
    path
}

/// How many buckets at the beginning are gaps.
#[must_use]
pub fn gap_slots<C>(buckets: &[Bucket<C>]) -> usize {
    buckets.iter().take_while(|bucket| bucket.state == BucketState::Gap).count()
}

/// The first bucket that is still counted, and how many there are from it to the last one.
#[must_use]
pub fn open_slots<C>(buckets: &[Bucket<C>]) -> (usize, usize) {
    let mut open = buckets.iter().enumerate().filter(|(_, bucket)| bucket.state == BucketState::Open);
    let first = open.next().map(|(slot, _)| slot);
    let last = open.next_back().map(|(slot, _)| slot).or(first);
    first.zip(last).map_or((0, 0), |(first, last)| (first, last - first + 1))
}

/// The last bucket that has begun.
#[must_use]
pub fn newest_slot<C>(buckets: &[Bucket<C>]) -> usize {
    buckets.iter().rposition(|bucket| bucket.state != BucketState::Future).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Minute;

    #[test]
    fn columns_stand_on_the_base_and_gaps_are_gaps() {
        assert_eq!(
            columns(&[Some((0, 10)), None, Some((0, 0)), Some((4, 6))], 160),
            "M12 160V150H88V160ZM312 156V154H388V156Z"
        );
        assert_eq!(columns(&[], 160), "");
        assert!(columns(&[Some((0, 1)); 91], 160).starts_with("M4 "));
    }

    #[test]
    fn a_line_is_interrupted_where_nothing_is_known() {
        assert_eq!(line(&[Some(1), Some(2), None, Some(3)], 10), "M50 9L150 8M350 7h1");
        assert_eq!(line(&[None, None], 10), "");
    }

    #[test]
    fn gaps_come_first_and_open_buckets_last() {
        use BucketState::{Closed, Future, Gap, Open};
        for (states, gaps, open, newest) in [
            (&[][..], 0, (0, 0), 0),
            (&[Gap, Gap, Closed], 2, (0, 0), 2),
            (&[Closed, Open], 0, (1, 1), 1),
            (&[Gap, Open, Open, Future], 1, (1, 2), 2),
        ] {
            let bucket = |state: &BucketState| Bucket {
                start: Minute::from_number(0),
                name: String::new(),
                state: *state,
                counts: None,
                before: None,
            };
            let buckets: Vec<Bucket> = states.iter().map(bucket).collect();
            assert_eq!((gap_slots(&buckets), open_slots(&buckets)), (gaps, open), "{states:?}");
            assert_eq!(newest_slot(&buckets), newest, "{states:?}");
        }
    }
}
