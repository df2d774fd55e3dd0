//! The shop's server as a library, so that tests can start a whole shop: configuration, HTTP, Kafka, pipeline, files,
//! command line.

pub mod kafka;
pub mod pipeline;
pub mod sinks;
