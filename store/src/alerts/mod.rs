//! Alerts: the owner's rules, the history of what they found, and the messages about it on their way to the webhook.
//! `rules` and `measure_rules` keep what the owner chose; `history` and `measure_history` begin and end alerts;
//! `deliveries` is an outbox of its own, and `sending` empties it.

mod alert;
mod deliveries;
mod history;
mod measure_history;
mod measure_rules;
mod rules;
mod sending;

pub use alert::{Alert, Change, MeasuredAlert, Settlement};
pub use deliveries::{Delivery, TestAsked};
pub use measure_history::MeasureChange;
pub use measure_rules::MeasureRuleKept;
pub use sending::{Claimed, Settled};
