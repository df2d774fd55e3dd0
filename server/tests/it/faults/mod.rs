//! Faults of every kind, injected on purpose: `./test faults` runs these with as many kills, and the seed, that it is
//! told. Whatever happens, every answered order is in the table, in the figures and in the files, once.

mod broker;
mod kills;
mod machine;
mod random;
mod steps;
mod topics;

use std::io::Write;

/// Says a line past the test runner, which keeps what a passed test says to itself.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "faults: {line}");
}
