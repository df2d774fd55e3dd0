//! The shop's server: configuration, HTTP, Kafka, pipeline, files, command line.

pub mod pipeline;
pub mod sinks;
