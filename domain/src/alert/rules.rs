//! The six rules with their values. Three are on from the first start, because they are about what is never normal; the
//! other three depend on the shop, so that the owner switches them on.

use super::{Limited, OpeningHours, TimeOfDay};

/// Told when nobody has ordered for so long, while the shop is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOrders {
    /// Whether it is watched.
    pub is_on: bool,
    /// For so many minutes of the opening hours.
    pub minutes: Limited<5, 1_440>,
    /// When orders are expected.
    pub hours: OpeningHours,
}

/// Told when a minute has more requests than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManyRequests {
    /// Whether it is watched.
    pub is_on: bool,
    /// So many are all right.
    pub per_minute: Limited<1, 1_000_000>,
}

/// Told when an event waits for longer than this to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingEvents {
    /// Whether it is watched.
    pub is_on: bool,
    /// So long is all right. Five seconds are longer than an event takes.
    pub seconds: Limited<5, 86_400>,
}

/// Told when no minute has closed for this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMinuteClosed {
    /// Whether it is watched.
    pub is_on: bool,
    /// So many minutes are all right. A clock that was set ahead may hold closing for two.
    pub minutes: Limited<3, 1_440>,
}

/// What the owner wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Nobody orders.
    pub no_orders: NoOrders,
    /// Too many requests.
    pub many_requests: ManyRequests,
    /// Whether revenue is compared with that of a week before.
    pub low_revenue_is_on: bool,
    /// Events wait.
    pub waiting_events: WaitingEvents,
    /// Minutes do not close.
    pub no_minute_closed: NoMinuteClosed,
    /// Whether records that could not be read are told of.
    pub dead_letters_is_on: bool,
}

/// A value that is known when this is compiled.
const fn known<const MIN: i64, const MAX: i64>(number: i64) -> Limited<MIN, MAX> {
    match Limited::new(number) {
        Some(limited) => limited,
        None => panic!("a default beyond its limits"),
    }
}

impl Rules {
    /// Until the owner has chosen.
    pub const DEFAULT: Rules = Rules {
        no_orders: NoOrders {
            is_on: false,
            minutes: known(60),
            hours: OpeningHours { opens_at: TimeOfDay::hour(8), closes_at: TimeOfDay::hour(20) },
        },
        many_requests: ManyRequests { is_on: false, per_minute: known(1_000) },
        low_revenue_is_on: false,
        waiting_events: WaitingEvents { is_on: true, seconds: known(60) },
        no_minute_closed: NoMinuteClosed { is_on: true, minutes: known(5) },
        dead_letters_is_on: true,
    };
}

impl Default for Rules {
    fn default() -> Rules {
        Rules::DEFAULT
    }
}
