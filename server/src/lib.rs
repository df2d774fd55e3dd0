//! The shop's server as a library, so that tests can start a whole shop: configuration, HTTP, command line, start.

pub mod cli;
pub mod config;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod http;
pub mod password;
pub mod second_factor;
pub mod serve;
pub mod startup;
mod system_stats;
pub mod telemetry;
