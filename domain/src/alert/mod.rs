//! Alerts: rules that the owner switches on, what they find in the shop's figures, and what is told of it. Pure: what
//! was seen comes in as an [`Observation`], time included; the store keeps the history, the server's pipeline
//! evaluates.

mod evaluate;
mod form;
mod limits;
mod measure;
mod name;
mod page;
mod rules;

pub use evaluate::{Finding, Observation, REVENUE_MINUTES, Revenue, STALE_MINUTES_MAX, Stall, Verdict, evaluate};
pub use form::{RuleField, RuleProblem, RulesForm};
pub use limits::{Limited, OpeningHours, TimeOfDay};
pub use measure::{
    MEASURE_RULES_MAX, MeasureCondition, MeasureField, MeasureForm, MeasureProblem, MeasureRule, MeasureScale,
    Measured, Side, judge_measure,
};
pub use name::RuleName;
pub use page::{
    AlertRow, AlertsPage, DeliveryRow, DeliveryState, LISTED_MAX, MeasureChoice, MeasureRow, MeasuresPart, Webhook,
};
pub use rules::{ManyRequests, NoMinuteClosed, NoOrders, Rules, WaitingEvents};

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which of the shop's own rules. Each has at most one open alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Nobody has ordered for some minutes of the opening hours.
    NoOrders,
    /// A minute had more requests than it should.
    ManyRequests,
    /// The last hour took under half of what the same hour took a week before.
    LowRevenue,
    /// Events wait to be counted.
    WaitingEvents,
    /// No minute has closed for a while, so figures stand still.
    NoMinuteClosed,
    /// Records that could not be read wait for the owner.
    DeadLetters,
}

impl RuleKind {
    /// All of them, in the order of the page.
    pub const ALL: [RuleKind; 6] = [
        RuleKind::NoOrders,
        RuleKind::ManyRequests,
        RuleKind::LowRevenue,
        RuleKind::WaitingEvents,
        RuleKind::NoMinuteClosed,
        RuleKind::DeadLetters,
    ];

    /// Its name in tables, forms and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RuleKind::NoOrders => "no_orders",
            RuleKind::ManyRequests => "many_requests",
            RuleKind::LowRevenue => "low_revenue",
            RuleKind::WaitingEvents => "waiting_events",
            RuleKind::NoMinuteClosed => "no_minute_closed",
            RuleKind::DeadLetters => "dead_letters",
        }
    }

    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<RuleKind> {
        RuleKind::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// What the owner calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            RuleKind::NoOrders => "No orders",
            RuleKind::ManyRequests => "Many requests",
            RuleKind::LowRevenue => "Low revenue",
            RuleKind::WaitingEvents => "Waiting events",
            RuleKind::NoMinuteClosed => "No minute closed",
            RuleKind::DeadLetters => "Dead letters",
        }
    }
}

impl fmt::Display for RuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// An alert whose condition still holds, as the dashboard shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlert {
    /// Of which rule.
    pub rule: RuleName,
    /// What the owner calls it.
    pub title: String,
    /// Since when.
    pub began_at: Timestamp,
    /// What was found then.
    pub words: String,
}
