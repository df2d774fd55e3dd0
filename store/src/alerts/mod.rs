//! Alerts: the owner's rules, the history of what they found, and the messages about it on their way to the webhook.
//! `rules` keeps what the owner chose; `history` begins and ends alerts; `deliveries` is an outbox of its own, and
//! `sending` empties it.

mod deliveries;
mod history;
mod rules;
mod sending;

pub use deliveries::{Delivery, TestAsked};
pub use history::{Alert, Change, Settlement};
pub use sending::{Claimed, Settled};
