//! What is counted per minute. The names are those of the CSV columns and of the SQL columns.

use crate::Money;
use serde::{Deserialize, Serialize};

/// Requests, orders and feedback of some span of time. `amount` counts goods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Page views: pages that the server rendered.
    pub requests_num: i64,
    /// Orders.
    pub total_orders_num: i64,
    /// Goods in these orders.
    pub total_orders_amount: i64,
    /// Their price.
    pub total_orders_price: Money,
    /// Orders that were paid at once.
    pub total_paid_orders_num: i64,
    /// Goods in paid orders.
    pub total_paid_orders_amount: i64,
    /// Price of paid orders.
    pub total_paid_orders_price: Money,
    /// How often customers said what they think of an order.
    pub total_feedback_num: i64,
    /// All stars that they gave.
    pub total_feedback_stars: i64,
}

impl Figures {
    /// Nothing counted.
    pub const ZERO: Figures = Figures {
        requests_num: 0,
        total_orders_num: 0,
        total_orders_amount: 0,
        total_orders_price: Money::ZERO,
        total_paid_orders_num: 0,
        total_paid_orders_amount: 0,
        total_paid_orders_price: Money::ZERO,
        total_feedback_num: 0,
        total_feedback_stars: 0,
    };

    /// This many requests.
    #[must_use]
    pub const fn requests(requests_num: i64) -> Self {
        Figures { requests_num, ..Figures::ZERO }
    }

    /// One order.
    #[must_use]
    pub const fn order(amount: i64, price: Money, is_paid: bool) -> Self {
        let mut figures = Figures::ZERO;
        figures.total_orders_num = 1;
        figures.total_orders_amount = amount;
        figures.total_orders_price = price;
        if is_paid {
            figures.total_paid_orders_num = 1;
            figures.total_paid_orders_amount = amount;
            figures.total_paid_orders_price = price;
        }
        figures
    }

    /// The sum, or `None` where one of them would leave `i64`.
    #[must_use]
    pub fn plus(self, other: Figures) -> Option<Figures> {
        Some(Figures {
            requests_num: self.requests_num.checked_add(other.requests_num)?,
            total_orders_num: self.total_orders_num.checked_add(other.total_orders_num)?,
            total_orders_amount: self.total_orders_amount.checked_add(other.total_orders_amount)?,
            total_orders_price: self.total_orders_price.plus(other.total_orders_price)?,
            total_paid_orders_num: self.total_paid_orders_num.checked_add(other.total_paid_orders_num)?,
            total_paid_orders_amount: self.total_paid_orders_amount.checked_add(other.total_paid_orders_amount)?,
            total_paid_orders_price: self.total_paid_orders_price.plus(other.total_paid_orders_price)?,
            total_feedback_num: self.total_feedback_num.checked_add(other.total_feedback_num)?,
            total_feedback_stars: self.total_feedback_stars.checked_add(other.total_feedback_stars)?,
        })
    }
}
