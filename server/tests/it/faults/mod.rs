//! Faults of every kind, injected on purpose: `./test faults` runs these with as many kills, and the seed, that it is
//! told. Whatever happens, every answered order is in the table, in the figures and in the files, once; and every event
//! of a declared stream in the figures and in its file.

mod broker;
mod devices;
mod drawn;
mod kills;
mod machine;
mod random;
mod reckoning;
mod steps;
mod topics;

use std::io::Write;

/// Says a line past the test runner, which keeps what a passed test says to itself.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "faults: {line}");
}
