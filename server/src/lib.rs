//! The shop's server as a library, so that tests can start a whole shop: configuration, HTTP, Kafka, pipeline, files,
//! command line.

pub mod cli;
pub mod config;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod health;
pub mod http;
pub mod kafka;
mod mailer;
pub mod password;
pub mod pipeline;
mod redrive;
pub mod second_factor;
pub mod serve;
pub mod sinks;
pub mod startup;
pub mod telemetry;
pub mod verification;
mod webhook;
