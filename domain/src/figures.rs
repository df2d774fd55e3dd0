//! What is counted per minute. The names are those of the CSV columns and of the SQL columns.

use crate::{EventBody, Money};
use serde::{Deserialize, Serialize};

/// Requests and orders of some span of time. `amount` counts goods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Page views: server-rendered pages and client-side navigations.
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

    /// What one event adds.
    #[must_use]
    pub fn of(body: &EventBody) -> Self {
        match body {
            EventBody::Order { order_amount, order_total_price, is_paid, .. } => {
                Figures::order(*order_amount, *order_total_price, *is_paid)
            }
            EventBody::PageView { .. } => Figures::requests(1),
            EventBody::Redriven { record, .. } => record.figures(),
        }
    }

    /// The sum, or `None` where one of the seven would leave `i64`.
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
        })
    }
}
