//! What the customers did and what the shop acknowledged, added up.

use domain::Money;
use std::fmt;

/// One thing that a visitor did or met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// A visitor came.
    Came,
    /// Nobody came in: too many were there already.
    TurnedAway,
    /// A page was answered with 200.
    PageViewed,
    /// A mistake was answered with 422, as it should be.
    MistakeShown,
    /// A filled form was left.
    Abandoned,
    /// An order was acknowledged.
    Ordered {
        /// Goods in it.
        goods: u64,
        /// Its price as the form showed it, in cents.
        cents: i64,
    },
    /// An order was sent, also again, and never answered: it may have been made or not.
    Lost,
    /// An order without mistakes was answered with 422.
    Rejected,
    /// Anything else that went wrong, in words.
    Failed(String),
}

/// All of it, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    visits: u64,
    turned_away: u64,
    page_views: u64,
    mistakes: u64,
    abandoned: u64,
    orders: u64,
    goods: u64,
    revenue_cents: i64,
    lost: u64,
    rejected: u64,
    errors: u64,
    cut: usize,
    last_error: Option<String>,
}

impl Tally {
    pub(super) fn add(&mut self, fact: Fact) {
        match fact {
            Fact::Came => self.visits += 1,
            Fact::TurnedAway => self.turned_away += 1,
            Fact::PageViewed => self.page_views += 1,
            Fact::MistakeShown => self.mistakes += 1,
            Fact::Abandoned => self.abandoned += 1,
            Fact::Ordered { goods, cents } => {
                self.orders += 1;
                self.goods += goods;
                self.revenue_cents = self.revenue_cents.saturating_add(cents);
            }
            Fact::Lost => self.lost += 1,
            Fact::Rejected => self.rejected += 1,
            Fact::Failed(error) => {
                self.errors += 1;
                self.last_error = Some(error);
            }
        }
    }

    /// The same, with so many visitors whose visit was cut short: one of their orders may have been made unseen.
    pub(super) fn cut(mut self, visitors: usize) -> Self {
        self.cut = visitors;
        self
    }

    /// Whether visitors came and not one page answered.
    pub(super) fn nothing_reached(&self) -> bool {
        self.visits > 0 && self.page_views == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} visits, {} page views, {} orders acknowledged ({} goods, revenue {}), {} lost, {} abandoned, \
             {} mistakes, {} rejected, {} turned away, {} cut short, {} errors",
            self.visits,
            self.page_views,
            self.orders,
            self.goods,
            Money::from_cents(self.revenue_cents),
            self.lost,
            self.abandoned,
            self.mistakes,
            self.rejected,
            self.turned_away,
            self.cut,
            self.errors,
        )?;
        match &self.last_error {
            Some(error) => write!(f, "; the last: {error}"),
            None => Ok(()),
        }
    }
}
