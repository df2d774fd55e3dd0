//! The form of the rules as it is typed, and the one way from it to rules. A bad value is told with its field; the form
//! itself is kept as it was.

use super::{Limited, ManyRequests, NoMinuteClosed, NoOrders, OpeningHours, Rules, TimeOfDay, WaitingEvents};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest text that a field can need; more is cut before it is shown again.
const TYPED_CHARS_MAX: usize = 40;

/// What stands in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesForm {
    /// Whether each box is ticked.
    pub no_orders: bool,
    /// Minutes without an order.
    pub no_orders_minutes: String,
    /// When the shop opens.
    pub opens_at: String,
    /// When it closes.
    pub closes_at: String,
    /// Whether its box is ticked.
    pub many_requests: bool,
    /// Requests a minute that are all right.
    pub requests_per_minute: String,
    /// Whether its box is ticked.
    pub low_revenue: bool,
    /// Whether its box is ticked.
    pub waiting_events: bool,
    /// Seconds that an event may wait.
    pub waiting_seconds: String,
    /// Whether its box is ticked.
    pub no_minute_closed: bool,
    /// Minutes without one that closed.
    pub closing_minutes: String,
    /// Whether its box is ticked.
    pub dead_letters: bool,
}

/// A field into which something is typed. Displays as its name in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleField {
    /// Minutes without an order.
    NoOrdersMinutes,
    /// When the shop opens.
    OpensAt,
    /// When it closes.
    ClosesAt,
    /// Requests a minute.
    RequestsPerMinute,
    /// Seconds that an event may wait.
    WaitingSeconds,
    /// Minutes without one that closed.
    ClosingMinutes,
}

impl RuleField {
    /// Its name in the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RuleField::NoOrdersMinutes => "no_orders_minutes",
            RuleField::OpensAt => "opens_at",
            RuleField::ClosesAt => "closes_at",
            RuleField::RequestsPerMinute => "requests_per_minute",
            RuleField::WaitingSeconds => "waiting_seconds",
            RuleField::ClosingMinutes => "closing_minutes",
        }
    }
}

impl fmt::Display for RuleField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// Which field.
    pub field: RuleField,
    /// What to do about it, in a sentence.
    pub words: String,
}

impl RulesForm {
    /// The form as these rules fill it.
    #[must_use]
    pub fn of(rules: &Rules) -> RulesForm {
        RulesForm {
            no_orders: rules.no_orders.is_on,
            no_orders_minutes: rules.no_orders.minutes.to_string(),
            opens_at: rules.no_orders.hours.opens_at.to_string(),
            closes_at: rules.no_orders.hours.closes_at.to_string(),
            many_requests: rules.many_requests.is_on,
            requests_per_minute: rules.many_requests.per_minute.to_string(),
            low_revenue: rules.low_revenue_is_on,
            waiting_events: rules.waiting_events.is_on,
            waiting_seconds: rules.waiting_events.seconds.to_string(),
            no_minute_closed: rules.no_minute_closed.is_on,
            closing_minutes: rules.no_minute_closed.minutes.to_string(),
            dead_letters: rules.dead_letters_is_on,
        }
    }

    /// The form as a browser sends it: `on` is asked for each box, `typed` for each field.
    #[must_use]
    pub fn read(on: impl Fn(&str) -> bool, typed: impl Fn(RuleField) -> String) -> RulesForm {
        let typed = |field| typed(field).trim().chars().take(TYPED_CHARS_MAX).collect();
        RulesForm {
            no_orders: on("no_orders"),
            no_orders_minutes: typed(RuleField::NoOrdersMinutes),
            opens_at: typed(RuleField::OpensAt),
            closes_at: typed(RuleField::ClosesAt),
            many_requests: on("many_requests"),
            requests_per_minute: typed(RuleField::RequestsPerMinute),
            low_revenue: on("low_revenue"),
            waiting_events: on("waiting_events"),
            waiting_seconds: typed(RuleField::WaitingSeconds),
            no_minute_closed: on("no_minute_closed"),
            closing_minutes: typed(RuleField::ClosingMinutes),
            dead_letters: on("dead_letters"),
        }
    }

    /// The rules that the form asks for.
    ///
    /// # Errors
    /// What is wrong with each field, in the order of the form; also of a rule that is off, for its values are kept.
    pub fn parse(&self) -> Result<Rules, Vec<RuleProblem>> {
        let mut problems = Vec::new();
        let minutes = number(&mut problems, RuleField::NoOrdersMinutes, &self.no_orders_minutes);
        let opens_at = time(&mut problems, RuleField::OpensAt, &self.opens_at);
        let closes_at = time(&mut problems, RuleField::ClosesAt, &self.closes_at);
        let per_minute = number(&mut problems, RuleField::RequestsPerMinute, &self.requests_per_minute);
        let seconds = number(&mut problems, RuleField::WaitingSeconds, &self.waiting_seconds);
        let closing = number(&mut problems, RuleField::ClosingMinutes, &self.closing_minutes);
        let (Some(minutes), Some(opens_at), Some(closes_at), Some(per_minute), Some(seconds), Some(closing)) =
            (minutes, opens_at, closes_at, per_minute, seconds, closing)
        else {
            return Err(problems);
        };
        let hours = OpeningHours { opens_at, closes_at };
        if minutes.get() > hours.length_minutes() {
            let words = format!("The shop is open for {} minutes only: choose fewer.", hours.length_minutes());
            return Err(vec![RuleProblem { field: RuleField::NoOrdersMinutes, words }]);
        }
        Ok(Rules {
            no_orders: NoOrders { is_on: self.no_orders, minutes, hours },
            many_requests: ManyRequests { is_on: self.many_requests, per_minute },
            low_revenue_is_on: self.low_revenue,
            waiting_events: WaitingEvents { is_on: self.waiting_events, seconds },
            no_minute_closed: NoMinuteClosed { is_on: self.no_minute_closed, minutes: closing },
            dead_letters_is_on: self.dead_letters,
        })
    }
}

fn number<const MIN: i64, const MAX: i64>(
    problems: &mut Vec<RuleProblem>,
    field: RuleField,
    typed: &str,
) -> Option<Limited<MIN, MAX>> {
    let number = Limited::parse(typed);
    if number.is_none() {
        let words = format!("Write a whole number from {MIN} to {MAX}, without commas.");
        problems.push(RuleProblem { field, words });
    }
    number
}

fn time(problems: &mut Vec<RuleProblem>, field: RuleField, typed: &str) -> Option<TimeOfDay> {
    let time = TimeOfDay::parse(typed);
    if time.is_none() {
        problems.push(RuleProblem { field, words: "Write a time of day such as 08:00.".to_owned() });
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_form_is_rules_that_fill_it_in_again_or_is_refused(
            typed in prop::collection::vec(prop_oneof!["[0-9]{1,8}", "[0-2][0-9]:[0-5][0-9]", ".*"], 6),
            is_on: bool,
        ) {
            let at = |field: RuleField| typed.get(field as usize).cloned().unwrap_or_default();
            match RulesForm::read(|_| is_on, at).parse() {
                Ok(rules) => prop_assert_eq!(RulesForm::of(&rules).parse(), Ok(rules)),
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }

    #[test]
    fn what_rules_fill_in_is_read_as_these_rules() {
        let rules = Rules { low_revenue_is_on: true, ..Rules::DEFAULT };
        assert_eq!(RulesForm::of(&rules).parse(), Ok(rules));
    }

    #[test]
    fn each_bad_value_is_told_with_its_field() {
        use RuleField::{ClosesAt, ClosingMinutes, NoOrdersMinutes, OpensAt, RequestsPerMinute, WaitingSeconds};
        let good = || RulesForm::of(&Rules::DEFAULT);
        for (form, fields) in [
            (RulesForm { no_orders_minutes: "4".into(), ..good() }, vec![NoOrdersMinutes]),
            (RulesForm { no_orders_minutes: "soon".into(), ..good() }, vec![NoOrdersMinutes]),
            (RulesForm { opens_at: "8".into(), ..good() }, vec![OpensAt]),
            (RulesForm { closes_at: "25:00".into(), ..good() }, vec![ClosesAt]),
            (RulesForm { closes_at: "-0:30".into(), ..good() }, vec![ClosesAt]),
            (RulesForm { requests_per_minute: "1,000".into(), ..good() }, vec![RequestsPerMinute]),
            (RulesForm { requests_per_minute: "0".into(), ..good() }, vec![RequestsPerMinute]),
            (RulesForm { waiting_seconds: "1".into(), ..good() }, vec![WaitingSeconds]),
            (RulesForm { closing_minutes: "2".into(), ..good() }, vec![ClosingMinutes]),
            // As long as the shop is open, and a minute more.
            (RulesForm { no_orders_minutes: "720".into(), ..good() }, vec![]),
            (RulesForm { no_orders_minutes: "721".into(), ..good() }, vec![NoOrdersMinutes]),
            (
                RulesForm::default(),
                vec![NoOrdersMinutes, OpensAt, ClosesAt, RequestsPerMinute, WaitingSeconds, ClosingMinutes],
            ),
        ] {
            let told = form.parse().err().unwrap_or_default();
            assert_eq!(told.iter().map(|problem| problem.field).collect::<Vec<_>>(), fields, "{form:?}");
        }
        let words = RulesForm { waiting_seconds: "1".into(), ..good() }.parse().unwrap_err();
        assert_eq!(words[0].words, "Write a whole number from 5 to 86400, without commas.");
    }

    #[test]
    fn a_form_keeps_what_was_typed() {
        let form = RulesForm::read(|name| name == "low_revenue", |field| format!(" <{field}> {}", "x".repeat(99)));
        assert!(form.low_revenue && !form.no_orders && !form.dead_letters);
        assert!(form.opens_at.starts_with("<opens_at> x"));
        assert_eq!(form.opens_at.chars().count(), TYPED_CHARS_MAX);
    }
}
