//! Closing after the wall clock jumped: tables of readings of both clocks, in seconds.

use domain::{ClockWatch, Timestamp};
use std::time::Duration;

/// Readings `(wall, monotonic, may close)`, one after another.
#[track_caller]
fn assert_closes(readings: &[(i64, u64, bool)]) {
    let mut watch = ClockWatch::default();
    for (wall, monotonic, expected) in readings {
        let wall_at = Timestamp::from_micros(wall * 1_000_000);
        let may_close = watch.may_close(wall_at, Duration::from_secs(*monotonic));
        assert_eq!(may_close, *expected, "at {wall} s, monotonic {monotonic} s");
    }
}

#[test]
fn the_first_reading_is_believed() {
    assert_closes(&[(1_000_000, 7, true)]);
}

#[test]
fn clocks_that_go_alike_hold_nothing_back() {
    assert_closes(&[(1_000, 0, true), (1_001, 1, true), (5_001, 4_001, true)]);
}

#[test]
fn slewing_is_no_jump() {
    assert_closes(&[(1_000, 0, true), (1_006, 1, true), (1_011, 1, true)]);
}

#[test]
fn a_jump_forward_holds_closing_back_for_a_minute() {
    assert_closes(&[(1_000, 0, true), (1_007, 1, false), (1_066, 60, false), (1_067, 61, true), (1_068, 62, true)]);
}

#[test]
fn a_jump_that_was_put_right_is_waited_out_all_the_same() {
    assert_closes(&[(1_000, 0, true), (4_601, 1, false), (1_002, 2, false), (1_060, 60, false), (1_061, 61, true)]);
}

#[test]
fn another_jump_begins_the_wait_anew() {
    assert_closes(&[(1_000, 0, true), (2_001, 1, false), (3_051, 51, false), (3_110, 110, false), (3_111, 111, true)]);
}

#[test]
fn a_step_back_holds_nothing_back_but_its_correction_does() {
    assert_closes(&[(5_000, 0, true), (1_001, 1, true), (5_002, 2, false), (5_062, 62, true)]);
}

#[test]
fn a_monotonic_clock_that_stood_still_is_a_jump() {
    assert_closes(&[(1_000, 10, true), (1_006, 10, false), (1_065, 69, false), (1_066, 70, true)]);
}
