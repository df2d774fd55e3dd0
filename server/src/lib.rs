//! The shop's server: configuration, HTTP, Kafka, pipeline, files, command line.

pub mod http;
pub mod password;
pub mod pipeline;
pub mod sinks;
