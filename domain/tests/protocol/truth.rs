//! What really happened, which no server sees: the model compares the database with it.

use crate::kafka::Body;
use domain::Timestamp;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) amount: i64,
    /// When its transaction committed: the time that it is stamped with.
    pub(crate) stamped: Option<Timestamp>,
    pub(crate) counted: u32,
}

/// A group of page views; each of them is one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Views {
    pub(crate) size: u32,
    /// How often a transaction with it committed.
    pub(crate) recorded: u32,
    pub(crate) is_acknowledged: bool,
    pub(crate) stamped: Option<Timestamp>,
    pub(crate) counted: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Tutorial {
    pub(crate) uid: i64,
    pub(crate) log: usize,
    pub(crate) partition: usize,
    pub(crate) at: Timestamp,
    pub(crate) amount: i64,
    pub(crate) is_out_of_range: bool,
    pub(crate) counted: u32,
    pub(crate) tallied: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bad {
    pub(crate) at: Timestamp,
    pub(crate) amount: i64,
    /// A newer decoder reads it.
    pub(crate) is_redrivable: bool,
    /// Transactions that committed having applied it.
    pub(crate) applied: u32,
    pub(crate) letters: u32,
    pub(crate) counted: u32,
}

/// What a device measured and sends over HTTP.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Under which it is known when it comes again.
    pub(crate) id: usize,
    pub(crate) measured_at_micros: i64,
    /// What the device says; else it is stamped.
    pub(crate) time: Option<Timestamp>,
    pub(crate) is_out_of_range: bool,
    pub(crate) amount: i64,
    /// The time of its row, once a transaction with it committed.
    pub(crate) taken: Option<Timestamp>,
    /// The device heard that it was taken.
    pub(crate) is_answered: bool,
    /// The device heard that it was refused.
    pub(crate) is_refused: bool,
    pub(crate) counted: u32,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    pub(crate) orders: Vec<Order>,
    pub(crate) views: Vec<Views>,
    pub(crate) tutorials: Vec<Tutorial>,
    pub(crate) bads: Vec<Bad>,
    pub(crate) readings: Vec<Reading>,
    /// Whatever may lose a record on its way, or make a server forget that it published it.
    pub(crate) losses: usize,
}

impl Truth {
    pub(crate) fn new_order(&mut self, amount: i64) -> usize {
        self.orders.push(Order { amount, stamped: None, counted: 0 });
        self.orders.len() - 1
    }

    pub(crate) fn new_views(&mut self, size: u32) -> usize {
        self.views.push(Views { size, recorded: 0, is_acknowledged: false, stamped: None, counted: 0 });
        self.views.len() - 1
    }

    pub(crate) fn new_bad(&mut self, at: Timestamp, is_redrivable: bool) -> Body {
        self.bads.push(Bad { at, amount: 1, is_redrivable, applied: 0, letters: 0, counted: 0 });
        Body::Bad(self.bads.len() - 1)
    }
}
