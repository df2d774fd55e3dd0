//! With all rules no schedule breaks an invariant. `PROTOCOL_SCHEDULES` says how many are tried, `PROTOCOL_SEED` which
//! one alone, and `PROTOCOL_WITHOUT` leaves a rule out of that one.

use crate::rules::{Rules, Switch};
use crate::schedule::{run, violation};

const SCHEDULES: u64 = 100_000;
/// The schedules of every run are the same.
pub(crate) const FIRST_SEED: u64 = 1;

#[expect(clippy::disallowed_methods, reason = "the model has no configuration; these are for a person at a terminal")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    variable(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The whole story of one schedule, for a person.
pub(crate) fn story(seed: u64, rules: Rules) -> String {
    let world = run(seed, rules, true);
    let end = match &world.violation {
        Some(violation) => format!("{:?} is violated: {}", violation.invariant, violation.details),
        None => "no invariant is violated".to_owned(),
    };
    format!("{}\nPROTOCOL_SEED={seed}: {end}", world.trace.unwrap_or_default().join("\n"))
}

fn try_half(half: u64) {
    if number("PROTOCOL_SEED").is_some() {
        return;
    }
    let schedules = number("PROTOCOL_SCHEDULES").unwrap_or(SCHEDULES) / 2;
    let first = FIRST_SEED + half * schedules;
    for seed in first..first + schedules {
        if violation(seed, Rules::ALL).is_some() {
            panic!(
                "{}\nReplay it: PROTOCOL_SEED={seed} cargo test -p domain --test protocol replay",
                story(seed, Rules::ALL)
            );
        }
    }
}

#[test]
fn no_schedule_breaks_an_invariant_first_half() {
    try_half(0);
}

#[test]
fn no_schedule_breaks_an_invariant_second_half() {
    try_half(1);
}

/// Fails when a seed was given, so that the story is shown.
#[test]
fn replay() {
    let Some(seed) = number("PROTOCOL_SEED") else { return };
    let rules = variable("PROTOCOL_WITHOUT").map_or(Rules::ALL, |name| {
        let switch = Switch::named(&name).unwrap_or_else(|| panic!("PROTOCOL_WITHOUT={name} is no rule"));
        Rules::without(switch.rule)
    });
    panic!("{}", story(seed, rules));
}
