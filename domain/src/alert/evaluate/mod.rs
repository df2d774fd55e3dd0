//! Whether each rule's condition holds for what was seen, in words and figures. A rule that cannot know says so instead
//! of guessing: while no minute closes, an alert about figures neither begins nor ends.

use super::{RuleKind, Rules, TimeOfDay};
use crate::words::{counted, grouped, grouped_euros};
use crate::{LocalTime, Minute, MinuteFigures, Money, Timestamp};

/// The span whose revenue is compared.
pub const REVENUE_MINUTES: i64 = 60;
/// Minutes close seconds after their end. When the last one that did lies further back, figures are incomplete.
pub const STALE_MINUTES_MAX: i64 = 3;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_SECOND: i64 = 1_000_000;
const MINUTES_PER_DAY: i64 = 24 * 60;

/// What was seen of the shop at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When.
    pub now: Timestamp,
    /// How the owner's clock shows it.
    pub local: LocalTime,
    /// The minute of the shop's first start.
    pub first_minute: Minute,
    /// When the last order was made, by the orders table: it is right whether Kafka is there or not.
    pub last_order: Option<Timestamp>,
    /// Figures are complete up to here.
    pub closed_until: Minute,
    /// The busiest of the minutes that were completed last, which may be several at once.
    pub busiest: Option<MinuteFigures>,
    /// Revenue of the last whole hour and of that a week before; `None` where the shop was not open then.
    pub revenue: Option<Revenue>,
    /// Events that wait to be counted.
    pub outbox_events: i64,
    /// Since when the oldest of them waits.
    pub outbox_oldest: Option<Timestamp>,
    /// Records that could not be read and wait for the owner.
    pub dead_letters: i64,
    /// Whether minutes close.
    pub stall: Stall,
}

/// Whether minutes close, as this process has seen it by the clock that nobody can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stall {
    /// For how many minutes none has closed since this process has looked.
    pub unchanged_minutes: i64,
    /// Why, in a sentence, where that is known; else empty.
    pub reason: String,
}

impl Observation {
    /// Whether minutes have stopped to close, so that what happened lately is not known.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.closed_until < Minute::of(self.now).plus(-STALE_MINUTES_MAX)
    }
}

/// What [`REVENUE_MINUTES`] whole minutes took, and the same ones a week before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revenue {
    /// The minute after the last of them.
    pub until: Minute,
    /// What they took.
    pub now: Money,
    /// What they took a week before.
    pub before: Money,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its condition holds.
    Fires(Finding),
    /// Its condition does not hold, or the rule is off.
    Calm,
    /// It cannot be told now: an open alert stays open, and none begins.
    Unknown,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In a sentence.
    pub words: String,
    /// The figure: minutes, requests, cents, seconds or letters.
    pub figure: i64,
    /// What it is measured against, in the same unit.
    pub threshold: i64,
}

/// What each rule says of what was seen, in the order of [`RuleKind::ALL`].
#[must_use]
pub fn evaluate(rules: &Rules, seen: &Observation) -> Vec<(RuleKind, Verdict)> {
    let verdict = |rule| match rule {
        RuleKind::NoOrders => no_orders(rules, seen),
        RuleKind::ManyRequests => many_requests(rules, seen),
        RuleKind::LowRevenue => low_revenue(rules, seen),
        RuleKind::WaitingEvents => waiting_events(rules, seen),
        RuleKind::NoMinuteClosed => no_minute_closed(rules, seen),
        RuleKind::DeadLetters => dead_letters(rules, seen),
    };
    RuleKind::ALL.into_iter().map(|rule| (rule, verdict(rule))).collect()
}

/// Fires while `figure` has passed its threshold.
fn fires(has_passed: bool, figure: i64, threshold: i64, words: impl FnOnce() -> String) -> Verdict {
    if has_passed { Verdict::Fires(Finding { words: words(), figure, threshold }) } else { Verdict::Calm }
}

fn no_orders(rules: &Rules, seen: &Observation) -> Verdict {
    let rule = rules.no_orders;
    let local_minute = Minute::of(seen.local.shown(seen.now)).number().rem_euclid(MINUTES_PER_DAY);
    let time_of_day = TimeOfDay::from_minutes(local_minute);
    let Some(open_for) = time_of_day.and_then(|now| rule.hours.open_for_minutes(now)).filter(|_| rule.is_on) else {
        return Verdict::Calm;
    };
    // In minutes that passed, not in those that a changed clock shows.
    let open_for = match open_for < MINUTES_PER_DAY {
        true => {
            let opened = seen.now.plus_micros(-open_for * MICROS_PER_MINUTE);
            let shown = seen.local.shown(seen.now).micros_since(seen.local.shown(opened)) / MICROS_PER_MINUTE;
            2 * open_for - shown
        }
        false => open_for,
    };
    // A shop that has just been opened for the first time has had no time to sell.
    let last = seen.last_order.unwrap_or(Timestamp::from_micros(0)).max(seen.first_minute.start());
    let quiet = (seen.now.micros_since(last) / MICROS_PER_MINUTE).min(open_for);
    fires(quiet >= rule.minutes.get(), quiet, rule.minutes.get(), || {
        format!("No order for {} of the opening hours.", counted(quiet, "minute"))
    })
}

fn many_requests(rules: &Rules, seen: &Observation) -> Verdict {
    let rule = rules.many_requests;
    match seen.busiest {
        _ if !rule.is_on => Verdict::Calm,
        _ if seen.is_stale() => Verdict::Unknown,
        None => Verdict::Calm,
        Some(minute) => {
            let (requests, most) = (minute.figures.requests_num, rule.per_minute.get());
            fires(requests > most, requests, most, || {
                let at = seen.local.shown(minute.minute.start()).hour_minute();
                format!("{} in the minute {at}, more than {}.", counted(requests, "request"), grouped(most))
            })
        }
    }
}

fn low_revenue(rules: &Rules, seen: &Observation) -> Verdict {
    match seen.revenue {
        _ if !rules.low_revenue_is_on => Verdict::Calm,
        _ if seen.is_stale() => Verdict::Unknown,
        None => Verdict::Calm,
        Some(Revenue { until, now, before }) => {
            let is_under_half = before > Money::ZERO && i128::from(now.cents()) * 2 < i128::from(before.cents());
            fires(is_under_half, now.cents(), before.cents() / 2, || {
                let clock = |minute: Minute| seen.local.shown(minute.start()).hour_minute();
                let (from, until) = (clock(until.plus(-REVENUE_MINUTES)), clock(until));
                let (now, before) = (grouped_euros(now), grouped_euros(before));
                format!("{now} from {from} to {until}, under half of the {before} of a week before.")
            })
        }
    }
}

fn waiting_events(rules: &Rules, seen: &Observation) -> Verdict {
    let rule = rules.waiting_events;
    let Some(oldest) = seen.outbox_oldest.filter(|_| rule.is_on) else { return Verdict::Calm };
    let (waited, most) = (seen.now.micros_since(oldest), rule.seconds.get());
    let seconds = waited / MICROS_PER_SECOND;
    fires(waited > most * MICROS_PER_SECOND, seconds, most, || {
        let events = counted(seen.outbox_events, "event");
        format!("{events} waiting to be counted, for up to {}.", counted(seconds, "second"))
    })
}

/// A server that was off for a day, or was just started, has not seen a stall yet: then nothing is known.
fn no_minute_closed(rules: &Rules, seen: &Observation) -> Verdict {
    let rule = rules.no_minute_closed;
    let behind = seen.now.micros_since(seen.closed_until.start()) / MICROS_PER_MINUTE;
    let most = rule.minutes.get();
    if !rule.is_on || behind < most {
        return Verdict::Calm;
    }
    if seen.stall.unchanged_minutes < most {
        return Verdict::Unknown;
    }
    let gap = if seen.stall.reason.is_empty() { "" } else { " " };
    fires(true, behind, most, || {
        format!("No minute has closed for {}.{gap}{}", counted(behind, "minute"), seen.stall.reason)
    })
}

fn dead_letters(rules: &Rules, seen: &Observation) -> Verdict {
    let letters = seen.dead_letters;
    fires(rules.dead_letters_is_on && letters > 0, letters, 0, || {
        format!("{} could not be read.", counted(letters, "record"))
    })
}

#[cfg(test)]
mod tests;
