//! The way of an event from the outbox through Kafka to the minute's figures and files, step by step.

pub mod decode;
