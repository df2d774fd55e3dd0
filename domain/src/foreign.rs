//! What a record of another producer stands for, once it could be read: requests, one order, or what one customer said.

use crate::{Figures, Money, Stars, Topic};

/// A record without `source`, as the tutorial's producer sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignRecord {
    /// This many requests.
    Requests {
        /// How many.
        requests_num: i64,
    },
    /// One order.
    Order {
        /// Its number at its producer.
        order_id: i64,
        /// Goods in it.
        order_amount: i64,
        /// Its price.
        order_total_price: Money,
        /// Whether it was paid at once.
        is_paid: bool,
    },
    /// What one customer said.
    Feedback {
        /// Of which order, by its number at its producer.
        order_id: i64,
        /// How good it was.
        stars: Stars,
    },
}

impl ForeignRecord {
    /// This many requests.
    #[must_use]
    pub const fn requests(requests_num: i64) -> Self {
        ForeignRecord::Requests { requests_num }
    }

    /// The topic that it travels in.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            ForeignRecord::Requests { .. } => Topic::WebRequests,
            ForeignRecord::Order { .. } => Topic::NewOrders,
            ForeignRecord::Feedback { .. } => Topic::Feedback,
        }
    }

    /// What it adds.
    #[must_use]
    pub const fn figures(&self) -> Figures {
        match *self {
            ForeignRecord::Requests { requests_num } => Figures::requests(requests_num),
            ForeignRecord::Order { order_amount, order_total_price, is_paid, .. } => {
                Figures::order(order_amount, order_total_price, is_paid)
            }
            ForeignRecord::Feedback { stars, .. } => Figures::feedback(stars),
        }
    }
}
