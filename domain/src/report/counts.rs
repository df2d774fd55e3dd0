//! What is counted in some span of time, and what the owner derives from it. A ratio of nothing is `None`, never a
//! number.

use crate::{Figures, Money};
use serde::{Deserialize, Serialize};

/// How many numbers these are.
pub const COUNTS: usize = 10;

/// Figures and visits. In JSON ten numbers, since a report has many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[i64; COUNTS]", into = "[i64; COUNTS]")]
pub struct Counts {
    /// What the files hold, too.
    pub figures: Figures,
    /// Page views with which a visit began. Only this shop's own: other producers' records name no page.
    pub visits_num: i64,
}

impl From<[i64; COUNTS]> for Counts {
    fn from(numbers: [i64; COUNTS]) -> Counts {
        let [requests, orders, amount, price, paid, paid_amount, paid_price, visits_num, feedback, stars] = numbers;
        Counts {
            figures: Figures {
                requests_num: requests,
                total_orders_num: orders,
                total_orders_amount: amount,
                total_orders_price: Money::from_cents(price),
                total_paid_orders_num: paid,
                total_paid_orders_amount: paid_amount,
                total_paid_orders_price: Money::from_cents(paid_price),
                total_feedback_num: feedback,
                total_feedback_stars: stars,
            },
            visits_num,
        }
    }
}

impl From<Counts> for [i64; COUNTS] {
    fn from(Counts { figures, visits_num }: Counts) -> [i64; COUNTS] {
        [
            figures.requests_num,
            figures.total_orders_num,
            figures.total_orders_amount,
            figures.total_orders_price.cents(),
            figures.total_paid_orders_num,
            figures.total_paid_orders_amount,
            figures.total_paid_orders_price.cents(),
            visits_num,
            figures.total_feedback_num,
            figures.total_feedback_stars,
        ]
    }
}

impl Counts {
    /// The sum, or `None` where one of them would leave `i64`.
    #[must_use]
    pub fn plus(self, other: Counts) -> Option<Counts> {
        let visits_num = self.visits_num.checked_add(other.visits_num)?;
        Some(Counts { figures: self.figures.plus(other.figures)?, visits_num })
    }

    /// The price of an order on average, to the nearest cent.
    #[must_use]
    pub fn average_order(&self) -> Option<Money> {
        rounded(self.figures.total_orders_price.cents(), 1, self.figures.total_orders_num).map(Money::from_cents)
    }

    /// Of a thousand orders, how many were paid at once.
    #[must_use]
    pub fn paid_permille(&self) -> Option<i64> {
        rounded(self.figures.total_paid_orders_num, 1_000, self.figures.total_orders_num)
    }

    /// Stars on average, in tenths.
    #[must_use]
    pub fn stars_tenths(&self) -> Option<i64> {
        rounded(self.figures.total_feedback_stars, 10, self.figures.total_feedback_num)
    }

    /// Orders for a thousand visits.
    #[must_use]
    pub fn conversion_permille(&self) -> Option<i64> {
        rounded(self.figures.total_orders_num, 1_000, self.visits_num)
    }
}

/// By how much of a thousand `now` is above `before`; `None` where there was nothing to compare with.
#[must_use]
pub fn change_permille(now: i64, before: i64) -> Option<i64> {
    rounded(now.saturating_sub(before), 1_000, before)
}

/// `part * scale / whole` to the nearest whole number, halves away from zero.
fn rounded(part: i64, scale: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let (dividend, whole) = (i128::from(part) * i128::from(scale), i128::from(whole));
    let half = if dividend < 0 { -whole / 2 } else { whole / 2 };
    i64::try_from((dividend + half) / whole).ok()
}
