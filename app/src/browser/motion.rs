//! Movement in time, for those who did not ask for less of it.

use leptos::prelude::{request_animation_frame, window};
use std::rc::Rc;
use web_sys::js_sys::Date;

const RISE_MS: f64 = 500.0;

/// Whether the customer's system allows things to move.
pub fn may_move() -> bool {
    let less = window().match_media("(prefers-reduced-motion: reduce)");
    !less.ok().flatten().is_some_and(|less| less.matches())
}

/// Calls `show` with each number on the way from `from` to `to`, fast at first, and with `None` when it is over; goes
/// on only while `show` wants it.
pub fn rise(from: i64, to: i64, show: impl Fn(Option<i64>) -> bool + 'static) {
    frame(Date::now(), from, to, Rc::new(show));
}

fn frame(began_at: f64, from: i64, to: i64, show: Rc<dyn Fn(Option<i64>) -> bool>) {
    let at = on_the_way(from, to, (Date::now() - began_at) / RISE_MS);
    if show(at) && at.is_some() {
        request_animation_frame(move || frame(began_at, from, to, show));
    }
}

/// Where it is when so much of the time has passed; `None` when it is there.
fn on_the_way(from: i64, to: i64, time: f64) -> Option<i64> {
    let left = (1.0 - time.clamp(0.0, 1.0)).powi(3);
    // A float beyond all numbers becomes the last one.
    (time < 1.0).then(|| to.saturating_sub((to.saturating_sub(from) as f64 * left) as i64))
}

#[cfg(test)]
mod tests {
    use super::on_the_way;

    #[test]
    fn it_begins_at_the_one_and_ends_at_the_other() {
        for (from, to, time, at) in [
            (10, 20, -1.0, Some(10)),
            (10, 20, 0.0, Some(10)),
            (0, 1_000, 0.5, Some(875)),
            (0, 1_000, 0.99, Some(1_000)),
            (0, 1_000, 1.0, None),
            (0, 1_000, 7.0, None),
            (i64::MIN, i64::MAX, 0.0, Some(0)),
        ] {
            assert_eq!(on_the_way(from, to, time), at, "{from} to {to} at {time}");
        }
    }
}
